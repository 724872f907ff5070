package dev.shoal.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Looks at every rule after every event, as far as the event touched something, and at everything every {@link
 * #EVERYTHING_EVERY} events. For one thread.
 */
final class Checks {

    /** After so many events everything is looked at. */
    static final int EVERYTHING_EVERY = 1_000;

    private final List<Invariant> invariants = List.of(
            new OnlyVerified(), new OnlyForcedSurvives(), new RequestsEnd(), new LimitsKept(), new LeasesKept());
    private final BiConsumer<String, String> violation;
    private final Runnable lookAtIndex;
    private final Set<SwarmPeer> peers = new LinkedHashSet<>();
    private final List<Touch> touches = new ArrayList<>();

    /**
     * Rules of which none is broken yet.
     *
     * @param violation hears the rule, and what was seen
     * @param lookAtIndex touches every source that the index would name
     */
    Checks(BiConsumer<String, String> violation, Runnable lookAtIndex) {
        this.violation = violation;
        this.lookAtIndex = lookAtIndex;
    }

    /** The present event touched a peer. */
    void touched(SwarmPeer peer) {
        peers.add(peer);
    }

    /** The present event touched something else. */
    void touched(Touch touch) {
        touches.add(touch);
    }

    /** An event is over. */
    void afterEvent(long number, Collection<SwarmPeer> all) {
        boolean everything = number % EVERYTHING_EVERY == 0;
        if (everything) {
            lookAtIndex.run();
        }
        if (!peers.isEmpty()) {
            peers.forEach(peer -> touches.add(new Touch.OfPeer(peer)));
            peers.clear();
        }
        if (!touches.isEmpty()) {
            for (Touch touch : touches) {
                for (Invariant invariant : invariants) {
                    invariant.check(touch, sentence -> violation.accept(invariant.rule(), sentence));
                }
            }
            touches.clear();
        }
        if (everything) {
            for (SwarmPeer peer : all) {
                for (Invariant invariant : invariants) {
                    invariant.checkIdle(peer, sentence -> violation.accept(invariant.rule(), sentence));
                }
            }
        }
    }
}
