package dev.shoal.testkit;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What may go wrong in a simulated swarm. */
public enum FaultKind {
    /** Peers vanish and come back with what they had forced. */
    CRASH,
    /** Peers leave for good. */
    CHURN,
    /** Peers lie about their chunks, send wrong data, or do not answer. */
    LIE,
    /** Some peers, perhaps with the index, cannot reach the others for a while. */
    PARTITION,
    /** Packets between peers are lost, and repeated. */
    LOSS,
    /** Datagrams to and from the index are lost, doubled, or come late. */
    DATAGRAMS,
    /** The index loses its memory and comes back. */
    RESTART,
    /** Clocks that people look at are set forward or back. */
    CLOCK,
    /** Uplinks become slow. */
    SLOW;

    /** All of them. */
    public static Set<FaultKind> all() {
        return EnumSet.allOf(FaultKind.class);
    }

    /** Reads {@code all}, {@code none}, or names with commas between them. */
    public static Set<FaultKind> parse(String text) {
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        if (text.equals("all")) {
            return all();
        }
        if (!text.equals("none")) {
            Arrays.stream(text.split(",", -1))
                    .map(word -> valueOf(word.strip().toUpperCase(Locale.ROOT)))
                    .forEach(kinds::add);
        }
        return kinds;
    }

    /** The other way round. */
    public static String text(Set<FaultKind> kinds) {
        if (kinds.size() == values().length) {
            return "all";
        }
        return kinds.isEmpty()
                ? "none"
                : String.join(
                        ",",
                        kinds.stream()
                                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                .toList());
    }
}
