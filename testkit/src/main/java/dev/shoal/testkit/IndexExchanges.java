package dev.shoal.testkit;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.Rejoin;
import dev.shoal.transport.ReplayWindow;
import dev.shoal.transport.Retransmission;
import dev.shoal.transport.Sealing;
import dev.shoal.transport.UnknownSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one simulated process to its index: sealed, repeated until they are answered, repeated over TLS when
 * they are not, in a session that is begun over TLS and, when the index has lost it, by ticket. For one thread.
 */
final class IndexExchanges {

    private static final int LISTEN_PORT = 7_801;

    /** How often a request is repeated when the session was lost in between. */
    private static final int ATTEMPTS = 3;

    private static final int MAX_CHALLENGES = 16;
    private static final long MILLI_NANOS = 1_000_000L;

    /** A TLS handshake and a request, in times that a packet needs one way. */
    private static final int TLS_LATENCIES = 6;

    private final ServedIndex index;
    private final IndexMember member;
    private final PeerKey key;
    private final SplittableRandom random;
    private final long instance;
    private final Map<Integer, Exchange> pending = new HashMap<>();
    private final List<Exchange> waiting = new ArrayList<>();
    private @Nullable Welcome welcome;
    private @Nullable Welcome lost;
    private ReplayWindow window = new ReplayWindow();
    private long counter;
    private int lastId;
    private boolean joining;
    private byte[] nonce = new byte[0];
    /** How often a ticket was shown; the last time is the one that counts. */
    private int rejoins;

    /** A request on its way, until it is answered or given up. */
    private final class Exchange {
        final IndexRequest request;
        final Consumer<Pdu> answered;
        final Runnable failed;
        int id;
        int attempt;
        int losses;
        int challenges;
        long endNanos;

        Exchange(IndexRequest request, Consumer<Pdu> answered, Runnable failed) {
            this.request = request;
            this.answered = answered;
            this.failed = failed;
        }

        void begin() {
            if (welcome == null) {
                waiting.add(this);
                join();
                return;
            }
            attempt = 0;
            endNanos = now() + Retransmission.REQUEST.deadlineMillis() * MILLI_NANOS;
            open();
        }

        private void open() {
            id = ++lastId;
            pending.put(id, this);
            transmit();
        }

        private void transmit() {
            send(request, id);
            int sent = id;
            long wait = Retransmission.REQUEST.waitMillis(attempt++, random) * MILLI_NANOS;
            after(Math.min(wait, Math.max(0, endNanos - now())), () -> {
                if (pending.get(sent) != this) {
                    return;
                }
                if (now() < endNanos) {
                    transmit();
                } else {
                    pending.remove(sent);
                    overTls(this);
                }
            });
        }

        void arrived(Pdu answer) {
            pending.remove(id);
            if (answer instanceof IndexReply.Challenge challenge) {
                if (++challenges > MAX_CHALLENGES) {
                    overTls(this);
                } else {
                    // Show that this address is ours; the index answered the challenge instead of the request.
                    send(new IndexRequest.EchoCookie(challenge.cookie()), 0);
                    open();
                }
            } else if (answer instanceof Failure failure && failure.code() == ErrorCode.WRONG_STATE) {
                sessionLost(this);
            } else if (answer instanceof Failure failure && failure.code() == ErrorCode.BUSY) {
                after(failure.retryAfterMillis() * MILLI_NANOS, this::begin);
            } else {
                answered.accept(answer);
            }
        }
    }

    IndexExchanges(ServedIndex index, IndexMember member, PeerKey key, SplittableRandom random) {
        this.index = index;
        this.member = member;
        this.key = key;
        this.random = random;
        this.instance = random.nextLong(1, Long.MAX_VALUE);
    }

    /** Number of the session; 0 while there is none. */
    long session() {
        return welcome == null ? 0 : welcome.session();
    }

    /** Asks; hears an answer, or that there is none, once. */
    void ask(IndexRequest request, Consumer<Pdu> answered, Runnable failed) {
        new Exchange(request, answered, failed).begin();
    }

    /** Says something once, when there is a session. */
    void send(IndexRequest request) {
        send(request, 0);
    }

    private void send(IndexRequest request, int id) {
        Welcome current = welcome;
        if (current != null) {
            ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
            request.encodeRequest(id, pdu);
            ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
            index.sealing().seal(current.peerKey(), current.session(), ++counter, pdu.flip(), datagram);
            index.send(member, datagram.flip());
        }
    }

    void received(ByteBuffer datagram) {
        Welcome current = welcome;
        switch (datagram.get(0)) {
            case Sealing.KIND_SEALED -> opened(datagram, current);
            case UnknownSession.KIND -> {
                if (current != null
                        && datagram.remaining() == UnknownSession.BYTES
                        && UnknownSession.counter(datagram) > 0
                        && UnknownSession.counter(datagram) <= counter
                        && UnknownSession.isAuthentic(current.proofKey(), current.session(), datagram)) {
                    List<Exchange> all = List.copyOf(pending.values());
                    pending.clear();
                    all.forEach(this::sessionLost);
                }
            }
            case Rejoin.KIND_ANSWER -> {
                Welcome last = lost;
                if (joining && last != null) {
                    Rejoin.readAnswer(last.resumptionSecret(), nonce, datagram).ifPresent(this::adopt);
                }
            }
            default -> throw new IllegalStateException("the index sent a datagram of kind " + datagram.get(0));
        }
    }

    private void opened(ByteBuffer datagram, @Nullable Welcome current) {
        if (current != null
                && Sealing.isSealed(datagram)
                && Sealing.session(datagram) == current.session()
                && window.isFresh(Sealing.counter(datagram))) {
            long number = Sealing.counter(datagram);
            ByteBuffer pdu = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
            if (index.sealing().open(current.indexKey(), datagram, pdu) && window.accept(number)) {
                Header header = Header.read(pdu.flip());
                Exchange exchange = pending.get(header.id());
                if (exchange != null) {
                    exchange.arrived(decode(header, pdu));
                }
            }
        }
    }

    /** The sources that are named in a datagram that the index sends, which need not arrive. */
    List<IndexReply.Source> named(ByteBuffer datagram) {
        Welcome current = welcome;
        if (current != null && Sealing.isSealed(datagram) && Sealing.session(datagram) == current.session()) {
            ByteBuffer pdu = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
            if (index.sealing().open(current.indexKey(), datagram, pdu)) {
                Header header = Header.read(pdu.flip());
                if (header.letter() == 'F' && decode(header, pdu) instanceof IndexReply.Locations locations) {
                    index.simulation().said(Fault.INDEX, member.peer().id, locations);
                    return locations.entries();
                }
            }
        }
        return List.of();
    }

    private static Pdu decode(Header header, ByteBuffer pdu) {
        try {
            return IndexReply.decode(header, pdu);
        } catch (MalformedPduException e) {
            throw new IllegalStateException("the index sent a malformed answer", e);
        }
    }

    /** The index does not know the session any more; the request goes on in the next one. */
    private void sessionLost(Exchange exchange) {
        if (welcome != null) {
            lost = welcome;
            welcome = null;
        }
        if (++exchange.losses >= ATTEMPTS) {
            exchange.failed.run();
        } else {
            exchange.begin();
        }
    }

    private void overTls(Exchange exchange) {
        long asked = session();
        afterTls(reached -> {
            Optional<Pdu> answer = reached && asked != 0
                    ? index.host().asked(asked, key, exchange.request, member.address())
                    : Optional.empty();
            if (answer.isPresent()) {
                exchange.arrived(answer.get());
            } else if (session() == asked) {
                sessionLost(exchange);
            } else {
                exchange.begin();
            }
        });
    }

    private void join() {
        if (!joining) {
            joining = true;
            Welcome last = lost;
            if (last == null) {
                greet();
            } else {
                nonce = new byte[Rejoin.NONCE_BYTES];
                random.nextBytes(nonce);
                rejoins++;
                long end = now() + Retransmission.PROBE.deadlineMillis() * MILLI_NANOS;
                rejoin(
                        Rejoin.request(last.resumptionSecret(), last.ticket(), nonce, index.millis(member.peer())),
                        rejoins,
                        0,
                        end);
            }
        }
    }

    private void rejoin(ByteBuffer request, int mine, int attempt, long endNanos) {
        index.send(member, request);
        after(Retransmission.PROBE.waitMillis(attempt, random) * MILLI_NANOS, () -> {
            if (joining && mine == rejoins && nonce.length > 0) {
                if (now() < endNanos) {
                    rejoin(request, mine, attempt + 1, endNanos);
                } else {
                    greet();
                }
            }
        });
    }

    private void greet() {
        nonce = new byte[0];
        Hello hello =
                new Hello(Hello.VERSION, instance, 0, "peer-" + member.peer().id, LISTEN_PORT, List.of(), "simulation");
        afterTls(reached -> {
            Optional<Welcome> fresh = reached ? index.host().joined(hello, key, member.address()) : Optional.empty();
            if (fresh.isPresent()) {
                adopt(fresh.get());
            } else {
                joining = false;
                List<Exchange> all = List.copyOf(waiting);
                waiting.clear();
                all.forEach(exchange -> exchange.failed.run());
            }
        });
    }

    private void adopt(Welcome fresh) {
        joining = false;
        nonce = new byte[0];
        welcome = fresh;
        lost = null;
        window = new ReplayWindow();
        counter = 0;
        List<Exchange> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(Exchange::begin);
    }

    /** Says later whether the index is reached by TCP. */
    private void afterTls(Consumer<Boolean> next) {
        long nanos = TLS_LATENCIES * index.simulation().scenario().latencyNanos();
        after(
                nanos,
                () -> next.accept(
                        index.host().isUp() && index.simulation().network().reaches(member.peer().id, Fault.INDEX)));
    }

    private long now() {
        return member.peer().nowNanos();
    }

    private void after(long nanos, Runnable next) {
        index.simulation().time().after(nanos, () -> {
            if (!member.isEnded()) {
                next.run();
            }
        });
    }
}
