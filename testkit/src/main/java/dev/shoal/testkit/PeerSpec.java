package dev.shoal.testkit;

/**
 * A peer of a scenario. Immutable.
 *
 * @param seed whether it has everything from the start
 * @param upBytesPerSecond rate of its uplink
 * @param downBytesPerSecond rate of its downlink
 * @param startNanos when it joins
 * @param behaviour how it behaves
 * @param habits how it is set
 */
public record PeerSpec(
        boolean seed,
        long upBytesPerSecond,
        long downBytesPerSecond,
        long startNanos,
        PeerBehaviour behaviour,
        PeerHabits habits) {

    private static final long MEGABIT_BYTES = 125_000;

    /** The seed, with a symmetric link. */
    public static PeerSpec seed(double megabits) {
        return new PeerSpec(true, bytes(megabits), bytes(megabits), 0, PeerBehaviour.HONEST, PeerHabits.USUAL);
    }

    /** A downloader that is there from the start. */
    public static PeerSpec downloader(double downMegabits, double upMegabits) {
        return new PeerSpec(false, bytes(upMegabits), bytes(downMegabits), 0, PeerBehaviour.HONEST, PeerHabits.USUAL);
    }

    /** The same, otherwise. */
    public PeerSpec behaving(PeerBehaviour other) {
        return new PeerSpec(seed, upBytesPerSecond, downBytesPerSecond, startNanos, other, habits);
    }

    /** The same, later. */
    public PeerSpec from(long otherStartNanos) {
        return new PeerSpec(seed, upBytesPerSecond, downBytesPerSecond, otherStartNanos, behaviour, habits);
    }

    /** The same, set otherwise. */
    public PeerSpec with(PeerHabits otherHabits) {
        return new PeerSpec(seed, upBytesPerSecond, downBytesPerSecond, startNanos, behaviour, otherHabits);
    }

    private static long bytes(double megabits) {
        return (long) (megabits * MEGABIT_BYTES);
    }
}
