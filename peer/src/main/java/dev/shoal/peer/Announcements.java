package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.PeerPdu;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What the sources of a download were told that is here, so that they send first what nobody else has. Not thread-safe.
 */
final class Announcements {

    /** How long new chunks are gathered: a source that knows it a second later loses nothing. */
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final boolean isTold;
    private ChunkSet announced;
    private long lastNanos;

    /** Nobody has been told of anything yet. */
    Announcements(ChunkSet held, long nowNanos) {
        this(held, nowNanos, true);
    }

    /**
     * The same, or of what nobody is to know: of chunks that were got privately, a source that somebody else chose
     * would learn that they are here.
     */
    Announcements(ChunkSet held, long nowNanos, boolean isTold) {
        this.announced = new ChunkSet(held.size());
        this.lastNanos = nowNanos;
        this.isTold = isTold;
    }

    /** What a new source has to be told at once: what all others know. The next news then go to it, too. */
    List<PeerPdu.MoreChunks> soFar() {
        return pages(announced);
    }

    /** What to tell all sources now, given what is here. */
    List<PeerPdu.MoreChunks> news(Supplier<ChunkSet> here, long nowNanos) {
        if (!isTold || nowNanos - lastNanos < PAUSE_NANOS) {
            return List.of();
        }
        lastNanos = nowNanos;
        ChunkSet held = here.get();
        if (held.count() == announced.count()) {
            return List.of();
        }
        ChunkSet fresh = held.copy();
        for (int chunk = announced.next(0); chunk >= 0; chunk = announced.next(chunk + 1)) {
            fresh.remove(chunk);
        }
        announced = held;
        return pages(fresh);
    }

    /** The PDUs that name these chunks. */
    static List<PeerPdu.MoreChunks> pages(ChunkSet chunks) {
        List<ChunkRun> runs = chunks.runs();
        int pages = (runs.size() + PeerPdu.MAX_RUNS - 1) / PeerPdu.MAX_RUNS;
        return IntStream.range(0, pages)
                .mapToObj(page -> new PeerPdu.MoreChunks(List.copyOf(
                        runs.subList(page * PeerPdu.MAX_RUNS, Math.min(runs.size(), (page + 1) * PeerPdu.MAX_RUNS)))))
                .toList();
    }
}
