package dev.shoal.index;

import dev.shoal.transport.DatagramServer;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/**
 * The two sockets of an index, TCP and UDP on one port, bound first and opened when everything behind them is ready.
 */
final class Doors implements AutoCloseable {

    /** Most TLS connections at a time; peers whose datagrams get through need none. */
    private static final int MAX_CONNECTIONS = 10_000;

    /** Most of one address (a /64 of IPv6), behind which a whole house may be: a tenth of all. */
    static final int MAX_CONNECTIONS_PER_SITE = 1_000;

    /** How often another port is tried when one that is free for both protocols is looked for. */
    private static final int PORT_TRIES = 20;

    private final TlsListener listener;
    private final DatagramServer datagrams;
    private volatile TlsListener.Handler onStream = (stream, greeted) -> stream.close();
    private volatile DatagramServer.Handler onDatagram = (datagram, from) -> {};

    private Doors(InetSocketAddress address, Tls tls) throws IOException {
        listener = new TlsListener(
                address,
                tls,
                Tls.INDEX_PROTOCOL,
                new TlsListener.Places(MAX_CONNECTIONS, MAX_CONNECTIONS_PER_SITE, TlsListener.Relief.NONE),
                (stream, greeted) -> onStream.run(stream, greeted));
        try {
            InetSocketAddress same = new InetSocketAddress(
                    address.getAddress(), listener.address().getPort());
            datagrams = new DatagramServer(same, (datagram, from) -> onDatagram.handle(datagram, from));
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /**
     * Binds both.
     *
     * @throws IOException when the port is taken
     */
    static Doors bind(InetSocketAddress address, Tls tls) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return new Doors(address, tls);
            } catch (BindException e) {
                if (address.getPort() != 0 || tries >= PORT_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The address with its port. */
    InetSocketAddress address() {
        return listener.address();
    }

    /** How many TLS connections there are. */
    int connections() {
        return listener.connections();
    }

    /** How many connections were refused because their address had too many. */
    long refused() {
        return listener.refused();
    }

    /** Sends datagrams. */
    DatagramServer datagrams() {
        return datagrams;
    }

    /** Begins to take what comes. */
    void open(TlsListener.Handler streams, DatagramServer.Handler handler) {
        onStream = streams;
        onDatagram = handler;
        listener.start();
        datagrams.start();
    }

    @Override
    public void close() {
        listener.close();
        datagrams.close();
    }
}
