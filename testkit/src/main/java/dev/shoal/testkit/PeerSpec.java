package dev.shoal.testkit;

/**
 * A peer of a scenario. Immutable.
 *
 * @param seed whether it has everything from the start
 * @param upBytesPerSecond rate of its uplink
 * @param downBytesPerSecond rate of its downlink
 * @param startNanos when it joins
 * @param behaviour how it behaves
 */
public record PeerSpec(
        boolean seed, long upBytesPerSecond, long downBytesPerSecond, long startNanos, PeerBehaviour behaviour) {

    private static final long MEGABIT_BYTES = 125_000;

    /** The seed, with a symmetric link. */
    public static PeerSpec seed(double megabits) {
        return new PeerSpec(true, bytes(megabits), bytes(megabits), 0, PeerBehaviour.HONEST);
    }

    /** A downloader that is there from the start. */
    public static PeerSpec downloader(double downMegabits, double upMegabits) {
        return new PeerSpec(false, bytes(upMegabits), bytes(downMegabits), 0, PeerBehaviour.HONEST);
    }

    /** The same, otherwise. */
    public PeerSpec behaving(PeerBehaviour other) {
        return new PeerSpec(seed, upBytesPerSecond, downBytesPerSecond, startNanos, other);
    }

    /** The same, later. */
    public PeerSpec from(long otherStartNanos) {
        return new PeerSpec(seed, upBytesPerSecond, downBytesPerSecond, otherStartNanos, behaviour);
    }

    private static long bytes(double megabits) {
        return (long) (megabits * MEGABIT_BYTES);
    }
}
