package dev.shoal.store;

/** A chunk was to be read that is not there yet. */
public final class ChunkMissingException extends StoreException {

    private static final long serialVersionUID = 1L;

    ChunkMissingException(String message) {
        super(message);
    }
}
