package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;

/** An index server that runs in this process. Thread-safe. */
interface RunningIndex extends AutoCloseable {

    /** Where it listens; the port is the real one when port 0 was asked for. */
    HostAndPort address();

    /** Fingerprint of its key. */
    String fingerprint();

    /** Ends it, after what is durable was written. */
    @Override
    void close();
}
