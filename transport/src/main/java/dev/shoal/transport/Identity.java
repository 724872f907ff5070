package dev.shoal.transport;

import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * The key of a peer or an index and a certificate that it signed itself: what TLS shows, what version records are
 * signed with. Immutable; any thread.
 *
 * @param privateKey the private half, on the curve P-256
 * @param certificate a self-signed certificate of the public half
 */
public record Identity(PrivateKey privateKey, X509Certificate certificate) {

    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    /** A new identity. */
    public static Identity generate() {
        try {
            KeyPair pair = SelfSigned.pair();
            return new Identity(pair.getPrivate(), SelfSigned.certificate(pair));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make keys on P-256", e);
        }
    }

    /**
     * Reads the identity in a file, or makes one there that only the owner may read. Two processes that do so at the
     * same moment get the same one.
     *
     * @throws TransportException when the file cannot be read or written, or is damaged; it is never replaced
     */
    public static Identity loadOrCreate(Path file) {
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            return load(file);
        } catch (IOException e) {
            throw new TransportException(unusable(file, e), e);
        }
    }

    /**
     * Puts this identity in a file that only the owner may read, and in place of the one that is there.
     *
     * @throws IOException when it cannot be written; then whatever was there before still is
     */
    public void write(Path file) throws IOException {
        try {
            SecretFile.write(
                    file,
                    Pem.encode(PRIVATE_KEY, privateKey.getEncoded())
                            + Pem.encode(CERTIFICATE, certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The public half. */
    public PeerKey key() {
        return PeerKey.of(certificate.getPublicKey());
    }

    /** Who this is. */
    public PeerId id() {
        return key().id();
    }

    private static String unusable(Path file, IOException e) {
        if (Files.exists(file) && Files.isReadable(file)) {
            return "the key in " + file + " cannot be used: " + e.getMessage()
                    + ". Restore the file from a copy; without"
                    + " it a new key is made, to which the names of the old one do not belong";
        }
        String reason = e instanceof AccessDeniedException ? "access is denied" : e.getMessage();
        return "the key in " + file + " cannot be read or made: " + reason
                + ". Check who owns the folder, and the disk";
    }

    private static void create(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && Files.notExists(file)) {
                generate().write(file);
            }
        }
        Files.deleteIfExists(lockFile);
    }

    private static Identity load(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        try {
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(PRIVATE_KEY, text)));
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate certificate = (X509Certificate)
                    factory.generateCertificate(new ByteArrayInputStream(Pem.decode(CERTIFICATE, text)));
            checkCurve(key, certificate);
            return new Identity(key, certificate);
        } catch (GeneralSecurityException e) {
            throw new IOException("it is damaged", e);
        }
    }

    /** Somebody may have made the file with other tools; what is wrong then would show at the first connection only. */
    private static void checkCurve(PrivateKey key, X509Certificate certificate) throws IOException {
        try {
            PeerKey.of(certificate.getPublicKey());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        boolean fits = key instanceof ECPrivateKey half
                && certificate.getPublicKey() instanceof ECPublicKey other
                && half.getParams().getOrder().equals(other.getParams().getOrder());
        if (!fits) {
            throw new IOException("its key and its certificate are not of the same curve");
        }
    }

    @Override
    public String toString() {
        return "Identity[" + id() + "]";
    }
}
