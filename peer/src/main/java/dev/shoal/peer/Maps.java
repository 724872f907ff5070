package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerPdu;
import java.util.List;

/** Chunk maps of the wire and of the store. */
final class Maps {

    private Maps() {}

    /**
     * The chunks of a window.
     *
     * @throws MalformedPduException when it leaves the content
     */
    static List<ChunkRun> runs(PeerPdu.MapWindow window, int chunkCount) {
        if ((long) window.firstChunk() + window.chunkCount() > chunkCount) {
            throw new MalformedPduException("a map of chunks that the content does not have");
        }
        try {
            return ChunkSet.decode(window.chunkCount(), window.bits()).runs().stream()
                    .map(run -> new ChunkRun(window.firstChunk() + run.first(), run.count()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new MalformedPduException(String.valueOf(e.getMessage()));
        }
    }
}
