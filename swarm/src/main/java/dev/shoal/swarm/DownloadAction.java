package dev.shoal.swarm;

import java.util.BitSet;
import java.util.List;

/** What a {@link Download} wants done. The caller does it without calling back from inside the event. */
public sealed interface DownloadAction {

    /** Ask a source for blocks ({@code G}). */
    record Request(int source, BlockRange range) implements DownloadAction {}

    /** Tell a source that blocks are no longer wanted ({@code c}); some may still come. */
    record Cancel(int source, BlockRange range) implements DownloadAction {}

    /**
     * Ask a source to give blocks back unless it has begun to send them ({@code c}, as for a cancel): either the blocks
     * come, or it answers with {@code c} and the caller reports {@code requestWithdrawn}.
     */
    record Withdraw(int source, BlockRange range) implements DownloadAction {}

    /** All blocks of a chunk are there: hash it, write it, then report {@code chunkVerified} or {@code chunkFailed}. */
    record Verify(int chunk) implements DownloadAction {}

    /**
     * A chunk that several sources sent is wrong: get its leaf hashes from one of these sources, in this order, verify
     * them against the chunk's hash, and report {@code wrongBlocks} or {@code leavesUnavailable}.
     */
    record NeedLeaves(int chunk, List<Integer> sources) implements DownloadAction {}

    /** Tell a source that a chunk which came from it alone is wrong ({@code p}). Comes before its {@link Drop}. */
    record Complain(int source, int chunk) implements DownloadAction {}

    /** Stop using a source for this content ({@code q}); with {@code ban}, for as long as the content is wanted. */
    record Drop(int source, DropReason reason, boolean ban) implements DownloadAction {}

    /**
     * A chunk is here as a whole, as far as is known: read and verify it, write it, then report {@code chunkVerified},
     * or else {@code notHere}.
     */
    record Copy(int chunk) implements DownloadAction {}

    /**
     * A chunk is begun of which these blocks are here, as far as is known: read them into its buffer, then report
     * {@code filled}, or else {@code notHere}.
     */
    record Fill(int chunk, BitSet blocks) implements DownloadAction {}

    /** Every chunk is verified. Comes once. */
    record Finished() implements DownloadAction {}

    /** Look for more sources; {@code nothingToRequest} when the known ones have nothing that is missing. */
    record NeedSources(boolean nothingToRequest) implements DownloadAction {}
}
