package dev.shoal.bench;

import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.RegistrationDigest;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.Rejoin;
import dev.shoal.transport.Retransmission;
import dev.shoal.transport.Sealing;
import dev.shoal.transport.UnknownSession;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One of many peers that a load generator plays, as its index sees it: a session, heartbeats every third of the lease,
 * one datagram to rejoin, everything stated again when asked. It decides; {@link PeerCrowd} sends. For one thread.
 */
final class SimulatedPeer {

    /** A peer looks once a second what is due. */
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Pause after an index did not answer at all; a peer proper doubles it from half a second up to ten. */
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long NEVER = Long.MAX_VALUE;
    private static final int PAGE = IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM;

    /** What is on its way. */
    private enum Asking {
        NOTHING,
        HEARTBEAT,
        REJOIN,
        RESTATEMENT
    }

    private final int number;
    private final SyntheticContents contents;
    private Welcome welcome;
    private long counter;
    private int requestId;
    private int generation;
    private int stated;
    private Asking asking = Asking.NOTHING;
    private int attempt;
    private long askedNanos;
    private byte[] nonce = new byte[0];
    private long heartbeatNanos;
    private long restateNanos = NEVER;
    private long nextNanos;

    /**
     * A peer that believes to have a session, and to have registered.
     *
     * @param firstNanos when it sends its first heartbeat
     */
    SimulatedPeer(int number, SyntheticContents contents, Welcome welcome, long firstNanos) {
        this.number = number;
        this.contents = contents;
        this.welcome = welcome;
        this.heartbeatNanos = firstNanos;
        this.nextNanos = firstNanos;
    }

    /** Number of its session. */
    long session() {
        return welcome.session();
    }

    /** When {@link #act} is to be called next. */
    long nextNanos() {
        return nextNanos;
    }

    /** Time has come: begins a request, repeats one, or gives one up. */
    void act(long nowNanos, PeerCrowd crowd) {
        if (asking == Asking.NOTHING) {
            begin(nowNanos >= restateNanos ? Asking.RESTATEMENT : Asking.HEARTBEAT, nowNanos, crowd);
            return;
        }
        long deadline = TimeUnit.MILLISECONDS.toNanos(schedule().deadlineMillis());
        if (nowNanos - askedNanos < deadline) {
            attempt++;
            send(nowNanos, crowd);
            return;
        }
        crowd.counts().givenUp++;
        asking = Asking.NOTHING;
        heartbeatNanos = nowNanos + varied(AWAY_NANOS, crowd.random());
        restateNanos = NEVER;
        nextNanos = heartbeatNanos;
    }

    /** A datagram for this peer has come. */
    void arrived(ByteBuffer datagram, long nowNanos, PeerCrowd crowd) {
        switch (datagram.get(0)) {
            case Sealing.KIND_SEALED -> {
                ByteBuffer pdu = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
                if (crowd.sealing().open(welcome.indexKey(), datagram, pdu)) {
                    Header header = Header.read(pdu.flip());
                    if (header.id() == requestId) {
                        answered(IndexReply.decode(header, pdu), nowNanos, crowd);
                    }
                }
            }
            case UnknownSession.KIND -> {
                boolean believed = asking != Asking.REJOIN
                        && UnknownSession.isAuthentic(welcome.proofKey(), welcome.session(), datagram);
                if (believed) {
                    begin(Asking.REJOIN, nowNanos, crowd);
                }
            }
            case Rejoin.KIND_ANSWER -> {
                if (asking == Asking.REJOIN) {
                    Rejoin.readAnswer(welcome.resumptionSecret(), nonce, datagram)
                            .ifPresent(fresh -> rejoined(fresh, nowNanos, crowd));
                }
            }
            default -> crowd.counts().strange++;
        }
    }

    private void rejoined(Welcome fresh, long nowNanos, PeerCrowd crowd) {
        crowd.moved(this, welcome.session(), fresh.session());
        crowd.counts().rejoined++;
        welcome = fresh;
        counter = 0;
        generation = 0;
        restateNanos = NEVER;
        begin(Asking.HEARTBEAT, nowNanos, crowd);
    }

    private void answered(Pdu reply, long nowNanos, PeerCrowd crowd) {
        switch (reply) {
            case IndexReply.Challenge challenge -> {
                sendSealed(new IndexRequest.EchoCookie(challenge.cookie()), 0, crowd);
                send(nowNanos, crowd);
                return;
            }
            case IndexReply.HeartbeatReply answer -> heard(answer, nowNanos, crowd);
            case IndexReply.Ack done
            when asking == Asking.RESTATEMENT -> {
                stated += PAGE;
                if (stated < contents.eachPeer()) {
                    ask(nowNanos, crowd);
                    return;
                }
                crowd.counts().restated++;
                restateNanos = NEVER;
                heartbeatNanos = nowNanos + STEP_NANOS;
            }
            case Failure refusal -> {
                crowd.counts().refused++;
                heartbeatNanos = nowNanos + varied(AWAY_NANOS, crowd.random());
            }
            default -> crowd.counts().strange++;
        }
        asking = Asking.NOTHING;
        nextNanos = Math.min(heartbeatNanos, restateNanos);
    }

    private void heard(IndexReply.HeartbeatReply answer, long nowNanos, PeerCrowd crowd) {
        long third = TimeUnit.MILLISECONDS.toNanos(answer.leaseMillis()) / 3;
        heartbeatNanos = nowNanos + varied(third, crowd.random());
        if (!answer.restate()) {
            restateNanos = NEVER;
        } else if (restateNanos == NEVER) {
            long askedFor = nowNanos + TimeUnit.MILLISECONDS.toNanos(answer.restateAfterMillis());
            crowd.counts().askedFor(askedFor);
            restateNanos = askedFor + crowd.random().nextLong(STEP_NANOS);
        }
    }

    private void begin(Asking what, long nowNanos, PeerCrowd crowd) {
        asking = what;
        if (what == Asking.RESTATEMENT) {
            generation++;
            stated = 0;
        } else if (what == Asking.REJOIN) {
            nonce = new byte[Rejoin.NONCE_BYTES];
            crowd.random().nextBytes(nonce);
            // So that the answer, which names no session, finds its peer again.
            ByteBuffer.wrap(nonce).putInt(number);
        }
        ask(nowNanos, crowd);
    }

    /** Sends a new request, the next page of a statement if that is it. */
    private void ask(long nowNanos, PeerCrowd crowd) {
        attempt = 0;
        askedNanos = nowNanos;
        requestId++;
        send(nowNanos, crowd);
    }

    private void send(long nowNanos, PeerCrowd crowd) {
        nextNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(schedule().waitMillis(attempt, crowd.random()));
        if (asking == Asking.REJOIN) {
            crowd.send(Rejoin.request(welcome.resumptionSecret(), welcome.ticket(), nonce, System.currentTimeMillis()));
            return;
        }
        IndexRequest request = request();
        if (request != null) {
            sendSealed(request, requestId, crowd);
        }
    }

    private @Nullable IndexRequest request() {
        return switch (asking) {
            case HEARTBEAT -> {
                RegistrationDigest digest = contents.digest(number);
                yield new IndexRequest.Heartbeat(digest.count(), digest.high(), digest.low(), 0);
            }
            case RESTATEMENT -> {
                int end = Math.min(stated + PAGE, contents.eachPeer());
                List<RegisterBulk.Entry> entries = contents.of(number).subList(stated, end).stream()
                        .map(content -> new RegisterBulk.Entry(content, false))
                        .toList();
                yield new RegisterBulk(generation, entries, end < contents.eachPeer());
            }
            default -> null;
        };
    }

    private void sendSealed(IndexRequest request, int id, PeerCrowd crowd) {
        ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
        request.encodeRequest(id, pdu);
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
        crowd.sealing().seal(welcome.peerKey(), welcome.session(), ++counter, pdu.flip(), datagram);
        crowd.send(datagram.flip());
    }

    private Retransmission schedule() {
        return asking == Asking.REJOIN ? Retransmission.PROBE : Retransmission.REQUEST;
    }

    private static long varied(long nanos, RandomGenerator random) {
        return Math.round(nanos * random.nextDouble(0.9, 1.0));
    }
}
