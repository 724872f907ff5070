package dev.shoal.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the one certificate that there is, to whoever asks for any. A key store in memory would do as much, but it
 * encrypts its keys with ten thousand rounds, which costs a process a quarter of a second at its start. Immutable; any
 * thread.
 */
final class OneKey extends X509ExtendedKeyManager {

    private static final String ALIAS = "shoal";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    OneKey(Identity identity) {
        this(identity.privateKey(), identity.certificate());
    }

    OneKey(ServerKey server) {
        this(server.privateKey(), server.chain().toArray(X509Certificate[]::new));
    }

    private OneKey(PrivateKey key, X509Certificate... chain) {
        this.key = key;
        this.chain = chain;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return serves(keyType);
    }

    @Override
    public String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return serves(keyType);
    }

    /** A listening side is asked for one type of key after the other, until it names a key. */
    private @Nullable String serves(String keyType) {
        return keyType.startsWith(chain[0].getPublicKey().getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
