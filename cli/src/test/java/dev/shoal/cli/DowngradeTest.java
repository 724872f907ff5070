package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An index and a peer answer nobody who greets them in plain bytes, over an older TLS, or without a key. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DowngradeTest {

    private static final String NEW = "TLSv1.3";
    private static final String OLD = "TLSv1.2";
    private static final int PATIENCE_MILLIS = 30_000;
    private static final char NOTHING = 0;

    /** Where somebody listens, and how he is greeted. */
    private record Door(int port, String protocol, Pdu greeting) {

        /** The letter of the answer to the greeting over TLS; {@link #NOTHING} for none. */
        char answer(SSLContext context, String version) throws IOException {
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {protocol});
                parameters.setProtocols(new String[] {version});
                socket.setSSLParameters(parameters);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return greet(socket);
            }
        }

        /** The same in plain bytes. */
        char plainAnswer() throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return greet(socket);
            }
        }

        private char greet(Socket socket) throws IOException {
            socket.setSoTimeout(PATIENCE_MILLIS);
            ByteBuffer frame = ByteBuffer.allocate(1_000).position(Integer.BYTES);
            greeting.encodeRequest(1, frame);
            frame.putInt(0, frame.position() - Integer.BYTES);
            try {
                socket.getOutputStream().write(frame.array(), 0, frame.position());
                socket.getOutputStream().flush();
                DataInputStream in = new DataInputStream(socket.getInputStream());
                int length = in.readInt();
                return length > 0 && length <= Pdu.MAX_STREAM_BYTES ? (char) in.readUnsignedByte() : NOTHING;
            } catch (IOException e) {
                return NOTHING;
            }
        }
    }

    @Test
    void neitherIndexNorPeerAnswersWhoOffersLess(@TempDir Path folder) throws Exception {
        SSLContext withKey = context(keys(Identity.generate()));
        SSLContext withoutKey = context(new KeyManager[0]);
        try (Network network = Network.withLease(folder, 60_000)) {
            Network.Peer peer = network.peer("alice");
            peer.share(Files.writeString(folder.resolve("data"), "data")).next(Report.Shared.class);
            int port = peer.ask(new Request.Status(null), Report.State.class)
                    .getFirst()
                    .listenPort();
            List<Door> doors = List.of(
                    new Door(network.index().address().getPort(), Tls.INDEX_PROTOCOL, RawPeer.hello("stranger")),
                    new Door(port, Tls.PEER_PROTOCOL, new PeerPdu.PeerHello(Hello.VERSION, 7, 0, 1 << 20, "stranger")));
            for (Door door : doors) {
                assertThat(door.answer(withKey, NEW)).isNotEqualTo(NOTHING);
                assertThat(door.answer(withKey, OLD)).isEqualTo(NOTHING);
                assertThat(door.answer(withoutKey, NEW)).isEqualTo(NOTHING);
                assertThat(door.answer(withoutKey, OLD)).isEqualTo(NOTHING);
                assertThat(door.plainAnswer()).isEqualTo(NOTHING);
            }
        }
    }

    private static SSLContext context(KeyManager[] keys) throws GeneralSecurityException {
        // The JDK's own is not of use where this one comes first among the providers.
        SSLContext context = SSLContext.getInstance("TLS", Conscrypt.newProvider());
        context.init(keys, new TrustManager[] {new Anybody()}, null);
        return context;
    }

    private static KeyManager[] keys(Identity identity) throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("key", identity.privateKey(), none, new Certificate[] {identity.certificate()});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    /** Takes every certificate, as Shoal does before it looks at the key. */
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
