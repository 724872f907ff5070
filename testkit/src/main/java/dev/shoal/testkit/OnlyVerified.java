package dev.shoal.testkit;

import java.util.function.Consumer;

/** No chunk is accepted of which a block is wrong or missing, and none is held. */
final class OnlyVerified implements Invariant {

    @Override
    public String rule() {
        return "no chunk is accepted unverified";
    }

    @Override
    public void check(Touch touch, Consumer<String> complaint) {
        if (touch instanceof Touch.Accepted accepted && !accepted.sound()) {
            complaint.accept("peer " + accepted.peer().id + " accepts chunk " + accepted.chunk()
                    + ", which is not what it should be");
        }
    }

    @Override
    public void checkIdle(SwarmPeer peer, Consumer<String> complaint) {
        // What a crash took from a peer that is away is looked at when it comes back.
        int wrong = peer.isPresent() ? peer.disk().firstWrong() : -1;
        if (wrong >= 0) {
            complaint.accept("peer " + peer.id + " holds chunk " + wrong + ", which is not what it should be");
        }
    }
}
