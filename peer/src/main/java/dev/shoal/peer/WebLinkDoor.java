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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTPS port at which download links are answered: open as long as there is one, with the certificate and under the
 * name that the settings of the home say. When these change, what is being downloaded goes on. Thread-safe by its
 * monitor, which is held while files are read and a port is bound; connections have virtual threads of their own.
 */
final class WebLinkDoor implements AutoCloseable {

    /** Connections at once: some dozens of people, and as many that say nothing. Others wait. */
    static final int MAX_CONNECTIONS = 128;

    /** From one address: several people of one household, or one program that fetches in parts. */
    static final int MAX_CONNECTIONS_PER_SITE = 24;

    private static final int HTTPS_PORT = 443;

    /** Ports where nobody can come any more and downloads still run; with a further one, the oldest are ended. */
    static final int MAX_ENDING = 4;

    /**
     * What the key is read from.
     *
     * @param certificate file of certificates; empty for one of its own
     * @param key file of the key of the first
     * @param stamps what the two files look like
     */
    private record KeyFiles(String certificate, String key, List<Optional<FileStamp>> stamps) {}

    /** An open port, and what it shows. */
    private record Opened(TlsListener listener, KeyFiles files, ServerKey key) {
        int port() {
            return listener.address().getPort();
        }
    }

    private final Path ownKey;
    private final Function<Setting, String> settings;
    private final TlsListener.Handler handler;
    private final int maxPerSite;
    private final Supplier<String> machine;
    private final Deque<TlsListener> ending = new ArrayDeque<>();
    private @Nullable Opened opened;
    /** The last one that was bound; 0 before. */
    private int lastPort;

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
        this(ownKey, settings, handler, maxPerSite, () -> MachineAddresses.all().getFirst());
    }

    /** The same with another source of the address of this machine. */
    WebLinkDoor(
            Path ownKey,
            Function<Setting, String> settings,
            TlsListener.Handler handler,
            int maxPerSite,
            Supplier<String> machine) {
        this.ownKey = ownKey;
        this.settings = settings;
        this.handler = handler;
        this.maxPerSite = maxPerSite;
        this.machine = machine;
    }

    /**
     * Where links lead, and what browsers make of the certificate.
     *
     * @param host what links say, with or without a port; empty for the address of this machine
     * @param machine that address, which may change with each network
     * @param port where it listens
     * @param key what it shows
     */
    record Address(String host, Supplier<String> machine, int port, ServerKey key) {

        /** How links begin now. */
        String root() {
            HostAndPort outside = outside(host.isEmpty() ? machine.get() : host, port);
            String text = outside.toString();
            boolean isUsual = outside.port() == HTTPS_PORT;
            return "https://" + (isUsual ? text.substring(0, text.lastIndexOf(':')) : text) + "/";
        }
    }

    /**
     * Opens it as the settings say, unless it is open so. What runs goes on, whatever has changed.
     *
     * @throws PeerException when the port is taken, or the certificate cannot be used; what was open so far stays open
     */
    synchronized Address open() {
        forgetEnded();
        String host = settings.apply(Setting.LINK_HOST);
        KeyFiles files = files();
        Opened now = opened;
        ServerKey key = now != null && now.files.equals(files) ? now.key : key(files, host);
        if (now != null && !now.files.equals(files)) {
            // Before the port, which may not be had: a certificate that was renewed is to be used all the same.
            now.listener.use(Tls.server(key));
            now = new Opened(now.listener, files, key);
            opened = now;
        }
        int port = Integer.parseInt(settings.apply(Setting.LINK_PORT));
        if (now == null || (port != 0 && port != now.port())) {
            TlsListener listener = listen(port, Tls.server(key));
            listener.start();
            stopAccepting();
            now = new Opened(listener, files, key);
            opened = now;
            lastPort = now.port();
        }
        return new Address(host, machine, now.port(), now.key);
    }

    /** Nobody can come any more; who says nothing is let go, and downloads that run may go on to their end. */
    synchronized void stop() {
        stopAccepting();
        forgetEnded();
    }

    private void stopAccepting() {
        if (opened != null) {
            opened.listener.stop();
            ending.addLast(opened.listener);
            opened = null;
        }
        forgetEnded();
        while (ending.size() > MAX_ENDING) {
            ending.removeFirst().close();
        }
    }

    private void forgetEnded() {
        ending.removeIf(listener -> listener.connections() == 0);
    }

    @Override
    public synchronized void close() {
        if (opened != null) {
            opened.listener.close();
            opened = null;
        }
        ending.forEach(TlsListener::close);
        ending.clear();
    }

    /** Where it listens; empty while it is closed. */
    synchronized Optional<InetSocketAddress> address() {
        return Optional.ofNullable(opened).map(open -> open.listener.address());
    }

    private KeyFiles files() {
        String certificate = settings.apply(Setting.LINK_CERT);
        String key = settings.apply(Setting.LINK_KEY);
        return new KeyFiles(certificate, key, List.of(stamp(certificate), stamp(key)));
    }

    private static Optional<FileStamp> stamp(String file) {
        try {
            return file.isEmpty() ? Optional.empty() : Optional.of(FileStamp.of(Path.of(file)));
        } catch (StoreException e) {
            // Reading it says why.
            return Optional.empty();
        }
    }

    private ServerKey key(KeyFiles files, String host) {
        if (files.certificate.isEmpty() != files.key.isEmpty()) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "Of the settings link-cert and link-key, only one is set, and they belong together. Set both"
                            + " with `shoal config`, or none.");
        }
        try {
            return files.certificate.isEmpty()
                    ? ServerKey.loadOrCreate(
                            ownKey,
                            outside(host.isEmpty() ? machine.get() : host, 0).host())
                    : ServerKey.load(Path.of(files.certificate), Path.of(files.key));
        } catch (TransportException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        }
    }

    private TlsListener listen(int port, Tls tls) {
        try {
            if (port == 0 && lastPort != 0) {
                try {
                    // Links that were passed on name it.
                    return bound(lastPort, tls);
                } catch (IOException taken) {
                    return bound(0, tls);
                }
            }
            return bound(port, tls);
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.CONFLICT,
                    "The port " + port + " cannot be used for download links (" + e.getMessage()
                            + "). Choose another with `shoal config link-port PORT`, or 0 for any."
                            + (opened == null
                                    ? ""
                                    : " Links are answered at the port " + opened.port() + " as before."),
                    e);
        }
    }

    private TlsListener bound(int port, Tls tls) throws IOException {
        return new TlsListener(
                new InetSocketAddress(port),
                tls,
                Tls.HTTP_PROTOCOL,
                new TlsListener.Places(MAX_CONNECTIONS, maxPerSite, TlsListener.Relief.NONE),
                handler);
    }

    /** What links say: a host, and a port where somebody passes on another one than the one here. */
    private static HostAndPort outside(String host, int port) {
        boolean hasPort = host.matches("[^:]*:\\d+|\\[.*]:\\d+");
        HostAndPort parsed = HostAndPort.parse(host);
        return new HostAndPort(parsed.host(), hasPort ? parsed.port() : port);
    }
}
