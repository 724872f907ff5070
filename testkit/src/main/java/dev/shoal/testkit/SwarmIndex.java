package dev.shoal.testkit;

import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.PeerId;
import java.util.List;
import java.util.function.Consumer;

/** What simulated peers have for an index. For one thread. */
interface SwarmIndex {

    /** A peer has begun to run. */
    void joined(SwarmPeer peer);

    /**
     * A peer has ended.
     *
     * @param goodBye whether it says so
     */
    void left(SwarmPeer peer, boolean goodBye);

    /** A peer has one more chunk. */
    default void chunkCame(SwarmPeer peer, int chunk) {}

    /** The index is killed, and comes back after a while with what it keeps on disk. */
    default void restart(long downNanos) {}

    /** A clock jumps: that of a peer, or of the {@link Fault#INDEX}. */
    default void clockJumps(int machine, long millis) {}

    /** Everything that it knows of the sources, with their chunks; nothing for one that keeps no such thing. */
    default List<Source> everything() {
        return List.of();
    }

    /** Which peer has that identity; {@link Fault#INDEX} for none. */
    default int number(PeerId peer) {
        return Fault.INDEX;
    }

    /** Asks for some sources; {@code found} hears them later, or never when the index does not answer. */
    void locate(SwarmPeer asker, Consumer<List<SwarmPeer>> found);
}
