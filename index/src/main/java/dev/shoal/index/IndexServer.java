package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.Cryptography;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TransportException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running index server: the sockets, the timers and the data folder around {@link IndexService}. Thread-safe; {@link
 * #close} ends it, and what was acknowledged is on the disk.
 */
public final class IndexServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IndexServer.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("index timer").daemon().factory());
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Identity identity;
    private final Doors doors;
    private @Nullable MetricsEndpoint metrics;

    private IndexServer(Identity identity, Doors doors) {
        this.identity = identity;
        this.doors = doors;
    }

    /**
     * Starts an index; it answers when this returns.
     *
     * @throws IndexException when the port is taken, or the data folder cannot be used
     */
    public static IndexServer start(IndexConfiguration configuration) {
        Cryptography.preferNative();
        IndexServer server = null;
        boolean started = false;
        try {
            Files.createDirectories(configuration.data());
            Identity identity = Identity.loadOrCreate(configuration.data().resolve("identity.pem"));
            Tls tls = new Tls(identity);
            server = new IndexServer(identity, Doors.bind(configuration.listen(), tls));
            server.run(configuration, tls);
            started = true;
            return server;
        } catch (IOException e) {
            throw new IndexException(
                    ErrorCode.UNAVAILABLE,
                    "The index cannot use " + text(configuration.listen()) + " or " + configuration.data() + ": "
                            + e.getMessage(),
                    e);
        } catch (TransportException e) {
            throw new IndexException(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        } finally {
            if (server != null && !started) {
                server.close();
            }
        }
    }

    /** Where it listens, with its port. */
    public InetSocketAddress address() {
        return doors.address();
    }

    /** Who it is. */
    public PeerId id() {
        return identity.id();
    }

    /** Where the metrics are served, with the port; empty when they are not. */
    public Optional<InetSocketAddress> metricsAddress() {
        return Optional.ofNullable(metrics).map(MetricsEndpoint::address);
    }

    @Override
    public void close() {
        doors.close();
        timer.shutdownNow();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("A part of the index did not close well", e);
            }
        }
        LOG.info("The index at {} has stopped", text(address()));
    }

    private void run(IndexConfiguration configuration, Tls tls) throws IOException {
        Path data = configuration.data();
        SecureRandom secure = new SecureRandom();
        int udpPort = configuration.announcedUdpPort().orElse(address().getPort());
        IndexSettings settings = configuration.settings().withUdpPort(udpPort);
        SqliteNames names = SqliteNames.open(data, settings.names());
        parts.push(names);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        parts.push(registry::close);
        IndexService service = new IndexService(settings, Secrets.load(data, secure), names, registry, secure);
        registry.gauge("shoal.index.connections", doors, Doors::connections);
        FunctionCounter.builder("shoal.index.connections.refused", doors, Doors::refused)
                .description("TLS connections that were closed because their address had too many")
                .register(registry);
        if (configuration.metrics().isPresent()) {
            metrics = new MetricsEndpoint(configuration.metrics().get(), registry);
            parts.push(metrics);
        }
        DialBack dialBack = new DialBack(service, tls);
        DatagramRequests datagrams = new DatagramRequests(service, secure, doors.datagrams(), (session, request) -> {
            if (request instanceof IndexRequest.EchoCookie) {
                dialBack.check(session);
            }
        });
        timer.scheduleWithFixedDelay(() -> expire(service), 1, 1, TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(() -> expireNames(service), 1, 24, TimeUnit.HOURS);
        doors.open(new StreamRequests(service, settings.leaseMillis(), dialBack::check)::serve, datagrams);
        LOG.info("The index {} listens on {}, data in {}", id().fingerprint(), text(address()), data);
    }

    private static void expire(IndexService service) {
        try {
            int ended = service.expire(Moment.now());
            if (ended > 0) {
                LOG.debug("{} leases ran out", ended);
            }
        } catch (RuntimeException e) {
            LOG.error("Ending sessions failed", e);
        }
    }

    private static void expireNames(IndexService service) {
        service.expireNames(Moment.now()).whenComplete((count, e) -> {
            if (e != null) {
                LOG.error("Expiring names failed", e);
            } else if (count > 0) {
                LOG.info("{} names were unused for too long and are free again", count);
            }
        });
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
