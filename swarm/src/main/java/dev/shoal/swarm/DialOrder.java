package dev.shoal.swarm;

import dev.shoal.protocol.Endpoint;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which order, and how far apart, the endpoints of a peer are dialled: the nearest first, the families in turn, each
 * a little after the one before unless that has failed (after "Happy Eyeballs", RFC 8305).
 */
public final class DialOrder {

    /** How long an attempt has before the next one starts beside it, in nanoseconds (RFC 8305, section 8). */
    public static final long STAGGER_NANOS = 250_000_000L;

    private DialOrder() {}

    /** The endpoints that can be dialled, best first: loopback, private, then public, IPv6 and IPv4 alternating. */
    public static List<Endpoint> of(List<Endpoint> endpoints) {
        List<Endpoint> sorted = endpoints.stream()
                .filter(DialOrder::canBeDialled)
                .distinct()
                .sorted(Comparator.comparingInt((Endpoint endpoint) -> distance(endpoint.address()))
                        .thenComparingInt(endpoint -> endpoint.address() instanceof Inet6Address ? 0 : 1))
                .limit(Endpoint.MAX_PER_PEER)
                .toList();
        return alternating(sorted);
    }

    private static List<Endpoint> alternating(List<Endpoint> sorted) {
        List<Endpoint> rest = new ArrayList<>(sorted);
        List<Endpoint> order = new ArrayList<>();
        @Nullable Endpoint last = null;
        while (!rest.isEmpty()) {
            Endpoint next = rest.getFirst();
            for (Endpoint candidate : rest) {
                if (last != null
                        && distance(candidate.address()) == distance(next.address())
                        && candidate.address().getClass() != last.address().getClass()) {
                    next = candidate;
                    break;
                }
            }
            rest.remove(next);
            order.add(next);
            last = next;
        }
        return List.copyOf(order);
    }

    private static boolean canBeDialled(Endpoint endpoint) {
        InetAddress address = endpoint.address();
        return endpoint.port() != 0 && !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }

    private static int distance(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return 0;
        }
        boolean uniqueLocal = address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
        return address.isLinkLocalAddress() || address.isSiteLocalAddress() || uniqueLocal ? 1 : 2;
    }
}
