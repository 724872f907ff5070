package dev.shoal.index;

import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.socket;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.HeartbeatReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.RegistrationDigest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/** An index with a clock that a test moves. Every answer is encoded and decoded on its way, as if it were sent. */
final class IndexUnderTest {

    static final IndexSettings SETTINGS = new IndexSettings(
            60_000,
            7800,
            "test",
            1_000,
            8,
            20,
            RequestLimits.NONE,
            100,
            DirectoryLimits.DEFAULT,
            NameLimits.DEFAULT,
            AccountLimits.DEFAULT);

    static final WatchLimits WATCHES = new WatchLimits(150, 320, 10_000, 90);

    final SplittableRandom random = new SplittableRandom(17);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Secrets secrets;
    final IndexService service;
    Moment now = Fixtures.NOW;

    private int lastRequest;
    private long lastInstance;

    IndexUnderTest(IndexSettings settings, Names names) {
        this(settings, names, Secrets.fresh(new SplittableRandom(4)));
    }

    IndexUnderTest(IndexSettings settings, Names names, Secrets secrets) {
        this.secrets = secrets;
        this.service = new IndexService(settings, secrets, names, null, watches(names), registry, random);
    }

    /** With accounts. */
    IndexUnderTest(IndexSettings settings, Names names, AccountRequests accounts) {
        this.secrets = Secrets.fresh(new SplittableRandom(4));
        this.service = new IndexService(settings, secrets, names, accounts, watches(names), registry, random);
    }

    private static @Nullable SqliteWatches watches(Names names) {
        return names instanceof SqliteNames lasting ? SqliteWatches.beside(lasting, WATCHES) : null;
    }

    void pass(long millis) {
        now = now.plusMillis(millis);
    }

    Hello hello(String user, List<Endpoint> declared) {
        return new Hello(1, ++lastInstance, 0, user, 7801, declared, "test");
    }

    Session join(PeerKey key, String address, String user) {
        return joined(hello(user, List.of()), key, address).session();
    }

    Session join(long seed, String address) {
        return join(key(seed), address, "");
    }

    /** What somebody hears who wants to join. */
    JoinResult tryJoin(PeerKey key, String address) {
        return service.join(hello("", List.of()), key, socket(address, 40_000), now);
    }

    JoinResult.Joined joined(Hello hello, PeerKey key, String address) {
        JoinResult result = service.join(hello, key, socket(address, 40_000), now);
        return Assertions.assertInstanceOf(JoinResult.Joined.class, result);
    }

    /** Asks in a datagram from where the session was last seen. */
    Pdu ask(Session session, IndexRequest request) {
        return ask(session, ++lastRequest, request);
    }

    Pdu ask(Session session, int id, IndexRequest request) {
        return sent(session, send(session, id, request, false), false);
    }

    Pdu askOverTls(Session session, IndexRequest request) {
        return sent(session, send(session, ++lastRequest, request, true), true);
    }

    Pdu askFrom(Session session, InetSocketAddress address, IndexRequest request) {
        CompletableFuture<Answer> answer = service.handle(session, ++lastRequest, request, address, false, now);
        return sent(session, answer, false);
    }

    CompletableFuture<Answer> send(Session session, int id, IndexRequest request, boolean overTls) {
        InetSocketAddress asker = session.datagramAddress == null
                ? new InetSocketAddress(session.observed, 5_000)
                : session.datagramAddress;
        return service.handle(session, id, request, asker, overTls, now);
    }

    HeartbeatReply heartbeat(Session session, List<ContentId> contents) {
        RegistrationDigest digest = new RegistrationDigest();
        contents.forEach(digest::add);
        IndexRequest request = new IndexRequest.Heartbeat(contents.size(), digest.high(), digest.low(), 0);
        return Assertions.assertInstanceOf(HeartbeatReply.class, ask(session, request));
    }

    Failure failure(Session session, IndexRequest request) {
        return Assertions.assertInstanceOf(Failure.class, ask(session, request));
    }

    private static Pdu sent(Session session, CompletableFuture<Answer> future, boolean overTls) {
        Answer answer = get(future);
        Pdu pdu = answer.pdu();
        Assertions.assertNotNull(pdu, session::toString);
        ByteBuffer frame = ByteBuffer.allocate(overTls ? Pdu.MAX_STREAM_BYTES : Pdu.MAX_DATAGRAM_BYTES);
        pdu.encodeReply(1, answer.truncated(), frame);
        frame.flip();
        return IndexReply.decode(Header.read(frame), frame);
    }
}
