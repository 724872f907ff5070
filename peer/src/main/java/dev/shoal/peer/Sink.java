package dev.shoal.peer;

import dev.shoal.swarm.RequestBudget;
import java.nio.ByteBuffer;

/** Where the verified chunks of a {@link Transfer} go. Called on several threads at once. */
interface Sink {

    /** Keeps a verified chunk; the buffer is used again afterwards. */
    void write(int chunk, ByteBuffer data);

    /** The row of chunk hashes is known. */
    void chunkRow(byte[] row);

    /**
     * A verified chunk was kept.
     *
     * @param fetched whether it came from a source; else it was here, in something else
     */
    void chunkKept(int chunk, boolean fetched);

    /** How much may be requested by now. Called under the transfer's lock. */
    RequestBudget budget();
}
