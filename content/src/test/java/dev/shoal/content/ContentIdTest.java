package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentIdTest {

    @Test
    void textAndBytesComeBack() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 500; round++) {
            byte[] root = new byte[32];
            random.nextBytes(root);
            ContentId id = new ContentId(Hash.of(root), random.nextLong(1, ContentId.MAX_LENGTH + 1));
            assertThat(id.toString()).hasSize(ContentId.TEXT_LENGTH);
            assertThat(ContentId.parse(id.toString())).isEqualTo(id);
            assertThat(ContentId.parse(id.toString().toUpperCase(java.util.Locale.ROOT)))
                    .isEqualTo(id);
            assertThat(id.root().toBytes()).isEqualTo(root);
            assertThat(Hash.parseHex(id.root().hex())).isEqualTo(id.root());
        }
    }

    /** The test vectors of RFC 4648, section 10, in lower case and without padding. */
    @Test
    void base32IsThatOfTheStandard() {
        String[] texts = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
        String[] encoded = {"", "my", "mzxq", "mzxw6", "mzxw6yq", "mzxw6ytb", "mzxw6ytboi"};
        for (int i = 0; i < texts.length; i++) {
            byte[] bytes = texts[i].getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            assertThat(Base32.encode(bytes)).isEqualTo(encoded[i]);
            assertThat(Base32.decode(encoded[i])).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "abc", "mz", "0y", "m=", "mé", "mzx"})
    void wrongBase32IsRefused(String text) {
        assertThatThrownBy(() -> Base32.decode(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void impossibleIdentitiesAreRefused() {
        assertThatThrownBy(() -> new ContentId(Hash.ZERO, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ContentId(Hash.ZERO, ContentId.MAX_LENGTH + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ContentId(new Hash(1, 0, 0, 0), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ContentId.parse("abc")).isInstanceOf(IllegalArgumentException.class);
    }
}
