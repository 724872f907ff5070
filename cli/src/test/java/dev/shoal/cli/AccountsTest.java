package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Accounts from the command line, with a real index. Each password that is typed takes some tenths of a second, so that
 * few tests do much each.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class AccountsTest {

    private static final String FIRST = "correct horse";
    private static final String SECOND = "battery staple";
    private static final String THIRD = "third time lucky";
    private static final Pattern CODE = Pattern.compile("[a-z2-7]{4}(-[a-z2-7]{4}){3}");
    private static final Pattern LINK = Pattern.compile("shoal://\\S+");

    @TempDir
    Path folder;

    private Network network;
    private Terminal desk;
    private Terminal laptop;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, 60_000);
        desk = terminal("desk");
        laptop = terminal("laptop");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void everyDeviceOfAnAccountPublishesAsOneOwner() throws Exception {
        Terminal reader = terminal("reader");
        succeeds(desk.typing(FIRST + "\n"), "signup", "ada", "--device", "desk");
        Path file = Files.writeString(folder.resolve("data"), "first");
        Terminal.Running first = desk.begin("share", file.toString());
        String link = first.await(LINK);
        assertThat(link).contains("/ada/data,");
        succeeds(reader, "get", "ada/data", "-o", folder.resolve("one").toString());
        first.interrupt();

        succeeds(laptop.typing(FIRST + "\n"), "login", "ada", "--device", "laptop");
        Files.writeString(file, "second");
        Terminal.Running second = laptop.begin("share", file.toString());
        assertThat(second.await(LINK)).isEqualTo(link);
        // Both by the owner that was met before and by the link that pins one.
        succeeds(reader, "get", "ada/data", "-o", folder.resolve("two").toString());
        succeeds(reader, "get", link, "-o", folder.resolve("three").toString());
        assertThat(folder.resolve("two")).hasContent("second");
        assertThat(folder.resolve("three")).hasContent("second");
        assertThat(succeeds(laptop, "info", "data")).contains("ada/data  version 2");
        assertThat(succeeds(desk, "info", "data")).contains("ada/data  version 2");

        // Who is taken off no longer publishes for the account, and hears so.
        assertThat(succeeds(desk, "devices")).contains("desk", "laptop", "this one");
        succeeds(desk, "devices", "revoke", keyOf(laptop));
        second.interrupt();
        Files.writeString(file, "third");
        Terminal.Ended ended = laptop.run("share", file.toString(), "--name", "ada/data");
        assertThat(ended.exit()).isEqualTo(ExitCode.NOT_ALLOWED);
        assertThat(ended.err()).contains("no longer acts for the account ada", "is taken");
        assertThat(refused(laptop, "devices")).contains("not logged in", "shoal login");
    }

    @Test
    void passwordsAreChangedAndForgottenAndRecovered() throws Exception {
        String told = succeeds(desk.typing(FIRST + "\n"), "signup", "ada");
        List<String> codes = codes(told);
        assertThat(codes).hasSize(8).doesNotHaveDuplicates();
        assertThat(succeeds(desk, "whoami", "--json"))
                .contains("\"user\":\"ada\",\"loggedIn\":true", "\"codesLeft\":8");

        succeeds(desk.typing(FIRST + "\n" + SECOND + "\n"), "passwd");
        assertThat(refused(laptop.typing(codes.getFirst() + "x\n" + THIRD + "\n"), "recover", "ada"))
                .contains("17");
        String recovered = succeeds(laptop.typing(codes.getFirst() + "\n" + THIRD + "\n"), "recover", "ada");
        assertThat(recovered).contains("7 codes are left");
        assertThat(refused(desk.typing(codes.getFirst() + "\n" + FIRST + "\n"), "recover", "ada"))
                .contains("recovery code is wrong");
        assertThat(succeeds(laptop, "whoami", "-q")).isEqualTo("ada\n");

        assertThat(succeeds(desk, "logout")).contains("ada").contains("removed");
        assertThat(secretsOf("desk")).isEmpty();
        assertThat(refused(desk, "logout")).contains("not logged in");
        assertThat(succeeds(desk, "whoami")).contains("not logged in");
        succeeds(desk.typing(THIRD + "\n"), "login", "ada");
        assertThat(secretsOf("desk")).hasSize(1);
    }

    @Test
    void whoIsWrongTooOftenHasToWaitAndHearsHowLong() {
        // Codes count for the address as passwords do, and take no time to be derived from.
        Terminal guessing = desk.typing("abcd-abcd-abcd-abcd\n" + FIRST + "\n");
        assertThat(refused(guessing, "recover", "nobody")).contains("recovery code is wrong");
        for (int i = 0; i < 40; i++) {
            String refusal = refused(guessing, "recover", "nobody");
            if (refusal.contains("too many wrong passwords")) {
                assertThat(refusal).containsPattern("in \\d+ seconds?; try again");
                return;
            }
        }
        throw new AssertionError("nobody had to wait");
    }

    @Test
    void whatRunsInTheHomeCarriesTheCommandsOutAndWhatItMadeBeforeStaysItsOwn() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "first");
        Terminal.Running host = desk.begin("share", file.toString(), "--name", "old/data");
        host.await(LINK);
        assertThat(codes(succeeds(desk.typing(FIRST + "\n"), "signup", "ada"))).hasSize(8);
        assertThat(Files.readString(secretsOf("desk").getFirst())).doesNotContain("code: ");
        assertThat(succeeds(desk, "whoami")).contains("account   ada");
        assertThat(succeeds(desk, "devices", "--json")).contains("\"current\":true");

        Files.writeString(file, "second");
        Terminal.Running fresh = desk.begin("share", file.toString());
        assertThat(fresh.await(LINK)).contains("/ada/data,");
        Terminal.Running next = desk.begin("share", file.toString(), "--name", "old/data");
        next.await(LINK);
        assertThat(succeeds(laptop, "info", "old/data")).contains("version 2");
        Terminal.Running more = desk.begin("share", file.toString(), "--name", "old/more");
        more.await(LINK);

        assertThat(succeeds(desk, "devices", "revoke", keyOf(desk))).contains("no longer acts");
        assertThat(secretsOf("desk")).isEmpty();
        assertThat(refused(desk.typing(FIRST + "\n" + SECOND + "\n"), "passwd")).contains("not logged in");
        for (Terminal.Running running : List.of(more, next, fresh, host)) {
            running.interrupt();
        }
    }

    private static String keyOf(Terminal terminal) {
        Matcher matcher = Pattern.compile("\"device\":\"([a-z2-7]+)\"").matcher(succeeds(terminal, "whoami", "--json"));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private List<Path> secretsOf(String home) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(home).resolve("accounts"))) {
            return files.filter(file -> !file.endsWith("lock")).toList();
        }
    }

    private static List<String> codes(String text) {
        return CODE.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String succeeds(Terminal terminal, String... arguments) {
        Terminal.Ended ended = terminal.run(arguments);
        assertThat(ended.exit())
                .as(String.join(" ", arguments) + ": " + ended.out() + ended.err())
                .isEqualTo(ExitCode.DONE);
        return ended.out();
    }

    private static String refused(Terminal terminal, String... arguments) {
        Terminal.Ended ended = terminal.run(arguments);
        assertThat(ended.exit())
                .as(String.join(" ", arguments) + ": " + ended.out() + ended.err())
                .isEqualTo(ExitCode.NOT_ALLOWED);
        return ended.err();
    }

    private Terminal terminal(String home) {
        Terminal terminal = new Terminal(folder.resolve(home), folder);
        succeeds(terminal, "config", "index", network.address());
        succeeds(terminal, "config", "user", "user");
        return terminal;
    }
}
