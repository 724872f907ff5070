package dev.shoal.testkit;

import java.util.function.Consumer;

/** No chunk is accepted of which a block is wrong or missing. */
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
}
