package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class UnsentLimitTest {

    private static final int BUFFER_BYTES = 1024 * 1024;
    private static final int LITTLE_BYTES = 16 * 1024;

    private ServerSocketChannel listener;
    private SocketChannel sender;
    private SocketChannel receiver;
    private final List<Integer> limits = new ArrayList<>();

    @BeforeEach
    void connect() throws IOException {
        listener = ServerSocketChannel.open();
        // Before the connection is made, or the window is there already.
        listener.setOption(StandardSocketOptions.SO_RCVBUF, LITTLE_BYTES);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        sender = SocketChannel.open(listener.getLocalAddress());
        receiver = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        sender.close();
        receiver.close();
        listener.close();
    }

    @Test
    void theConnectionThatIsMeantIsLimitedAndNoOther() {
        assertThat(UnsentLimit.of(sender)).isNotEqualTo(UnsentLimit.UNSENT_BYTES);
        assertThat(UnsentLimit.apply(sender)).isTrue();
        assertThat(UnsentLimit.of(sender)).isEqualTo(UnsentLimit.UNSENT_BYTES);
        assertThat(UnsentLimit.of(receiver)).isNotEqualTo(UnsentLimit.UNSENT_BYTES);
    }

    @Test
    void aConnectionThatIsClosedIsLeftAlone() throws IOException {
        sender.close();
        assertThat(UnsentLimit.apply(sender)).isFalse();
        assertThat(UnsentLimit.of(sender)).isZero();
    }

    @Test
    void amongVeryManyDescriptorsNoneIsLookedFor() throws IOException {
        List<ServerSocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i <= UnsentLimit.MOST_DESCRIPTORS; i++) {
                open.add(ServerSocketChannel.open());
            }
            SocketChannel late = SocketChannel.open(listener.getLocalAddress());
            try (late) {
                assertThat(UnsentLimit.apply(late)).isFalse();
            }
        } finally {
            for (ServerSocketChannel each : open) {
                each.close();
            }
        }
    }

    @Test
    void theSystemTakesLittleAhead() throws IOException {
        int taken = taken();
        close();
        connect();
        UnsentLimit.apply(sender);
        assertThat(taken() + BUFFER_BYTES / 2).isLessThan(taken);
    }

    /** How much the system takes for somebody who reads nothing. */
    private int taken() throws IOException {
        sender.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
        sender.configureBlocking(false);
        int taken = 0;
        for (int more = 1; more > 0; taken += more) {
            more = sender.write(ByteBuffer.allocate(LITTLE_BYTES));
        }
        return taken;
    }

    @Test
    void aStreamThatIsReadSlowlyIsLimitedBetweenPeers() throws Exception {
        sendSlowly(Tls.PEER_PROTOCOL);
        assertThat(limits).containsExactly(UnsentLimit.UNSENT_BYTES);
    }

    @Test
    void oneOfAnIndexIsNot() throws Exception {
        sendSlowly(Tls.INDEX_PROTOCOL);
        assertThat(limits).doesNotContain(UnsentLimit.UNSENT_BYTES);
    }

    @Test
    void oneToAProgramThatIsNoPeerIsFromTheBeginning() throws Exception {
        assertThat(limitOfAccepted(Tls.HTTP_PROTOCOL)).isEqualTo(UnsentLimit.UNSENT_BYTES);
    }

    @Test
    void oneToAPeerIsNotBeforeItIsSlow() throws Exception {
        assertThat(limitOfAccepted(Tls.PEER_PROTOCOL)).isNotEqualTo(UnsentLimit.UNSENT_BYTES);
    }

    private int limitOfAccepted(String protocol) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TlsListener door = new TlsListener(any, new Tls(Identity.generate()), protocol, 1, TlsStream::close)) {
            CompletableFuture<TlsStream> accepted = CompletableFuture.supplyAsync(() -> door.secured(receiver));
            try (TlsStream dialled = TlsStream.over(sender, new Tls(Identity.generate()), true, protocol);
                    TlsStream answering = accepted.get()) {
                assertThat(answering.remoteAddress()).isNotEqualTo(dialled.remoteAddress());
                return UnsentLimit.of(receiver);
            }
        }
    }

    private void sendSlowly(String protocol) throws Exception {
        CompletableFuture<TlsStream> served = CompletableFuture.supplyAsync(
                () -> TlsStream.over(receiver, new Tls(Identity.generate()), false, protocol));
        try (TlsStream stream = TlsStream.over(sender, new Tls(Identity.generate()), true, protocol);
                TlsStream reading = served.get()) {
            assertThat(UnsentLimit.of(sender)).isNotEqualTo(UnsentLimit.UNSENT_BYTES);
            sender.setOption(StandardSocketOptions.SO_SNDBUF, LITTLE_BYTES);
            ByteBuffer data = ByteBuffer.allocate(BUFFER_BYTES);
            Thread writer = Thread.ofVirtual().start(() -> write(stream, data));
            // Longer than a quick write takes, before anything is read.
            await().until(() -> writer.getState() == Thread.State.WAITING);
            long stuckNanos = System.nanoTime();
            await().until(() -> System.nanoTime() - stuckNanos > TlsStream.QUICK_NANOS);
            reading.readFully(ByteBuffer.allocate(BUFFER_BYTES));
            writer.join();
            limits.add(UnsentLimit.of(sender));
        }
    }

    private static void write(TlsStream stream, ByteBuffer data) {
        try {
            stream.write(data);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
