package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who tells never waits for who listens. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TellingTest {

    private final List<Report> heard = new CopyOnWriteArrayList<>();
    private final List<RuntimeException> broken = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final Telling telling = new Telling(this::hear, broken::add);

    private void hear(Report report) {
        heard.add(report);
        begun.countDown();
        try {
            goesOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Report report(int number) {
        return new Report.Removed(number);
    }

    @Test
    void everythingIsToldInOrderBeforeTheEnd() {
        goesOn.countDown();
        List<Report> all = new ArrayList<>();
        for (int i = 0; i < Telling.MOST_WAITING; i++) {
            all.add(report(i));
            assertThat(telling.tell(all.getLast())).isTrue();
        }
        telling.close();
        assertThat(heard).isEqualTo(all);
        assertThat(telling.tell(report(0))).isFalse();
    }

    @Test
    void aListenerThatIsStoppedHoldsUpNobodyAndIsToldHowMuchItMissed() throws InterruptedException {
        assertThat(telling.tell(report(-1))).isTrue();
        begun.await();
        for (int i = 0; i < Telling.MOST_WAITING + 50; i++) {
            boolean isTold = i < Telling.MOST_WAITING - Telling.MOST_WITH_PROGRESS / 2;
            assertThat(telling.tell(report(i))).isEqualTo(isTold);
            assertThat(telling.tell(new Report.Progress("name", 1, 2, 3, 4, 5, "phase")))
                    .isTrue();
        }
        goesOn.countDown();
        telling.close();
        // Half of what waited before it became too much were states of a transfer.
        int told = Telling.MOST_WAITING - Telling.MOST_WITH_PROGRESS / 2;
        assertThat(heard.stream().filter(Report.Removed.class::isInstance))
                .hasSize(1 + told)
                .endsWith(report(told - 1));
        assertThat(heard.getLast())
                .isInstanceOfSatisfying(
                        Report.Said.class,
                        said -> assertThat(said.text())
                                .startsWith((Telling.MOST_WAITING + 50 - told) + " more things"));
        assertThat(broken).isEmpty();
    }

    @Test
    void conflictsTakeThePlaceOfWhatIsLessWorthHearing() throws InterruptedException {
        telling.tell(report(-1));
        begun.await();
        for (int i = 0; i < Telling.MOST_WAITING; i++) {
            assertThat(telling.tell(report(i))).isTrue();
        }
        List<Report> conflicts = new ArrayList<>();
        for (int i = 0; i < Telling.MOST_WAITING; i++) {
            conflicts.add(new SubscriptionReport.Conflict("lab/x", "/x", i, null, "was edited"));
            assertThat(telling.tell(conflicts.getLast())).isTrue();
        }
        assertThat(telling.tell(conflicts.getFirst()))
                .as("there is a limit even so, and whoever tells knows")
                .isFalse();
        goesOn.countDown();
        telling.close();
        assertThat(heard.subList(1, 1 + Telling.MOST_WAITING)).isEqualTo(conflicts);
        assertThat(heard.getLast())
                .isInstanceOfSatisfying(
                        Report.Said.class,
                        said -> assertThat(said.text()).startsWith((Telling.MOST_WAITING + 1) + " more things"));
    }

    @Test
    void howATaskDownloadsIsLeftOutFirstAndThatItEndedLast() throws InterruptedException {
        telling.tell(report(-1));
        begun.await();
        for (int i = 0; i < Telling.MOST_WAITING; i++) {
            assertThat(telling.tell(task("downloading"))).isTrue();
        }
        for (int i = Telling.MOST_WITH_PROGRESS; i < Telling.MOST_WAITING; i++) {
            assertThat(telling.tell(task("sharing"))).isTrue();
        }
        assertThat(telling.tell(task("sharing"))).isFalse();
        TaskReport.TaskEnded ended = new TaskReport.TaskEnded(1, "share", "lab/x");
        assertThat(telling.tell(ended)).isTrue();
        goesOn.countDown();
        telling.close();
        assertThat(heard).contains(ended);
        assertThat(heard.stream().filter(task("downloading")::equals)).hasSize(Telling.MOST_WITH_PROGRESS);
    }

    private static TaskReport.Task task(String state) {
        return new TaskReport.Task(
                1, "share", state, "lab/x", "/x", 1, 1, 0, -1, 0, 0, -1, "public", false, null, null, null, null, null,
                1);
    }

    @Test
    void whoCannotBeToldHearsNothingMore() {
        RuntimeException trouble = new IllegalStateException("gone");
        Telling toNobody = new Telling(
                report -> {
                    throw trouble;
                },
                broken::add);
        assertThat(toNobody.tell(report(1))).isTrue();
        toNobody.close();
        assertThat(broken).containsExactly(trouble);
        assertThat(toNobody.tell(report(2))).isFalse();
    }
}
