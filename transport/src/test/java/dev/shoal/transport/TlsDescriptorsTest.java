package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A connection that has ended holds nothing, without any collection of the heap. Linux, where one can count. */
@EnabledOnOs(OS.LINUX)
class TlsDescriptorsTest {

    private static final int CONNECTIONS = 300;

    private static final byte[] GARBAGE = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    private final Tls tls = new Tls(Identity.generate(), Conscrypt.newProvider());

    @Test
    void strangersWithGarbageLeaveNoDescriptorBehind() throws Exception {
        try (TlsListener listener = listen()) {
            connectAndDrop(listener, GARBAGE);
            long before = pipes();
            for (int i = 0; i < CONNECTIONS; i++) {
                connectAndDrop(listener, GARBAGE);
            }
            await().until(() -> listener.connections() == 0);
            assertThat(pipes() - before).isLessThan(CONNECTIONS / 10);
        }
    }

    @Test
    void strangersThatSayNothingLeaveNoDescriptorBehind() throws Exception {
        try (TlsListener listener = listen()) {
            connectAndDrop(listener, new byte[0]);
            long before = pipes();
            for (int i = 0; i < CONNECTIONS; i++) {
                connectAndDrop(listener, new byte[0]);
            }
            await().until(() -> listener.connections() == 0);
            assertThat(pipes() - before).isLessThan(CONNECTIONS / 10);
        }
    }

    @Test
    void endedConnectionsLeaveNoDescriptorBehindOnEitherSide() throws Exception {
        try (TlsListener listener = listen()) {
            FrameLink.dial(listener.address(), tls, Tls.PEER_PROTOCOL, 10_000).close();
            long before = pipes();
            for (int i = 0; i < CONNECTIONS; i++) {
                try (TlsStream stream = FrameLink.dial(listener.address(), tls, Tls.PEER_PROTOCOL, 10_000)) {
                    stream.write(ByteBuffer.allocate(1));
                }
            }
            await().until(() -> listener.connections() == 0);
            assertThat(pipes() - before).isLessThan(CONNECTIONS / 10);
        }
    }

    private TlsListener listen() throws IOException {
        TlsListener listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                tls,
                Tls.PEER_PROTOCOL,
                CONNECTIONS,
                stream -> {
                    try {
                        stream.readFully(ByteBuffer.allocate(2));
                    } catch (IOException e) {
                        // The other side has left, as it should.
                        return;
                    }
                });
        listener.start();
        return listener;
    }

    private static void connectAndDrop(TlsListener listener, byte[] bytes) throws IOException {
        try (Socket socket =
                new Socket(listener.address().getAddress(), listener.address().getPort())) {
            socket.getOutputStream().write(bytes);
        }
    }

    /** How many ends of pipes this process has open: the native engine holds two a connection. */
    private static long pipes() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(TlsDescriptorsTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException e) {
            if (Files.exists(descriptor)) {
                throw new UncheckedIOException(e);
            }
            return false;
        }
    }
}
