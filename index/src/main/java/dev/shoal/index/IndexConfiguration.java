package dev.shoal.index;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How an index server is to run. Immutable.
 *
 * @param listen address for TLS and datagrams; with port 0 a free one is taken
 * @param data folder of its key, secrets and names; made when it is not there
 * @param metrics address that serves the metrics in Prometheus' text format; empty for none
 * @param settings limits and times; its UDP port is replaced by the one that is bound
 */
public record IndexConfiguration(
        InetSocketAddress listen, Path data, Optional<InetSocketAddress> metrics, IndexSettings settings) {}
