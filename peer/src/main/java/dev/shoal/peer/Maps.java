package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerPdu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chunk map of a source as it comes: either everything, or windows in rising order that leave no gap; only then
 * more chunks. For one thread at a time.
 */
final class Maps {

    private final int chunkCount;
    private int mapped;

    /** Of a source that has said nothing yet. */
    Maps(int chunkCount) {
        this.chunkCount = chunkCount;
    }

    /** Whether the source has said of all chunks whether it has them. */
    boolean isComplete() {
        return mapped == chunkCount;
    }

    /**
     * The next part of the map.
     *
     * @return the chunks that the source has according to it
     * @throws MalformedPduException when it leaves the content, or is not what has to come now
     */
    List<ChunkRun> next(PeerPdu.ChunkMap map) {
        if (isComplete() != map instanceof PeerPdu.MoreChunks) {
            throw new MalformedPduException(
                    isComplete() ? "its map comes twice" : "more chunks come before its map is complete");
        }
        return switch (map) {
            case PeerPdu.AllChunks all -> all();
            case PeerPdu.MapWindow window -> window(window);
            case PeerPdu.MoreChunks more -> more(more);
        };
    }

    /** The PDUs that tell of everything in a set. */
    static List<PeerPdu> of(ChunkSet chunks) {
        if (chunks.isFull()) {
            return List.of(new PeerPdu.AllChunks());
        }
        byte[] bits = chunks.encode();
        int windowBytes = PeerPdu.MAX_MAP_CHUNKS / 8;
        List<PeerPdu> maps = new ArrayList<>();
        for (int first = 0; first < chunks.size(); first += PeerPdu.MAX_MAP_CHUNKS) {
            int count = Math.min(PeerPdu.MAX_MAP_CHUNKS, chunks.size() - first);
            byte[] part = Arrays.copyOfRange(bits, first / 8, Math.min(bits.length, first / 8 + windowBytes));
            maps.add(new PeerPdu.MapWindow(first, count, part));
        }
        return maps;
    }

    private List<ChunkRun> all() {
        if (mapped > 0) {
            throw new MalformedPduException("all chunks come after a window");
        }
        mapped = chunkCount;
        return List.of(new ChunkRun(0, chunkCount));
    }

    private List<ChunkRun> window(PeerPdu.MapWindow window) {
        if (window.firstChunk() != mapped || window.chunkCount() == 0 || window.chunkCount() > chunkCount - mapped) {
            throw new MalformedPduException("a window of " + window.chunkCount() + " chunks from " + window.firstChunk()
                    + " on comes where " + mapped + " of " + chunkCount + " are known");
        }
        mapped += window.chunkCount();
        return ChunkSet.decode(window.chunkCount(), window.bits()).runs().stream()
                .map(run -> new ChunkRun(window.firstChunk() + run.first(), run.count()))
                .toList();
    }

    private List<ChunkRun> more(PeerPdu.MoreChunks more) {
        if (more.runs().stream().anyMatch(run -> run.end() > chunkCount)) {
            throw new MalformedPduException("a map with chunks that the content does not have");
        }
        return more.runs();
    }
}
