package dev.shoal.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/**
 * An {@link Identity} as text that is of use only to who knows a passphrase: the private key as PKCS #8 (RFC 5958)
 * under PBES2 (RFC 8018) with scrypt (RFC 7914) and AES-256, and the certificate. Other programs read it, too. Pure
 * functions; each takes about a tenth of a second and 16 MiB on purpose.
 */
public final class ExportedKey {

    /** No exported key is half as long. */
    public static final int MAX_CHARACTERS = 16 * 1024;

    private static final String PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String SIGNATURE = "SHA256withECDSA";

    private static final ASN1ObjectIdentifier SCRYPT = new ASN1ObjectIdentifier("1.3.6.1.4.1.11591.4.11");

    /** One of the sets that OWASP recommends that fits into the 32 MiB that OpenSSL allows. */
    private static final int COST = 1 << 14;

    private static final int BLOCK_SIZE = 8;
    private static final int PARALLELISM = 5;
    private static final int SALT_BYTES = 16;

    /** Four times the memory that is taken here, and three times as often: no file makes a process work for ever. */
    private static final long MAX_BLOCKS = 4L * COST * BLOCK_SIZE;

    private static final int MAX_PARALLELISM = 3 * PARALLELISM;

    private static final Provider PROVIDER = new BouncyCastleProvider();

    private ExportedKey() {}

    /** The text for an identity. */
    public static String encode(Identity identity, char[] passphrase) {
        try {
            var encryptor = new JcePKCSPBEOutputEncryptorBuilder(
                            new ScryptConfig.Builder(COST, BLOCK_SIZE, PARALLELISM)
                                    .withSaltLength(SALT_BYTES)
                                    .build(),
                            NISTObjectIdentifiers.id_aes256_CBC)
                    .setProvider(PROVIDER)
                    .build(passphrase);
            byte[] key = identity.privateKey().getEncoded();
            byte[] encrypted = new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(key))
                    .build(encryptor)
                    .getEncoded();
            Arrays.fill(key, (byte) 0);
            return Pem.encode(PRIVATE_KEY, encrypted)
                    + Pem.encode(CERTIFICATE, identity.certificate().getEncoded());
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java cannot encrypt keys", e);
        }
    }

    /**
     * The identity in a text.
     *
     * @throws IOException when the text is no exported key, or was changed
     * @throws WrongPassphraseException when it cannot be opened: mostly the passphrase is another one
     */
    public static Identity decode(String text, char[] passphrase) throws IOException, WrongPassphraseException {
        if (text.length() > MAX_CHARACTERS) {
            throw new IOException("it is too long for a key");
        }
        PKCS8EncryptedPrivateKeyInfo encrypted = encrypted(Pem.decode(PRIVATE_KEY, text));
        X509Certificate certificate = certificate(Pem.decode(CERTIFICATE, text));
        PrivateKey key = decrypt(encrypted, passphrase);
        Identity identity = new Identity(key, certificate);
        if (!fits(identity)) {
            throw new IOException("its key and its certificate do not belong together");
        }
        return identity;
    }

    private static PKCS8EncryptedPrivateKeyInfo encrypted(byte[] der) throws IOException {
        try {
            PKCS8EncryptedPrivateKeyInfo encrypted = new PKCS8EncryptedPrivateKeyInfo(der);
            if (!encrypted.getEncryptionAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
                throw new IOException("its key is not protected as Shoal does it");
            }
            check(PBES2Parameters.getInstance(encrypted.getEncryptionAlgorithm().getParameters())
                    .getKeyDerivationFunc());
            return encrypted;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException("its key is damaged", e);
        }
    }

    /** That the work is bounded, before any of it is done. */
    private static void check(KeyDerivationFunc function) throws IOException {
        ASN1Sequence parameters = ASN1Sequence.getInstance(function.getParameters());
        if (!function.getAlgorithm().equals(SCRYPT) || parameters.size() < 4) {
            throw new IOException("its key is not protected as Shoal does it");
        }
        long cost = number(parameters, 1);
        long blockSize = number(parameters, 2);
        if (cost > MAX_BLOCKS / blockSize || number(parameters, 3) > MAX_PARALLELISM) {
            throw new IOException("its key is protected with more work than is sensible");
        }
    }

    private static int number(ASN1Sequence parameters, int position) {
        int number = ASN1Integer.getInstance(parameters.getObjectAt(position)).intPositiveValueExact();
        if (number == 0) {
            throw new IllegalArgumentException("none");
        }
        return number;
    }

    private static PrivateKey decrypt(PKCS8EncryptedPrivateKeyInfo encrypted, char[] passphrase)
            throws WrongPassphraseException {
        try {
            PrivateKeyInfo opened = encrypted.decryptPrivateKeyInfo(new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(PROVIDER)
                    .build(passphrase));
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(opened.getEncoded()));
        } catch (PKCSException | GeneralSecurityException | IOException | IllegalArgumentException e) {
            // One passphrase in some hundreds opens it to nonsense, which is seen only here.
            throw new WrongPassphraseException(e);
        }
    }

    private static X509Certificate certificate(byte[] der) throws IOException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IOException("its certificate is damaged", e);
        }
    }

    private static boolean fits(Identity identity) {
        try {
            byte[] nothing = new byte[SALT_BYTES];
            Signature signer = Signature.getInstance(SIGNATURE);
            signer.initSign(identity.privateKey());
            signer.update(nothing);
            byte[] signed = signer.sign();
            signer.initVerify(identity.certificate());
            signer.update(nothing);
            return signer.verify(signed) && identity.key() != null;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
