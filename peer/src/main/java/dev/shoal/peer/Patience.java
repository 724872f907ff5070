package dev.shoal.peer;

import java.util.concurrent.TimeUnit;

/**
 * How long a download waits for somebody to send something. What has begun is worth waiting for; at the start, somebody
 * sits in front of it. Time is an argument. Not thread-safe.
 */
final class Patience {

    /** What the index says of the sources. */
    enum Outlook {
        /** It has not said anything yet, or is away: it may know some. */
        UNKNOWN,
        /** There is none. A peer that has just been started, or an index that has, needs a moment. */
        NOBODY,
        /** There are only some that were of no use. */
        ONLY_TROUBLED,
        /** There are only some that must not be asked again. */
        ONLY_BANNED,
        /** There are some, which are dialled or about to be. */
        SOME
    }

    /**
     * Once something has come: a source that is started again, or a line that is mended, is worth that much. It
     * outlasts the longest pause after which a source is tried again, and that try.
     */
    static final long BEGUN_NANOS = Troubles.LONGEST_PAUSE_NANOS + TimeUnit.SECONDS.toNanos(30);

    /** As long as nothing has come: several attempts to dial. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** For a first source to appear: a restarted index hears most of its peers in a few seconds. */
    private static final long NOBODY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** For one that has been of some use to appear beside those that have not. */
    private static final long TROUBLED_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final int chunksAtStart;
    private final boolean endless;
    private int chunks;
    private long hopeNanos;

    /**
     * Begins.
     *
     * @param endless whether to wait for ever, unless there are only sources that must not be asked again
     */
    Patience(int chunksAtStart, boolean endless, long nowNanos) {
        this.endless = endless;
        this.chunksAtStart = chunksAtStart;
        this.chunks = chunksAtStart;
        this.hopeNanos = nowNanos;
    }

    /** Looks at how it is going: whether a chunk has come, or a source is in use that nothing speaks against. */
    void look(int chunksNow, boolean hopeful, long nowNanos) {
        if (hopeful || chunksNow != chunks) {
            hopeNanos = nowNanos;
        }
        chunks = chunksNow;
    }

    /** Whether it was too long. */
    boolean isOver(Outlook outlook, long nowNanos) {
        if (endless && outlook != Outlook.ONLY_BANNED) {
            return false;
        }
        boolean begun = chunks > chunksAtStart;
        long limit = begun
                ? BEGUN_NANOS
                : switch (outlook) {
                    case UNKNOWN -> BEGUN_NANOS;
                    case NOBODY -> NOBODY_NANOS;
                    case ONLY_TROUBLED -> TROUBLED_NANOS;
                    case ONLY_BANNED -> 0;
                    case SOME -> FIRST_NANOS;
                };
        return nowNanos - hopeNanos > limit;
    }
}
