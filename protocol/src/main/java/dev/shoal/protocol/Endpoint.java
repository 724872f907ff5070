package dev.shoal.protocol;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a peer can be dialled. On the wire: family (4 or 6), the 4 or 16 bytes of the address, port. An IPv4 address is
 * always of family 4, so that one endpoint has one form. Immutable.
 *
 * @param address a numeric address, never looked up
 * @param port TCP port, 0 to 65 535; 0 in a declaration means "the port I listen on"
 */
public record Endpoint(InetAddress address, int port) {

    /** A peer has at most four: observed and declared, IPv4 and IPv6. */
    public static final int MAX_PER_PEER = 4;

    /** The longest on the wire: family, address of IPv6, port. */
    static final int MAX_BYTES = 19;

    /** Checks the port. */
    public Endpoint {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("no port has the number " + port);
        }
    }

    static Endpoint decode(WireReader in) {
        int family = in.u8("address family");
        if (family != 4 && family != 6) {
            throw in.malformed("address family", "it is " + family + ", not 4 or 6");
        }
        byte[] address = in.bytes("address", family == 4 ? 4 : 16);
        try {
            InetAddress numeric = InetAddress.getByAddress(address);
            if (numeric.getAddress().length != address.length) {
                throw in.malformed("address", "an IPv4 address stands in the form of IPv6");
            }
            return new Endpoint(numeric, in.u16("port"));
        } catch (UnknownHostException e) {
            throw in.malformed("address", e.getMessage());
        }
    }

    static List<Endpoint> decodeAll(WireReader in) {
        int count = in.u8("endpoint count");
        if (count > MAX_PER_PEER) {
            throw in.malformed("endpoint count", count + " are more than " + MAX_PER_PEER);
        }
        List<Endpoint> endpoints = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            endpoints.add(decode(in));
        }
        return List.copyOf(endpoints);
    }

    void encode(WireWriter out) {
        byte[] bytes = address.getAddress();
        out.u8(bytes.length == 4 ? 4 : 6).bytes(bytes).u16(port);
    }

    static void encodeAll(List<Endpoint> endpoints, WireWriter out) {
        out.u8(endpoints.size());
        endpoints.forEach(endpoint -> endpoint.encode(out));
    }

    /** As {@code 192.0.2.1:7801} or {@code [2001:db8::1]:7801}. */
    @Override
    public String toString() {
        String host = address.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
