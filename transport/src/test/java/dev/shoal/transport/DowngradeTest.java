package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever offers less than TLS 1.3 with a key, at either end, gets nothing: with other TLS contexts than Shoal's. */
@Timeout(60)
class DowngradeTest {

    private static final Identity HERE = Identity.generate();
    private static final Identity OTHER = Identity.generate();
    private static final String NEW = "TLSv1.3";
    private static final String OLD = "TLSv1.2";
    private static final int PATIENCE_MILLIS = 20_000;

    /** The first byte of a TLS record that shakes hands (RFC 8446, 5.1). */
    private static final int HANDSHAKE = 22;

    /** Whose TLS library is tried. */
    static Stream<Arguments> libraries() {
        return Stream.of(Arguments.of("the JDK's", null), Arguments.of("BoringSSL", Conscrypt.newProvider()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("libraries")
    void whoDialsWithLessIsNotServed(String library, @Nullable Provider provider) throws Exception {
        AtomicInteger served = new AtomicInteger();
        try (TlsListener listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Tls(HERE, provider),
                Tls.PEER_PROTOCOL,
                10,
                stream -> {
                    served.incrementAndGet();
                    echo(stream);
                })) {
            listener.start();
            InetSocketAddress address = listener.address();
            assertThat(isServed(address, true, Tls.PEER_PROTOCOL, NEW)).isTrue();
            assertThat(isServed(address, true, Tls.PEER_PROTOCOL, OLD, NEW)).isTrue();
            assertThat(served).hasValue(2);

            assertThat(isServed(address, true, Tls.PEER_PROTOCOL, OLD)).isFalse();
            assertThat(isServed(address, false, Tls.PEER_PROTOCOL, NEW)).isFalse();
            assertThat(isServed(address, false, Tls.PEER_PROTOCOL, OLD)).isFalse();
            assertThat(isServed(address, true, null, NEW)).isFalse();
            assertThat(isServed(address, true, Tls.INDEX_PROTOCOL, NEW)).isFalse();
            assertThat(isEchoedPlain(address)).isFalse();
            await().until(() -> listener.connections() == 0);
            assertThat(served).hasValue(2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("libraries")
    void whoAnswersWithLessIsToldNothing(String library, @Nullable Provider provider) throws Exception {
        Tls tls = new Tls(HERE, provider);
        try (SSLServerSocket server = server(NEW)) {
            CompletableFuture<Boolean> answered = answer(server);
            try (TlsStream stream = dial(server, tls)) {
                assertThat(stream.remoteKey()).isEqualTo(OTHER.key());
            }
            assertThat(answered.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        }
        try (SSLServerSocket server = server(OLD)) {
            // What is older works among its like.
            CompletableFuture<Boolean> answered = answer(server);
            isServed((InetSocketAddress) server.getLocalSocketAddress(), true, Tls.PEER_PROTOCOL, OLD);
            assertThat(answered.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        }
        try (SSLServerSocket server = server(OLD)) {
            CompletableFuture<Boolean> answered = answer(server);
            assertThatThrownBy(() -> dial(server, tls)).isInstanceOf(TransportException.class);
            assertThat(answered.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> heard = CompletableFuture.supplyAsync(() -> plainAnswer(server));
            assertThatThrownBy(() -> dial(server, tls)).isInstanceOf(TransportException.class);
            byte[] all = heard.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(all[0]).isEqualTo((byte) HANDSHAKE);
        }
    }

    private static TlsStream dial(ServerSocket server, Tls tls) {
        return FrameLink.dial(
                new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                tls,
                Tls.PEER_PROTOCOL,
                PATIENCE_MILLIS);
    }

    private static void echo(TlsStream stream) {
        try {
            ByteBuffer one = ByteBuffer.allocate(1);
            stream.readFully(one);
            stream.write(one.flip());
            // Until the other side has read it.
            stream.readFully(ByteBuffer.allocate(1));
        } catch (IOException e) {
            stream.close();
        }
    }

    /** Whether a byte that somebody sends, who shakes hands so, comes back. */
    private static boolean isServed(
            InetSocketAddress address, boolean showsKey, @Nullable String protocol, String... versions)
            throws GeneralSecurityException, IOException {
        SSLContext context = context(showsKey);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setEnabledProtocols(versions);
            if (protocol != null) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {protocol});
                socket.setSSLParameters(parameters);
            }
            socket.connect(address);
            return isEchoed(socket) && socket.getSession().getProtocol().equals(NEW);
        }
    }

    private static boolean isEchoedPlain(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            return isEchoed(socket);
        }
    }

    private static boolean isEchoed(Socket socket) {
        try {
            // Enough for a record of TLS, which a shorter one would be waited for.
            socket.getOutputStream().write("hhhhhhhhhhhhhhhh".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return socket.getInputStream().read() == 'h';
        } catch (IOException e) {
            return false;
        }
    }

    private static SSLServerSocket server(String version) throws GeneralSecurityException, IOException {
        SSLServerSocket server = (SSLServerSocket)
                context(true).getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.setEnabledProtocols(new String[] {version});
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {Tls.PEER_PROTOCOL});
        parameters.setNeedClientAuth(true);
        server.setSSLParameters(parameters);
        return server;
    }

    /** Whether hands were shaken. */
    private static CompletableFuture<Boolean> answer(SSLServerSocket server) {
        return CompletableFuture.supplyAsync(() -> {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.startHandshake();
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Answers in plain bytes. Returns what came. */
    private static byte[] plainAnswer(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] first = new byte[1];
            int count = socket.getInputStream().read(first);
            socket.getOutputStream().write("welcome, in plain words\n".getBytes(StandardCharsets.US_ASCII));
            return count == 1 ? first : new byte[1];
        } catch (IOException e) {
            return new byte[1];
        }
    }

    private static SSLContext context(boolean showsKey) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(showsKey ? keys() : new KeyManager[0], new TrustManager[] {new Anybody()}, null);
        return context;
    }

    private static KeyManager[] keys() throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("key", OTHER.privateKey(), none, new Certificate[] {OTHER.certificate()});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    /** Takes every certificate, as the keys are not what is tried here. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
