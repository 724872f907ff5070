package dev.shoal.protocol;

import dev.shoal.content.ChunkRun;
import java.util.ArrayList;
import java.util.List;

/** Chunk runs on the wire: count (2), then first (4) and count (4) of each. */
final class Runs {

    private static final int RUN_BYTES = 8;

    private Runs() {}

    /** Decodes runs that each lie inside a content of {@code chunkCount} chunks. */
    static List<ChunkRun> decode(WireReader in, int maxRuns, int chunkCount) {
        int count = in.u16("run count");
        if (count > maxRuns || count * RUN_BYTES > in.remaining()) {
            throw in.malformed("run count", count + " runs do not fit");
        }
        List<ChunkRun> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ChunkRun run = new ChunkRun(in.count("first chunk"), in.count("chunk count"));
            if ((long) run.first() + run.count() > chunkCount) {
                throw in.malformed("run", run + " is not inside " + chunkCount + " chunks");
            }
            runs.add(run);
        }
        return List.copyOf(runs);
    }

    static void encode(List<ChunkRun> runs, WireWriter out) {
        out.u16(runs.size());
        runs.forEach(run -> out.count(run.first()).count(run.count()));
    }
}
