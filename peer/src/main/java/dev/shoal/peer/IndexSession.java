package dev.shoal.peer;

import dev.shoal.protocol.PeerId;

/**
 * This process at one index: what asks it, and what keeps it informed. Thread-safe.
 *
 * @param client asks the index
 * @param presence keeps it informed
 * @param advertised the address that links name, which may be another than the one dialled
 */
record IndexSession(IndexClient client, Presence presence, HostAndPort advertised) implements AutoCloseable {

    /** Which index. */
    PeerId index() {
        return client.index();
    }

    @Override
    public void close() {
        presence.close();
        client.quit();
    }
}
