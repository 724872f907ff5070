package dev.shoal.bench;

import dev.shoal.transport.Identity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.conscrypt.Conscrypt;

/**
 * How both processes of a TLS benchmark speak; makes their channels, all with the same key, suite and checks.
 * Immutable, for any thread.
 *
 * @param stack what encrypts
 * @param identity file with key and certificate; made when there is none
 * @param connections how many connections share the work
 */
record TlsSettings(TlsStack stack, Path identity, int connections) {

    /** File data in a frame, in bytes: half as much is as good, four times as much slower. */
    static final int FRAME_BYTES = 256 * 1024;

    /** How much is moved to or from a socket at once. */
    private static final int NETWORK_BYTES = 256 * 1024;

    /** How many words of a command line {@link #parse} takes. */
    static final int WORDS = 3;

    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256"};

    /** The first words of a command line. No parser of options: it would take its time out of what is measured. */
    static TlsSettings parse(String[] arguments) {
        return new TlsSettings(TlsStack.valueOf(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    }

    /** The words that {@link #parse} takes. */
    List<String> words() {
        return List.of(stack.name(), identity.toString(), Integer.toString(connections));
    }

    /** A context with the identity, of the chosen provider. */
    SSLContext context() throws IOException, GeneralSecurityException {
        Identity self = Identity.loadOrCreate(identity);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("self", self.privateKey(), new char[0], new Certificate[] {self.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = stack == TlsStack.BORINGSSL_ENGINE
                ? SSLContext.getInstance("TLS", Conscrypt.newProvider())
                : SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new AnyEllipticKey()}, null);
        return context;
    }

    /** Secures a connected socket channel. */
    SecureChannel secure(SSLContext context, SocketChannel channel, boolean client) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (stack == TlsStack.JSSE_SOCKET) {
            return new SocketSecureChannel(socket(context, channel, client));
        }
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(PROTOCOLS);
        if (Conscrypt.isConscrypt(engine)) {
            // BoringSSL's suites of TLS 1.3 are fixed, and naming them confuses its choice of a key.
            Conscrypt.setUseSessionTickets(engine, false);
        } else {
            engine.setEnabledCipherSuites(SUITES);
        }
        if (!client) {
            engine.setNeedClientAuth(true);
        }
        return new EngineSecureChannel(channel, engine, NETWORK_BYTES, stack.usesDirectBuffers());
    }

    /** Memory for plain bytes, where the stack likes it. */
    ByteBuffer allocate(int bytes) {
        return EngineSecureChannel.allocate(bytes, stack.usesDirectBuffers());
    }

    private static SSLSocket socket(SSLContext context, SocketChannel channel, boolean client) throws IOException {
        InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(channel.socket(), peer.getHostString(), peer.getPort(), true);
        socket.setUseClientMode(client);
        socket.setEnabledProtocols(PROTOCOLS);
        socket.setEnabledCipherSuites(SUITES);
        if (!client) {
            socket.setNeedClientAuth(true);
        }
        return socket;
    }

    /** Takes any single certificate with a key on an elliptic curve: as much work as the program proper has. */
    private static final class AnyEllipticKey extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private static void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length != 1 || !chain[0].getPublicKey().getAlgorithm().equals("EC")) {
                throw new CertificateException("one certificate with a key on an elliptic curve is expected");
            }
        }
    }
}
