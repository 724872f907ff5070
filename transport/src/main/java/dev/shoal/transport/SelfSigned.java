package dev.shoal.transport;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes certificates. Apart from {@link Identity}, because to load the library for it costs a quarter of the time that
 * a small command takes, and it is needed once in the life of a key.
 */
final class SelfSigned {

    /** Certificates are not checked for their dates; this one is valid longer than any program lives. */
    private static final int VALID_DAYS = 36_500;

    private SelfSigned() {}

    /** A new key on P-256. */
    static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** A certificate of a key, signed by that key. */
    static X509Certificate certificate(KeyPair pair) throws GeneralSecurityException {
        return signed(builder(pair, Duration.ofDays(VALID_DAYS)), pair);
    }

    /** The same for a server that programs find by a name or an address, and that they compare. */
    static X509Certificate server(KeyPair pair, String host, Duration valid) throws GeneralSecurityException {
        try {
            var builder = builder(pair, valid);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(named(host)));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            return signed(builder, pair);
        } catch (CertIOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static GeneralName named(String host) {
        boolean isAddress = host.matches("[0-9.]+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*");
        return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private static JcaX509v3CertificateBuilder builder(KeyPair pair, Duration valid) {
        X500Name subject = new X500Name("CN=shoal");
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(64, new SecureRandom()).setBit(63),
                Date.from(now.minus(1, ChronoUnit.DAYS)),
                Date.from(now.plus(valid)),
                subject,
                pair.getPublic());
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair pair)
            throws GeneralSecurityException {
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
