package dev.shoal.cli;

import static dev.shoal.cli.Members.LINK;
import static dev.shoal.cli.Members.refused;
import static dev.shoal.cli.Members.succeeds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What some may get and others do not even see, from the command line, all real, on an index for accounts. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class PrivateSharesTest {

    private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]+)\"");

    @TempDir
    static Path all;

    private static Members members;
    private static Terminal ada;
    private static Terminal bob;
    private static Terminal carl;
    private static Terminal stranger;

    @TempDir
    Path folder;

    private int gots;

    /** Once, as passwords take their time. */
    @BeforeAll
    static void signUp() {
        members = new Members(all);
        ada = members.signedUp("ada");
        succeeds(ada, "admin", "policy", "accounts");
        bob = members.signedUp("bob");
        carl = members.signedUp("carl");
        stranger = members.terminal("stranger");
        succeeds(ada, "group", "create", "lab");
    }

    @AfterAll
    static void stop() {
        members.close();
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void whatIsSharedWithSomeIsThereForThemAlone() throws Exception {
        succeeds(ada, "group", "add", "lab", "carl");
        Path file = file("data", "first");
        Terminal.Running sharing = ada.begin("share", file.toString(), "--to", "bob,@lab");
        String link = sharing.await(LINK);
        assertThat(sharing.out().toString(StandardCharsets.UTF_8)).contains("readers its owner, bob, @lab");

        gets(bob, "ada/data", "first");
        gets(carl, link, "first");
        gets(ada, "data", "first");
        assertThat(succeeds(bob, "ls", "--json")).contains("\"name\":\"ada/data\"", "\"access\":\"private\"");
        assertThat(succeeds(bob, "search", "data")).contains("ada/data", ", private");
        assertThat(succeeds(bob, "info", "ada/data")).contains("readers    some whom its owner chose");
        assertThat(succeeds(ada, "info", "data")).contains("readers    its owner, bob, @lab", "1, complete");
        isHiddenFrom(stranger, "ada/data", link);

        // A group loses a member, and a name a reader: at once.
        succeeds(ada, "group", "remove", "lab", "carl");
        isHiddenFrom(carl, "ada/data", link);
        assertThat(succeeds(ada, "allow", "data")).contains("Who may get it: its owner, bob, @lab.");
        assertThat(succeeds(ada, "allow", "data", "--to", "carl", "--not", "bob"))
                .contains("Who may get it: its owner, carl, @lab.");
        isHiddenFrom(bob, "ada/data", link);
        gets(carl, link, "first");

        // Shared again without a word about it, it is for the same.
        sharing.interrupt();
        sharing = ada.begin("share", file.toString());
        sharing.await(LINK);
        assertThat(sharing.out().toString(StandardCharsets.UTF_8))
                .contains("as before", "readers its owner, carl, @lab");
        gets(carl, "ada/data", "first");
        isHiddenFrom(stranger, "ada/data", link);
        sharing.interrupt();

        // So is the next version, until everybody may get one.
        sharing = ada.begin("share", file("data", "second").toString());
        sharing.await(LINK);
        gets(carl, link, "second");
        isHiddenFrom(bob, "ada/data", link);
        sharing.interrupt();
        sharing = ada.begin("share", file("data", "third").toString(), "--public");
        sharing.await(LINK);
        gets(stranger, link, "third");
        sharing.interrupt();
    }

    @Test
    void whoGotItIsASourceForTheOthersWhoMay() throws Exception {
        Terminal.Running sharing = ada.begin("share", file("passed", "along").toString(), "--to", "bob,carl");
        String link = sharing.await(LINK);
        Terminal.Running seeding =
                bob.begin("get", link, "--seed", "-o", folder.resolve("seed").toString());
        seeding.await(Pattern.compile("verified"));
        // The index knows the new source when the first one is not there any more.
        assertThat(sharing.interrupt().exit()).isEqualTo(ExitCode.INTERRUPTED);
        gets(carl, "ada/passed", "along");
        isHiddenFrom(stranger, "ada/passed", link);
        assertThat(succeeds(bob, "status")).contains("ada/passed (private)");

        // Started again, it serves the same and to the same.
        seeding.interrupt();
        seeding = bob.begin("get", link, "--seed", "-o", folder.resolve("seed").toString());
        seeding.await(Pattern.compile("verified"));
        gets(carl, "ada/passed", "along");
        isHiddenFrom(stranger, "ada/passed", link);
        seeding.interrupt();
    }

    @Test
    void theSameBytesThatAnotherSharesWithEverybodyArePublic() throws Exception {
        Terminal.Running hidden = ada.begin("share", file("mine", "the same").toString(), "--private");
        String link = hidden.await(LINK);
        Terminal.Running open = bob.begin("share", file("his", "the same").toString());
        gets(stranger, open.await(LINK), "the same");
        isHiddenFrom(stranger, "ada/mine", link);
        assertThat(succeeds(stranger, "info", "bob/his")).contains("1, complete");
        open.interrupt();
        hidden.interrupt();
    }

    /** Somebody who knows the bytes makes a name for them that everybody may see, and has the owner get it. */
    @Test
    void aNameThatAnotherMakesForTheSameBytesGetsThemOutOfNoHome() throws Exception {
        Path secret = file("secret", "for ada alone");
        Terminal.Running hidden = ada.begin("share", secret.toString(), "--private");
        hidden.await(LINK);
        Terminal.Running bait =
                carl.begin("share", file("bait", "for ada alone").toString());
        bait.await(LINK);
        bait.interrupt();

        Path copy = folder.resolve("copy");
        refused(ada, ExitCode.UNREACHABLE, "get", "carl/bait", "-o", copy.toString());
        assertThat(copy).doesNotExist();
        Terminal.Ended there = ada.run("get", "carl/bait", "-o", secret.toString(), "--seed");
        assertThat(there.exit()).isEqualTo(ExitCode.DONE);
        assertThat(there.err()).contains("nobody gets it here");
        assertThat(succeeds(stranger, "info", "carl/bait", "--json")).contains("\"sourceList\":[]");

        // What she says herself is another matter.
        Terminal.Running open = ada.begin("share", secret.toString(), "--name", "open");
        open.await(LINK);
        gets(stranger, "ada/open", "for ada alone");
        assertThat(open.interrupt().err()).contains("shared or got privately before");
        hidden.interrupt();
    }

    @Test
    void whoIsLetInToOneVersionIsNotLetInToThoseBefore() throws Exception {
        Terminal.Running first = ada.begin("share", file("grown", "before").toString(), "--to", "bob");
        first.await(LINK);
        Terminal.Running second = ada.begin("share", file("growing", "after").toString(), "--name", "grown");
        second.await(LINK);
        assertThat(second.out().toString(StandardCharsets.UTF_8)).contains("readers its owner, bob");
        assertThat(succeeds(ada, "allow", "grown", "--to", "carl")).contains("its owner, bob, carl.");
        gets(carl, "ada/grown", "after");
        refused(carl, ExitCode.NOT_FOUND, "get", "ada/grown@1");
        gets(bob, "ada/grown@1", "before");
        assertThat(succeeds(ada, "allow", "grown@1")).contains("its owner, bob.");
        // Out is out of all of it: he knows what was before, and may be downloading it.
        assertThat(succeeds(ada, "allow", "grown", "--not", "bob")).contains("its owner, carl.");
        refused(bob, ExitCode.NOT_FOUND, "get", "ada/grown@1");
        assertThat(succeeds(ada, "allow", "grown@1")).contains("Who may get it: its owner.");
        first.interrupt();
        second.interrupt();
    }

    @Test
    void whatThisHomeCannotRememberAsPrivateIsNotShared() throws Exception {
        Path known = carl.home().resolve("private-names");
        Path aside = folder.resolve("aside");
        if (Files.exists(known)) {
            Files.move(known, aside);
        }
        Files.createDirectory(known);
        String file = file("unkept", "secret").toString();
        assertThat(refused(carl, ExitCode.DISK, "share", file, "--private")).contains("private-names");
        refused(carl, ExitCode.NOT_FOUND, "info", "unkept");
        Files.delete(known);
        if (Files.exists(aside)) {
            Files.move(aside, known);
        }
    }

    @Test
    void nobodyIsTakenOutWhoReadsOnThroughAGroup() throws Exception {
        succeeds(ada, "group", "create", "crew");
        succeeds(ada, "group", "add", "crew", "bob");
        Terminal.Running sharing = ada.begin("share", file("joint", "work").toString(), "--to", "bob,carl,@crew");
        sharing.await(LINK);
        assertThat(refused(ada, ExitCode.NOT_ALLOWED, "allow", "joint", "--not", "carl,bob"))
                .contains("as a member of @crew", "shoal group remove crew bob");
        assertThat(succeeds(ada, "allow", "joint")).contains("its owner, bob, carl, @crew");
        assertThat(succeeds(ada, "allow", "joint", "--not", "bob,@crew")).contains("its owner, carl.");
        assertThat(succeeds(ada, "allow", "joint", "--not", "bob")).contains("its owner, carl.");
        sharing.interrupt();
    }

    @Test
    void whatStaysPublicBesideItIsTold() throws Exception {
        String file = file("both", "open at first").toString();
        Terminal.Running open = ada.begin("share", file);
        open.await(LINK);
        Terminal.Running hidden = ada.begin("share", file, "--private");
        hidden.await(LINK);
        assertThat(hidden.interrupt().err()).contains("shared with everybody here as well, as ada/both");
        open.interrupt();
        hidden = ada.begin("share", file);
        hidden.await(LINK);
        assertThat(hidden.interrupt().err()).doesNotContain("everybody");
    }

    @Test
    void aLinkToAnOlderContentIsForThoseWhoMayReadThatVersion() throws Exception {
        Terminal.Running first = ada.begin("share", file("turned", "of old").toString(), "--to", "bob");
        String link = first.await(LINK);
        Matcher content = CONTENT.matcher(succeeds(ada, "info", "turned", "--json"));
        assertThat(content.find()).isTrue();
        String older = link + ",c=" + content.group(1);
        Terminal.Running second =
                ada.begin("share", file("turning", "of now").toString(), "--name", "turned", "--public");
        second.await(LINK);

        gets(bob, older, "of old");
        gets(bob, link, "of now");
        assertThat(succeeds(stranger, "info", older, "--json")).contains("\"sourceList\":[]");
        assertThat(succeeds(bob, "info", older)).contains("some whom its owner chose");
        second.interrupt();
        first.interrupt();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whatAHomeRemembersOfItIsItsUsersAlone() throws Exception {
        Terminal.Running sharing =
                ada.begin("share", file("kept", "from others").toString(), "--to", "bob");
        gets(bob, sharing.await(LINK), "from others");
        sharing.interrupt();
        for (Terminal terminal : List.of(ada, bob)) {
            try (Stream<Path> files = Files.walk(terminal.home())) {
                assertThat(files.filter(path -> !rights(path).endsWith("------"))
                                .map(path -> path.getFileName().toString()))
                        .isSubsetOf("config.properties", "peer.pid", "lock");
            }
        }
        assertThat(ada.home().resolve("private-names")).content().contains("kept");
        assertThat(bob.home().resolve("private-contents")).exists();
    }

    private static String rights(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void refusalsSayWhatToDo() throws Exception {
        String file = file("refused", "data").toString();
        assertThat(refused(stranger, ExitCode.NOT_ALLOWED, "share", file, "--to", "bob"))
                .contains("shoal signup");
        assertThat(refused(stranger, ExitCode.NOT_ALLOWED, "allow", "ada/refused", "--to", "bob"))
                .contains("not logged in");
        assertThat(refused(ada, ExitCode.NOT_FOUND, "share", file, "--to", "nobody"))
                .contains("nobody");
        assertThat(refused(ada, ExitCode.NOT_FOUND, "share", file, "--to", "@nothing"))
                .contains("nothing");
        assertThat(refused(ada, ExitCode.NOT_FOUND, "allow", "refused")).contains("There is no ada/refused");
        Terminal.Running sharing = ada.begin("share", file, "--to", "bob");
        sharing.await(LINK);
        assertThat(refused(bob, ExitCode.NOT_ALLOWED, "allow", "ada/refused", "--to", "carl"))
                .contains("Only its owner");
        assertThat(refused(ada, ExitCode.NOT_FOUND, "allow", "refused", "--to", "nobody"))
                .contains("nobody");
        assertThat(succeeds(ada, "allow", "refused", "--json")).contains("\"readers\":[\"bob\"]");
        sharing.interrupt();
        Terminal.Running open = ada.begin("share", file, "--public");
        open.await(LINK);
        assertThat(refused(ada, ExitCode.NOT_ALLOWED, "allow", "refused", "--to", "bob"))
                .contains("is public", "--to USER");
        open.interrupt();
    }

    /** One line after the other from a pipe, each done before the next; refusals are those of the commands. */
    @Test
    void theShellSharesAllowsAndAdministersAndRefusesAsTheCommandsDo() throws Exception {
        file("plan", "for some");
        String[] refusals = {"admin users", "allow ada/plan --to carl", "group add lab bob", "passwd"};
        Terminal.Ended shell = shell(
                ada,
                "group create team",
                "group add team carl",
                "share plan --to bob,@team",
                "allow plan",
                "allow plan --not bob",
                "admin policy",
                "admin users",
                "whoami",
                "group show team",
                "allow nothing");
        assertThat(shell.out())
                .contains(
                        "Group team is created",
                        "readers its owner, bob, @team",
                        "Who may get it: its owner, bob, @team.",
                        "Who may get it: its owner, @team.",
                        "carl")
                .containsPattern("ada .*administrator");
        assertThat(shell.err()).contains("There is no ada/nothing");
        // What it shared goes with the shell, and who may have it stays.
        assertThat(succeeds(ada, "allow", "plan")).contains("its owner, @team.");
        Terminal.Running sharing = ada.begin("share", folder.resolve("plan").toString());
        sharing.await(LINK);
        Terminal.Ended got = shell(carl, "ls", "get ada/plan " + folder.resolve("got-by-shell"), "status");
        assertThat(got.out()).contains("ada/plan");
        assertThat(folder.resolve("got-by-shell")).hasContent("for some");

        for (String line : refusals) {
            String typed = line.equals("passwd") ? "wrong words\n" + Members.WORDS + " again\n" : "";
            Terminal.Ended command = bob.typing(typed).run(line.split(" "));
            Terminal.Ended refused = shell(bob, line, typed.strip());
            assertThat(command.exit()).as(line).isIn(ExitCode.NOT_ALLOWED, ExitCode.NOT_FOUND);
            assertThat(refused.err()).as(line).contains(sentence(command));
        }
        sharing.interrupt();
    }

    private Terminal.Ended shell(Terminal terminal, String... lines) {
        Terminal there = new Terminal(terminal.home(), folder);
        Terminal.Ended ended = there.typing(String.join("\n", lines) + "\nQ\n")
                .run("shell", "--user", terminal.home().getFileName().toString());
        assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
        return ended;
    }

    private static String sentence(Terminal.Ended ended) {
        String told = ended.err().strip();
        return told.substring(told.lastIndexOf('\n') + 1);
    }

    @Test
    void goingBackToAnOlderVersionLetsNobodyInToWhatWasPrivate() throws Exception {
        Terminal.Running sharing = ada.begin("share", file("back", "one").toString(), "--to", "bob");
        String link = sharing.await(LINK);
        sharing.interrupt();
        sharing = ada.begin("share", file("back", "two").toString());
        sharing.await(LINK);
        sharing.interrupt();
        Terminal.Ended back = ada.run("rollback", "back", "1");
        assertThat(back.exit()).as(back.err()).isEqualTo(ExitCode.DONE);
        assertThat(back.out()).contains("is version 3 now, with the content of version 1");
        assertThat(back.err()).contains("Nobody who has all of it is on-line.");
        assertThat(succeeds(bob, "info", "ada/back")).contains("3 (private)", "2 (private)", "1 (private)");
        isHiddenFrom(stranger, "ada/back", link);
        Terminal.Running open = ada.begin("share", file("back", "all").toString(), "--public");
        open.await(LINK);
        assertThat(succeeds(stranger, "info", "ada/back")).contains("version 4").doesNotContain("(private)");
        assertThat(refused(ada, ExitCode.NOT_ALLOWED, "rollback", "back", "3")).contains("is private", "--public");
        open.interrupt();
    }

    /** Nothing that a reader can ask tells that there is such a name: the answers are those about one that is not. */
    private void isHiddenFrom(Terminal reader, String name, String link) {
        String absent = "ada/nothing";
        assertThat(refused(reader, ExitCode.NOT_FOUND, "get", name))
                .isEqualTo(refused(reader, ExitCode.NOT_FOUND, "get", absent).replace(absent, name));
        assertThat(refused(reader, ExitCode.NOT_FOUND, "info", name))
                .isEqualTo(refused(reader, ExitCode.NOT_FOUND, "info", absent).replace(absent, name));
        assertThat(refused(reader, ExitCode.NOT_FOUND, "get", link))
                .isEqualTo(refused(reader, ExitCode.NOT_FOUND, "get", link.replace(name, absent))
                        .replace(absent, name));
        assertThat(succeeds(reader, "ls", "--all")).doesNotContain(name);
        assertThat(succeeds(reader, "ls")).doesNotContain(name);
        assertThat(refused(reader, ExitCode.NOT_FOUND, "search", name)).isNotEmpty();
    }

    private void gets(Terminal reader, String target, String content) {
        Path got = folder.resolve("got-" + ++gots);
        succeeds(reader, "get", target, "-o", got.toString());
        assertThat(got).hasContent(content);
    }
}
