package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What strangers, and peers that mean no good, do at the TCP port of an index. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class IndexDoorsTest {

    private static final int LEASE_MILLIS = 60_000;
    private static final int DIAL_MILLIS = 30_000;
    private static final ContentId CONTENT = new ContentId(Hash.ZERO, 0);

    @TempDir
    Path folder;

    private final Tls tls = new Tls(Identity.generate());
    private Network network;
    private InetSocketAddress address;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, LEASE_MILLIS);
        address = network.index().address();
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void garbageAndHalfOpenConnectionsHoldUpNobody() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        List<SocketChannel> left = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            SocketChannel channel = SocketChannel.open(address);
            left.add(channel);
            byte[] garbage = new byte[random.nextInt(2_000)];
            random.nextBytes(garbage);
            channel.write(ByteBuffer.wrap(garbage));
            if (i % 3 == 0) {
                channel.close();
            }
        }
        assertIndexIsAlive();
        for (SocketChannel channel : left) {
            channel.close();
        }
    }

    @Test
    void aGreetingWithFieldsThatCannotBeIsRefusedInASentence() throws Exception {
        byte[] longUser = new byte[300];
        Arrays.fill(longUser, (byte) 0xff);
        assertThat(greet(hello("u".repeat(64), List.of()))).isInstanceOf(Welcome.class);
        assertThat(greet(hello("u".repeat(65), List.of()))).isInstanceOf(Failure.class);
        assertThat(code(greet(new Hello(0, 1, 0, "old", 0, List.of(), "test")))).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(greet(new Hello(999, 1, 0, "new", 0, List.of(), "test"))).isInstanceOf(Welcome.class);
        assertThat(code(greet(new Hello(1, 1, 12_345, "u", 0, List.of(), "test"))))
                .isEqualTo(ErrorCode.WRONG_STATE);
        for (String hostile : List.of("a\u001b[2Jb", "a\nb", "a\u202eb", "a/b", "..", "con")) {
            assertThat(code(greet(hello(hostile, List.of())))).isEqualTo(ErrorCode.MALFORMED);
        }
        Endpoint own = new Endpoint(InetAddress.getLoopbackAddress(), address.getPort());
        assertThat(greet(hello("u", List.of(own, own, own, own)))).isInstanceOf(Welcome.class);
        assertThat(code(greet(new IndexRequest.ListUsers(0, 10)))).isEqualTo(ErrorCode.WRONG_STATE);
        assertThat(code(greetRaw((byte) 'h', longUser))).isEqualTo(ErrorCode.MALFORMED);
        assertThat(code(greetRaw((byte) 0, new byte[0]))).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(code(greet(new Hello(0, 1, 12_345, "u", 0, List.of(), "test"))))
                .isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(code(greet(new Hello(1, 0, 0, "u", 0, List.of(), "test")))).isEqualTo(ErrorCode.MALFORMED);
        assertThat(code(greetRaw((byte) 'O', new byte[] {1}))).isEqualTo(ErrorCode.WRONG_STATE);
        assertIndexIsAlive();
    }

    @Test
    void aFirstFrameThatIsRefusedEndsItsConnection() throws Exception {
        List<ByteBuffer> refused = List.of(
                frame((byte) 'h', new byte[3]),
                frame((byte) 'Z', new byte[0]),
                frame((byte) 'H', new byte[28]),
                encoded(new Hello(0, 1, 0, "old", 0, List.of(), "test")),
                encoded(new Hello(1, 1, 12_345, "u", 0, List.of(), "test")));
        for (ByteBuffer first : refused) {
            try (TlsStream stream = dial()) {
                FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
                frames.write(first);
                assertThat(read(frames)).isInstanceOf(Failure.class);
                assertThat(isEnded(stream)).isTrue();
            }
        }
        for (ByteBuffer silent : List.of(asReply(encoded(hello("u", List.of()))), frame((byte) 'E', new byte[16]))) {
            try (TlsStream stream = dial()) {
                stream.write(silent);
                assertThat(isEnded(stream)).isTrue();
            }
        }
    }

    @Test
    void repliesAndErrorsAreNotAnsweredAndOtherLettersAreUnsupported() throws Exception {
        try (TlsStream stream = dial()) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            frames.sendRequest(1, RawPeer.hello("odd"));
            assertThat(read(frames)).isInstanceOf(Welcome.class);
            for (char letter : "HEAwZ".toCharArray()) {
                frames.write(asReply(frame((byte) letter, new byte[28])));
            }
            frames.write(frame((byte) 'E', new byte[16]));
            frames.write(frame((byte) 'E', new byte[0]));
            frames.sendRequest(2, new IndexRequest.ListUsers(0, 10));
            Header header = frames.readHeader();
            assertThat(header.id()).isEqualTo(2);
            assertThat(IndexReply.decode(header, frames.readBody())).isInstanceOf(IndexReply.Users.class);
            for (char letter : "NPZslotAw@\u00ff".toCharArray()) {
                frames.write(frame((byte) letter, new byte[28]));
                assertThat(code(read(frames))).isEqualTo(ErrorCode.UNSUPPORTED);
            }
            frames.sendRequest(3, RawPeer.hello("odd"));
            assertThat(code(read(frames))).isEqualTo(ErrorCode.WRONG_STATE);
            frames.sendRequest(0, new IndexRequest.ListUsers(0, 10));
            header = frames.readHeader();
            assertThat(header.id()).isZero();
            assertThat(IndexReply.decode(header, frames.readBody())).isInstanceOf(IndexReply.Users.class);
        }
    }

    @Test
    void theLongestFrameIsAnsweredAndALongerOneEndsItsConnection() throws Exception {
        try (TlsStream stream = dial()) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            frames.sendRequest(1, RawPeer.hello("long"));
            assertThat(read(frames)).isInstanceOf(Welcome.class);
            frames.write(frame((byte) 'H', new byte[Pdu.MAX_STREAM_BYTES - Header.BYTES]));
            assertThat(read(frames)).isInstanceOf(IndexReply.HeartbeatReply.class);
            stream.write(ByteBuffer.allocate(4).putInt(Pdu.MAX_STREAM_BYTES + 1).flip());
            assertThat(isEnded(stream)).isTrue();
        }
    }

    @Test
    void aFrameThatClaimsTooMuchEndsItsConnectionOnly() throws Exception {
        for (int claim : new int[] {0, 5, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 300 * 1024}) {
            try (TlsStream stream = dial()) {
                stream.write(ByteBuffer.allocate(4).putInt(claim).flip());
                assertThat(isEnded(stream)).isTrue();
            }
        }
        assertIndexIsAlive();
    }

    @Test
    void aRequestThatMakesNoSenseIsAnsweredAndTheConnectionGoesOn() throws Exception {
        SplittableRandom random = new SplittableRandom(13);
        try (TlsStream stream = dial()) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            frames.sendRequest(1, RawPeer.hello("sloppy"));
            assertThat(read(frames)).isInstanceOf(Welcome.class);
            for (int i = 0; i < 300; i++) {
                byte[] body = new byte[random.nextInt(300)];
                random.nextBytes(body);
                char letter = "RKTSFOLUHIbyh~".charAt(random.nextInt(14));
                frames.write(frame((byte) letter, body));
                assertThat(read(frames)).isNotNull();
            }
            frames.sendRequest(2, new IndexRequest.ListUsers(0, 10));
            assertThat(read(frames)).isInstanceOf(IndexReply.Users.class);
        }
    }

    @Test
    void fiveHundredConnectionsAtOnceAreServed() throws Exception {
        List<CompletableFuture<Pdu>> answers = new ArrayList<>();
        // A key has a limited number of sessions.
        List<Tls> keys =
                Stream.generate(() -> new Tls(Identity.generate())).limit(10).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                String user = "user" + i;
                Tls key = keys.get(i % keys.size());
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (FrameLink link = FrameLink.connect(address, key)) {
                                assertThat(link.exchange(RawPeer.hello(user), DIAL_MILLIS)
                                                .pdu())
                                        .isInstanceOf(Welcome.class);
                                return link.exchange(new IndexRequest.ListUsers(0, 1), DIAL_MILLIS)
                                        .pdu();
                            }
                        },
                        threads));
            }
        }
        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(answer).isCompletedWithValueMatching(IndexReply.Users.class::isInstance));
    }

    @Test
    void aPeerThatDoesNotReadItsAnswersHoldsUpNobody() throws Exception {
        try (RawPeer peer = new RawPeer(address)) {
            for (int i = 0; i < 300; i++) {
                Name name = new Name("raw/" + i + "x".repeat(200));
                assertThat(peer.ask(new IndexRequest.Register(false, CONTENT, name, record(name, peer))))
                        .isInstanceOf(IndexReply.Ack.class);
            }
        }
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
        channel.connect(address);
        try (TlsStream stream = TlsStream.over(channel, tls, true, Tls.INDEX_PROTOCOL)) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            frames.sendRequest(1, RawPeer.hello("deaf"));
            Thread writer = Thread.ofVirtual().start(() -> flood(frames));
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            for (int i = 0; i < 5; i++) {
                try (RawPeer other = new RawPeer(address)) {
                    assertThat(other.ask(new IndexRequest.ListAll("", 10))).isInstanceOf(IndexReply.Names.class);
                }
            }
            channel.close();
            writer.join();
        }
    }

    private static void flood(FrameStream frames) {
        try {
            for (int i = 0; i < 1_000; i++) {
                frames.sendRequest(i, new IndexRequest.ListAll("", IndexRequest.MAX_PAGE_ENTRIES));
            }
        } catch (IOException e) {
            // The index no longer reads from who does not read from it.
            Thread.onSpinWait();
        }
    }

    private static VersionRecord record(Name name, RawPeer owner) {
        return VersionRecord.sign(
                VersionRecord.Kind.FILE,
                1,
                CONTENT,
                0,
                Hash.ZERO,
                owner.identity().key(),
                name,
                "",
                owner.identity().privateKey());
    }

    private static Hello hello(String user, List<Endpoint> declared) {
        return new Hello(Hello.VERSION, 1, 0, user, 7_801, declared, "test");
    }

    private TlsStream dial() {
        return FrameLink.dial(address, tls, Tls.INDEX_PROTOCOL, DIAL_MILLIS);
    }

    private Pdu greet(IndexRequest request) throws IOException {
        try (TlsStream stream = dial()) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            frames.sendRequest(1, request);
            return read(frames);
        }
    }

    private Pdu greetRaw(byte letter, byte[] body) throws IOException {
        try (TlsStream stream = dial()) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            frames.write(frame(letter, body));
            return read(frames);
        }
    }

    private static ByteBuffer frame(byte letter, byte[] body) {
        ByteBuffer frame = ByteBuffer.allocate(10 + body.length);
        return frame.putInt(6 + body.length)
                .put(letter)
                .put((byte) 0)
                .putInt(1)
                .put(body)
                .flip();
    }

    private static ByteBuffer encoded(IndexRequest request) {
        ByteBuffer frame = ByteBuffer.allocate(1_000).position(4);
        request.encodeRequest(1, frame);
        return frame.putInt(0, frame.position() - 4).flip();
    }

    private static ByteBuffer asReply(ByteBuffer frame) {
        return frame.put(5, (byte) 1);
    }

    private static Pdu read(FrameStream frames) throws IOException {
        try (var guard = frames.stream().closeAfter(DIAL_MILLIS)) {
            Pdu answer = IndexReply.decode(frames.readHeader(), frames.readBody());
            guard.release();
            return answer;
        }
    }

    private static ErrorCode code(Pdu answer) {
        assertThat(answer).isInstanceOf(Failure.class);
        return ((Failure) answer).code();
    }

    private static boolean isEnded(TlsStream stream) {
        try (var guard = stream.closeAfter(DIAL_MILLIS)) {
            stream.readFully(ByteBuffer.allocate(1));
            guard.release();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void assertIndexIsAlive() {
        try (RawPeer other = new RawPeer(address)) {
            assertThat(other.ask(new IndexRequest.ListUsers(0, 10))).isInstanceOf(IndexReply.Users.class);
        }
    }
}
