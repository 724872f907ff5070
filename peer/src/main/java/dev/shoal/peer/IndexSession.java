package dev.shoal.peer;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * This process at one index: what asks it, and what keeps it informed. Thread-safe.
 *
 * @param client asks the index
 * @param presence keeps it informed
 * @param advertised where links say that it is, which may be elsewhere than where it is dialled
 */
record IndexSession(IndexClient client, Presence presence, Advertised advertised) implements AutoCloseable {

    /** Which index. */
    PeerId index() {
        return client.index();
    }

    /** With whom something is shared that the index shows to an audience; null for everybody. */
    @Nullable
    Circle circle(@Nullable AudienceId audience) {
        return audience == null ? null : new Circle(audience, client.indexKey());
    }

    @Override
    public void close() {
        presence.close();
        client.quit();
    }
}
