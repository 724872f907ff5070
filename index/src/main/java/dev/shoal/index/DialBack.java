package dev.shoal.index;

import dev.shoal.protocol.Endpoint;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;

/**
 * Dials the addresses that a peer declares before others are told of them: whoever answers must hold the peer's key.
 * Which addresses may be dialled at all is decided in {@link Visibility}; nothing but a TLS handshake is sent to them.
 */
final class DialBack {

    /** How many addresses are dialled at a time; what comes on top is left out until the peer's next join. */
    private static final int MAX_DIALLING = 64;

    private static final int TIMEOUT_MILLIS = 3_000;

    private final IndexService service;
    private final Tls tls;
    private final Semaphore free = new Semaphore(MAX_DIALLING);

    DialBack(IndexService service, Tls tls) {
        this.service = service;
        this.tls = tls;
    }

    /** Dials what the session declared and nobody dialled yet, in a thread of its own. */
    void check(Session session) {
        for (Endpoint endpoint : service.declaredToConfirm(session)) {
            if (free.tryAcquire()) {
                Thread.ofVirtual().name("dial back " + endpoint).start(() -> dial(session, endpoint));
            }
        }
    }

    private void dial(Session session, Endpoint endpoint) {
        InetSocketAddress address = new InetSocketAddress(endpoint.address(), endpoint.port());
        try (TlsStream stream = FrameLink.dial(address, tls, Tls.PEER_PROTOCOL, TIMEOUT_MILLIS)) {
            if (stream.remoteKey().equals(session.key())) {
                service.confirmed(session, endpoint);
            }
        } catch (TransportException e) {
            // It cannot be reached there; nobody will be sent there.
            return;
        } finally {
            free.release();
        }
    }
}
