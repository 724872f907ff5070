package dev.shoal.peer;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Something on the disk of which a new version is published whenever it has changed, seen from outside: what it looks
 * like, and where the system tells of changes. Each question asks the disk. Thread-safe.
 */
interface Watched {

    /**
     * What it looks like: two that are equal are of the same state, as far as can be told without reading it.
     *
     * @param state compared by {@code equals}
     * @param isEmpty whether there is nothing in it, which is what many programs make of it before they write it anew
     */
    record Look(Object state, boolean isEmpty) {}

    /** What it looks like now; empty when it is not there, or is something else. */
    Optional<Look> look();

    /** Whether some program has it open to write to it, as far as the system tells. */
    boolean isOpen();

    /** The folders in which it shows when it changes; those that are there. Others may be known after a look. */
    Set<Path> folders();

    /** The names in these folders that are about it; none when any may be. */
    default Set<String> names() {
        return Set.of();
    }

    /** How often it is looked at of which the system may tell nothing. */
    default long slowlyMillis() {
        return Lookout.SLOWLY_MILLIS;
    }
}
