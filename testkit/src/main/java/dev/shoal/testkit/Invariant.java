package dev.shoal.testkit;

import java.util.function.Consumer;

/**
 * A rule that holds in every simulated swarm after every event, whatever goes wrong. It is told what each event
 * touched, and looks at everything now and then. For one thread.
 */
interface Invariant {

    /** The rule, as a sentence. */
    String rule();

    /** Looks at what an event touched, after it; whatever is wrong goes to {@code complaint}. */
    void check(Touch touch, Consumer<String> complaint);

    /** Looks at a peer that nothing need have happened to. */
    default void checkIdle(SwarmPeer peer, Consumer<String> complaint) {}
}
