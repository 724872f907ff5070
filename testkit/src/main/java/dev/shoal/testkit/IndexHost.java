package dev.shoal.testkit;

import dev.shoal.content.ContentId;
import dev.shoal.index.DatagramRequests;
import dev.shoal.index.IndexService;
import dev.shoal.index.IndexSettings;
import dev.shoal.index.JoinResult;
import dev.shoal.index.Moment;
import dev.shoal.index.Secrets;
import dev.shoal.index.Session;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Welcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The machine of a simulated index: the real {@link IndexService} behind the real {@link DatagramRequests}, which opens
 * and seals every datagram; only sockets and clocks are missing. When it is killed, its secrets are all that is left.
 * It keeps a ledger of who was heard when, against which leases are checked. For one thread.
 */
final class IndexHost {

    private static final long EXPIRE_NANOS = 1_000_000_000L;

    /** Somewhere in the twenty-first century. */
    static final long EPOCH_MILLIS = 1_800_000_000_000L;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final IndexSettings settings;
    private final Secrets secrets;
    private final boolean forgetsLeases;
    private final BiConsumer<ByteBuffer, InetSocketAddress> answers;
    /** When each process of each peer was heard last. */
    private final Map<PeerId, Map<Long, Long>> heardNanos = new HashMap<>();

    /** What the clock for durations begins with: any number, and negative ones too. */
    private final long firstNanos;

    private long clockMillis = EPOCH_MILLIS;
    private int life;
    private @Nullable IndexService service;
    private @Nullable DatagramRequests datagrams;

    IndexHost(
            VirtualTime time,
            SplittableRandom random,
            int leaseMillis,
            boolean forgetsLeases,
            BiConsumer<ByteBuffer, InetSocketAddress> answers) {
        this.time = time;
        this.random = random;
        this.settings = IndexSettings.DEFAULT.withLeaseMillis(leaseMillis);
        this.secrets = Secrets.fresh(random);
        this.forgetsLeases = forgetsLeases;
        this.answers = answers;
        this.firstNanos = random.nextLong(Long.MIN_VALUE / 4, Long.MAX_VALUE / 4);
    }

    long leaseNanos() {
        return settings.leaseMillis() * Moment.NANOS_PER_MILLI;
    }

    boolean isUp() {
        return service != null;
    }

    /** Begins to run, unless it does. */
    void start() {
        if (service == null) {
            IndexService fresh =
                    new IndexService(settings, secrets, new NoNames(), new SimpleMeterRegistry(), random.split());
            service = fresh;
            datagrams = new DatagramRequests(fresh, random.split(), answers, this::handled);
            heardNanos.clear();
            int ofLife = life;
            time.after(EXPIRE_NANOS, () -> expire(ofLife));
        }
    }

    /** Is killed. */
    void stop() {
        life++;
        service = null;
        datagrams = null;
    }

    void clockJumps(long millis) {
        clockMillis += millis;
    }

    private Moment now() {
        long nanos = time.nowNanos();
        return new Moment(firstNanos + nanos, clockMillis + nanos / Moment.NANOS_PER_MILLI);
    }

    private void expire(int ofLife) {
        if (service != null && ofLife == life) {
            if (!forgetsLeases) {
                service.expire(now());
            }
            time.after(EXPIRE_NANOS, () -> expire(ofLife));
        }
    }

    private void handled(Session session, IndexRequest request) {
        if (request instanceof IndexRequest.Quit) {
            heardNanos
                    .getOrDefault(session.peer(), new HashMap<>())
                    .remove(session.profile().instance());
        } else {
            heard(session.peer(), session.profile().instance());
        }
    }

    private void heard(PeerId peer, long instance) {
        heardNanos.computeIfAbsent(peer, any -> new HashMap<>()).put(instance, time.nowNanos());
    }

    /** A datagram has come. */
    void received(ByteBuffer datagram, InetSocketAddress from) {
        if (datagrams != null) {
            datagrams.received(datagram, from, now());
        }
    }

    /** A peer greets over TLS; empty when nobody listens, or it is refused. */
    Optional<Welcome> joined(Hello hello, PeerKey key, InetSocketAddress from) {
        if (service != null && service.join(hello, key, from, now()) instanceof JoinResult.Joined joined) {
            heard(key.id(), hello.instance());
            return Optional.of(joined.welcome());
        }
        return Optional.empty();
    }

    /** A request comes over TLS in a session; empty when the index does not know that. */
    Optional<Pdu> asked(long session, PeerKey key, IndexRequest request, InetSocketAddress from) {
        Session known = service == null ? null : service.attach(session, key).orElse(null);
        if (service == null || known == null) {
            return Optional.empty();
        }
        Pdu answer = service.handle(known, 1, request, from, true, now()).join().pdu();
        handled(known, request);
        return Optional.ofNullable(answer);
    }

    /** For how long a peer was not heard, in any of its processes; {@link Long#MAX_VALUE} when it said good-bye. */
    long unheardNanos(PeerId peer) {
        return heardNanos.getOrDefault(peer, Map.of()).values().stream()
                .mapToLong(nanos -> time.nowNanos() - nanos)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Everything that the index knows of the sources of a content, as it tells somebody who asks for all of it. */
    List<Source> sources(ContentId content, InetSocketAddress asker) {
        List<Source> all = new ArrayList<>();
        byte[] point = new byte[PeerKey.BYTES];
        point[0] = 4;
        Hello hello = new Hello(Hello.VERSION, 1, 0, "", 0, List.of(), "observer");
        if (service != null
                && service.join(hello, PeerKey.of(point), asker, now())
                        instanceof JoinResult.Joined(var session, var ignored)) {
            List<Source> page;
            do {
                IndexRequest request = new IndexRequest.Locate(true, content, all.size(), 100);
                Pdu answer = service.handle(session, 1, request, asker, true, now())
                        .join()
                        .pdu();
                page = answer instanceof Locations locations ? locations.entries() : List.of();
                all.addAll(page);
            } while (!page.isEmpty());
            service.end(session);
        }
        return all;
    }
}
