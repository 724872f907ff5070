package dev.shoal.cli;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Report;

/** How answers are told: as text for people or as JSON for programs. Thread-safe. */
interface Output {

    /** A piece of an answer. */
    void report(Report report);

    /**
     * A piece of an answer that is no report of a peer.
     *
     * @param type what it is, for programs
     * @param value what it is made of, for programs
     * @param line the same for people; empty for nothing
     */
    void fact(String type, Record value, String line);

    /** Something happened that may be worth knowing. */
    void said(PeerEvents.Level level, String sentence);

    /**
     * The command cannot do what it should.
     *
     * @param reason what kind of thing went wrong, in lower case
     * @param exit the exit code that follows
     */
    void failed(String reason, String message, int exit);

    /** Everything was said. */
    void end();

    /** Whether answers cannot be written any more. */
    boolean isClosed();

    /** The same as the events of a peer. */
    default PeerEvents events() {
        return this::said;
    }
}
