package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.AccountReport;
import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of accounts: where secrets come from, and how answers look. */
class AccountCommandsTest {

    private static final String WORDS = "correct horse";
    private static final AccountReport.SignedUp SIGNED_UP =
            new AccountReport.SignedUp("ada", "h:1", "indexkey", "accountkey", List.of("aaaa-bbbb", "cccc-dddd"));

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void start() {
        world = new World(folder);
    }

    /** What a person types, and what was asked. */
    private static final class Person implements SecretInput {
        final Deque<String> typed;
        final List<String> asked = new ArrayList<>();

        Person(String... typed) {
            this.typed = new ArrayDeque<>(List.of(typed));
        }

        @Override
        public @Nullable String ask(String prompt) {
            asked.add(prompt);
            return typed.poll();
        }

        @Override
        public boolean isTerminal() {
            return true;
        }
    }

    @Test
    void aPersonTypesANewPasswordTwice() {
        Person person = new Person(WORDS, WORDS);
        world.secrets = person;
        answers(SIGNED_UP);

        assertThat(world.run("signup", "ada")).isZero();

        assertThat(person.asked).containsExactly("New password: ", "The same again: ");
        assertThat(world.services.requests)
                .containsExactly(
                        new AccountWish.SignUp(null, "ada", new Secret(WORDS), null, null),
                        new Request.CodesShown("indexkey"));
        assertThat(world.screen.results)
                .contains("  aaaa-bbbb", "  cccc-dddd")
                .anyMatch(line -> line.contains("told this once"))
                .anyMatch(line -> line.contains("shoal recover ada"));
    }

    @Test
    void whoMayGetAPrivateNameIsToldAndChanged() {
        answers(new AccountReport.Allowed("ada/x", "private", List.of("bob", "@lab")));

        assertThat(world.run("allow", "x", "--to", "bob,@lab", "--not", "eve")).isZero();
        assertThat(world.run("allow", "x", "--json")).isZero();
        assertThat(world.run("allow", "x", "-q")).isZero();

        assertThat(world.services.requests)
                .startsWith(new AccountWish.Allow(null, "x", List.of("bob", "@lab"), List.of("eve")));
        assertThat(world.screen.results)
                .containsExactly(
                        "ada/x is private. Who may get it: its owner, bob, @lab.",
                        "{\"type\":\"allowed\",\"name\":\"ada/x\",\"access\":\"private\","
                                + "\"readers\":[\"bob\",\"@lab\"]}",
                        "bob",
                        "@lab");
    }

    @Test
    void twoDifferentOnesAndAShortOneAreRefusedBeforeAnybodyIsAsked() {
        world.secrets = new Person(WORDS, "another one");
        assertThat(world.run("signup", "ada")).isEqualTo(ExitCode.NOT_ALLOWED);
        world.secrets = new Person("seven77");
        assertThat(world.run("recover", "ada")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("signup", "ada")).isEqualTo(ExitCode.USAGE);
        world.secrets = new Person("seven77");
        assertThat(world.run("signup", "ada")).isEqualTo(ExitCode.NOT_ALLOWED);

        assertThat(world.services.requests).isEmpty();
        assertThat(world.screen.remarks.get(0)).contains("differ");
        assertThat(world.screen.remarks.getLast()).contains("7 characters", "at least 8");
    }

    @Test
    void aNameThatCannotOwnFilesIsRefusedBeforeAPasswordIsTyped() {
        Person person = new Person(WORDS, WORDS);
        world.secrets = person;
        for (String name : List.of("a/b", "con", "..", "a\u0007b", "ends.")) {
            assertThat(world.run("signup", name)).as(name).isEqualTo(ExitCode.NOT_ALLOWED);
        }
        assertThat(person.asked).isEmpty();
        assertThat(world.screen.remarks).allMatch(line -> line.contains("cannot be the name of an account"));
    }

    @Test
    void programsWriteOneLineForEachSecret() {
        world.typing(WORDS + "\nthe rest stays\n");
        assertThat(world.run("login", "ada", "--index", "h:1")).isZero();
        assertThat(new String(rest(), StandardCharsets.UTF_8)).isEqualTo("the rest stays\n");
        world.typing("old one\r\nthe new one\r\n");
        assertThat(world.run("passwd")).isZero();
        world.secrets = new Person();
        world.typing("a code\nthe new one");
        assertThat(world.run("recover", "ada", "--password-stdin", "--device", "desk"))
                .isZero();

        assertThat(world.services.requests)
                .containsExactly(
                        new AccountWish.LogIn("h:1", "ada", new Secret(WORDS), null),
                        new AccountWish.ChangePassword(null, new Secret("old one"), new Secret("the new one")),
                        new AccountWish.Recover(null, "ada", new Secret("a code"), new Secret("the new one"), "desk"));
    }

    @Test
    void theUserIsTheOneOfTheHomeUnlessOneIsNamed() {
        world.run("config", "user", "bob");
        for (String[] words : List.of(new String[] {"login"}, new String[] {"login", "--user", "carl"})) {
            world.typing(WORDS + "\n").run(words);
        }
        assertThat(world.services.requests)
                .extracting(request -> ((AccountWish.LogIn) request).user())
                .containsExactly("bob", "carl");
    }

    @Test
    void aMissingLineIsTold() {
        assertThat(world.typing("").run("login", "ada")).isEqualTo(ExitCode.USAGE);
        assertThat(world.typing("old\n").run("passwd")).isEqualTo(ExitCode.USAGE);
        assertThat(world.screen.remarks).allMatch(line -> line.contains("one line of standard input"));
        assertThat(world.typing("\n").run("login", "ada")).isEqualTo(ExitCode.NOT_ALLOWED);
        assertThat(world.services.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "signup ada password",
                "login ada --password password",
                "passwd old new",
                "devices remove x",
                "devices revoke"
            })
    void aPasswordIsNoArgumentAndWhatMakesNoSenseIsUsage(String line) {
        assertThat(world.run(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(world.services.requests).isEmpty();
    }

    @Test
    void codesAreToldAsJsonAndBare() {
        answers(SIGNED_UP);
        world.typing(WORDS + "\n").run("signup", "ada", "--json");
        assertThat(world.screen.results)
                .containsExactly("{\"type\":\"signedUp\",\"user\":\"ada\",\"index\":\"h:1\",\"indexKey\":\"indexkey\","
                        + "\"accountKey\":\"accountkey\",\"recoveryCodes\":[\"aaaa-bbbb\",\"cccc-dddd\"]}");
        world.screen.results.clear();
        world.typing(WORDS + "\n").run("signup", "ada", "-q");
        assertThat(world.screen.results).containsExactly("aaaa-bbbb", "cccc-dddd");
    }

    @Test
    void codesThatCouldNotBeWrittenCountAsUnseen() {
        answers(SIGNED_UP);
        world.screen.full = true;
        assertThat(world.typing(WORDS + "\n").run("signup", "ada")).isEqualTo(ExitCode.DISK);
        assertThat(world.services.requests).hasSize(1);
    }

    @Test
    void devicesAreListed() {
        answers(
                new AccountReport.Device("k".repeat(32), "desk", World.millisAgo(7_300), true),
                new AccountReport.Device("q", "\u001b[2J", World.millisAgo(30), false));
        assertThat(world.run("devices")).isZero();
        assertThat(world.screen.results)
                .containsExactly(
                        "DEVICE  KEY            SINCE     ",
                        "desk    kkkkkkkkkkkk…  2 h ago   this one",
                        "\uFFFD[2J    q              just now  ");
        world.run("devices", "revoke", "kkkk");
        assertThat(world.services.requests)
                .containsExactly(new AccountWish.ListDevices(null), new AccountWish.RevokeDevice(null, "kkkk"));
    }

    @Test
    void whoIsLoggedInIsShown() {
        answers(new AccountReport.WhoAmI(
                "ada", true, "h:1", "ikey", "dkey", "akey", World.millisAgo(90_000), World.millisAgo(30), 7));
        assertThat(world.run("whoami")).isZero();
        assertThat(world.screen.results)
                .containsExactly(
                        "account   ada",
                        "index     h:1, key ikey",
                        "device    key dkey, since just now",
                        "owner     key akey, made yesterday",
                        "recovery  7 codes left");
        world.screen.results.clear();
        answers(new AccountReport.WhoAmI(null, false, "h:1", "ikey", "dkey", null, 0, 0, 0));
        world.run("whoami");
        assertThat(world.screen.results)
                .containsExactly("account   none: not logged in", "index     h:1, key ikey", "device    key dkey");
        world.run("whoami", "-q");
        assertThat(world.screen.results).hasSize(3);
    }

    @Test
    void theShellHasTheSameCommandsAndTakesSecretsFromTheNextLines() {
        world.typing(String.join(
                "\n",
                "bob",
                "signup",
                WORDS,
                "LOGIN ada",
                WORDS,
                "whoami",
                "passwd",
                "old one",
                "the new one",
                "devices",
                "devices revoke k",
                "recover ada",
                "a code",
                "the new one",
                "logout",
                "login a b",
                "Q",
                ""));
        assertThat(world.run("shell", "--index", "h:1")).isZero();
        assertThat(world.services.requests)
                .containsExactly(
                        new AccountWish.SignUp("h:1", "bob", new Secret(WORDS), null, null),
                        new AccountWish.LogIn("h:1", "ada", new Secret(WORDS), null),
                        new AccountWish.WhoAmI("h:1"),
                        new AccountWish.ChangePassword("h:1", new Secret("old one"), new Secret("the new one")),
                        new AccountWish.ListDevices("h:1"),
                        new AccountWish.RevokeDevice("h:1", "k"),
                        new AccountWish.Recover("h:1", "ada", new Secret("a code"), new Secret("the new one"), null),
                        new AccountWish.LogOut("h:1"));
        assertThat(world.screen.remarks).anyMatch(line -> line.contains("login [USER]"));
    }

    private byte[] rest() {
        try {
            return world.input.readAllBytes();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private void answers(Report... reports) {
        world.services.answer = (request, told, cancellation) -> {
            if (request instanceof AccountWish) {
                List.of(reports).forEach(told);
            }
        };
    }
}
