package dev.shoal.testkit;

/** What an event of a simulated swarm touched, for the rules that look at it. Immutable. */
sealed interface Touch {

    /** A peer decided something, or something was decided about it. */
    record OfPeer(SwarmPeer peer) implements Touch {}

    /**
     * A peer takes a chunk for verified.
     *
     * @param sound whether every block of it is there and right
     */
    record Accepted(SwarmPeer peer, int chunk, boolean sound) implements Touch {}

    /** A peer came back, with what it believes to have. */
    record CameBack(SwarmPeer peer) implements Touch {}

    /**
     * The index named a source.
     *
     * @param peer who was named
     * @param unheardNanos for how long the index had not heard it; {@link Long#MAX_VALUE} when it had said good-bye
     * @param leaseNanos for how long the index may believe it
     */
    record Listed(SwarmPeer peer, long unheardNanos, long leaseNanos) implements Touch {}
}
