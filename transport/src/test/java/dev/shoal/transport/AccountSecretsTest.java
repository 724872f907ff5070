package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Base32;
import dev.shoal.content.Hash;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What follows from passwords and codes is what docs/protocol.md says, and opens nothing else. */
class AccountSecretsTest {

    private static final PeerId INDEX = new PeerId(new Hash(1, 2, 3, 4));
    private static final PeerId OTHER_INDEX = new PeerId(new Hash(1, 2, 3, 5));

    private static JsonNode vector(String name) {
        String root = System.getProperty("shoal.root");
        Path docs = root == null ? Path.of("../docs") : Path.of(root, "docs");
        for (JsonNode vector : new JsonMapper().readTree(docs.resolve("protocol-vectors.json"))) {
            if (vector.path("name").asString().equals(name)) {
                return vector.path("fields");
            }
        }
        throw new AssertionError("no vector is called " + name);
    }

    private static byte[] hex(JsonNode vector, String field) {
        return HexFormat.of().parseHex(vector.path(field).asString());
    }

    private static void agrees(AccountSecrets secrets, JsonNode vector) {
        assertThat(secrets.proof().toBytes()).isEqualTo(hex(vector, "proof"));
        PeerKey key = PeerKey.of(hex(vector, "accountKey"));
        WrappedKey wrapped = WrappedKey.of(hex(vector, "wrapped"));
        AccountKey opened = secrets.unwrap(key, wrapped).orElseThrow();
        assertThat(opened.scalar()).isEqualTo(hex(vector, "scalar"));
        assertThat(opened.key()).isEqualTo(key);
        assertThat(secrets.wrap(opened, hex(vector, "nonce"))).isEqualTo(wrapped);
        byte[] data = {1, 2, 3};
        assertThat(key.verifies(data, PeerKey.sign(data, opened.privateKey()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"account-secrets-password", "account-secrets-normal-form"})
    void secretsOfAPasswordAreThoseOfTheVectors(String name) {
        JsonNode vector = vector(name);
        PeerId index = new PeerId(Hash.of(hex(vector, "index")));
        String user = vector.path("user").asString();
        String password = vector.path("password").asString();
        agrees(AccountSecrets.ofPassword(index, user, password), vector);
        String decomposed = Normalizer.normalize(password, Normalizer.Form.NFD);
        agrees(AccountSecrets.ofPassword(index, user, decomposed), vector);
    }

    @Test
    void secretsOfACodeAreThoseOfTheVector() {
        codeAgrees();
    }

    private static void codeAgrees() {
        JsonNode vector = vector("account-secrets-code");
        PeerId index = new PeerId(Hash.of(hex(vector, "index")));
        RecoveryCode code = RecoveryCode.parse(vector.path("code").asString());
        AccountSecrets secrets =
                AccountSecrets.ofCode(index, vector.path("user").asString(), code);
        assertThat(code.toBytes()).isEqualTo(hex(vector, "secret"));
        assertThat(AccountSecrets.hashOf(secrets.proof()).toBytes()).isEqualTo(hex(vector, "codeHash"));
        agrees(secrets, vector);
    }

    @Test
    void nativeCryptographyGivesTheSame() {
        List<Provider> before = List.of(Security.getProviders());
        Cryptography.preferNative();
        try {
            codeAgrees();
            AccountKey key = AccountKey.generate();
            AccountSecrets secrets = AccountSecrets.ofCode(INDEX, "ada", RecoveryCode.random(new SplittableRandom(1)));
            assertThat(secrets.unwrap(key.key(), secrets.wrap(key, new SplittableRandom(2))))
                    .map(AccountKey::scalar)
                    .contains(key.scalar());
        } finally {
            // Other tests of this process choose theirs.
            Stream.of(Security.getProviders())
                    .filter(provider -> !before.contains(provider))
                    .forEach(provider -> Security.removeProvider(provider.getName()));
        }
    }

    @Test
    void stretchingIsThatOfOtherImplementations() {
        byte[] salt = "a".repeat(16).getBytes(StandardCharsets.US_ASCII);
        Argon2 argon2 = new Argon2(Argon2.Cost.CLIENT);
        String expected = "f82789b1b26fd754a742fa2809c19a9775bdb0f9f36f1c5e318526a2e4e0338d";
        // Twice: the memory of the first is used again.
        for (int i = 0; i < 2; i++) {
            assertThat(argon2.hash(new byte[] {'x'}, salt))
                    .isEqualTo(HexFormat.of().parseHex(expected));
        }
        assertThatThrownBy(() -> new Argon2.Cost(1 << 30, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Argon2.Cost(64, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatAnotherCodeIndexOrAccountWrappedDoesNotOpen() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            AccountKey key = AccountKey.generate();
            RecoveryCode code = RecoveryCode.random(random);
            AccountSecrets secrets = AccountSecrets.ofCode(INDEX, "ada", code);
            WrappedKey wrapped = secrets.wrap(key, random);
            assertThat(secrets.unwrap(key.key(), wrapped)).as("seed %d", seed).isPresent();
            assertThat(secrets.wrap(key, random)).as("seed %d", seed).isNotEqualTo(wrapped);
            assertThat(secrets.unwrap(AccountKey.generate().key(), wrapped))
                    .as("seed %d", seed)
                    .isEmpty();
            for (AccountSecrets other : new AccountSecrets[] {
                AccountSecrets.ofCode(OTHER_INDEX, "ada", code),
                AccountSecrets.ofCode(INDEX, "adb", code),
                AccountSecrets.ofCode(INDEX, "ada", RecoveryCode.random(random))
            }) {
                assertThat(other.proof()).as("seed %d", seed).isNotEqualTo(secrets.proof());
                assertThat(other.unwrap(key.key(), wrapped)).as("seed %d", seed).isEmpty();
            }
            byte[] changed = wrapped.toBytes();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(secrets.unwrap(key.key(), WrappedKey.of(changed)))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @Test
    void privateKeysThatBeginWithZerosKeepTheirLength() {
        byte[] scalar = new byte[AccountKey.SCALAR_BYTES];
        scalar[31] = 7;
        PeerKey any = AccountKey.generate().key();
        assertThat(AccountKey.of(scalar, any).scalar()).isEqualTo(scalar);
        scalar[0] = (byte) 0xf0;
        assertThat(AccountKey.of(scalar, any).scalar()).isEqualTo(scalar);
        Arrays.fill(scalar, (byte) 0);
        assertThatThrownBy(() -> AccountKey.of(scalar, any)).isInstanceOf(IllegalArgumentException.class);
        Arrays.fill(scalar, (byte) 0xff);
        assertThatThrownBy(() -> AccountKey.of(scalar, any)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void codesAreReadAsPeopleTypeThem() {
        for (long seed = 0; seed < 200; seed++) {
            RecoveryCode code = RecoveryCode.random(new SplittableRandom(seed));
            String text = code.text();
            assertThat(text).as("seed %d", seed).matches("([a-z2-7]{4}-){3}[a-z2-7]{4}");
            for (String typed : new String[] {
                text,
                text.toUpperCase(Locale.ROOT),
                text.replace("-", ""),
                " " + text.replace('-', ' ') + "\u00a0\n",
                text.replace('o', '0').replace('l', '1').replace('b', '8')
            }) {
                assertThat(RecoveryCode.parse(typed))
                        .as("seed %d, %s", seed, typed)
                        .isEqualTo(code);
            }
            assertThat(Base32.decode(text.replace("-", ""))).as("seed %d", seed).isEqualTo(code.toBytes());
        }
    }

    @Test
    void codesThatCannotBeReadAreRefusedWithASentenceThatDoesNotShowThem() {
        for (String typed : new String[] {"", "abcd-efgh-ijkl", "abcd-efgh-ijkl-mnopq"}) {
            assertThatThrownBy(() -> RecoveryCode.parse(typed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("16 letters and digits");
        }
        for (String typed : new String[] {"abcd-efgh-ijkl-mno9", "abcd-efgh-ijkl-mnö\ud83d\ude00"}) {
            assertThatThrownBy(() -> RecoveryCode.parse(typed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a to z")
                    .extracting(Throwable::getMessage)
                    .asString()
                    .doesNotContain("mno");
        }
    }

    @Test
    void secretsAreNotShown() {
        RecoveryCode code = RecoveryCode.random(new SplittableRandom(1));
        AccountKey key = AccountKey.generate();
        assertThat(code.toString()).doesNotContain(code.text().substring(0, 4));
        assertThat(AccountSecrets.ofCode(INDEX, "ada", code)).hasToString("AccountSecrets[not shown]");
        assertThat(key.toString())
                .contains(key.key().toString())
                .doesNotContain(HexFormat.of().formatHex(key.scalar()));
    }
}
