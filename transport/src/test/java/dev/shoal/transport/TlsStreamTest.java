package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.protocol.MalformedPduException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TlsStreamTest {

    private static final Identity SERVER = Identity.generate();
    private static final Identity CLIENT = Identity.generate();

    /** Every pairing of the two providers, which meet when two machines differ. */
    static Stream<Arguments> providers() {
        Provider fast = Conscrypt.newProvider();
        return Stream.of(
                Arguments.of(null, null), Arguments.of(fast, fast), Arguments.of(null, fast), Arguments.of(fast, null));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void carriesBytesBothWaysAndProvesBothKeys(@Nullable Provider server, @Nullable Provider client) throws Exception {
        Consumer<TlsStream> echo = stream -> {
            assertThat(stream.remoteKey()).isEqualTo(CLIENT.key());
            try {
                ByteBuffer length = ByteBuffer.allocate(4);
                while (true) {
                    stream.readFully(length.clear());
                    ByteBuffer data = ByteBuffer.allocate(length.flip().getInt());
                    stream.readFully(data);
                    stream.write(data.flip());
                }
            } catch (IOException e) {
                // Closing the listener races with the good-bye of the other side.
                assertThat(e).isInstanceOfAny(EOFException.class, ClosedChannelException.class);
            }
        };
        try (TlsListener listener = listen(server, echo);
                TlsStream stream = dial(listener, client, Tls.PEER_PROTOCOL)) {
            assertThat(stream.remoteKey()).isEqualTo(SERVER.key());
            SplittableRandom random = new SplittableRandom(3);
            for (int size : new int[] {1, 5, 16_384, 16_385, 300_000, 3_000_000, 17}) {
                byte[] data = new byte[size];
                random.nextBytes(data);
                Thread writer = Thread.ofVirtual().start(() -> send(stream, data));
                ByteBuffer back = size % 2 == 0 ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
                stream.readFully(back);
                writer.join();
                assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(data));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aStreamThatWaitsHoldsLittleHoweverMuchCame(@Nullable Provider server, @Nullable Provider client)
            throws Exception {
        CompletableFuture<TlsStream> accepted = new CompletableFuture<>();
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Consumer<TlsStream> handler = stream -> {
            accepted.complete(stream);
            end.join();
        };
        try (TlsListener listener = listen(server, handler);
                TlsStream stream = dial(listener, client, Tls.PEER_PROTOCOL)) {
            TlsStream other = accepted.get(10, TimeUnit.SECONDS);
            byte[] data = new byte[4_000_000];
            int most = 0;
            Thread writer = Thread.ofVirtual().start(() -> send(other, data));
            ByteBuffer part = ByteBuffer.allocate(50_000);
            for (int left = 4 + data.length; left > 0; left -= part.capacity()) {
                stream.readFully(part.clear().limit(Math.min(left, part.capacity())));
                most = Math.max(most, stream.heldBytes());
            }
            writer.join();
            assertThat(most).isGreaterThan(64 * 1024);
            // What comes now came to a stream that had waited for it with nothing left.
            for (int i = 0; i < 3; i++) {
                other.write(ByteBuffer.allocate(1));
                stream.readFully(ByteBuffer.allocate(1));
                assertThat(stream.heldBytes()).isEqualTo(4 * 1024);
            }
        } finally {
            end.complete(true);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void anotherProtocolIsRefused(@Nullable Provider server, @Nullable Provider client) throws Exception {
        try (TlsListener listener = listen(server, stream -> {})) {
            assertThatThrownBy(() -> dial(listener, client, "http/1.1").readFully(ByteBuffer.allocate(1)))
                    .isInstanceOfAny(TransportException.class, IOException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void nothingIsLostAtTheEndWhateverComesMeanwhile(@Nullable Provider server, @Nullable Provider client)
            throws Exception {
        byte[] data = new byte[1_000_000];
        new SplittableRandom(5).nextBytes(data);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Consumer<TlsStream> handler = stream -> {
            send(stream, data);
            ended.complete(stream.finish(0, 10_000));
        };
        try (TlsListener listener = listen(server, handler)) {
            try (TlsStream stream = dial(listener, client, Tls.PEER_PROTOCOL)) {
                ByteBuffer back = ByteBuffer.allocate(4 + data.length);
                stream.readFully(back.limit(1_000));
                // Nobody reads this: a socket that is closed over it takes back what it has not delivered.
                stream.write(ByteBuffer.allocate(5_000));
                stream.readFully(back.limit(back.capacity()));
                assertThat(back.flip().position(4).slice()).isEqualTo(ByteBuffer.wrap(data));
                assertThatThrownBy(() -> stream.readFully(ByteBuffer.allocate(1)))
                        .isInstanceOf(EOFException.class);
                assertThat(ended).isNotDone();
            }
            assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whoDoesNotGoIsWaitedForNoLongerThanIsSaid() throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        try (TlsListener listener = listen(null, stream -> ended.complete(stream.finish(0, 50)));
                TlsStream stream = dial(listener, null, Tls.PEER_PROTOCOL)) {
            assertThat(ended.get(10, TimeUnit.SECONDS)).isFalse();
            assertThat(stream.remoteKey()).isEqualTo(SERVER.key());
        }
    }

    @Test
    void closingFreesAReaderThatWaits() throws Exception {
        CompletableFuture<TlsStream> accepted = new CompletableFuture<>();
        CompletableFuture<Exception> ended = new CompletableFuture<>();
        Consumer<TlsStream> handler = stream -> {
            accepted.complete(stream);
            try {
                stream.readFully(ByteBuffer.allocate(1));
            } catch (IOException e) {
                ended.complete(e);
            }
        };
        try (TlsListener listener = listen(null, handler);
                TlsStream stream = dial(listener, null, Tls.PEER_PROTOCOL)) {
            accepted.get(10, TimeUnit.SECONDS).close();
            assertThat(ended.get(10, TimeUnit.SECONDS)).isNotNull();
            assertThatThrownBy(() -> stream.readFully(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            await().until(() -> listener.connections() == 0);
        }
    }

    @Test
    void garbageEndsOneConnectionAndNoOther() throws Exception {
        LinkedBlockingQueue<TlsStream> accepted = new LinkedBlockingQueue<>();
        try (TlsListener listener = listen(Conscrypt.newProvider(), accepted::add)) {
            SplittableRandom random = new SplittableRandom(11);
            for (int round = 0; round < 20; round++) {
                byte[] garbage = new byte[random.nextInt(1, 5_000)];
                random.nextBytes(garbage);
                try (Socket socket = new Socket(
                        listener.address().getAddress(), listener.address().getPort())) {
                    socket.getOutputStream()
                            .write(
                                    round % 2 == 0
                                            ? garbage
                                            : "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            await().until(() -> listener.connections() == 0);
            assertThat(accepted).isEmpty();
            try (TlsStream stream = dial(listener, null, Tls.PEER_PROTOCOL)) {
                assertThat(accepted.poll(10, TimeUnit.SECONDS)).isNotNull();
                assertThat(stream.remoteKey()).isEqualTo(SERVER.key());
            }
        }
    }

    @Test
    void connectionsAboveTheLimitWaitForAnotherToEnd() throws Exception {
        LinkedBlockingQueue<CompletableFuture<Boolean>> running = new LinkedBlockingQueue<>();
        Consumer<TlsStream> handler = stream -> {
            CompletableFuture<Boolean> end = new CompletableFuture<>();
            running.add(end);
            end.join();
        };
        try (TlsListener listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Tls(SERVER, null),
                Tls.PEER_PROTOCOL,
                1,
                handler)) {
            listener.start();
            TlsStream first = dial(listener, null, Tls.PEER_PROTOCOL);
            CompletableFuture<Boolean> firstEnd = running.poll(10, TimeUnit.SECONDS);
            CompletableFuture<TlsStream> second =
                    CompletableFuture.supplyAsync(() -> dial(listener, null, Tls.PEER_PROTOCOL));
            assertThat(running).isEmpty();
            assertThat(listener.connections()).isEqualTo(1);
            firstEnd.complete(true);
            second.get(10, TimeUnit.SECONDS).close();
            running.poll(10, TimeUnit.SECONDS).complete(true);
            first.close();
        }
    }

    @Test
    void connectionsAboveTheLimitOfTheirSiteAreClosedAndNoOthers() throws Exception {
        LinkedBlockingQueue<CompletableFuture<Boolean>> running = new LinkedBlockingQueue<>();
        Consumer<TlsStream> handler = stream -> {
            CompletableFuture<Boolean> end = new CompletableFuture<>();
            running.add(end);
            end.join();
        };
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (TlsListener listener =
                new TlsListener(anywhere, new Tls(SERVER, null), Tls.PEER_PROTOCOL, 4, 2, handler)) {
            listener.start();
            TlsStream first = dial(listener, null, Tls.PEER_PROTOCOL);
            TlsStream second = dial(listener, null, Tls.PEER_PROTOCOL);
            CompletableFuture<Boolean> firstEnd = running.poll(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> dial(listener, null, Tls.PEER_PROTOCOL)).isInstanceOf(TransportException.class);
            assertThat(listener.refused()).isEqualTo(1);
            assertThat(listener.connections()).isEqualTo(2);
            try (Socket elsewhere = new Socket()) {
                elsewhere.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
                elsewhere.connect(listener.address());
                await().until(() -> listener.connections() == 3);
            }
            await().until(() -> listener.connections() == 2);
            firstEnd.complete(true);
            first.close();
            await().until(() -> listener.connections() == 1);
            dial(listener, null, Tls.PEER_PROTOCOL).close();
            assertThat(listener.refused()).isEqualTo(1);
            second.close();
            running.forEach(end -> end.complete(true));
        }
    }

    @Test
    void whatIsOfLittleUseMakesRoomForNewConnections() throws Exception {
        LinkedBlockingQueue<TlsStream> idle = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<TlsStream> accepted = new LinkedBlockingQueue<>();
        TlsListener.Handler handler = (stream, greeted) -> {
            greeted.run();
            idle.add(stream);
            accepted.add(stream);
            readToTheEnd(stream);
        };
        TlsListener.Relief relief = site -> {
            TlsStream least = idle.poll();
            if (least != null) {
                least.close();
            }
            return least != null;
        };
        int most = 3;
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (TlsListener.Places places :
                List.of(new TlsListener.Places(most, 100, relief), new TlsListener.Places(100, most, relief))) {
            try (TlsListener listener =
                    new TlsListener(anywhere, new Tls(SERVER, null), Tls.PEER_PROTOCOL, places, handler)) {
                listener.start();
                for (int i = 0; i < 4 * most; i++) {
                    TlsStream dialled = dial(listener, null, Tls.PEER_PROTOCOL);
                    assertThat(accepted.poll(20, TimeUnit.SECONDS)).isNotNull();
                    await().until(() -> listener.connections() <= most);
                    assertThat(dialled.remoteKey()).isEqualTo(SERVER.key());
                }
                assertThat(listener.refused()).isZero();
            }
            idle.clear();
        }
    }

    @Test
    void whoTakesLongToShakeHandsMakesRoomForOthers() throws Exception {
        int most = 4;
        List<Socket> strangers = new ArrayList<>();
        try (TlsListener listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Tls(SERVER, null),
                Tls.PEER_PROTOCOL,
                most,
                TlsStreamTest::readToTheEnd)) {
            listener.start();
            for (int i = 0; i < most; i++) {
                strangers.add(new Socket(
                        listener.address().getAddress(), listener.address().getPort()));
            }
            await().until(() -> listener.connections() == most);
            // It would give up a moment before they have to.
            dial(listener, null, Tls.PEER_PROTOCOL).close();
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void whoShakesHandsAndDoesNotGreetMakesRoomForOthersAndWhoHasGreetedStays() throws Exception {
        int most = 4;
        List<TlsStream> dialled = new ArrayList<>();
        LinkedBlockingQueue<TlsStream> known = new LinkedBlockingQueue<>();
        TlsListener.Handler handler = (stream, greeted) -> {
            while (isFrame(stream)) {
                greeted.run();
                known.add(stream);
            }
        };
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (TlsListener.Places places : List.of(
                new TlsListener.Places(most, 100, TlsListener.Relief.NONE),
                new TlsListener.Places(100, most, TlsListener.Relief.NONE))) {
            try (TlsListener listener =
                    new TlsListener(anywhere, new Tls(SERVER, null), Tls.PEER_PROTOCOL, places, handler)) {
                listener.start();
                TlsStream first = dial(listener, null, Tls.PEER_PROTOCOL);
                dialled.add(first);
                send(first, new byte[] {1});
                assertThat(known.poll(20, TimeUnit.SECONDS)).isNotNull();
                for (int i = 1; i < most; i++) {
                    dialled.add(dial(listener, null, Tls.PEER_PROTOCOL));
                }
                await().until(() -> listener.connections() == most);
                // Above the limit of its site it is closed until they have to go.
                TlsStream honest = await().ignoreExceptionsInstanceOf(TransportException.class)
                        .until(() -> dial(listener, null, Tls.PEER_PROTOCOL), stream -> true);
                dialled.add(honest);
                send(honest, new byte[] {1});
                assertThat(known.poll(20, TimeUnit.SECONDS)).isNotNull();
                assertThat(listener.connections()).isLessThanOrEqualTo(most);
                // Whoever has greeted is asked for nothing more.
                send(first, new byte[] {2});
                assertThat(known.poll(20, TimeUnit.SECONDS)).isNotNull();
            } finally {
                dialled.forEach(TlsStream::close);
                known.clear();
            }
        }
    }

    private static boolean isFrame(TlsStream stream) {
        try {
            stream.readFully(ByteBuffer.allocate(Integer.BYTES + 1));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void readToTheEnd(TlsStream stream) {
        try {
            stream.readFully(ByteBuffer.allocate(1));
        } catch (IOException e) {
            stream.close();
        }
    }

    @Test
    void aSiteIsAnAddressOrHalfOfOne() throws Exception {
        assertThat(Site.of(InetAddress.ofLiteral("192.0.2.1")))
                .isNotEqualTo(Site.of(InetAddress.ofLiteral("192.0.2.2")));
        assertThat(Site.of(InetAddress.ofLiteral("2001:db8::1")))
                .isEqualTo(Site.of(InetAddress.ofLiteral("2001:db8::2:1")));
        assertThat(Site.of(InetAddress.ofLiteral("2001:db8::1")))
                .isNotEqualTo(Site.of(InetAddress.ofLiteral("2001:db8:0:1::1")));
    }

    @Test
    void anImpossibleLengthIsNoticedWithoutTheRestOfItsFrame() throws Exception {
        CompletableFuture<Exception> ended = new CompletableFuture<>();
        Consumer<TlsStream> handler = stream -> {
            try {
                new FrameStream(stream, 100).readHeader();
            } catch (IOException | MalformedPduException e) {
                ended.complete(e);
            }
        };
        try (TlsListener listener = listen(null, handler);
                TlsStream stream = dial(listener, null, Tls.PEER_PROTOCOL)) {
            stream.write(ByteBuffer.allocate(4).putInt(101).flip());
            assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(MalformedPduException.class);
        }
    }

    private static void send(TlsStream stream, byte[] data) {
        try {
            stream.write(ByteBuffer.allocate(4).putInt(data.length).flip());
            stream.write(ByteBuffer.wrap(data));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static TlsListener listen(@Nullable Provider provider, Consumer<TlsStream> handler) throws IOException {
        TlsListener listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Tls(SERVER, provider),
                Tls.PEER_PROTOCOL,
                10,
                handler);
        listener.start();
        return listener;
    }

    private static TlsStream dial(TlsListener listener, @Nullable Provider provider, String protocol) {
        return FrameLink.dial(listener.address(), new Tls(CLIENT, provider), protocol, 10_000);
    }
}
