package dev.shoal.swarm;

/** Which missing chunk comes first. */
public enum Order {
    /** The one that the fewest sources have: best for the swarm, and for files. */
    RAREST_FIRST,
    /** The earliest ones, so that the content can be used or passed on from its beginning while it arrives. */
    IN_ORDER
}
