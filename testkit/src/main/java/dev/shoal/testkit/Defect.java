package dev.shoal.testkit;

/** A mistake that is planted into a simulated swarm, to show that a rule finds it. */
public enum Defect {
    /** Nothing is wrong. */
    NONE,
    /** Peers take every chunk for right. */
    ACCEPTS_UNVERIFIED,
    /** Peers come back after a crash with chunks that were not forced. */
    BELIEVES_UNFORCED,
    /** Nobody looks at the clock of a download, so that no request ends by itself. */
    DROPS_DEADLINES,
    /** Peers do not tell a source what they want no longer. */
    FORGETS_CANCELS,
    /** Peers take for told what they do not tell: which requests they want answered no longer. */
    STOPS_SILENTLY,
    /** Peers take every connection. */
    IGNORES_LIMITS,
    /** Peers send as fast as they can. */
    IGNORES_UPLOAD_LIMIT,
    /** Peers request as much as they can. */
    IGNORES_DOWNLOAD_LIMIT,
    /** Peers ask for sources once and never again. */
    ASKS_ONCE,
    /** The index does not look for leases that ran out. */
    FORGETS_LEASES,
    /** Peers do not register anew when the index asks for it. */
    NEVER_RESTATES
}
