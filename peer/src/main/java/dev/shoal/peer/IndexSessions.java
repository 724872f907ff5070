package dev.shoal.peer;

import dev.shoal.protocol.Endpoint;
import dev.shoal.transport.Tls;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** The indexes at which this process is present, each joined when it is first needed. Thread-safe. */
final class IndexSessions implements AutoCloseable {

    /** Who this process is at every index. */
    record Present(Tls tls, KnownKeys known, long instance, String user, int listenPort, IntSupplier uploads) {}

    private final Present present;
    private final PeerEvents events;
    private final Map<HostAndPort, IndexSession> sessions = new LinkedHashMap<>();

    IndexSessions(Present present, PeerEvents events) {
        this.present = present;
        this.events = events;
    }

    /**
     * The session at an index; one with the same key under another address is the same index.
     *
     * @throws PeerException when it cannot be joined
     */
    synchronized IndexSession at(IndexAddress address, Optional<HostAndPort> advertised) {
        IndexSession known = sessions.get(address.address());
        if (known == null && address.fingerprint().isPresent()) {
            String fingerprint = address.fingerprint().get();
            known = sessions.values().stream()
                    .filter(session -> session.index().matches(fingerprint))
                    .findFirst()
                    .orElse(null);
        }
        if (known != null) {
            if (address.fingerprint().isPresent()) {
                address.check(known.index(), present.known, events);
            }
            return known;
        }
        Self self = new Self(present.instance, present.user, present.listenPort, declared());
        IndexClient client = new IndexClient(address, present.tls, present.known, self, events);
        client.join();
        IndexSession session = new IndexSession(
                client, new Presence(client, present.uploads, events), advertised.orElse(address.address()));
        sessions.put(address.address(), session);
        return session;
    }

    /** All sessions. */
    synchronized List<IndexSession> all() {
        return List.copyOf(sessions.values());
    }

    @Override
    public synchronized void close() {
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
