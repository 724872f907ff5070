package dev.shoal.bench;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.Rejoin;
import dev.shoal.transport.Sealing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of very many peers with one index, all from one socket: their keys and counters, and whose an answer is. For
 * one thread.
 */
final class LoadSessions {

    private static final int MAX_TRIES = 20;

    /** A new version that a peer was told of, under a number. */
    record Told(int peer, int id, IndexPush.NewVersion version) {}

    private final LoadSocket socket;
    private final Welcome[] welcomes;
    private final long[] counters;
    private final Sealing sealing = new Sealing();
    private final ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
    private final ByteBuffer opened = ByteBuffer.allocate(2 * Sealing.MAX_DATAGRAM_BYTES);

    /** Numbers of peers by their sessions' numbers, one more so that zero is empty; open addressing. */
    private final int[] bySession;

    /** Sessions that are still to begin: see {@link #join}. */
    LoadSessions(LoadSocket socket, List<Welcome> tickets) {
        this.socket = socket;
        this.welcomes = tickets.toArray(new Welcome[0]);
        this.counters = new long[welcomes.length];
        this.bySession = new int[Integer.highestOneBit(welcomes.length) * 8];
    }

    /** How many there are. */
    int count() {
        return welcomes.length;
    }

    /** Begins them, one after the other, as after a restart of the index: by ticket, then by the cookie. */
    void join() throws IOException {
        for (int peer = 0; peer < welcomes.length; peer++) {
            welcomes[peer] = rejoin(peer);
            int slot = home(welcomes[peer].session());
            while (bySession[slot] != 0) {
                slot = (slot + 1) & (bySession.length - 1);
            }
            bySession[slot] = peer + 1;
            proveAddress(peer);
        }
    }

    /** Seals a request of a peer as the next datagram of a batch. */
    void seal(int peer, IndexRequest request, LoadBatch batch) {
        pdu.clear();
        request.encodeRequest((int) ++counters[peer], pdu);
        Welcome welcome = welcomes[peer];
        sealing.seal(welcome.peerKey(), welcome.session(), counters[peer], pdu.flip(), batch.begin());
        batch.end(peer);
    }

    /** Whose an answer is; −1 for nobody's. */
    int peer(ByteBuffer answer) {
        if (!Sealing.isSealed(answer)) {
            return -1;
        }
        long session = Sealing.session(answer);
        int slot = home(session);
        while (bySession[slot] != 0) {
            int peer = bySession[slot] - 1;
            if (welcomes[peer].session() == session) {
                return peer;
            }
            slot = (slot + 1) & (bySession.length - 1);
        }
        return -1;
    }

    /** What an answer says; null when it is not authentic, or makes no sense. */
    @Nullable
    Pdu open(ByteBuffer answer) {
        int peer = peer(answer);
        if (peer < 0 || !sealing.open(welcomes[peer].indexKey(), answer, opened.clear())) {
            return null;
        }
        try {
            opened.flip();
            return IndexReply.decode(Header.read(opened), opened);
        } catch (MalformedPduException e) {
            return null;
        }
    }

    /** What the index tells a peer by itself; null when a datagram is nothing of that kind. */
    @Nullable
    Told told(ByteBuffer datagram) {
        int peer = peer(datagram);
        if (peer < 0 || !sealing.open(welcomes[peer].indexKey(), datagram, opened.clear())) {
            return null;
        }
        Header header = Header.read(opened.flip());
        return header.isRequest() && IndexPush.decode(header, opened) instanceof IndexPush.NewVersion version
                ? new Told(peer, header.id(), version)
                : null;
    }

    /** Seals a peer's acknowledgement of what it was told, as the next datagram of a batch. */
    void acknowledge(Told told, LoadBatch batch) {
        pdu.clear();
        IndexReply.Ack.DONE.encodeReply(told.id(), false, pdu);
        Welcome welcome = welcomes[told.peer()];
        long counter = ++counters[told.peer()];
        sealing.seal(welcome.peerKey(), welcome.session(), counter, pdu.flip(), batch.begin());
        batch.end(told.peer());
    }

    private int home(long session) {
        return (int) (session >>> 32) & (bySession.length - 1);
    }

    private Welcome rejoin(int peer) throws IOException {
        Welcome ticket = welcomes[peer];
        byte[] nonce = new byte[Rejoin.NONCE_BYTES];
        ByteBuffer.wrap(nonce).putInt(peer).putLong(System.nanoTime());
        ByteBuffer request =
                Rejoin.request(ticket.resumptionSecret(), ticket.ticket(), nonce, System.currentTimeMillis());
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<Welcome> welcome = Rejoin.readAnswer(ticket.resumptionSecret(), nonce, socket.ask(request));
            if (welcome.isPresent()) {
                return welcome.get();
            }
        }
        throw new IOException("peer " + peer + " does not get a session");
    }

    private void proveAddress(int peer) throws IOException {
        LoadBatch batch = new LoadBatch();
        IndexRequest request = new IndexRequest.Heartbeat(0, 0, 0, 0);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            seal(peer, request, batch.clear());
            Pdu answer = open(socket.ask(batch.select(batch.view(), 0)));
            if (answer instanceof IndexReply.HeartbeatReply) {
                return;
            }
            request = answer instanceof IndexReply.Challenge challenge
                    ? new IndexRequest.EchoCookie(challenge.cookie())
                    : new IndexRequest.Heartbeat(0, 0, 0, 0);
        }
        throw new IOException("peer " + peer + " cannot show where it is");
    }
}
