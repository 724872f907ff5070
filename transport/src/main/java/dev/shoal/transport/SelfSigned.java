package dev.shoal.transport;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
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

    /** A certificate of a key, signed by that key. */
    static X509Certificate certificate(KeyPair pair) throws GeneralSecurityException {
        X500Name subject = new X500Name("CN=shoal");
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(64, new SecureRandom()).setBit(63),
                Date.from(now.minus(1, ChronoUnit.DAYS)),
                Date.from(now.plus(VALID_DAYS, ChronoUnit.DAYS)),
                subject,
                pair.getPublic());
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
