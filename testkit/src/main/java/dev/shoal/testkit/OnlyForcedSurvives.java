package dev.shoal.testkit;

import java.util.function.Consumer;

/** A peer that comes back after a crash believes only what it had forced. */
final class OnlyForcedSurvives implements Invariant {

    @Override
    public String rule() {
        return "only what was forced is believed after a crash";
    }

    @Override
    public void check(Touch touch, Consumer<String> complaint) {
        if (touch instanceof Touch.CameBack(SwarmPeer peer)) {
            SimulatedDisk disk = peer.disk();
            for (int chunk = 0; chunk < disk.held().size(); chunk++) {
                if (disk.held().contains(chunk) && !disk.forced().contains(chunk)) {
                    complaint.accept("peer " + peer.id + " comes back with chunk " + chunk + ", which was not forced");
                    return;
                }
            }
        }
    }
}
