package dev.shoal.transport;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What one subscriber of a network usually has, by which limits for strangers are counted. */
public final class Site {

    private static final int BYTES_OF_IPV6 = 16;

    private Site() {}

    /** The number of an address's site: an address of IPv4, a /64 of IPv6. */
    public static long of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == BYTES_OF_IPV6
                ? ByteBuffer.wrap(bytes).getLong()
                : ByteBuffer.wrap(bytes).getInt() & 0xffffffffL;
    }
}
