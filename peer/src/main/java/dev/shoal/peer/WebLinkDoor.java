package dev.shoal.peer;

import dev.shoal.store.FileStamp;
import dev.shoal.store.StoreException;
import dev.shoal.transport.ServerKey;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTPS port at which download links are answered: open as long as there is one, with the certificate and under the
 * name that the settings of the home say, and opened anew when these change. Thread-safe by its monitor, which is held
 * while files are read and a port is bound; connections have virtual threads of their own.
 */
final class WebLinkDoor implements AutoCloseable {

    /** Connections at once: some dozens of people, and as many that say nothing. Others wait. */
    static final int MAX_CONNECTIONS = 128;

    /** From one address: several people of one household, or one program that fetches in parts. */
    static final int MAX_CONNECTIONS_PER_SITE = 24;

    private static final int HTTPS_PORT = 443;

    /**
     * What it is opened by.
     *
     * @param port where it listens; 0 for any
     * @param host what links say, with or without a port; empty for the address of this machine
     * @param certificate file of certificates; empty for one of its own
     * @param key file of the key of the first
     * @param stamps what the two files look like
     */
    private record Wanted(String port, String host, String certificate, String key, List<Optional<FileStamp>> stamps) {}

    /** An open port. */
    private record Opened(Wanted wanted, TlsListener listener, ServerKey key, String host) {}

    private final Path ownKey;
    private final Function<Setting, String> settings;
    private final TlsListener.Handler handler;
    private final int maxPerSite;
    private @Nullable Opened opened;

    /**
     * Closed.
     *
     * @param ownKey where the certificate is kept that this home signs itself
     * @param settings what is configured now
     * @param handler answers a connection
     */
    WebLinkDoor(Path ownKey, Function<Setting, String> settings, TlsListener.Handler handler) {
        this(ownKey, settings, handler, MAX_CONNECTIONS_PER_SITE);
    }

    /** The same with another limit for an address. */
    WebLinkDoor(Path ownKey, Function<Setting, String> settings, TlsListener.Handler handler, int maxPerSite) {
        this.ownKey = ownKey;
        this.settings = settings;
        this.handler = handler;
        this.maxPerSite = maxPerSite;
    }

    /** How links begin, and what browsers make of the certificate. */
    record Address(String root, ServerKey key) {}

    /**
     * Opens it as the settings say, unless it is open so.
     *
     * @throws PeerException when the port is taken, or the certificate cannot be used; what was open so far stays open
     */
    synchronized Address open() {
        Wanted wanted = wanted();
        Opened now = opened;
        if (now == null || !now.wanted.equals(wanted)) {
            now = reopened(now, wanted);
            opened = now;
        }
        return new Address(root(now), now.key);
    }

    /** Closes it when nobody is at it. */
    synchronized void closeIfUnused() {
        if (opened != null && opened.listener.connections() == 0) {
            close();
        }
    }

    @Override
    public synchronized void close() {
        if (opened != null) {
            opened.listener.close();
            opened = null;
        }
    }

    /** Where it listens; empty while it is closed. */
    synchronized Optional<InetSocketAddress> address() {
        return Optional.ofNullable(opened).map(open -> open.listener.address());
    }

    private Wanted wanted() {
        String certificate = settings.apply(Setting.LINK_CERT);
        String key = settings.apply(Setting.LINK_KEY);
        return new Wanted(
                settings.apply(Setting.LINK_PORT),
                settings.apply(Setting.LINK_HOST),
                certificate,
                key,
                List.of(stamp(certificate), stamp(key)));
    }

    private static Optional<FileStamp> stamp(String file) {
        try {
            return file.isEmpty() ? Optional.empty() : Optional.of(FileStamp.of(Path.of(file)));
        } catch (StoreException e) {
            // Reading it says why.
            return Optional.empty();
        }
    }

    private Opened reopened(@Nullable Opened before, Wanted wanted) {
        String host = wanted.host.isEmpty() ? MachineAddresses.all().getFirst() : wanted.host;
        ServerKey key = key(wanted, host);
        if (before != null) {
            // It may be the same port.
            before.listener.close();
            opened = null;
        }
        TlsListener listener = listen(Integer.parseInt(wanted.port), Tls.server(key));
        listener.start();
        return new Opened(wanted, listener, key, host);
    }

    private ServerKey key(Wanted wanted, String host) {
        if (wanted.certificate.isEmpty() != wanted.key.isEmpty()) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "Of the settings link-cert and link-key, only one is set, and they belong together. Set both"
                            + " with `shoal config`, or none.");
        }
        try {
            return wanted.certificate.isEmpty()
                    ? ServerKey.loadOrCreate(ownKey, outside(host, 0).host())
                    : ServerKey.load(Path.of(wanted.certificate), Path.of(wanted.key));
        } catch (TransportException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        }
    }

    private TlsListener listen(int port, Tls tls) {
        try {
            return new TlsListener(
                    new InetSocketAddress(port),
                    tls,
                    Tls.HTTP_PROTOCOL,
                    new TlsListener.Places(MAX_CONNECTIONS, maxPerSite, TlsListener.Relief.NONE),
                    handler);
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.CONFLICT,
                    "The port " + port + " cannot be used for download links (" + e.getMessage()
                            + "). Choose another with `shoal config link-port PORT`, or 0 for any.",
                    e);
        }
    }

    private static String root(Opened open) {
        HostAndPort outside = outside(open.host, open.listener.address().getPort());
        String text = outside.toString();
        boolean isUsual = outside.port() == HTTPS_PORT;
        return "https://" + (isUsual ? text.substring(0, text.lastIndexOf(':')) : text) + "/";
    }

    /** What links say: a host, and a port where somebody passes on another one than the one here. */
    private static HostAndPort outside(String host, int port) {
        boolean hasPort = host.matches("[^:]*:\\d+|\\[.*]:\\d+");
        HostAndPort parsed = HostAndPort.parse(host);
        return new HostAndPort(parsed.host(), hasPort ? parsed.port() : port);
    }
}
