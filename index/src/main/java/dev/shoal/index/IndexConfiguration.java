package dev.shoal.index;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an index server is to run. Immutable.
 *
 * @param listen address for TLS and datagrams; with port 0 a free one is taken
 * @param data folder of its key, secrets and names; made when it is not there
 * @param metrics address that serves the metrics in Prometheus' text format; empty for none
 * @param settings limits and times; its UDP port is replaced by the one that is announced
 * @param announcedUdpPort the port that peers are told to send datagrams to, where it is not the one that is bound: a
 *     router forwards it from outside, or something stands in between; empty for the one that is bound
 * @param administrator fingerprint of the key that administers it, whichever accounts do; empty where the first account
 *     does
 * @param policy who may use it from now on; empty for what it was told the last time, or at first for everybody
 */
public record IndexConfiguration(
        InetSocketAddress listen,
        Path data,
        Optional<InetSocketAddress> metrics,
        IndexSettings settings,
        OptionalInt announcedUdpPort,
        Optional<String> administrator,
        Optional<AccessPolicy> policy) {

    /** Announces the port that is bound. */
    public IndexConfiguration(
            InetSocketAddress listen, Path data, Optional<InetSocketAddress> metrics, IndexSettings settings) {
        this(listen, data, metrics, settings, OptionalInt.empty(), Optional.empty(), Optional.empty());
    }

    /** The same, administered by a key. */
    public IndexConfiguration withAdministrator(String fingerprint) {
        return new IndexConfiguration(
                listen, data, metrics, settings, announcedUdpPort, Optional.of(fingerprint), policy);
    }

    /** The same with a policy. */
    public IndexConfiguration withPolicy(AccessPolicy wanted) {
        return new IndexConfiguration(
                listen, data, metrics, settings, announcedUdpPort, administrator, Optional.of(wanted));
    }

    /** Checks the port. */
    public IndexConfiguration {
        if (announcedUdpPort.isPresent() && (announcedUdpPort.getAsInt() < 1 || announcedUdpPort.getAsInt() > 0xffff)) {
            throw new IllegalArgumentException("no port has the number " + announcedUdpPort.getAsInt());
        }
    }
}
