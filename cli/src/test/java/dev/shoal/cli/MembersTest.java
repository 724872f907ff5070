package dev.shoal.cli;

import static dev.shoal.cli.Members.LINK;
import static dev.shoal.cli.Members.WORDS;
import static dev.shoal.cli.Members.refused;
import static dev.shoal.cli.Members.succeeds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Home;
import dev.shoal.peer.KnownKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What two accounts of an index do with each other, and with the index: from the command line, all real. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class MembersTest {

    private static final Pattern ACCOUNT_KEY = Pattern.compile("\"accountKey\":\"([a-z2-7]+)\"");

    @TempDir
    static Path all;

    private static Members members;
    private static Terminal ada;
    private static Terminal bob;

    @TempDir
    Path folder;

    private Terminal reader;
    private Path file;

    /** Once, as passwords take their time. */
    @BeforeAll
    static void signUp() {
        members = new Members(all);
        ada = members.signedUp("ada");
        bob = members.signedUp("bob");
    }

    @BeforeEach
    void start() throws Exception {
        reader = members.terminal(folder, "reader");
        file = Files.writeString(folder.resolve("data"), "first");
    }

    @AfterAll
    static void stop() {
        members.close();
    }

    @Test
    void whoKnewAnOwnerFollowsANameToWhomItWasGiven() throws Exception {
        Terminal.Running first = ada.begin("share", file.toString());
        String link = first.await(LINK);
        succeeds(reader, "get", "ada/data", "-o", folder.resolve("one").toString());
        first.interrupt();

        assertThat(refused(ada, ExitCode.NOT_FOUND, "give", "data", "nobody")).contains("nobody");
        assertThat(refused(bob, ExitCode.NOT_ALLOWED, "give", "ada/data", "bob"))
                .isNotEmpty();
        // The index may name a key of its own as bob's.
        String key = ownerKey(bob);
        KnownKeys known = new KnownKeys(new Home(all.resolve("ada")).knownKeysFile());
        known.rememberOwner(members.network().index().id(), "bob", "q".repeat(key.length()));
        assertThat(refused(ada, ExitCode.VERIFICATION, "give", "data", "bob")).contains(key, "--key");
        assertThat(refused(ada, ExitCode.VERIFICATION, "give", "data", "bob", "--key", "qqqq"))
                .contains(key, "whoami");
        assertThat(succeeds(ada, "give", "data", "bob", "--key", key.substring(0, 8)))
                .contains("ada/data will be bob's", "shoal accept ada/data");
        known.rememberOwner(members.network().index().id(), "bob", key);
        assertThat(succeeds(ada, "give", "data", "bob")).contains("ada/data will be bob's", key.substring(0, 4));
        assertThat(refused(reader, ExitCode.NOT_ALLOWED, "accept", "ada/data")).contains("not logged in");
        assertThat(succeeds(bob, "accept", "ada/data")).contains("ada/data is yours");
        assertThat(refused(bob, ExitCode.NOT_FOUND, "accept", "ada/other")).isNotEmpty();

        Files.writeString(file, "second");
        assertThat(refused(ada, ExitCode.NOT_ALLOWED, "share", file.toString(), "--name", "ada/data"))
                .contains("is taken");
        Terminal.Running second = bob.begin("share", file.toString(), "--name", "ada/data");
        second.await(LINK);
        assertThat(succeeds(reader, "info", "ada/data")).contains("version 2");
        succeeds(reader, "get", "ada/data", "-o", folder.resolve("two").toString());
        succeeds(
                members.terminal(folder, "other"),
                "get",
                link,
                "-o",
                folder.resolve("three").toString());
        assertThat(folder.resolve("two")).hasContent("second");
        assertThat(folder.resolve("three")).hasContent("second");
        // And back, with everything else under the owner.
        succeeds(bob, "give", "ada/data", "ada");
        succeeds(ada, "accept", "ada/data");
        second.interrupt();
    }

    @Test
    void whoMovedHisNamesToHisAccountGetsNamesAsBefore() throws Exception {
        Path his = Files.writeString(folder.resolve("his"), "his");
        Terminal carol = members.terminal(folder, "carol");
        Terminal.Running before = carol.begin("share", his.toString());
        before.await(LINK);
        succeeds(ada, "get", "carol/his", "-o", folder.resolve("met").toString());
        before.interrupt();
        succeeds(carol.typing(WORDS + "\n"), "signup", "carol");
        Terminal.Running sharing = ada.begin(
                "share", Files.writeString(folder.resolve("gift"), "gift").toString());
        sharing.await(LINK);
        // For all that ada knows, the account is somebody else's.
        assertThat(refused(ada, ExitCode.VERIFICATION, "give", "gift", "carol")).contains("--key");
        succeeds(carol, "give", "carol/", "carol");
        assertThat(succeeds(ada, "give", "gift", "carol")).contains("ada/gift will be carol's");
        sharing.interrupt();
    }

    @Test
    void whatIsPrivateIsNotGivenAwayAndThatIsSaid() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        Terminal.Running sharing = ada.begin("share", secret.toString(), "--private");
        sharing.await(LINK);
        assertThat(refused(ada, ExitCode.NOT_ALLOWED, "give", "secret", "bob"))
                .contains("What is private is not given away", "ada/secret has versions that are");
        assertThat(refused(ada, ExitCode.NOT_ALLOWED, "give", "bob/", "bob")).contains("are yours to give away");
        sharing.interrupt();
        succeeds(ada, "rm", "secret");
    }

    private static String ownerKey(Terminal user) {
        Matcher matcher = ACCOUNT_KEY.matcher(succeeds(user, "whoami", "--json"));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void whatADeviceMadeBeforeBecomesTheAccountsAtOnce() throws Exception {
        Terminal.Running before = reader.begin("share", file.toString(), "--name", "old/data");
        before.await(LINK);
        Terminal other = members.terminal(folder, "other");
        succeeds(other, "get", "old/data", "-o", folder.resolve("one").toString());
        before.interrupt();
        succeeds(reader.typing(WORDS + "\n"), "login", "bob");
        assertThat(succeeds(reader, "give", "old/", "bob")).contains("Everything under old/ is bob's");
        Files.writeString(file, "second");
        // The other device of the account, which never had the key that the name began with.
        Terminal.Running after = bob.begin("share", file.toString(), "--name", "old/data");
        after.await(LINK);
        succeeds(other, "get", "old/data", "-o", folder.resolve("two").toString());
        assertThat(folder.resolve("two")).hasContent("second");
        after.interrupt();
    }

    @Test
    void anAdministratorSaysWhoMayDoWhat() throws Exception {
        assertThat(refused(bob, ExitCode.NOT_ALLOWED, "admin", "users")).isNotEmpty();
        assertThat(succeeds(ada, "admin", "users")).contains("ada", "administrator", "bob");
        assertThat(succeeds(ada, "admin", "policy")).contains("open");
        assertThat(succeeds(ada, "admin", "policy", "accounts", "--invite-only", "--members-only"))
                .contains("under its own", "an invitation", "reading needs");

        assertThat(refused(reader, ExitCode.NOT_ALLOWED, "ls")).contains("for members only");
        assertThat(refused(reader, ExitCode.NOT_ALLOWED, "share", file.toString()))
                .contains("log in");
        // What the command takes, the index takes as well.
        succeeds(ada, "admin", "invite", "--days", "366");
        assertThat(refused(ada, ExitCode.USAGE, "admin", "invite", "--days", "367"))
                .contains("366");
        String invitation = succeeds(ada, "admin", "invite", "-q").strip();
        succeeds(reader.typing(invitation + "\n" + WORDS + "\n"), "signup", "carl", "--invite");
        succeeds(reader, "ls");
        endTheInvitationThatIsLeft(invitation);
        Terminal.Running sharing = reader.begin("share", file.toString());
        assertThat(sharing.await(LINK)).contains("/carl/data,");
        assertThat(succeeds(ada, "who", "--json"))
                .contains("\"account\":\"carl\",\"callsItself\":\"reader\"")
                .doesNotContain("\"account\":\"reader\"");

        assertThat(succeeds(ada, "admin", "ban", "carl", "--reason", "for a test"))
                .contains("carl is banned");
        assertThat(refused(reader, ExitCode.NOT_ALLOWED, "ls")).isNotEmpty();
        assertThat(succeeds(ada, "admin", "bans")).contains("carl", "for a test");
        // A peer without a user, which is not there.
        String gone = "q".repeat(32);
        succeeds(ada, "admin", "ban", "--key", gone.toUpperCase(Locale.ROOT));
        assertThat(succeeds(ada, "admin", "bans")).contains(gone);
        succeeds(ada, "admin", "unban", "--key", "qqqq");
        assertThat(succeeds(ada, "admin", "bans")).doesNotContain(gone);
        refused(ada, ExitCode.USAGE, "admin", "ban", "--key", "1".repeat(32));
        refused(ada, ExitCode.NOT_FOUND, "admin", "ban", "--key", "qqqq");
        succeeds(ada, "admin", "unban", "carl");
        assertThat(succeeds(ada, "admin", "remove", "carl/data")).contains("removed");
        assertThat(succeeds(ada, "admin", "remove", "carl")).contains("removed");
        succeeds(ada, "admin", "appoint", "bob");
        assertThat(succeeds(bob, "admin", "audit", "--limit", "3", "--json"))
                .contains("\"type\":\"change\"", "\"who\":\"ada\"")
                .hasLineCount(3);
        assertThat(succeeds(bob, "admin", "stats")).isNotEmpty();
        succeeds(bob, "admin", "policy", "open");
        // Now it is a peer without account, which goes on sharing.
        assertThat(succeeds(bob, "admin", "peers")).contains("reader", "on-line", "127.0.0.1");
        sharing.interrupt();
    }

    /** What is listed has an id, and not the code. */
    private void endTheInvitationThatIsLeft(String usedUp) {
        String invites = succeeds(ada, "admin", "invites", "--json");
        assertThat(invites)
                .hasLineCount(1)
                .contains("\"uses\":1", "\"by\":\"ada\"")
                .doesNotContain(usedUp);
        String id = succeeds(ada, "admin", "invites", "-q").strip();
        assertThat(succeeds(ada, "admin", "invites")).contains(id, "ada");
        assertThat(refused(ada, ExitCode.NOT_FOUND, "admin", "uninvite", "1")).contains("admin invites");
        assertThat(refused(reader, ExitCode.NOT_ALLOWED, "admin", "invites")).isNotEmpty();
        assertThat(succeeds(ada.typing("admin uninvite " + id.substring(0, 6) + "\nQ\n"), "shell", "--user", "ada"))
                .contains("Invitation " + id + " is ended.");
        assertThat(succeeds(ada, "admin", "invites", "-q")).isEmpty();
    }

    @Test
    void groupsAreTheirOwners() {
        assertThat(succeeds(ada, "group")).isEmpty();
        assertThat(succeeds(ada, "group", "create", "lab")).contains("Group lab is created");
        assertThat(succeeds(ada, "group", "create", "@lab")).contains("already");
        assertThat(succeeds(ada, "group", "add", "lab", "bob", "ada")).contains("2 new members");
        assertThat(refused(ada, ExitCode.NOT_FOUND, "group", "add", "lab", "nobody"))
                .isNotEmpty();
        assertThat(succeeds(ada, "group", "show", "lab")).isEqualTo("ada\nbob\n");
        assertThat(succeeds(ada, "group", "--json")).contains("{\"type\":\"group\",\"group\":\"lab\",\"members\":2}");
        assertThat(refused(bob, ExitCode.NOT_FOUND, "group", "show", "lab")).isNotEmpty();
        succeeds(ada, "group", "remove", "lab", "bob");
        assertThat(succeeds(ada.typing("group show lab\nQ\n"), "shell", "--user", "ada"))
                .contains("ada");
        succeeds(ada, "group", "delete", "lab");
        assertThat(refused(reader, ExitCode.NOT_ALLOWED, "group")).contains("not logged in");
    }
}
