package dev.shoal.protocol;

import dev.shoal.content.ChunkRun;
import java.util.ArrayList;
import java.util.List;

/**
 * Chunk runs on the wire: count (2), then first (4) and count (4) of each, in rising order and without overlap, so that
 * going through them never takes more steps than the content has chunks.
 */
final class Runs {

    private static final int RUN_BYTES = 8;

    private Runs() {}

    /** Decodes runs that each lie inside a content of {@code chunkCount} chunks. */
    static List<ChunkRun> decode(WireReader in, int maxRuns, int chunkCount) {
        int count = in.entryCount("run count", maxRuns, RUN_BYTES);
        List<ChunkRun> runs = new ArrayList<>(count);
        int end = 0;
        for (int i = 0; i < count; i++) {
            ChunkRun run = new ChunkRun(in.count("first chunk"), in.count("chunk count"));
            if ((long) run.first() + run.count() > chunkCount) {
                throw in.malformed("run", run + " is not inside " + chunkCount + " chunks");
            }
            if (run.count() == 0 || run.first() < end) {
                throw in.malformed("run", run + " is empty, or does not follow the one before");
            }
            end = run.end();
            runs.add(run);
        }
        return List.copyOf(runs);
    }

    static void encode(List<ChunkRun> runs, WireWriter out) {
        out.u16(runs.size());
        runs.forEach(run -> out.count(run.first()).count(run.count()));
    }
}
