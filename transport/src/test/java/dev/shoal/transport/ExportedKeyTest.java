package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.crypto.util.PBKDFConfig;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.junit.jupiter.api.Test;

class ExportedKeyTest {

    private static final String PASSPHRASE = "größer als \ud83d\udc1f und Meer";

    private final Identity identity = Identity.generate();

    @Test
    void aKeyComesBackWithItsPassphraseAndIsProtectedDifferentlyEachTime() throws Exception {
        String text = ExportedKey.encode(identity, PASSPHRASE.toCharArray());
        Identity back = ExportedKey.decode(text, PASSPHRASE.toCharArray());
        assertThat(back.id()).isEqualTo(identity.id());
        assertThat(back.privateKey()).isEqualTo(identity.privateKey());
        assertThat(back.certificate()).isEqualTo(identity.certificate());
        assertThat(ExportedKey.encode(identity, PASSPHRASE.toCharArray())).isNotEqualTo(text);
        assertThat(text.length()).isLessThan(ExportedKey.MAX_CHARACTERS / 2);
    }

    @Test
    void anotherPassphraseOpensNothing() {
        String text = ExportedKey.encode(identity, PASSPHRASE.toCharArray());
        for (String other : new String[] {"", PASSPHRASE + " ", "another"}) {
            assertThatThrownBy(() -> ExportedKey.decode(text, other.toCharArray()))
                    .isInstanceOf(WrongPassphraseException.class)
                    .hasMessageNotContaining("another");
        }
    }

    @Test
    void aTextThatWasChangedIsNeverAnotherKey() {
        String text = ExportedKey.encode(identity, PASSPHRASE.toCharArray());
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 12; round++) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(7));
            String changed = new String(bytes, StandardCharsets.ISO_8859_1);
            try {
                Identity opened = ExportedKey.decode(changed, PASSPHRASE.toCharArray());
                assertThat(opened.id()).as("seed " + seed).isEqualTo(identity.id());
            } catch (IOException | WrongPassphraseException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotEmpty();
            }
        }
    }

    @Test
    void aKeyWithTheCertificateOfAnotherIsRefused() {
        String one = ExportedKey.encode(identity, PASSPHRASE.toCharArray());
        String other = ExportedKey.encode(Identity.generate(), PASSPHRASE.toCharArray());
        String mixed =
                one.substring(0, one.indexOf("-----BEGIN CERT")) + other.substring(other.indexOf("-----BEGIN CERT"));
        assertRefused(mixed, "belong together");
    }

    @Test
    void whatIsNoKeyOrMakesMuchWorkIsRefusedBeforeTheWork() throws Exception {
        assertRefused("", "no ENCRYPTED PRIVATE KEY");
        assertRefused("x".repeat(ExportedKey.MAX_CHARACTERS + 1), "too long");
        assertRefused(Pem.encode("ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3}), "");
        assertRefused(
                with(scrypt(), der -> {
                    // 2^10 rounds of 8 blocks become 31 744 of 127, of which one takes half a gigabyte.
                    int at = indexOf(der, 2, 2, 4, 0, 2, 1, 8);
                    der[at + 2] = 0x7c;
                    der[at + 6] = 127;
                }),
                "more work");
        assertRefused(
                with(new PBKDF2Config.Builder().withIterationCount(1_000).build(), der -> {}), "as Shoal does it");
    }

    private static void assertRefused(String text, String reason) {
        assertThatThrownBy(() -> ExportedKey.decode(text, PASSPHRASE.toCharArray()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }

    private static ScryptConfig scrypt() {
        return new ScryptConfig.Builder(1 << 10, 8, 1).withSaltLength(16).build();
    }

    private static int indexOf(byte[] bytes, int... wanted) {
        return IntStream.range(0, bytes.length - wanted.length)
                .filter(at -> IntStream.range(0, wanted.length).allMatch(i -> bytes[at + i] == wanted[i]))
                .findFirst()
                .orElseThrow();
    }

    /** The key as another program may protect it. */
    private String with(PBKDFConfig config, Consumer<byte[]> change) throws Exception {
        byte[] der = new PKCS8EncryptedPrivateKeyInfoBuilder(
                        PrivateKeyInfo.getInstance(identity.privateKey().getEncoded()))
                .build(new JcePKCSPBEOutputEncryptorBuilder(config, NISTObjectIdentifiers.id_aes256_CBC)
                        .setProvider(new BouncyCastleProvider())
                        .build(PASSPHRASE.toCharArray()))
                .getEncoded();
        change.accept(der);
        return Pem.encode("ENCRYPTED PRIVATE KEY", der)
                + Pem.encode("CERTIFICATE", identity.certificate().getEncoded());
    }
}
