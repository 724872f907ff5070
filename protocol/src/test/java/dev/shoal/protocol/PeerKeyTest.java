package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Hash;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerKeyTest {

    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);

    static Stream<Vector> keys() {
        return VectorsTest.named("record", "key-");
    }

    private static KeyPair generate(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static byte[] sign(PrivateKey key) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
        signer.initSign(key);
        signer.update(DATA);
        return signer.sign();
    }

    /** One in 128 has a number with a leading zero byte, one in two a number that DER lengthens by one. */
    @Test
    void signaturesAreThoseOfTheJdk() throws GeneralSecurityException {
        KeyPair pair = generate("secp256r1");
        PeerKey key = PeerKey.of(pair.getPublic());
        Signature check = Signature.getInstance("SHA256withECDSAinP1363Format");
        for (int i = 0; i < 600; i++) {
            assertThat(key.verifies(DATA, sign(pair.getPrivate()))).isTrue();
            check.initVerify(pair.getPublic());
            check.update(DATA);
            byte[] signature = PeerKey.sign(DATA, pair.getPrivate());
            assertThat(check.verify(signature))
                    .as(HexFormat.of().formatHex(signature))
                    .isTrue();
        }
    }

    /** The ids were computed by {@code openssl dgst -sha256} over the SubjectPublicKeyInfo. */
    @ParameterizedTest
    @MethodSource("keys")
    void idIsThatOfAnotherProgram(Vector vector) throws GeneralSecurityException {
        PeerKey key = PeerKey.of(vector.bytes());
        assertThat(key.id().hash().toBytes()).isEqualTo(vector.hex("id"));
        assertThat(key.id()).hasToString(vector.text("text"));
        assertThat(key.id().fingerprint()).isEqualTo(vector.text("fingerprint"));
        PublicKey publicKey =
                KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(vector.hex("subjectPublicKeyInfo")));
        assertThat(PeerKey.of(publicKey)).isEqualTo(key);
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        PrivateKey privateKey = KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(
                        new BigInteger(1, vector.hex("scalar")), curve.getParameterSpec(ECParameterSpec.class)));
        assertThat(key.verifies(DATA, sign(privateKey))).isTrue();
    }

    @Test
    void keyOfTheJdkComesBack() throws GeneralSecurityException {
        KeyPair pair = generate("secp256r1");
        PeerKey key = PeerKey.of(pair.getPublic());
        assertThat(PeerKey.of(key.toBytes())).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(key).hasToString(key.id().toString());
        byte[] signature = sign(pair.getPrivate());
        assertThat(signature).hasSize(PeerKey.SIGNATURE_BYTES);
        assertThat(key.verifies(DATA, signature)).isTrue();
        signature[5] ^= 1;
        assertThat(key.verifies(DATA, signature)).isFalse();
        assertThat(key.verifies(DATA, new byte[0])).isFalse();
        assertThat(key.verifies(DATA, new byte[64])).isFalse();
        key.toBytes()[3] ^= 1;
        assertThat(key).isEqualTo(PeerKey.of(pair.getPublic()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp384r1", "secp521r1"})
    void keyOfAnotherCurveIsRefused(String curve) throws GeneralSecurityException {
        PublicKey key = generate(curve).getPublic();
        assertThatThrownBy(() -> PeerKey.of(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pointThatIsNoneVerifiesNothing() throws GeneralSecurityException {
        byte[] signature = sign(generate("secp256r1").getPrivate());
        byte[] offTheCurve = new byte[PeerKey.BYTES];
        offTheCurve[0] = 4;
        assertThat(PeerKey.of(offTheCurve).verifies(DATA, signature)).isFalse();
        Arrays.fill(offTheCurve, 1, PeerKey.BYTES, (byte) 0xff);
        assertThat(PeerKey.of(offTheCurve).verifies(DATA, signature)).isFalse();
        offTheCurve[0] = 2;
        assertThatThrownBy(() -> PeerKey.of(offTheCurve)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PeerKey.of(new byte[33])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idsMatchTheirFingerprintsAndAreOrderedAsBytes() {
        PeerId low = new PeerId(new Hash(1, 0, 0, 0));
        PeerId high = new PeerId(new Hash(-1, 0, 0, 0));
        assertThat(low).isLessThan(high);
        assertThat(low.matches(low.fingerprint().toUpperCase(Locale.ROOT))).isTrue();
        assertThat(low.matches(high.fingerprint())).isFalse();
        assertThat(low.matches("")).isFalse();
        assertThat(low.fingerprint()).hasSize(PeerId.FINGERPRINT_LENGTH);
    }
}
