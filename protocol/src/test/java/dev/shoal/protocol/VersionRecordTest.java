package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class VersionRecordTest {

    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 5);

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static KeyPair owner;

    @BeforeAll
    static void makeKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        owner = generator.generateKeyPair();
    }

    private static VersionRecord signed(Name name, String note) {
        return VersionRecord.sign(
                VersionRecord.Kind.FILE,
                3,
                CONTENT,
                1_767_225_600_000L,
                new Hash(9, 8, 7, 6),
                PeerKey.of(owner.getPublic()),
                name,
                note,
                owner.getPrivate());
    }

    @Test
    void signedRecordIsAuthenticAndComesBack() {
        VersionRecord record = signed(new Name("lab/genome.fa"), "a note");
        VersionRecord decoded = VersionRecord.decode(record.encode());
        assertThat(record.isAuthentic()).isTrue();
        assertThat(decoded).isEqualTo(record).hasSameHashCodeAs(record);
        assertThat(decoded.isAuthentic()).isTrue();
        assertThat(decoded.hash()).isEqualTo(record.hash());
    }

    @Test
    void anyFlippedBitIsNoticed() {
        byte[] bytes = signed(new Name("a/é"), "n").encode();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThat(isAuthentic(bytes)).as("bit %d", bit).isFalse();
            bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
        }
        assertThat(isAuthentic(bytes)).isTrue();
    }

    private static boolean isAuthentic(byte[] bytes) {
        try {
            return VersionRecord.decode(bytes).isAuthentic();
        } catch (MalformedPduException e) {
            return false;
        }
    }

    @Test
    void longestRecordHasItsLimit() {
        VersionRecord record = signed(new Name("o".repeat(64) + "/" + "é".repeat(95)), "n".repeat(255));
        assertThat(record.encode()).hasSize(VersionRecord.MAX_BYTES);
        assertThat(VersionRecord.decode(record.encode()).isAuthentic()).isTrue();
        assertThatThrownBy(() -> signed(new Name("a/b"), "n".repeat(256))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void signatureOfSomethingElseIsRefused() {
        VersionRecord record = signed(new Name("a/b"), "");
        VersionRecord renamed = new VersionRecord(
                record.kind(),
                record.number(),
                record.content(),
                record.publishedMillis(),
                record.previous(),
                record.owner(),
                new Name("a/c"),
                record.note(),
                record.signature());
        assertThat(renamed.isAuthentic()).isFalse();
        assertThat(renamed).isNotEqualTo(record);
    }

    @Test
    void impossibleRecordsAreRefused() {
        PeerKey key = PeerKey.of(owner.getPublic());
        Name name = new Name("a/b");
        for (int number : new int[] {0, -1}) {
            assertThatThrownBy(() -> new VersionRecord(
                            VersionRecord.Kind.FILE, number, CONTENT, 0, Hash.ZERO, key, name, "", new byte[64]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new VersionRecord(
                        VersionRecord.Kind.FILE, 1, CONTENT, 0, Hash.ZERO, key, name, "", new byte[63]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void signatureCannotBeChangedFromOutside() {
        VersionRecord record = signed(new Name("a/b"), "");
        record.signature()[0] ^= 1;
        assertThat(record.isAuthentic()).isTrue();
    }
}
