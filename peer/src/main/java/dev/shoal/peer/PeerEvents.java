package dev.shoal.peer;

/**
 * Where a peer tells what it does, for people to read: the command line prints it, a log keeps it. Called on the peer's
 * threads, which must not be held up; thread-safe.
 */
public interface PeerEvents {

    /** Tells nobody. */
    PeerEvents NONE = (level, text) -> {};

    /** How much a message matters. */
    enum Level {
        /** For whoever wants to follow closely. */
        DETAIL,
        /** Worth a line. */
        INFO,
        /** Something is not as it should be, and goes on nevertheless. */
        WARNING
    }

    /** A sentence of what happened. */
    void happened(Level level, String text);

    /** A sentence worth a line. */
    default void info(String text) {
        happened(Level.INFO, text);
    }

    /** A sentence about something that is not as it should be. */
    default void warning(String text) {
        happened(Level.WARNING, text);
    }

    /** A sentence for whoever follows closely. */
    default void detail(String text) {
        happened(Level.DETAIL, text);
    }
}
