package dev.shoal.cli;

import dev.shoal.index.AccessPolicy;
import dev.shoal.index.IndexSettings;
import dev.shoal.index.RequestLimits;
import dev.shoal.peer.HostAndPort;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How an index server is to run. Immutable.
 *
 * @param listen address and port, UDP and TCP; port 0 for any free one
 * @param data folder of what must last
 * @param metrics where to serve metrics over HTTP; null for nowhere
 * @param leaseSeconds how long a peer is believed that is no longer heard
 * @param policy who may use it; null for what it was told the last time
 * @param administrator fingerprint of the key that administers it; null for the first account
 * @param requests how many requests it answers
 */
record IndexChoices(
        HostAndPort listen,
        Path data,
        @Nullable HostAndPort metrics,
        int leaseSeconds,
        @Nullable AccessPolicy policy,
        @Nullable String administrator,
        RequestLimits requests) {

    /** What an index does that is told nothing else. */
    static final int LEASE_SECONDS = IndexSettings.USUAL_LEASE_MILLIS / 1_000;

    /** For whom it was before. */
    IndexChoices(HostAndPort listen, Path data, @Nullable HostAndPort metrics, int leaseSeconds) {
        this(listen, data, metrics, leaseSeconds, null, null, RequestLimits.DEFAULT);
    }
}
