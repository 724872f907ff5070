package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import dev.shoal.peer.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may use the API. */
class AccessTest {

    private static final int PORT = 7808;

    @TempDir
    Path folder;

    private Access access() {
        return Access.of(new Home(folder), PORT, false);
    }

    private String token() throws Exception {
        return Files.readAllLines(folder.resolve("web")).get(1);
    }

    private static Headers headers(String... pairs) {
        Headers headers = new Headers();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    @Test
    void theTokenStaysAndOnlyItsOwnerCanReadIt() throws Exception {
        Access access = access();
        String token = token();
        assertThat(token).matches("[A-Za-z0-9_-]{43}");
        assertThat(access.entrance()).isEqualTo("http://127.0.0.1:7808/?token=" + token);
        assertThat(Files.getPosixFilePermissions(folder.resolve("web")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        access();
        assertThat(token()).isEqualTo(token);
        // Whoever could read it may have.
        Files.setPosixFilePermissions(folder.resolve("web"), PosixFilePermissions.fromString("rw-r--r--"));
        access();
        assertThat(token()).isNotEqualTo(token);
        Files.writeString(folder.resolve("web"), "http://127.0.0.1:7808\nshort\n");
        access();
        assertThat(token()).hasSize(43);
    }

    @Test
    void aTokenComesAsBearerAndAnotherSecretAsTheCookieOfThisPort() throws Exception {
        Access access = access();
        String token = token();
        String session = access.cookie().split("[=;]", -1)[1];
        assertThat(session).hasSize(43).isNotEqualTo(token);
        assertThat(access.isHolder(headers("Authorization", "Bearer " + token))).isTrue();
        assertThat(access.isHolder(headers("Cookie", "a=b; shoal-7808=" + session + "; c")))
                .isTrue();
        assertThat(access.cookie())
                .contains("; HttpOnly", "; SameSite=Strict", "; Path=/")
                .doesNotContain("Domain", "Max-Age");
        for (Headers none : List.of(
                headers(),
                headers("Authorization", "Bearer "),
                headers("Authorization", "Bearer " + token + "x"),
                headers("Authorization", "Bearer " + token.substring(1)),
                headers("Authorization", "Basic " + token),
                headers("Authorization", token),
                headers("Authorization", "Bearer " + session),
                headers("Cookie", "shoal-7808=" + token),
                headers("Cookie", "shoal-7809=" + session),
                headers("Cookie", access().cookie()),
                headers("Cookie", "shoal-7808="),
                headers("Cookie", "=;;=shoal-7808"),
                headers("X-Token", token))) {
            assertThat(access.isHolder(none)).as(none.entrySet().toString()).isFalse();
        }
    }

    @Test
    void theFileHasNoAddressWhereNobodyAnswers() throws Exception {
        Home home = new Home(folder);
        Access first = access();
        String token = token();
        first.close(home);
        assertThat(folder.resolve("web")).hasContent("\n" + token);
        Access second = Access.of(home, 1234, false);
        assertThat(token()).isEqualTo(token);
        first.close(home);
        assertThat(Files.readAllLines(folder.resolve("web"))).containsExactly(second.address(), token);
        Access.of(home, 1235, true);
        assertThat(token()).hasSize(43).isNotEqualTo(token);
        Files.delete(folder.resolve("web"));
        second.close(home);
        assertThat(folder.resolve("web")).doesNotExist();
    }

    @Test
    void onlyTheNamesOfLoopbackAndTheOwnOriginAreAnswered() {
        Access access = access();
        for (Headers right : List.of(
                headers("Host", "127.0.0.1:7808"),
                headers("Host", "localhost:7808", "Origin", "http://localhost:7808"),
                headers("Host", "127.0.0.1:7808", "Sec-Fetch-Site", "same-origin"),
                headers("Host", "127.0.0.1:7808", "Sec-Fetch-Site", "none"))) {
            assertThat(access.origin(right)).as(right.entrySet().toString()).isNull();
        }
        for (Headers elsewhere : List.of(
                headers(),
                headers("Host", "evil.example:7808"),
                headers("Host", "127.0.0.1"),
                headers("Host", "127.0.0.1:7809"),
                headers("Host", "127.0.0.1:7808.evil.example"),
                headers("Host", "127.0.0.1:7808", "Host", "127.0.0.1:7808"))) {
            assertThat(access.origin(elsewhere))
                    .as(elsewhere.entrySet().toString())
                    .extracting(Problem::status)
                    .isEqualTo(421);
        }
        for (Headers foreign : List.of(
                headers("Host", "127.0.0.1:7808", "Origin", "http://evil.example"),
                headers("Host", "127.0.0.1:7808", "Origin", "null"),
                headers("Host", "127.0.0.1:7808", "Origin", "http://localhost:7808"),
                headers("Host", "127.0.0.1:7808", "Origin", "https://127.0.0.1:7808"),
                headers("Host", "127.0.0.1:7808", "Origin", "http://127.0.0.1:9999"),
                headers("Host", "127.0.0.1:7808", "Sec-Fetch-Site", "cross-site"),
                headers("Host", "127.0.0.1:7808", "Sec-Fetch-Site", "same-site"))) {
            assertThat(access.origin(foreign))
                    .as(foreign.entrySet().toString())
                    .extracting(Problem::status)
                    .isEqualTo(403);
        }
    }
}
