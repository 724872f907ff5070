package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What has happened lately. */
class ActivityTest {

    private final Activity activity = new Activity();

    private List<String> texts(String text, List<String> kinds, String level, long before, int limit) {
        return activity.find(new TaskWish.ShowActivity(null, text, kinds, level, before, limit)).stream()
                .map(TaskReport.Happened::text)
                .toList();
    }

    private List<String> all() {
        return texts("", List.of(), "DETAIL", 0, 10_000);
    }

    private void said(String level, String text) {
        activity.add(new Report.Said(level, text));
    }

    private static Task download() {
        return new Task(
                new KeptTask(7, null, "", new Request.Get(null, "ben/x", "/x", false, false), null, false, false, 0));
    }

    @Test
    void theNewestComesFirstAndAPageGoesOnBeforeTheLastOne() {
        said("INFO", "one");
        said("DETAIL", "two");
        said("WARNING", "three");
        assertThat(all()).containsExactly("three", "two", "one");
        List<TaskReport.Happened> first = activity.find(new TaskWish.ShowActivity(null, "", List.of(), "DETAIL", 0, 2));
        assertThat(first).extracting(TaskReport.Happened::text).containsExactly("three", "two");
        assertThat(texts("", List.of(), "DETAIL", first.getLast().id(), 2)).containsExactly("one");
    }

    @Test
    void whatIsNotWishedIsLeftOut() {
        said("INFO", "Some One");
        said("DETAIL", "someone");
        activity.add(new TaskReport.TaskEnded(1, TaskReport.SHARE, "ann/someone"));
        assertThat(texts("SOMEONE", List.of(), "DETAIL", 0, 9)).hasSize(2);
        assertThat(texts("", List.of(), "INFO", 0, 9)).hasSize(2);
        assertThat(texts("", List.of("taskEnded"), "DETAIL", 0, 9))
                .containsExactly("ann/someone is not shared any more.");
        assertThat(texts("", List.of("said", "taskEnded"), "WARNING", 0, 9)).isEmpty();
        assertThatThrownBy(() -> texts("", List.of(), "LOUD", 0, 9)).isInstanceOf(PeerException.class);
        assertThatThrownBy(() -> texts("", List.of(), "INFO", 0, 0)).isInstanceOf(PeerException.class);
    }

    @Test
    void manyDetailsDoNotTakeThePlaceOfWhatMatters() {
        said("INFO", "matters");
        for (int i = 0; i <= Activity.MOST_KEPT; i++) {
            said("DETAIL", "detail " + i);
        }
        assertThat(all()).hasSize(Activity.MOST_KEPT + 1).endsWith("matters").doesNotContain("detail 0");
        for (int i = 0; i < Activity.MOST_KEPT; i++) {
            said("WARNING", "x".repeat(Activity.MOST_CHARACTERS + 1));
        }
        assertThat(all()).hasSize(2 * Activity.MOST_KEPT).doesNotContain("matters");
        assertThat(all().getFirst()).hasSize(Activity.MOST_CHARACTERS + 1).endsWith("…");
    }

    @Test
    void ofATaskItIsKeptWhatItBecame() {
        Task task = download();
        activity.changed(task);
        task.moves(new Report.Progress("ben/x", 1, 9, 0, -1, 1, "downloading"));
        activity.changed(task);
        task.moves(new Report.Progress("ben/x", 2, 9, 0, -1, 1, "downloading"));
        activity.changed(task);
        task.stands(Task.State.QUEUED, null);
        activity.changed(task);
        task.stands(Task.State.FAILED, "There is no ben/x.");
        activity.changed(task);
        assertThat(all()).containsExactly("ben/x has failed. There is no ben/x.", "ben/x is on its way to /x");
    }

    @Test
    void ofADownloadOnlySomeSourcesAreKept() {
        List<Report.SourceUsed> sources = Stream.generate(() -> new Report.SourceUsed("p", 1, null))
                .limit(4_000)
                .toList();
        activity.add(new Report.Got("ben/x", "/x", "c", 1, 0, 0, 1, 1, sources));
        activity.add(new Report.Progress("ben/x", 1, 2, 0, -1, 1, "downloading"));
        assertThat(activity.find(new TaskWish.ShowActivity(null, "", List.of("got"), "DETAIL", 0, 9)))
                .singleElement()
                .satisfies(got ->
                        assertThat(((Report.Got) got.data()).sourcesUsed()).hasSize(Activity.MOST_SOURCES));
    }
}
