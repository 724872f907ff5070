package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.PeerPdu.MoreChunks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final ChunkSet held = new ChunkSet(4 * PeerPdu.MAX_RUNS);
    private final Announcements announcements = new Announcements(held, 0);

    @Test
    void aSourceThatIsFoundLaterLearnsWhatTheOthersKnowAndThenTheSameNews() {
        assertThat(announcements.soFar()).isEmpty();
        held.add(1);
        assertThat(news(1)).containsExactly(more(new ChunkRun(1, 1)));
        held.add(5);
        assertThat(announcements.soFar()).containsExactly(more(new ChunkRun(1, 1)));
        assertThat(news(2)).containsExactly(more(new ChunkRun(5, 1)));
        assertThat(news(3)).isEmpty();
        assertThat(announcements.soFar()).containsExactly(more(new ChunkRun(1, 1), new ChunkRun(5, 1)));
    }

    /** Of chunks that were got privately, the sources of a public name would learn that they are here. */
    @Test
    void ofWhatIsHeldBackNothingIsToldNeitherAtOnceNorLater() {
        held.add(3);
        Announcements none = new Announcements(held, 0, false);
        assertThat(none.news(this::copy, 2 * SECOND_NANOS)).isEmpty();
        held.add(4);
        assertThat(none.news(this::copy, 4 * SECOND_NANOS)).isEmpty();
        assertThat(none.soFar()).isEmpty();
    }

    @Test
    void newsAreToldOnceASecond() {
        held.add(1);
        assertThat(announcements.news(this::copy, SECOND_NANOS - 1)).isEmpty();
        assertThat(announcements.news(this::copy, SECOND_NANOS)).hasSize(1);
    }

    @Test
    void whatDoesNotFitOnePduTakesSeveral() {
        for (int chunk = 0; chunk <= 2 * PeerPdu.MAX_RUNS; chunk += 2) {
            held.add(chunk);
        }
        news(1);
        List<ChunkRun> runs = new ArrayList<>();
        assertThat(announcements.soFar()).hasSize(2).allSatisfy(page -> {
            assertThat(page.runs()).hasSizeLessThanOrEqualTo(PeerPdu.MAX_RUNS);
            runs.addAll(page.runs());
        });
        assertThat(runs).isEqualTo(held.runs());
    }

    private List<MoreChunks> news(int seconds) {
        return announcements.news(this::copy, seconds * SECOND_NANOS);
    }

    private ChunkSet copy() {
        return held.copy();
    }

    private static MoreChunks more(ChunkRun... runs) {
        return new MoreChunks(List.of(runs));
    }
}
