package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.Argon2;
import dev.shoal.transport.Cryptography;
import dev.shoal.transport.Identity;
import dev.shoal.transport.SecretFile;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TransportException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
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

    /** Name of the file with the index's key in its data folder. */
    static final String IDENTITY_NAME = "identity.pem";

    /** How exactly it is kept when a session is told again what it did not acknowledge. */
    private static final long TELL_AGAIN_MILLIS = 100;

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
     * @throws DataException when the data folder cannot be used
     * @throws IndexException when a port is taken, or an address is none of this machine
     */
    public static IndexServer start(IndexConfiguration configuration) {
        Cryptography.preferNative();
        DataFolder data = DataFolder.claim(configuration.data());
        IndexServer server = null;
        boolean started = false;
        try {
            IndexBackup.refuseUnfinished(configuration.data());
            Identity identity = identity(configuration.data());
            Tls tls = new Tls(identity);
            server = new IndexServer(identity, doors(configuration.listen(), tls));
            server.run(configuration, tls, data);
            started = true;
            return server;
        } finally {
            if (server != null && !started) {
                server.close();
            }
            if (!started) {
                data.close();
            }
        }
    }

    private static Identity identity(Path data) {
        Path file = data.resolve(IDENTITY_NAME);
        try {
            Identity identity = Identity.loadOrCreate(file);
            warnWhenOpen(file, "The key");
            return identity;
        } catch (TransportException e) {
            throw new DataException(String.valueOf(e.getMessage()), e);
        }
    }

    /** A database that is open to others is narrowed when it is opened; these were written by somebody's hand. */
    private static void warnWhenOpen(Path file, String what) {
        if (SecretFile.isOpenToOthers(file)) {
            LOG.warn(
                    "{} in {} can be read or written by others, who can pose as this index: chmod 600 {}",
                    what,
                    file,
                    file);
        }
    }

    private static Doors doors(InetSocketAddress listen, Tls tls) {
        try {
            return Doors.bind(listen, tls);
        } catch (IOException e) {
            throw new IndexException(
                    ErrorCode.UNAVAILABLE,
                    "The index cannot listen on " + text(listen) + ": " + e.getMessage()
                            + ". Stop what uses that port, or choose another address.",
                    e);
        }
    }

    private static MetricsEndpoint endpoint(InetSocketAddress address, PrometheusMeterRegistry registry) {
        try {
            return new MetricsEndpoint(address, registry);
        } catch (IOException e) {
            throw new IndexException(
                    ErrorCode.UNAVAILABLE,
                    "The metrics cannot be served at " + text(address) + ": " + e.getMessage()
                            + ". Stop what uses that port, or choose another address for them.",
                    e);
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

    private void run(IndexConfiguration configuration, Tls tls, DataFolder claimed) {
        parts.push(claimed);
        Path data = configuration.data();
        SecureRandom secure = new SecureRandom();
        int udpPort = configuration.announcedUdpPort().orElse(address().getPort());
        IndexSettings settings = configuration.settings().withUdpPort(udpPort);
        SqliteNames names = SqliteNames.open(data, settings.names());
        parts.push(names);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        parts.push(registry::close);
        AccountLimits limits = settings.accounts();
        SqliteAccounts accounts = SqliteAccounts.beside(names, limits);
        PasswordHashing hashing = new PasswordHashing(Argon2.Cost.INDEX, limits.passwordsWaiting());
        // Closed before the names, which its work is written beside.
        parts.push(hashing);
        Access access = Access.beside(names, accounts, configuration.administrator());
        configuration.policy().ifPresent(policy -> {
            StartWarnings.onPolicy(access.policy(), policy).ifPresent(LOG::warn);
            access.change(policy, Moment.now().millis()).join();
        });
        AccountRequests accountRequests = new AccountRequests(
                new AccessTickets(id(), identity.privateKey()), names, accounts, access, hashing, secure);
        Secrets secrets = Secrets.load(data, secure);
        warnWhenOpen(data.resolve(Secrets.FILE_NAME), "The secrets");
        SqliteWatches watches = SqliteWatches.beside(names, WatchLimits.DEFAULT);
        IndexService service = new IndexService(settings, secrets, names, accountRequests, watches, registry, secure);
        parts.push(service.watching()::finish);
        registry.gauge("shoal.index.accounts", accounts, Accounts::count);
        registry.gauge("shoal.index.devices", accounts, Accounts::deviceCount);
        registry.gauge("shoal.index.passwords.waiting", hashing, PasswordHashing::waiting);
        registry.gauge("shoal.index.connections", doors, Doors::connections);
        new HiddenLoad(names).show(registry);
        FunctionCounter.builder("shoal.index.connections.refused", doors, Doors::refused)
                .description("TLS connections that were closed because their address had too many")
                .register(registry);
        if (configuration.metrics().isPresent()) {
            metrics = endpoint(configuration.metrics().get(), registry);
            parts.push(metrics);
        }
        DialBack dialBack = new DialBack(service, tls);
        DatagramRequests datagrams =
                new DatagramRequests(service, secure, doors.datagrams()::send, (session, request) -> {
                    if (request instanceof IndexRequest.EchoCookie) {
                        dialBack.check(session);
                    }
                });
        startTimers(service);
        doors.open(new StreamRequests(service, settings.leaseMillis(), dialBack::check)::serve, datagrams);
        LOG.info(
                "The index {} ({}) listens on {}, data in {}",
                id().fingerprint(),
                access.policy(),
                text(address()),
                data);
        long administrators = names.readers()
                .read(handle -> new AdminTables(handle).countAdministrators())
                .join();
        StartWarnings.onAdministrators(access.hasAdministrator(), accounts.count(), administrators)
                .ifPresent(LOG::warn);
    }

    private void startTimers(IndexService service) {
        timer.scheduleWithFixedDelay(() -> expire(service), 1, 1, TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(
                () -> tellAgain(service), TELL_AGAIN_MILLIS, TELL_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(() -> expireNames(service), 1, 24, TimeUnit.HOURS);
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

    private static void tellAgain(IndexService service) {
        try {
            service.watching().again(Moment.now());
        } catch (RuntimeException e) {
            LOG.error("Telling of new versions failed", e);
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
