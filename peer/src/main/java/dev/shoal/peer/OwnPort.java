package dev.shoal.peer;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The port on which a peer of this home would serve, held for a moment to see who comes. An index dials the addresses
 * that a peer declares, with the key that the peer knows it by: when it arrives here, others can, too. For one thread;
 * the listener has its own.
 */
final class OwnPort implements AutoCloseable {

    /** An index dials for three seconds and starts at once. */
    private static final long DIALLED_BACK_MILLIS = 5_000;

    /** Who comes besides the index is of no interest; more than these wait. */
    private static final int MAX_CALLERS = 16;

    private static final int HIGHEST_PORT = 65_535;

    private final Tls tls;
    private final BlockingQueue<PeerId> callers = new ArrayBlockingQueue<>(MAX_CALLERS);
    private final TlsListener listener;

    /**
     * Begins to listen where a peer would.
     *
     * @throws PeerException when the port is taken
     */
    OwnPort(Tls tls, Optional<Integer> port) {
        this.tls = tls;
        this.listener = Links.listen(
                tls, port, new TlsListener.Places(MAX_CALLERS, MAX_CALLERS, TlsListener.Relief.NONE), this::called);
        listener.start();
    }

    int number() {
        return listener.address().getPort();
    }

    /**
     * Whether an index comes when it is told that a peer serves here. Waits some seconds for it.
     *
     * @param observed where the index sees this machine
     * @throws PeerException when the index cannot be joined
     */
    boolean isReachedBy(IndexAddress index, KnownKeys known, InetAddress observed) {
        // The index takes the address that it sees itself on trust and does not dial it, when the port is the one that
        // the peer says it listens on. Declared as a further address, with its port, it is dialled.
        int another = number() == HIGHEST_PORT ? number() - 1 : number() + 1;
        Self self = new Self(new SecureRandom().nextLong(), "", another, List.of(new Endpoint(observed, number())));
        IndexClient client = new IndexClient(index, tls, known, self, PeerEvents.NONE);
        try {
            client.join();
            return awaitCaller(client.index());
        } finally {
            client.quit();
        }
    }

    @Override
    public void close() {
        listener.close();
    }

    private boolean awaitCaller(PeerId index) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DIALLED_BACK_MILLIS);
        try {
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                if (index.equals(callers.poll(left, TimeUnit.NANOSECONDS))) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void called(TlsStream stream, Runnable greeted) {
        callers.offer(stream.remoteKey().id());
        stream.close();
    }
}
