package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Passwords: how long they are, and that nothing shows them. */
class SecretTest {

    @Test
    void aNewPasswordHasAtLeastEightCharactersHoweverTheyAreWritten() {
        assertThat(Secret.newPassword("12345678").text()).isEqualTo("12345678");
        assertThat(Secret.newPassword("a b c d ").text()).isEqualTo("a b c d ");
        // Eight characters that are more in Java's strings.
        assertThat(Secret.newPassword("🐟".repeat(8)).text()).hasSize(16);
        assertRefused("1234567", "7 characters");
        assertRefused("🐟".repeat(7), "7 characters");
        // An accent of its own is one character with its letter.
        assertRefused("é".repeat(4) + "e\u0301".repeat(3), "7 characters");
        assertRefused("x", "1 character,");
        assertRefused("", "0 characters");
    }

    @Test
    void whatIsTypedEndsSomewhereAndIsNotNothing() {
        assertThat(new Secret("x".repeat(Secret.MAX_CHARACTERS)).text()).hasSize(Secret.MAX_CHARACTERS);
        assertRefused("x".repeat(Secret.MAX_CHARACTERS + 1), "at most 1000");
        assertThatThrownBy(() -> new Secret("")).isInstanceOf(PeerException.class);
    }

    @Test
    void nothingShowsIt() {
        Secret secret = new Secret("hush hush");
        assertThat(secret).asString().doesNotContain("hush");
        assertThat(new AccountWish.LogIn(null, "ada", secret, null)).asString().doesNotContain("hush");
        assertThat(new AccountWish.ChangePassword(null, secret, secret))
                .asString()
                .doesNotContain("hush");
    }

    private static void assertRefused(String password, String words) {
        assertThatThrownBy(() -> Secret.newPassword(password))
                .isInstanceOfSatisfying(
                        PeerException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(PeerException.Reason.NOT_ALLOWED))
                .hasMessageContaining(words);
    }

    @Test
    void whatIsNotUtf8IsNoPassword() {
        String read = new String(new byte[] {'p', (byte) 0xE4, 's', 's', 'w', 'o', 'r', 'd'}, StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new Secret(read)).hasMessageContaining("not UTF-8");
    }
}
