package dev.shoal.peer;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.Tls;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** The indexes at which this process is present, each joined when it is first needed. Thread-safe. */
final class IndexSessions implements AutoCloseable {

    /** Who this process is at every index. */
    record Present(Tls tls, KnownKeys known, long instance, String user, int listenPort, IntSupplier uploads) {}

    private final Present present;
    private final Consumer<PeerKey> joined;
    private final PeerEvents events;
    private final Map<HostAndPort, IndexSession> sessions = new LinkedHashMap<>();
    private final Map<HostAndPort, Object> joining = new ConcurrentHashMap<>();
    private boolean closed;

    /**
     * None yet.
     *
     * @param joined is told the key of each index that is joined
     */
    IndexSessions(Present present, Consumer<PeerKey> joined, PeerEvents events) {
        this.present = present;
        this.joined = joined;
        this.events = events;
    }

    /**
     * The session at an index; one with the same key under another address is the same index.
     *
     * @throws PeerException when it cannot be joined
     */
    IndexSession at(IndexAddress address, Optional<Advertised> advertised) {
        // Of one address, one joins and the others wait for it; an index that does not answer holds up nobody else.
        synchronized (joining.computeIfAbsent(address.address(), fresh -> new Object())) {
            Optional<IndexSession> known = find(address);
            if (known.isEmpty()) {
                return join(address, advertised);
            }
            if (address.fingerprint().isPresent()) {
                address.check(address.address(), known.get().index(), present.known);
            }
            return known.get();
        }
    }

    /** The session at an index, if it was joined already. */
    Optional<IndexSession> known(IndexAddress address) {
        return find(address);
    }

    private synchronized Optional<IndexSession> find(IndexAddress address) {
        IndexSession known = sessions.get(address.address());
        if (known != null || address.fingerprint().isEmpty()) {
            return Optional.ofNullable(known);
        }
        String fingerprint = address.fingerprint().get();
        return sessions.values().stream()
                .filter(session -> session.client()
                        .lastIndex()
                        .filter(last -> last.matches(fingerprint))
                        .isPresent())
                .findFirst();
    }

    private IndexSession join(IndexAddress address, Optional<Advertised> advertised) {
        Self self = new Self(present.instance, present.user, present.listenPort, declared());
        IndexClient client = new IndexClient(address, present.tls, present.known, self, events);
        client.join();
        joined.accept(client.indexKey());
        IndexSession session = new IndexSession(
                client, new Presence(client, present.uploads, events).start(), advertised.orElse(address.advertised()));
        add(address.address(), session);
        return session;
    }

    private synchronized void add(HostAndPort address, IndexSession session) {
        if (closed) {
            session.close();
            throw new PeerException(PeerException.Reason.FAILED, "This peer was closed.");
        }
        sessions.put(address, session);
    }

    /** All sessions. */
    synchronized List<IndexSession> all() {
        return List.copyOf(sessions.values());
    }

    @Override
    public synchronized void close() {
        closed = true;
        sessions.values().forEach(IndexSession::close);
        sessions.clear();
    }

    /** The addresses of this machine that another machine might dial, with port 0 for the one that is listened on. */
    private static List<Endpoint> declared() {
        List<Endpoint> declared = new ArrayList<>();
        addresses().stream().limit(Endpoint.MAX_PER_PEER).forEach(address -> declared.add(new Endpoint(address, 0)));
        return declared;
    }

    /** This machine's addresses but loopback and link-local ones, IPv4 first. */
    static List<InetAddress> addresses() {
        List<InetAddress> addresses = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .filter(IndexSessions::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()
                            && !address.isMulticastAddress())
                    .sorted((left, right) -> Integer.compare(left.getAddress().length, right.getAddress().length))
                    .forEach(addresses::add);
        } catch (SocketException e) {
            // Then only the address that the index sees is known to others.
            return List.of();
        }
        return addresses;
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }
}
