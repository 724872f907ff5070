package dev.shoal.transport;

/** The index proved that it no longer knows the session: time to rejoin. */
public final class SessionLostException extends TransportException {

    private static final long serialVersionUID = 1L;

    /** For the session with this number. */
    public SessionLostException(long session) {
        super("the index no longer knows the session " + Long.toHexString(session));
    }
}
