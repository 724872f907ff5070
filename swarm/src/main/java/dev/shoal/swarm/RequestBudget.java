package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;

/**
 * How much a download may have requested, so that its data comes at a limited rate: whoever limits it grants bytes as
 * time passes, and a request is made only when a block is left. What is requested and does not come is free again. A
 * request may be longer than what is left; the next ones wait for that. The limit may begin and end at any time: what
 * was requested before it began counts as granted. Not thread-safe: guarded like its {@link Download}.
 */
public final class RequestBudget {

    private boolean limited;
    /** Whether the limit has begun, and what was requested before is not counted yet. */
    private boolean beginning;

    private long leftBytes;
    private long outstandingBytes;

    private RequestBudget(boolean limited) {
        this.limited = limited;
    }

    /** Everything may be requested. */
    public static RequestBudget unlimited() {
        return new RequestBudget(false);
    }

    /** Nothing may be requested before it is granted. */
    public static RequestBudget ofGrants() {
        return new RequestBudget(true);
    }

    /** Whether from now on only what is granted may be requested. */
    public void limited(boolean isLimited) {
        if (isLimited && !limited) {
            beginning = true;
            leftBytes = 0;
            outstandingBytes = 0;
        }
        limited = isLimited;
    }

    /** So much more may be requested, 0 or more. */
    public void grant(long bytes) {
        leftBytes += bytes;
    }

    /** Data has come, wanted or not. */
    public void arrived(long bytes) {
        if (!beginning) {
            leftBytes -= bytes;
        }
    }

    /** How much was granted and is not requested, as far as is known; below 0 when too much was requested. */
    public long unusedBytes() {
        return leftBytes - outstandingBytes;
    }

    /** Whether nothing is requested any more, as far as is known; only while there is a limit. */
    public boolean isDrained() {
        return limited && !beginning && outstandingBytes == 0;
    }

    /** Whether a request may be made, given the sources with all that is requested from them. */
    boolean allowsOneMore(Iterable<Source> sources) {
        count(sources);
        return !limited || unusedBytes() >= ChunkLayout.BLOCK_BYTES;
    }

    /**
     * Looks at all that is requested from the sources. Whoever grants needs to know it even when there is no source
     * left: what is taken for requested, and is not, would be granted once more.
     */
    void count(Iterable<Source> sources) {
        if (!limited) {
            return;
        }
        outstandingBytes = 0;
        for (Source source : sources) {
            outstandingBytes += source.outstandingBytes;
        }
        if (beginning) {
            beginning = false;
            leftBytes += outstandingBytes;
        }
    }
}
