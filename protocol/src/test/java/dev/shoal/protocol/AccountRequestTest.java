package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.protocol.Specimen.Way;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of accounts: hostile input, signatures, and that no secret is shown. */
class AccountRequestTest {

    private final Samples samples = new Samples(new SplittableRandom(7), 3);

    private static byte[] request(Consumer<WireWriter> body) {
        ByteBuffer buffer = ByteBuffer.allocate(2_000);
        new Header('a', false, false, 1).write(buffer);
        body.accept(new WireWriter(buffer));
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void refused(String start, Consumer<WireWriter> body) {
        assertThatThrownBy(() -> Way.TO_INDEX.decode(request(body)))
                .isInstanceOf(MalformedPduException.class)
                .hasMessageStartingWith(start + ":")
                .extracting(e -> ((MalformedPduException) e).code())
                .isEqualTo(ErrorCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a/b",
                "a\\b",
                "con",
                "LPT1.txt",
                "a ",
                "a.",
                "a\u0000",
                "a\u001b[2J",
                "a\u202eb",
                "e\u0301"
            })
    void nameThatCannotOwnNamesIsRefused(String user) {
        byte[] proof = samples.proof().toBytes();
        refused("user", out -> out.u8(1).string8(user).bytes(proof).string8(""));
        refused("user", out -> out.u8(7).string8(user).bytes(proof));
        refused("user", out -> out.u8(8).string8(user).bytes(proof).bytes(proof).bytes(new byte[100]));
        refused("user", out -> out.u8(0).string8(user).bytes(new byte[300]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c328", "ff", "c0af", "eda080", "f4908080", "e282", "80"})
    void textThatIsNotUtf8IsRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        byte[] proof = samples.proof().toBytes();
        refused(
                "user",
                out -> out.u8(1).u8(bytes.length).bytes(bytes).bytes(proof).string8(""));
        refused(
                "device",
                out -> out.u8(1).string8("ada").bytes(proof).u8(bytes.length).bytes(bytes));
    }

    @Test
    void fieldsAboveTheirLimitsAreRefused() {
        byte[] proof = samples.proof().toBytes();
        refused("user", out -> out.u8(1).string8("u".repeat(65)).bytes(proof).string8(""));
        refused("device", out -> out.u8(1).string8("ada").bytes(proof).string8("d".repeat(65)));
        byte[] longest =
                request(out -> out.u8(1).string8("u".repeat(64)).bytes(proof).string8("d".repeat(64)));
        assertThat(Way.TO_INDEX.decode(longest))
                .isEqualTo(new AccountRequest.LogIn("u".repeat(64), AccountProof.of(proof), "d".repeat(64)));
    }

    @Test
    void accountKeyThatIsNoPointIsRefused() {
        refused("account key", out -> out.u8(0).string8("ada").u8(3).bytes(new byte[300]));
        assertThatThrownBy(() -> Way.TO_PEER.decode(new byte[] {'a', 1, 0, 0, 0, 1, 1, 3, 0, 0, 0, 0}))
                .isInstanceOf(MalformedPduException.class);
    }

    @Test
    void kindOfANewerVersionIsUnsupportedRatherThanMalformed() {
        for (Way way : List.of(Way.TO_INDEX, Way.TO_PEER)) {
            assertThatThrownBy(() -> way.decode(request(out -> out.u8(200).bytes(new byte[200]))))
                    .isInstanceOf(MalformedPduException.class)
                    .extracting(e -> ((MalformedPduException) e).code())
                    .isEqualTo(ErrorCode.UNSUPPORTED);
        }
    }

    @Test
    void signUpIsAuthenticForItsIndexItsPeerAndItsNameOnly() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        PeerId index = new PeerId(samples.hash());
        PeerId peer = new PeerId(samples.hash());
        byte[] signature = PeerKey.sign(AccountRequest.SignUp.signedBytes(index, peer, "ada"), pair.getPrivate());
        AccountRequest.SignUp signUp = signUp("ada", PeerKey.of(pair.getPublic()), signature);
        assertThat(signUp.isAuthentic(index, peer)).isTrue();
        assertThat(signUp.isAuthentic(peer, index)).isFalse();
        assertThat(signUp.isAuthentic(index, new PeerId(samples.hash()))).isFalse();
        assertThat(signUp("adb", signUp.accountKey(), signature).isAuthentic(index, peer))
                .isFalse();
        assertThat(signUp("ada", samples.key(), signature).isAuthentic(index, peer))
                .isFalse();
    }

    @Test
    void signUpOfTheVectorsIsAuthentic() {
        PeerId index = PeerKey.of(Vector.named("key-index").bytes()).id();
        PeerId peer = PeerKey.of(Vector.named("key-peer").bytes()).id();
        byte[] bytes = Vector.named("account-sign-up").bytes();
        assertThat(Way.TO_INDEX.decode(bytes))
                .isInstanceOfSatisfying(
                        AccountRequest.SignUp.class,
                        signUp -> assertThat(signUp.isAuthentic(index, peer)).isTrue());
    }

    private AccountRequest.SignUp signUp(String user, PeerKey key, byte[] signature) {
        return new AccountRequest.SignUp(user, key, samples.proof(), samples.wrapped(), signature, "", List.of());
    }

    @Test
    void secretsAreNotShown() {
        for (Specimen specimen : Specimen.each(new SplittableRandom(3), 3)) {
            if (specimen.pdu().letter() == 'a') {
                String shown = specimen.pdu().toString();
                String hex = HexFormat.of().formatHex(specimen.encode(1));
                for (int at = 0; at + 16 <= shown.length(); at++) {
                    String part = shown.substring(at, at + 16);
                    boolean isHex = part.chars().allMatch(c -> Character.digit(c, 16) >= 0);
                    boolean isPeer = specimen.pdu() instanceof AccountReply.Devices
                            || specimen.pdu() instanceof AccountRequest.RevokeDevice;
                    assertThat(isHex && !isPeer && hex.contains(part))
                            .as("%s in %s", part, shown)
                            .isFalse();
                }
                assertThat(shown).doesNotContain("[B@");
            }
        }
    }

    @Test
    void proofsAndWrappedKeysHaveTheirLengths() {
        assertThatThrownBy(() -> AccountProof.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WrappedKey.of(new byte[61])).isInstanceOf(IllegalArgumentException.class);
        byte[] bytes = new byte[AccountProof.BYTES];
        AccountProof proof = AccountProof.of(bytes);
        bytes[0] = 1;
        assertThat(proof)
                .isEqualTo(AccountProof.of(new byte[AccountProof.BYTES]))
                .isNotEqualTo(AccountProof.of(bytes));
    }
}
