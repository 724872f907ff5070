package dev.shoal.transport;

import dev.shoal.protocol.PeerKey;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 as Shoal speaks it: both sides show a self-signed certificate, no authority is asked, and who the other is
 * follows from its key alone, which is looked at after every handshake. A server for programs that are no peers shows
 * its certificates and asks for none. Immutable; any thread.
 */
public final class Tls {

    /** ALPN protocol between a peer and an index. */
    public static final String INDEX_PROTOCOL = "shoal-index/1";

    /** ALPN protocol between two peers. */
    public static final String PEER_PROTOCOL = "shoal-peer/1";

    /** AES with 128 bits first: the processor does it; the other is for those without AES instructions. */
    private static final String[] CIPHER_SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"};

    private static final String[] VERSIONS = {"TLSv1.3"};

    /** What browsers and other programs that are no peers speak inside of TLS. */
    public static final String HTTP_PROTOCOL = "http/1.1";

    private final SSLContext context;
    private final boolean direct;
    private final boolean isForPeers;

    /** TLS with an identity, over the fastest provider that this machine has. */
    public Tls(Identity identity) {
        this(identity, Cryptography.fastest());
    }

    /** TLS with an identity over one provider; null for the JDK's own. */
    Tls(Identity identity, @Nullable Provider provider) {
        this(new OneKey(identity), true, provider);
    }

    private Tls(KeyManager key, boolean isForPeers, @Nullable Provider provider) {
        try {
            context = provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
            context.init(new KeyManager[] {key}, new TrustManager[] {new AnyKey()}, null);
            direct = provider != null;
            this.isForPeers = isForPeers;
        } catch (GeneralSecurityException e) {
            throw new TransportException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** TLS of a server for programs that are no peers, of which no key is asked. */
    public static Tls server(ServerKey key) {
        return server(key, Cryptography.fastest());
    }

    /** The same over one provider; null for the JDK's own. */
    static Tls server(ServerKey key, @Nullable Provider provider) {
        return new Tls(new OneKey(key), false, provider);
    }

    /** Whether both sides show a key. */
    boolean isForPeers() {
        return isForPeers;
    }

    /** Whether what the other side named is this protocol; who is no peer need not name any. */
    boolean speaks(String protocol, @Nullable String named) {
        return protocol.equals(named) || (!isForPeers && (named == null || named.isEmpty()));
    }

    /** A new engine for one connection. */
    SSLEngine engine(boolean client, String protocol) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        if (!Conscrypt.isConscrypt(engine)) {
            // BoringSSL always offers exactly these for TLS 1.3, and a list of them alone confuses its key choice.
            parameters.setCipherSuites(CIPHER_SUITES);
        }
        parameters.setApplicationProtocols(new String[] {protocol});
        if (!client && isForPeers) {
            parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        if (Conscrypt.isConscrypt(engine)) {
            Conscrypt.setUseSessionTickets(engine, false);
        }
        return engine;
    }

    /** Whether the provider works on memory outside the heap. */
    boolean usesDirectBuffers() {
        return direct;
    }

    /**
     * The key that the other side proved in a handshake.
     *
     * @throws TransportException when it showed none, one that is not on P-256, or one in a certificate without subject
     */
    static PeerKey remoteKey(SSLSession session) {
        try {
            Certificate shown = session.getPeerCertificates()[0];
            // TLS libraries refuse one without issuer, some one without subject: so that all peers hold to the same.
            if (shown instanceof X509Certificate named
                    && named.getSubjectX500Principal().getName().isEmpty()) {
                throw new TransportException("the other side's certificate has no subject");
            }
            return PeerKey.of(shown.getPublicKey());
        } catch (SSLPeerUnverifiedException | IllegalArgumentException e) {
            throw new TransportException("the other side showed no key that Shoal knows", e);
        }
    }

    /**
     * Takes every certificate: TLS has proved that the other side holds the key in it, and the caller compares that key
     * with the one it expects. Names and dates in a self-signed certificate mean nothing.
     */
    private static final class AnyKey extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

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
