package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.Hash;
import dev.shoal.protocol.PeerId;
import dev.shoal.swarm.DropReason;
import dev.shoal.swarm.SourceReport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where the chunks of a download came from, and what is told of its sources. */
class OriginsTest {

    private static final int CHUNKS = 6;

    private final ChunkSet held = new ChunkSet(CHUNKS);

    private static PeerId peer(int number) {
        return new PeerId(new Hash(number, 2, 3, 4));
    }

    private static ChunkSet set(int... chunks) {
        ChunkSet set = new ChunkSet(CHUNKS);
        for (int chunk : chunks) {
            set.add(chunk);
        }
        return set;
    }

    private static TransferState state(
            ChunkSet held, Origins origins, Map<SourceReport, PeerId> reports, Map<PeerId, String> troubles, long now) {
        ChunkSet wanted = ChunkSet.full(CHUNKS);
        wanted.remove(5);
        return new TransferState(held, wanted, set(3), origins.chunks(), origins.peers(), reports, troubles, now);
    }

    private static SourceReport report(int source, int chunks, long requested, @Nullable DropReason dropped) {
        return new SourceReport(source, 0, 0, 1_000, chunks, requested, dropped);
    }

    @Test
    void aChunkIsOfWhoSentTheLastOfIt() {
        held.add(new ChunkRun(0, 2));
        Origins origins = new Origins(held);
        origins.copiedBesides(set(0));
        assertThat(origins.number(peer(1), "h:1")).isEqualTo(1);
        assertThat(origins.number(peer(2), "h:2")).isEqualTo(2);
        assertThat(origins.number(peer(1), "h:3")).isEqualTo(1);
        origins.came(2, true, 1, 10, 5);
        origins.came(2, true, 2, 20, 6);
        origins.came(2, false, 1, 0, 6);
        origins.came(3, true, 1, 30, 7);
        origins.copied(4);
        assertThat(state(set(0, 1, 2, 4), origins, Map.of(), Map.of(), 8)
                        .cells(10)
                        .cells())
                .containsExactly((int) Origins.EARLIER, (int) Origins.COPIED, 2, -1, (int) Origins.COPIED, -4);
        assertThat(origins.peers())
                .containsExactly(
                        new Origins.Known(1, peer(1), "h:3", 40, true, 7),
                        new Origins.Known(2, peer(2), "h:2", 20, true, 6));
    }

    @Test
    void whoComesAfterTheLastNumberSharesOne() {
        Origins origins = new Origins(held);
        for (int number = 1; number <= Origins.MOST_PEERS; number++) {
            assertThat(origins.number(peer(number), "")).isEqualTo(number);
        }
        int others = origins.number(peer(Origins.MOST_PEERS + 1), "");
        assertThat(others).isEqualTo(Origins.MOST_PEERS + 1);
        assertThat(origins.number(peer(Origins.MOST_PEERS + 2), "")).isEqualTo(others);
        origins.came(0, true, others, 10, 0);
        assertThat(origins.peers()).hasSize(Origins.MOST_PEERS);
        assertThat(origins.chunks()[0]).isEqualTo((short) others);
    }

    @Test
    void aSourceSendsWaitsIsIdleOrDropped() {
        Origins origins = new Origins(held);
        for (int number = 1; number <= 5; number++) {
            origins.number(peer(number), "h:" + number);
        }
        long now = TimeUnit.SECONDS.toNanos(100);
        origins.came(0, true, 1, 10, now - 1);
        origins.came(1, true, 2, 10, now - TimeUnit.SECONDS.toNanos(10));
        Map<SourceReport, PeerId> reports = Map.of(
                report(1, 3, 0, null), peer(1),
                report(2, 6, 5, null), peer(2),
                report(3, 0, 0, null), peer(3),
                report(4, 6, 0, DropReason.STALLED), peer(4));
        List<TaskReport.SourceDetail> sources = state(held, origins, reports, Map.of(peer(5), "sent wrong data"), now)
                .sources();
        assertThat(sources)
                .extracting(TaskReport.SourceDetail::state)
                .containsExactly("sending", "waiting", "idle", "dropped", "dropped");
        assertThat(sources)
                .extracting(TaskReport.SourceDetail::why)
                .containsExactly(null, null, null, "sent nothing for too long", "sent wrong data");
        assertThat(sources).extracting(TaskReport.SourceDetail::completeness).containsExactly(0.5, 1.0, 0.0, 1.0, 0.0);
        assertThat(sources)
                .extracting(TaskReport.SourceDetail::rateBytesPerSecond)
                .containsExactly(1_000L, 0L, 0L, 0L, 0L);
    }
}
