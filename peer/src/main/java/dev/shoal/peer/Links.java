package dev.shoal.peer;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerId;
import dev.shoal.swarm.DialOrder;
import dev.shoal.swarm.Glare;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The connections with other peers: accepts, dials, keeps one for each lane of a peer's process, and ends those that
 * are silent. Thread-safe.
 */
final class Links implements AutoCloseable {

    /** Most connections that are accepted at a time. */
    static final int MAX_CONNECTIONS = 2_000;

    /** Most of one address (a /64 of IPv6), behind which a whole school may be: a quarter of all. */
    static final int MAX_CONNECTIONS_PER_SITE = 500;

    /** How long nothing must have been asked over a connection that makes room: a new one needs a moment to ask. */
    private static final long UNASKED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long one endpoint may take to answer. */
    private static final int DIAL_MILLIS = 5_000;

    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long WAITING_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long CHECK_MILLIS = 2_000;

    /** How long a connection stays over which nobody downloads: the next download may want it. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Ports that are tried in turn when none is configured. */
    private static final int FIRST_PORT = 7801;

    private static final int LAST_PORT = 7820;

    /** Which connection with whom. */
    private record Key(PeerId peer, long instance, int lane) {}

    private final Tls tls;
    private final PeerId self;
    private final long instance;
    private final Servings servings;
    private final TlsListener listener;
    private final ScheduledFuture<?> keepAlive;
    private final Map<Key, PeerLink> links = new ConcurrentHashMap<>();
    /** Those that run, the replaced ones included; guarded by itself, as is what came over the others. */
    private final Set<PeerLink> running = new HashSet<>();

    private long endedBytes;
    private volatile boolean closed;

    /**
     * Begins to listen.
     *
     * @param port port to listen on; empty for the first free one from {@value #FIRST_PORT} on
     * @throws PeerException when the port is taken
     */
    Links(Tls tls, PeerId self, long instance, Optional<Integer> port, Servings servings) {
        this(tls, self, instance, port, servings, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_SITE);
    }

    /** The same with other limits. */
    Links(
            Tls tls,
            PeerId self,
            long instance,
            Optional<Integer> port,
            Servings servings,
            int maxConnections,
            int maxConnectionsPerSite) {
        this.tls = tls;
        this.self = self;
        this.instance = instance;
        this.servings = servings;
        this.listener = listen(
                tls,
                port,
                new TlsListener.Places(maxConnections, maxConnectionsPerSite, this::makeRoom),
                this::accepted);
        listener.start();
        this.keepAlive = Watchdog.every(CHECK_MILLIS, this::keepAlive);
    }

    /** The port that serves. */
    int port() {
        return listener.address().getPort();
    }

    /** How many connections stand. */
    int count() {
        return links.size();
    }

    /** Data received since this process began. */
    long receivedBytes() {
        synchronized (running) {
            return endedBytes
                    + running.stream().mapToLong(PeerLink::receivedBytes).sum();
        }
    }

    /**
     * A connection with a source: the one that stands, else a new one to whichever of its endpoints answers first.
     *
     * @param lane 0, or 1 for a second connection beside it
     * @throws TransportException when none answers with the right key
     */
    PeerLink connect(IndexReply.Source source, int lane) {
        Optional<PeerLink> standing = find(source.peer(), lane);
        if (standing.isPresent()) {
            return standing.get();
        }
        TlsStream stream = dial(source.peer(), source.endpoints());
        try {
            PeerLink link = new PeerLink(stream, true, instance, lane, servings);
            Thread.ofPlatform().name("link " + link.number()).daemon().start(() -> runRegistered(link));
            return link;
        } catch (IOException | MalformedPduException e) {
            stream.close();
            throw new TransportException("the peer did not greet: " + e.getMessage(), e);
        }
    }

    /** The connection that stands with a peer. */
    Optional<PeerLink> find(PeerId peer, int lane) {
        return links.entrySet().stream()
                .filter(entry -> entry.getKey().peer.equals(peer) && entry.getKey().lane == lane)
                .map(Map.Entry::getValue)
                .filter(PeerLink::isOpen)
                .findFirst();
    }

    @Override
    public void close() {
        closed = true;
        keepAlive.cancel(false);
        List<PeerLink> left = List.copyOf(links.values());
        left.forEach(PeerLink::close);
        // The process may end next, and nobody should take that for a broken line.
        left.forEach(PeerLink::awaitParted);
        listener.close();
    }

    /**
     * Binds the port that serves.
     *
     * @throws PeerException when it is taken
     */
    static TlsListener listen(Tls tls, Optional<Integer> port, TlsListener.Places places, TlsListener.Handler handler) {
        IOException failure = null;
        List<Integer> ports = new ArrayList<>();
        if (port.isPresent()) {
            ports.add(port.get());
        } else {
            for (int candidate = FIRST_PORT; candidate <= LAST_PORT; candidate++) {
                ports.add(candidate);
            }
            ports.add(0);
        }
        for (int candidate : ports) {
            try {
                return new TlsListener(new InetSocketAddress(candidate), tls, Tls.PEER_PROTOCOL, places, handler);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw new PeerException(
                PeerException.Reason.FAILED,
                "Port " + ports.getFirst() + " cannot be used to serve others: "
                        + (failure == null ? "" : failure.getMessage())
                        + ". Choose another with `shoal config listen PORT`.");
    }

    private void accepted(TlsStream stream, Runnable greeted) {
        try {
            PeerLink link = new PeerLink(stream, false, instance, 0, servings);
            greeted.run();
            runRegistered(link);
        } catch (IOException | MalformedPduException e) {
            // Not a peer, or gone again; the listener closes the stream.
            stream.close();
        }
    }

    /** Ends the accepted connection over which nothing was asked for longest, if nobody waits for anything over it. */
    private boolean makeRoom(OptionalLong site) {
        long now = System.nanoTime();
        Set<Integer> waiting = servings.waitingLinks();
        Optional<PeerLink> idle = links.values().stream()
                .filter(link -> link.isIdle() && !waiting.contains(link.number()))
                .filter(link -> site.isEmpty() || link.site() == site.getAsLong())
                .filter(link -> now - link.lastAskedNanos() > UNASKED_NANOS)
                .max(Comparator.comparingLong(link -> now - link.lastAskedNanos()));
        idle.ifPresent(PeerLink::close);
        return idle.isPresent();
    }

    private void runRegistered(PeerLink link) {
        Key key = new Key(link.remote(), link.remoteInstance(), link.lane());
        if (link.remoteInstance() == instance && link.remote().equals(self)) {
            // This process: what it lacks, it will not find here.
            link.close();
            link.finish();
            return;
        }
        synchronized (running) {
            running.add(link);
        }
        links.merge(key, link, this::choose);
        if (closed) {
            link.close();
        }
        try {
            // One that was replaced, too: the other side may have begun to use it, and says good-bye over it.
            link.run();
        } finally {
            links.remove(key, link);
            synchronized (running) {
                running.remove(link);
                endedBytes += link.receivedBytes();
            }
        }
    }

    /** Of two connections the one that the smaller id dialled; of two that the same side dialled, the newer. */
    private PeerLink choose(PeerLink old, PeerLink fresh) {
        boolean freshStays = !old.isOpen() || old.isDialled() == fresh.isDialled() || stays(fresh);
        (freshStays ? old : fresh).replace();
        return freshStays ? fresh : old;
    }

    /** Two processes of one key have the same id; their numbers decide then. */
    private boolean stays(PeerLink link) {
        return link.remote().equals(self)
                ? (Long.compareUnsigned(instance, link.remoteInstance()) < 0) == link.isDialled()
                : Glare.stays(self, link.remote(), link.isDialled());
    }

    private TlsStream dial(PeerId peer, List<Endpoint> endpoints) {
        List<Endpoint> order = DialOrder.of(endpoints);
        if (order.isEmpty()) {
            throw new TransportException("it can be reached at no address that is known here");
        }
        Race<Endpoint, TlsStream> race =
                new Race<>(endpoint -> dial(peer, endpoint), TlsStream::close, 2L * DIAL_MILLIS);
        try {
            return race.run(order);
        } catch (TransportException e) {
            throw order.size() == 1 ? e : new TransportException("the peer answers at none of " + order, e);
        }
    }

    private TlsStream dial(PeerId peer, Endpoint endpoint) {
        InetSocketAddress address = new InetSocketAddress(endpoint.address(), endpoint.port());
        TlsStream stream = FrameLink.dial(address, tls, Tls.PEER_PROTOCOL, DIAL_MILLIS);
        if (!stream.remoteKey().id().equals(peer)) {
            stream.close();
            throw new TransportException("somebody else answers at " + endpoint);
        }
        return stream;
    }

    private void keepAlive() {
        long now = System.nanoTime();
        Set<Integer> waiting = servings.waitingLinks();
        links.values().forEach(link -> {
            // Who waits for data looks elsewhere when it hears nothing for some seconds.
            boolean waits = waiting.contains(link.number());
            link.keepAlive(now, waits ? WAITING_ALIVE_NANOS : KEEP_ALIVE_NANOS, SILENT_NANOS, IDLE_NANOS);
        });
    }
}
