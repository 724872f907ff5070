package dev.shoal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts TLS connections: one thread accepts, one a connection shakes hands and then runs the handler, whose end ends
 * the connection. Where places are short, those that take long to shake hands and to greet are ended, or one that is of
 * little use ({@link Relief}). When there is none such, a connection above the limit waits in the system's queue until
 * another ends; one above the limit of its site is closed at once. Thread-safe.
 */
public final class TlsListener implements AutoCloseable {

    /** How many connections wait in the system's queue. */
    private static final int BACKLOG = 1_024;

    /** How long to wait before trying again when the machine is out of descriptors, or all places are taken. */
    private static final long RETRY_MILLIS = 100;

    /**
     * Whoever has not shaken hands and greeted by then makes room when places are short: a line is slow that takes a
     * second.
     */
    private static final long STRANGE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long the place of a connection that was asked to end is waited for. */
    private static final long RELIEF_MILLIS = 2L * Watchdog.CLOSE_MILLIS;

    /** Runs a connection. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Reads and writes until the connection is to end.
         *
         * @param greeted to be run as soon as the other side has said who it is, in whatever way the protocol has:
         *     whoever does not say it makes room first
         */
        void run(TlsStream stream, Runnable greeted);
    }

    /** Knows which connections are of little use. Called on the accepting thread; must not wait. */
    public interface Relief {

        /** Nothing is of little use. */
        Relief NONE = site -> false;

        /**
         * Begins to end the connection that is of the least use, if one is of little.
         *
         * @param site the {@link Site} whose connections are meant; empty for all
         * @return whether there was one
         */
        boolean end(OptionalLong site);
    }

    /**
     * How many connections there may be.
     *
     * @param connections most at once; further ones wait
     * @param perSite most of one {@link Site} at once; further ones are closed, so that one stranger does not take the
     *     places of all others
     * @param relief makes room before that
     */
    public record Places(int connections, int perSite, Relief relief) {}

    /** Where somebody is who came at some time. */
    private record Stranger(long site, long sinceNanos) {}

    private final ServerSocketChannel listener;
    private volatile Tls tls;
    private final String protocol;
    private final Handler handler;
    private final Semaphore free;
    private final Places places;
    private final Map<Long, Integer> perSite = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    /** Who has not shaken hands and greeted yet. */
    private final Map<SocketChannel, Stranger> strangers = new ConcurrentHashMap<>();

    /**
     * Binds an address; {@link #start} begins to accept. All connections may come from one address.
     *
     * @param maxConnections most connections at once; further ones wait
     * @throws IOException when the port is taken, or may not be used
     */
    public TlsListener(
            InetSocketAddress address, Tls tls, String protocol, int maxConnections, Consumer<TlsStream> handler)
            throws IOException {
        this(address, tls, protocol, maxConnections, maxConnections, handler);
    }

    /**
     * The same, with a limit for each site as in {@link Places}.
     *
     * @throws IOException when the port is taken, or may not be used
     */
    public TlsListener(
            InetSocketAddress address,
            Tls tls,
            String protocol,
            int maxConnections,
            int maxPerSite,
            Consumer<TlsStream> handler)
            throws IOException {
        this(address, tls, protocol, new Places(maxConnections, maxPerSite, Relief.NONE), greetedAtOnce(handler));
    }

    /**
     * The same, where strangers that do not greet and connections of little use make room.
     *
     * @throws IOException when the port is taken, or may not be used
     */
    public TlsListener(InetSocketAddress address, Tls tls, String protocol, Places places, Handler handler)
            throws IOException {
        this.tls = tls;
        this.places = places;
        this.protocol = protocol;
        this.handler = handler;
        this.free = new Semaphore(places.connections);
        this.listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private static Handler greetedAtOnce(Consumer<TlsStream> handler) {
        return (stream, greeted) -> {
            greeted.run();
            handler.accept(stream);
        };
    }

    /** Begins to accept. */
    public void start() {
        Thread.ofPlatform().daemon().name("accept " + protocol).start(this::accept);
    }

    /** The address that was bound, with its port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.socket().getLocalSocketAddress();
    }

    /** How many connections there are. */
    public int connections() {
        return open.size();
    }

    /** How many connections were closed because their site had too many. */
    public long refused() {
        return refused.get();
    }

    /** Shakes hands with other keys from now on; connections that are there keep what they agreed on. */
    public void use(Tls other) {
        tls = other;
    }

    /**
     * Stops accepting, for good. Who has not greeted is let go; what the others do may go on, until it ends or
     * {@link #close} ends it.
     */
    public void stop() {
        Watchdog.closeQuietly(listener);
        for (SocketChannel channel : List.copyOf(strangers.keySet())) {
            // One that has greeted in this very moment stays.
            if (strangers.remove(channel) != null) {
                Watchdog.closeQuietly(channel);
            }
        }
    }

    /** Stops accepting and closes every connection. */
    @Override
    public void close() {
        Watchdog.closeQuietly(listener);
        open.forEach(Watchdog::closeQuietly);
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                awaitPlace();
                SocketChannel channel = acceptOne();
                if (channel == null) {
                    free.release();
                } else {
                    admit(channel);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void awaitPlace() throws InterruptedException {
        boolean free = this.free.tryAcquire();
        while (!free && listener.isOpen()) {
            // A good-bye takes a moment, in which nobody else needs to go.
            long waitMillis = makeRoom(OptionalLong.empty()) ? RELIEF_MILLIS : RETRY_MILLIS;
            free = this.free.tryAcquire(waitMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void admit(SocketChannel channel) {
        long site = Site.of(channel.socket().getInetAddress());
        if (perSite.merge(site, 1, Integer::sum) > places.perSite && !makeRoom(OptionalLong.of(site))) {
            refused.incrementAndGet();
            Watchdog.closeQuietly(channel);
            ended(site);
            return;
        }
        open.add(channel);
        strangers.put(channel, new Stranger(site, System.nanoTime()));
        Thread.ofVirtual().name("connection " + protocol).start(() -> serve(channel, site));
    }

    /**
     * Ends connections of which little is to be expected: all that have taken too long to greet, else the one
     * that is of the least use. Returns whether there was one.
     */
    private boolean makeRoom(OptionalLong site) {
        long now = System.nanoTime();
        List<SocketChannel> slow = strangers.entrySet().stream()
                .filter(stranger -> now - stranger.getValue().sinceNanos > STRANGE_NANOS)
                .filter(stranger -> site.isEmpty() || site.getAsLong() == stranger.getValue().site)
                .map(Map.Entry::getKey)
                .toList();
        boolean ended = false;
        for (SocketChannel channel : slow) {
            // One that has greeted in this very moment stays.
            if (strangers.remove(channel) != null) {
                Watchdog.closeQuietly(channel);
                ended = true;
            }
        }
        return ended || places.relief.end(site);
    }

    private @Nullable SocketChannel acceptOne() throws InterruptedException {
        try {
            return listener.accept();
        } catch (IOException e) {
            // Out of descriptors, or closed: the loop's condition tells which.
            if (listener.isOpen()) {
                makeRoom(OptionalLong.empty());
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
            return null;
        }
    }

    private void ended(long site) {
        perSite.computeIfPresent(site, (same, count) -> count > 1 ? count - 1 : null);
        free.release();
    }

    /**
     * Shakes hands. With programs that are no peers, from the first byte on the system takes little ahead: a buffer of
     * megabytes, as it is else, takes a slow line longer than it has for a piece, and for the rest at the end.
     */
    TlsStream secured(SocketChannel channel) {
        TlsStream stream = TlsStream.over(channel, tls, false, protocol);
        if (protocol.equals(Tls.HTTP_PROTOCOL)) {
            UnsentLimit.apply(channel);
        }
        return stream;
    }

    private void serve(SocketChannel channel, long site) {
        try {
            if (!listener.isOpen()) {
                return;
            }
            try (TlsStream stream = secured(channel)) {
                handler.run(stream, () -> strangers.remove(channel));
            }
        } catch (TransportException e) {
            // A stranger that speaks something else, or a line that broke: nobody is waiting to hear of it.
            Watchdog.closeQuietly(channel);
        } catch (OutOfMemoryError e) {
            // Too many connections for this machine: this one ends, and what it had is there for the others.
            refused.incrementAndGet();
            Watchdog.closeQuietly(channel);
        } finally {
            Watchdog.closeQuietly(channel);
            strangers.remove(channel);
            open.remove(channel);
            ended(site);
        }
    }
}
