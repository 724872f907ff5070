package dev.shoal.testkit;

import java.util.List;
import java.util.Locale;

/** Something that goes wrong in a simulated swarm, at a moment of virtual time. Immutable. */
public sealed interface Fault {

    /** Stands for the index where a peer's number is asked for. */
    int INDEX = -1;

    /** When it happens. */
    long atNanos();

    /** When it is over, and nothing follows from it directly any more. */
    default long endNanos() {
        return atNanos();
    }

    /** Whether it is about that peer alone, so that it means nothing without it. */
    default boolean isAbout(int peer) {
        return false;
    }

    /** What happens, without the moment. */
    String sentence();

    /**
     * A peer is gone from one moment to the next and comes back with what it had forced.
     *
     * @param silent whether nobody is told: its machine lost its power, so that no connection is closed
     */
    record Crash(long atNanos, int peer, long downNanos, boolean silent) implements Fault {
        @Override
        public long endNanos() {
            return atNanos + downNanos;
        }

        @Override
        public boolean isAbout(int other) {
            return peer == other;
        }

        @Override
        public String sentence() {
            return "peer " + peer + (silent ? " loses its power" : " is killed") + " and comes back after "
                    + seconds(downNanos);
        }
    }

    /** A peer leaves for good, with a good-bye. */
    record Leave(long atNanos, int peer) implements Fault {
        @Override
        public boolean isAbout(int other) {
            return peer == other;
        }

        @Override
        public String sentence() {
            return "peer " + peer + " leaves";
        }
    }

    /** A peer behaves differently from now on. */
    record Turn(long atNanos, int peer, PeerBehaviour behaviour) implements Fault {
        @Override
        public boolean isAbout(int other) {
            return peer == other;
        }

        @Override
        public String sentence() {
            return "peer " + peer + " turns: " + behaviour;
        }
    }

    /**
     * Two sides of the network do not reach each other.
     *
     * @param side the peers of one side; all others are on the other side
     * @param withIndex whether the index is on that side
     */
    record Partition(long atNanos, long endNanos, List<Integer> side, boolean withIndex) implements Fault {
        /** Copies the list. */
        public Partition {
            side = List.copyOf(side);
        }

        @Override
        public String sentence() {
            return "peers " + side + (withIndex ? " with the index" : "") + " are cut off until " + seconds(endNanos);
        }
    }

    /** A share of the packets from and to a peer is lost; TCP repeats them. */
    record Loss(long atNanos, long endNanos, int peer, double share) implements Fault {
        @Override
        public boolean isAbout(int other) {
            return peer == other;
        }

        @Override
        public String sentence() {
            return String.format(
                    Locale.ROOT, "peer %d loses %.0f %% of its packets until %s", peer, 100 * share, seconds(endNanos));
        }
    }

    /**
     * Datagrams from and to the index do not arrive, arrive twice, or arrive after later ones.
     *
     * @param lost share that is lost
     * @param doubled share that arrives twice
     * @param late share that is overtaken by others
     */
    record Datagrams(long atNanos, long endNanos, double lost, double doubled, double late) implements Fault {
        @Override
        public String sentence() {
            return String.format(
                    Locale.ROOT,
                    "of all datagrams %.0f %% are lost, %.0f %% doubled, %.0f %% late until %s",
                    100 * lost,
                    100 * doubled,
                    100 * late,
                    seconds(endNanos));
        }
    }

    /** The index is killed; it comes back with what it keeps on disk, which is no session and no source. */
    record IndexRestart(long atNanos, long downNanos) implements Fault {
        @Override
        public long endNanos() {
            return atNanos + downNanos;
        }

        @Override
        public String sentence() {
            return "the index is killed and comes back after " + seconds(downNanos);
        }
    }

    /** The clock of a peer, or of the {@link #INDEX}, is set to another time; durations go on as before. */
    record ClockJump(long atNanos, int peer, long millis) implements Fault {
        @Override
        public boolean isAbout(int other) {
            return peer == other && peer != INDEX;
        }

        @Override
        public String sentence() {
            String whose = peer == INDEX ? "the index" : "peer " + peer;
            return "the clock of " + whose + " jumps by " + seconds(millis * 1_000_000);
        }
    }

    /** The uplink of a peer becomes that many times slower. */
    record SlowDown(long atNanos, int peer, int factor) implements Fault {
        @Override
        public boolean isAbout(int other) {
            return peer == other;
        }

        @Override
        public String sentence() {
            return "the uplink of peer " + peer + " becomes " + factor + " times slower";
        }
    }

    /** A moment or a duration, for people. */
    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }
}
