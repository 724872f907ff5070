package dev.shoal.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What a server shows to browsers and other programs that know nothing of Shoal: certificates, and the key of the first
 * of them. Immutable; any thread.
 *
 * @param privateKey the key
 * @param chain its certificate, and those that vouch for it
 * @param isSelfSigned whether nobody vouches for it, so that browsers warn of it
 */
public record ServerKey(PrivateKey privateKey, List<X509Certificate> chain, boolean isSelfSigned) {

    private static final String KEY = "PRIVATE KEY";

    private static final String CERTIFICATE = "CERTIFICATE";

    /** Some systems take none that is valid for longer than 825 days. */
    private static final Duration VALID = Duration.ofDays(800);

    /** A certificate that ends sooner is made anew, of the same key, before anybody is told of it. */
    private static final Duration SOON = Duration.ofDays(60);

    /** Copies the list. */
    public ServerKey {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a server without a certificate");
        }
    }

    /**
     * Reads certificates and the key of the first, both in PEM.
     *
     * @throws TransportException when a file cannot be read, is damaged, or they do not belong together
     */
    public static ServerKey load(Path certificates, Path key) {
        try {
            String text = Files.readString(certificates, StandardCharsets.ISO_8859_1);
            List<X509Certificate> chain = certificates(text);
            PrivateKey secret = privateKey(chain.getFirst(), Files.readString(key, StandardCharsets.ISO_8859_1));
            checkPair(secret, chain.getFirst().getPublicKey());
            return new ServerKey(secret, chain, false);
        } catch (IOException | GeneralSecurityException e) {
            throw new TransportException(
                    "the certificate in " + certificates + " cannot be used with the key in " + key + ": "
                            + reason(e) + ". Both are PEM files, the key without a passphrase, as"
                            + " `openssl pkcs8 -topk8 -nocrypt` writes it",
                    e);
        }
    }

    /**
     * Reads the key in a file with its certificate that nobody else signed, or makes them, in a file that only its
     * owner may read. A certificate that is about to end is made anew; the key stays.
     *
     * @param host the name or address to put into the certificate when it is made
     * @throws TransportException when the file cannot be read or written, or is damaged
     */
    public static ServerKey loadOrCreate(Path file, String host) {
        try {
            KeyPair pair;
            if (Files.exists(file)) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                X509Certificate known = certificates(text).getFirst();
                PrivateKey secret = privateKey(known, text);
                checkPair(secret, known.getPublicKey());
                if (known.getNotAfter().toInstant().isAfter(Instant.now().plus(SOON))) {
                    return new ServerKey(secret, List.of(known), true);
                }
                pair = new KeyPair(known.getPublicKey(), secret);
            } else {
                pair = SelfSigned.pair();
            }
            X509Certificate fresh = SelfSigned.server(pair, host, VALID);
            SecretFile.write(
                    file,
                    Pem.encode(KEY, pair.getPrivate().getEncoded()) + Pem.encode(CERTIFICATE, fresh.getEncoded()));
            return new ServerKey(pair.getPrivate(), List.of(fresh), true);
        } catch (IOException | GeneralSecurityException e) {
            throw new TransportException(
                    "the certificate in " + file + " cannot be read or made: " + reason(e)
                            + ". Remove the file to have another one made",
                    e);
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static List<X509Certificate> certificates(String text) throws IOException, GeneralSecurityException {
        // Only to say what is missing: the factory takes whatever it finds.
        Pem.decode(CERTIFICATE, text);
        int first = text.indexOf("-----BEGIN " + CERTIFICATE);
        byte[] bytes = text.substring(first).getBytes(StandardCharsets.ISO_8859_1);
        List<X509Certificate> chain =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)).stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (chain.isEmpty()) {
            throw new IOException("its " + CERTIFICATE + " has none in it");
        }
        return chain;
    }

    private static PrivateKey privateKey(X509Certificate certificate, String text)
            throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(KEY, text)));
    }

    /** Else it would show at the first connection only, and to somebody else. */
    private static void checkPair(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        String algorithm = switch (open.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> throw new GeneralSecurityException("browsers know no keys of the kind " + open.getAlgorithm());
        };
        byte[] sample = "whether they belong together".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(sample);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("they do not belong together");
        }
    }

    /** The SHA-256 of the certificate as browsers show it: pairs of digits with colons. */
    public String fingerprint() {
        try {
            return HexFormat.ofDelimiter(":")
                    .formatHex(sha256(chain.getFirst().getEncoded()))
                    .toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read has bytes", e);
        }
    }

    /** The key as {@code curl --pinnedpubkey} takes it. */
    public String pin() {
        byte[] hash = sha256(chain.getFirst().getPublicKey().getEncoded());
        return "sha256//" + Base64.getEncoder().encodeToString(hash);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "ServerKey[" + fingerprint() + "]";
    }
}
