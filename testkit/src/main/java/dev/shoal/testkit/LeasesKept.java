package dev.shoal.testkit;

import java.util.function.Consumer;

/** The index names nobody that said good-bye, or that it has not heard for longer than a lease. */
final class LeasesKept implements Invariant {

    /** The index looks for leases that ran out once a second. */
    private static final long LOOKS_EVERY_NANOS = 1_100_000_000L;

    @Override
    public String rule() {
        return "no source is listed after its lease";
    }

    @Override
    public void check(Touch touch, Consumer<String> complaint) {
        if (touch instanceof Touch.Listed listed && listed.unheardNanos() - LOOKS_EVERY_NANOS > listed.leaseNanos()) {
            String since = listed.unheardNanos() == Long.MAX_VALUE
                    ? "which said good-bye"
                    : "which it has not heard for " + Fault.seconds(listed.unheardNanos());
            complaint.accept("the index names peer " + listed.peer().id + ", " + since);
        }
    }
}
