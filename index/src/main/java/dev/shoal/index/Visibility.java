package dev.shoal.index;

import dev.shoal.protocol.Endpoint;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who is told of which address, and which address may be dialled at all. Without state.
 *
 * <p>Loopback addresses are told only to askers that are themselves seen on loopback; private ones (RFC 1918, unique
 * local, link-local) only to askers that are seen from a private or loopback address, or from the same public address
 * as the source; all others to everybody.
 */
public final class Visibility {

    /** How far an address reaches. */
    public enum Reach {
        /** Only the machine itself. */
        LOOPBACK,
        /** A local network. */
        PRIVATE,
        /** Everybody. */
        PUBLIC,
        /** No host: any-local, multicast, broadcast and reserved addresses. */
        NOBODY
    }

    /** Ports below are those of system services, which an index must not be made to dial. */
    public static final int MIN_DIALLED_PORT = 1024;

    private static final int NETWORK_BYTES_V4 = 3;
    private static final int NETWORK_BYTES_V6 = 6;

    private Visibility() {}

    /** How far an address reaches. */
    public static Reach reach(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return Reach.LOOPBACK;
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return Reach.NOBODY;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        if (address instanceof Inet4Address && (first == 0 || first >= 240)) {
            return Reach.NOBODY;
        }
        boolean uniqueLocal = !(address instanceof Inet4Address) && (first & 0xfe) == 0xfc;
        boolean local = address.isSiteLocalAddress() || address.isLinkLocalAddress() || uniqueLocal;
        return local ? Reach.PRIVATE : Reach.PUBLIC;
    }

    /**
     * Whether a source's endpoint is told to an asker.
     *
     * @param endpoint one of the source's endpoints
     * @param source where the source is seen
     * @param asker where the asker is seen
     */
    public static boolean isTold(Endpoint endpoint, InetAddress source, InetAddress asker) {
        return switch (reach(endpoint.address())) {
            case LOOPBACK -> reach(asker) == Reach.LOOPBACK;
            case PRIVATE -> isLocal(asker) || asker.equals(source);
            case PUBLIC -> true;
            case NOBODY -> false;
        };
    }

    /** The endpoints of a source that an asker is told, in their order. */
    public static List<Endpoint> told(List<Endpoint> endpoints, InetAddress source, InetAddress asker) {
        List<Endpoint> told = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            if (isTold(endpoint, source, asker)) {
                told.add(endpoint);
            }
        }
        return told;
    }

    /**
     * The declared endpoints that an index may dial to see whether they are the peer's: none that would let a peer make
     * the index knock at somebody else's inner doors.
     *
     * @param declared what the peer declared; port 0 stands for its listening port
     * @param listenPort where it listens; 0 when it does not
     * @param observed where it is seen
     * @return at most {@link Endpoint#MAX_PER_PEER} − 1, without the observed one, which needs no confirmation
     */
    public static List<Endpoint> dialled(List<Endpoint> declared, int listenPort, InetAddress observed) {
        Set<Endpoint> dialled = new LinkedHashSet<>();
        for (Endpoint endpoint : declared) {
            int port = endpoint.port() == 0 ? listenPort : endpoint.port();
            Endpoint whole = new Endpoint(endpoint.address(), port);
            boolean known = port == listenPort && endpoint.address().equals(observed);
            if (!known && dialled.size() < Endpoint.MAX_PER_PEER - 1 && mayBeDialled(whole, observed)) {
                dialled.add(whole);
            }
        }
        return List.copyOf(dialled);
    }

    /** Whether the index may dial an endpoint that a peer seen at {@code observed} declared. */
    public static boolean mayBeDialled(Endpoint endpoint, InetAddress observed) {
        if (endpoint.port() < MIN_DIALLED_PORT || embedsAnotherAddress(endpoint.address())) {
            return false;
        }
        return switch (reach(endpoint.address())) {
            case LOOPBACK -> reach(observed) == Reach.LOOPBACK;
            case PRIVATE -> isLocal(observed);
            case PUBLIC -> true;
            case NOBODY -> false;
        };
    }

    /** Two addresses with the same number are near each other: the same /24 of IPv4, /48 of IPv6, or both loopback. */
    public static long network(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return 1;
        }
        byte[] bytes = address.getAddress();
        int length = bytes.length == 4 ? NETWORK_BYTES_V4 : NETWORK_BYTES_V6;
        long network = length;
        for (int i = 0; i < length; i++) {
            network = network << 8 | (bytes[i] & 0xff);
        }
        return network;
    }

    private static boolean isLocal(InetAddress address) {
        Reach reach = reach(address);
        return reach == Reach.PRIVATE || reach == Reach.LOOPBACK;
    }

    /** 6to4 (2002::/16), NAT64 (64:ff9b::/96) and IPv4-compatible ones (::/96) lead to an IPv4 address inside them. */
    private static boolean embedsAnotherAddress(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4 || address.isLoopbackAddress()) {
            return false;
        }
        boolean translated =
                bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b;
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean compatible = true;
        for (int i = 0; i < 12; i++) {
            compatible &= bytes[i] == 0;
        }
        return translated || sixToFour || compatible;
    }
}
