package dev.shoal.transport;

import dev.shoal.protocol.PeerId;

/** The other side of a connection proved a key, but not the one that was expected. */
public final class WrongKeyException extends TransportException {

    private static final long serialVersionUID = 1L;

    private final transient PeerId found;

    /** With a sentence and who answered. */
    public WrongKeyException(String message, PeerId found) {
        super(message);
        this.found = found;
    }

    /** Who answered. */
    public PeerId found() {
        return found;
    }
}
