package dev.shoal.swarm;

/** What becomes of a request that has come. */
public enum Verdict {
    /** It waits for its turn. */
    WAITS,
    /** More is requested than was allowed: a breach of the protocol. */
    OVER_LIMIT,
    /** All of these blocks wait already: each is sent once. */
    DUPLICATE,
    /** The range is not in the content. */
    OUTSIDE,
    /** The content is not served, or the peer is not known. */
    UNKNOWN
}
