package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is here of chunks that are missing and not begun, as far as is known: chunks that are here as a whole are set
 * apart to be copied, of others is known which blocks need not be requested. For one thread at a time.
 */
final class HereBlocks {

    private final ChunkLayout layout;
    private final RarityPool pool;
    private final List<DownloadAction> actions;
    private final Map<Integer, BitSet> parts = new HashMap<>();
    private final Set<Integer> copying = new HashSet<>();

    HereBlocks(ChunkLayout layout, RarityPool pool, List<DownloadAction> actions) {
        this.layout = layout;
        this.pool = pool;
        this.actions = actions;
    }

    /** These blocks of chunks are here. */
    void add(Map<Integer, BitSet> blocks) {
        blocks.forEach((chunk, here) -> {
            if (!pool.contains(chunk) || here.length() > layout.blocks(chunk)) {
                return;
            }
            if (here.cardinality() == layout.blocks(chunk)) {
                pool.take(chunk);
                copying.add(chunk);
                actions.add(new DownloadAction.Copy(chunk));
            } else if (!here.isEmpty()) {
                parts.put(chunk, here);
            }
        });
    }

    /** A chunk is begun: what is here of it is to be filled in. */
    void begun(Assembly assembly) {
        BitSet here = parts.remove(assembly.chunk);
        if (here != null) {
            assembly.here(here);
            actions.add(new DownloadAction.Fill(assembly.chunk, here));
        }
    }

    /** Whether a chunk was set apart, and is no longer: it has been copied. */
    boolean copied(int chunk) {
        return copying.remove(chunk);
    }

    /** A chunk that was set apart is not here. Returns whether it was. */
    boolean giveBack(int chunk) {
        boolean known = copying.remove(chunk);
        if (known) {
            pool.put(chunk);
        }
        return known;
    }
}
