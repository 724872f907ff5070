package dev.shoal.testkit;

/** How a simulated peer behaves. */
public enum PeerBehaviour {
    /** Well, and stays when it is done. */
    HONEST,
    /** Well, and leaves when it is done. */
    LEAVES_WHEN_DONE,
    /** Says that it has all chunks, and refuses every request. */
    LIES,
    /** Says now and then that it is busy. */
    BUSY,
    /** Sends wrong data now and then. */
    CORRUPTS,
    /** Takes requests, says that it lives, and never sends anything. */
    STALLS,
    /** Never says anything. */
    MUTE;

    /** Whether its own download has to end. */
    boolean mustFinish() {
        return this != LIES && this != STALLS && this != MUTE;
    }

    /** Whether it says that it has everything, and never serves any of it. */
    boolean claimsAll() {
        return this == LIES || this == STALLS || this == MUTE;
    }

    /** Whether what it says it has can be counted on. */
    boolean serves() {
        return this == HONEST || this == LEAVES_WHEN_DONE;
    }
}
