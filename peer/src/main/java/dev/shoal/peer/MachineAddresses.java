package dev.shoal.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The addresses under which others may reach this machine. Holds nothing; any thread. */
public final class MachineAddresses {

    /** An address for documentation (RFC 5737): a socket is connected to it, which sends nothing. */
    private static final byte[] FAR_AWAY = {(byte) 198, 51, 100, 1};

    private static final int DISCARD_PORT = 9;

    /** More addresses than this do not help who has to choose one. */
    private static final int MOST = 4;

    private static final String LOOPBACK = "127.0.0.1";

    private MachineAddresses() {}

    /** The most likely one first; only the loopback address where there is no network. */
    public static List<String> all() {
        Set<String> addresses = new LinkedHashSet<>();
        addresses.addAll(onTheWayOut());
        addresses.addAll(ofInterfaces());
        return addresses.isEmpty()
                ? List.of(LOOPBACK)
                : addresses.stream().limit(MOST).toList();
    }

    /** The address from which this machine would send far away. */
    private static List<String> onTheWayOut() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(FAR_AWAY), DISCARD_PORT));
            InetAddress local = socket.getLocalAddress();
            boolean usable = !local.isAnyLocalAddress() && !local.isLoopbackAddress();
            return usable ? List.of(local.getHostAddress()) : List.of();
        } catch (IOException | UncheckedIOException e) {
            // No way out; the interfaces say what there is.
            return List.of();
        }
    }

    private static List<String> ofInterfaces() {
        List<String> addresses = new ArrayList<>();
        try {
            for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
                if (network.isUp() && !network.isLoopback() && !network.isPointToPoint()) {
                    network.inetAddresses()
                            .filter(Inet4Address.class::isInstance)
                            .filter(address -> !address.isLinkLocalAddress())
                            .map(InetAddress::getHostAddress)
                            .forEach(addresses::add);
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return addresses;
    }
}
