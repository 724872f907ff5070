package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What certificates may say (docs/protocol.md, section 7): nothing in them matters, but names must not be empty. */
class CertificatesTest {

    private static final Identity GOOD = Identity.generate();

    /** Where the names stand in the signed part of a certificate (RFC 5280, 4.1). */
    private static final int ISSUER = 3;

    private static final int SUBJECT = 5;

    /** Every name that must not be, before each of the providers, which are behind different TLS libraries. */
    static Stream<Arguments> nameless() throws Exception {
        List<Arguments> cases = new ArrayList<>();
        for (String library : List.of("the JDK's", "BoringSSL")) {
            Provider provider = library.equals("BoringSSL") ? Conscrypt.newProvider() : null;
            cases.add(Arguments.of(library, provider, "no subject", without(SUBJECT)));
            cases.add(Arguments.of(library, provider, "no issuer", without(ISSUER)));
            cases.add(Arguments.of(library, provider, "no names", without(SUBJECT, ISSUER)));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("nameless")
    void whoDialsWithoutANameIsRefused(String library, @Nullable Provider provider, String what, Identity nameless)
            throws Exception {
        LinkedBlockingQueue<TlsStream> accepted = new LinkedBlockingQueue<>();
        try (TlsListener listener = listen(new Tls(GOOD, provider), accepted)) {
            assertThatThrownBy(() -> dial(listener, nameless).readFully(ByteBuffer.allocate(1)))
                    .isInstanceOfAny(TransportException.class, IOException.class);
            await().until(() -> listener.connections() == 0);
            assertThat(accepted).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("nameless")
    void whoListensWithoutANameIsRefused(String library, @Nullable Provider provider, String what, Identity nameless)
            throws Exception {
        try (TlsListener listener = listen(new Tls(nameless, null), new LinkedBlockingQueue<>())) {
            assertThatThrownBy(() ->
                            FrameLink.dial(listener.address(), new Tls(GOOD, provider), Tls.PEER_PROTOCOL, 10_000))
                    .isInstanceOf(TransportException.class);
        }
    }

    @Test
    void theSameCertificateWithItsNamesIsTaken() throws Exception {
        LinkedBlockingQueue<TlsStream> accepted = new LinkedBlockingQueue<>();
        Identity named = without();
        try (TlsListener listener = listen(new Tls(GOOD, Conscrypt.newProvider()), accepted);
                TlsStream dialled = dial(listener, named)) {
            assertThat(dialled.remoteKey()).isEqualTo(GOOD.key());
            TlsStream taken = accepted.poll(10, TimeUnit.SECONDS);
            assertThat(taken).isNotNull();
            assertThat(taken.remoteKey()).isEqualTo(named.key());
        }
    }

    private static TlsListener listen(Tls tls, LinkedBlockingQueue<TlsStream> accepted) throws IOException {
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        TlsListener listener = new TlsListener(anywhere, tls, Tls.PEER_PROTOCOL, 10, accepted::add);
        listener.start();
        return listener;
    }

    private static TlsStream dial(TlsListener listener, Identity identity) {
        return FrameLink.dial(listener.address(), new Tls(identity, null), Tls.PEER_PROTOCOL, 10_000);
    }

    /** An identity whose certificate lacks names; libraries that make certificates refuse to make such a one. */
    private static Identity without(int... names) throws Exception {
        Identity good = Identity.generate();
        ASN1Sequence certificate = ASN1Sequence.getInstance(good.certificate().getEncoded());
        ASN1Encodable[] fields =
                ASN1Sequence.getInstance(certificate.getObjectAt(0)).toArray();
        for (int name : names) {
            fields[name] = new DERSequence();
        }
        DERSequence signed = new DERSequence(fields);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(good.privateKey());
        signature.update(signed.getEncoded());
        byte[] whole = new DERSequence(
                        new ASN1Encodable[] {signed, certificate.getObjectAt(1), new DERBitString(signature.sign())})
                .getEncoded();
        // Other libraries do not even read one without an issuer.
        CertificateFactory factory = CertificateFactory.getInstance("X.509", Conscrypt.newProvider());
        return new Identity(
                good.privateKey(), (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(whole)));
    }
}
