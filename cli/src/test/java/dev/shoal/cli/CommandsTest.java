package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.index.Names;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands ask of a peer, what they print, and how they end. */
class CommandsTest {

    private static final String CONTENT = "a".repeat(64);

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void begin() {
        world = new World(folder);
    }

    private void answers(Report... reports) {
        world.services.answer =
                (request, told, cancellation) -> List.of(reports).forEach(told);
    }

    @Test
    void namesAreListedInColumns() {
        answers(
                new Report.Listed(
                        "lab/genome.fa", CONTENT, 3, 2_147_483_648L, World.millisAgo(200), 2, 5, true, "public", false),
                new Report.Listed(
                        "lab/old.bin", CONTENT, 1, 512, World.millisAgo(200_000), 0, 0, false, "private", true));

        assertThat(world.run("ls", "--all")).isEqualTo(ExitCode.DONE);

        assertThat(world.services.requests).containsExactly(new Request.ListNames(null, true));
        assertThat(world.screen.results)
                .containsExactly(
                        "NAME              SIZE  VERSION  COMPLETE   SOURCES  PUBLISHED",
                        "lab/genome.fa  2.0 GiB        3         2         5  3 min ago",
                        "lab/old.bin      512 B        1         -  off-line  2 days ago, folder, private");
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void namesAreListedAsJson() {
        answers(new Report.Listed("lab/x", CONTENT, 3, 7, 9, 2, 5, true, "public", false));

        world.run("ls", "--json");

        assertThat(world.screen.results)
                .containsExactly("{\"type\":\"listed\",\"name\":\"lab/x\",\"content\":\"" + CONTENT
                        + "\",\"version\":3,\"bytes\":7,\"publishedMillis\":9,"
                        + "\"seeds\":2,\"sources\":5,\"online\":true,\"access\":\"public\",\"folder\":false}");
    }

    @Test
    void quietListsAreBareNames() {
        answers(new Report.Listed("lab/x", CONTENT, 3, 7, 9, 2, 5, true, "public", false));

        world.run("ls", "-q");

        assertThat(world.screen.results).containsExactly("lab/x");
    }

    @Test
    void namesFromTheNetworkCannotDriveTheTerminal() {
        answers(new Report.Listed("lab/\u001b[2Jx", CONTENT, 1, 7, 9, 1, 1, true, "public", false));

        world.run("ls");

        assertThat(String.join("", world.screen.results))
                .doesNotContain("\u001b")
                .contains("lab/\uFFFD[2Jx");
    }

    @Test
    void anEmptyListIsExplainedAndAnEmptySearchIsNotFound() {
        assertThat(world.run("ls")).isEqualTo(ExitCode.DONE);
        assertThat(world.screen.remarks)
                .containsExactly("Nothing is on-line at the moment. `shoal share FILE` adds something.");
        assertThat(world.run("search", "nothing", "like", "it")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.screen.remarks).last().isEqualTo("No name matches \"nothing like it\".");
    }

    @Test
    void aSearchSaysHowToSeeMoreWhereThatIsPossible() {
        answers(new Report.Said("INFO", "More match."));
        assertThat(world.run("search", "x")).isZero();
        assertThat(world.screen.remarks).last().asString().endsWith("More match. --limit shows up to 500.");
        assertThat(world.run("search", "x", "--limit", "500")).isZero();
        assertThat(world.screen.remarks).last().asString().endsWith("More match.");
    }

    @Test
    void aSearchAsksForNoMoreThanAnIndexTells() {
        assertThat(Request.Search.MOST).isEqualTo(Names.MAX_MATCHES);
    }

    @Test
    void oneNameIsShownWithItsSources() {
        answers(new Report.Details(
                "lab/x",
                2,
                3,
                CONTENT,
                100_000,
                2,
                65_536,
                "owner",
                World.millisAgo(30),
                "a note",
                1,
                2,
                List.of(
                        new Report.SourceOnline("p".repeat(20), List.of("10.0.0.1:7801"), 100, 2, 0),
                        new Report.SourceOnline("q", List.of("[::1]:7801", "10.0.0.2:7801"), 50, 1, 3)),
                "shoal://link",
                "private",
                List.of("bob", "@lab"),
                List.of(
                        version(3, 90_000, -10_000L, 500L, 0, "a \u001b[31mnote"),
                        version(2, 100_000, 99_000L, null, 2, ""),
                        version(1, 1_000, null, null, 1, "")),
                true));

        assertThat(world.run("info", "lab/x")).isZero();

        assertThat(world.screen.results)
                .containsExactly(
                        "lab/x  folder, version 2 of 3",
                        "  size       97.7 KiB (100 000 bytes), 2 chunks of 64.0 KiB",
                        "  content    " + CONTENT,
                        "  owner      owner",
                        "  published  just now (2026-03-01 11:59:30 UTC)",
                        "  note       a note",
                        "  readers    its owner, bob, @lab",
                        "  sources    2, 1 of them complete",
                        "  link       shoal://link",
                        "",
                        "VERSION          SIZE      GROWN  CHANGED   SOURCES  PUBLISHED  NOTE",
                        "3 (private)  87.9 KiB   -9.8 KiB    500 B  off-line  just now   a \ufffd[31mnote",
                        "2 (private)  97.7 KiB  +96.7 KiB        -         2  just now   ",
                        "1 (private)    1000 B                   -         1  just now   ",
                        "",
                        "SOURCE         COMPLETE  LOAD  ADDRESSES",
                        "pppppppppppp…     100 %     0  10.0.0.1:7801",
                        "q                  50 %     3  [::1]:7801, 10.0.0.2:7801");
    }

    private static Report.VersionKept version(
            int number, long bytes, @Nullable Long difference, @Nullable Long changed, int sources, String note) {
        return new Report.VersionKept(
                number, World.millisAgo(30), bytes, difference, changed, CONTENT, note, sources, sources, "private");
    }

    @Test
    void anOlderVersionBecomesTheNewest() {
        answers(new Report.RolledBack(
                "lab/x", 4, 1, true, CONTENT, 100_000, 1, 2, "/home/x", true, "shoal://link", "public"));

        assertThat(world.run("rollback", "lab/x", "1", "--note", "sorry")).isZero();

        assertThat(world.services.requests).containsExactly(new Request.RollBack(null, "lab/x", 1, "sorry"));
        assertThat(world.screen.results)
                .containsExactly(
                        "lab/x is version 4 now, with the content of version 1: 97.7 KiB, content "
                                + CONTENT.substring(0, 12) + "…",
                        "  sources  2, 1 of them complete",
                        "  served   from /home/x",
                        "  link     shoal://link");
        assertThat(world.screen.remarks).isEmpty();
        assertThat(world.run("rollback", "lab/x", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("rollback", "lab/x", "one")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("rollback", "lab/x")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void whereNobodyHasTheOlderVersionThatIsSaid() {
        answers(new Report.RolledBack(
                "lab/x", 4, 1, true, CONTENT, 100_000, 0, 0, "/home/x", false, "shoal://link", "public"));

        assertThat(world.run("rollback", "lab/x", "1")).isZero();

        assertThat(world.screen.remarks)
                .containsExactly("Warning: Nobody who has all of it is on-line. It is in /home/x: share that as lab/x"
                        + " again.");
    }

    @Test
    void usersAreListed() {
        answers(
                new Report.UserOnline("ann", "ann", "peer", "instance", World.millisAgo(7_300), 4, 1),
                new Report.UserOnline(null, "ann", "other", "instance", World.millisAgo(7_300), 0, 0));

        world.run("who");

        assertThat(world.screen.results)
                .containsExactly(
                        "ACCOUNT  CALLS ITSELF  PEER   CONTENTS  UPLOADS  SINCE",
                        "ann      -             peer          4        1  2 h ago",
                        "-        ann           other         0        0  2 h ago");
    }

    @Test
    void theStateOfThePeerIsShown() {
        answers(new Report.State(
                "ann",
                "peer",
                "host:7800",
                true,
                false,
                7801,
                1,
                2,
                1,
                2048,
                0,
                List.of(
                        new Report.ShareState("ann/x", "/x", 10, 2048, false, -1, "public"),
                        new Report.ShareState("ann/z", "/z", 10, 0, true, 1024, "private")),
                List.of(new Report.Progress("ann/y", 1, 4, 2048, 3, 2, "loading"))));

        assertThat(world.run("status")).isZero();

        assertThat(world.screen.results)
                .contains(
                        "index        host:7800, reachable, over TLS only: datagrams do not get through",
                        "ann/x            10 B  2.0 KiB          -  /x (changed; no longer served)",
                        "ann/z (private)  10 B      0 B  1.0 KiB/s  /z",
                        "ann/y     25 %   4 B  2.0 KiB/s        2  loading");
    }

    @Test
    void namesAreTakenAway() {
        answers(new Report.Removed(2));

        assertThat(world.run("rm", "a", "b")).isZero();

        assertThat(world.services.requests).containsExactly(new Request.Remove(null, List.of("a", "b"), false));
        assertThat(world.screen.results).containsExactly("2 registrations taken away; the files stay where they are.");
    }

    @ParameterizedTest
    @CsvSource({
        "FAILED, 1",
        "USAGE, 2",
        "NOT_FOUND, 3",
        "NOT_ALLOWED, 4",
        "UNREACHABLE, 5",
        "VERIFICATION, 6",
        "DISK, 7"
    })
    void everyReasonHasItsExitCodeAndNoStackTrace(Reason reason, int code) {
        world.services.answer = (request, told, cancellation) -> {
            throw new PeerException(reason, "It did not work.");
        };

        int exit = world.run("ls");

        assertThat(exit).isEqualTo(code);
        assertThat(world.screen.remarks).containsExactly("shoal: It did not work.");
        assertThat(world.screen.results).isEmpty();
    }

    @Test
    void errorsAreJsonTooAndUnexpectedOnesHaveATraceWhenAskedFor() {
        world.services.answer = (request, told, cancellation) -> {
            throw new PeerException(Reason.UNREACHABLE, "No answer.");
        };

        assertThat(world.run("ls", "--json", "-v")).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(world.screen.results)
                .containsExactly("{\"type\":\"error\",\"error\":"
                        + "{\"reason\":\"unreachable\",\"message\":\"No answer.\",\"exit\":5}}");
        assertThat(world.screen.remarks).containsExactly("shoal: No answer.");
        world.services.answer = (request, told, cancellation) -> {
            throw new IllegalStateException("a bug");
        };
        assertThat(world.run("ls", "-v")).isEqualTo(ExitCode.FAILED);
        assertThat(world.screen.remarks)
                .anyMatch(line -> line.contains("should not: a bug"))
                .anyMatch(line -> line.startsWith("    at dev.shoal.cli."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lss",
                "ls --unknown",
                "get",
                "rm",
                "rm --all name",
                "search",
                "search x --limit 0",
                "search x --limit 501",
                "search x --limit many",
                "share a b --name c",
                "share -",
                "share x --upload-limit fast",
                "ls --index not:an:address:at:all:x",
                "get x -o - --seed",
                "index --listen nowhere:port",
                "index --lease 1",
                "index --mode closed",
                "index --invite-only",
                "index --admin me",
                "index --mode open --members-only",
                "verify one",
                "verify file not-an-id",
                "config --unset index more",
                "config forget-index",
                "config forget-version",
                "config colour blue",
                "completion tcsh",
                "shell --json",
                ""
            })
    void whatMakesNoSenseIsUsage(String line) {
        int exit = world.run(line.isEmpty() ? new String[0] : line.split(" ", -1));

        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(world.screen.remarks).hasSize(1).allMatch(remark -> remark.startsWith("shoal: "));
        assertThat(world.services.requests).isEmpty();
    }

    @Test
    void aMisspelledCommandIsGuessed() {
        world.run("serach", "x");

        assertThat(world.screen.remarks).first().asString().contains("Did you mean search");
    }

    @Test
    void theIndexComesFromTheOptionThenTheEnvironmentThenTheConfiguration() {
        world.run("who");
        world.environment.put(ServiceOptions.INDEX_VARIABLE, "there");
        world.run("who");
        world.run("who", "--index", "here:1");

        assertThat(world.services.requests)
                .containsExactly(new Request.Users(null), new Request.Users("there:7800"), new Request.Users("here:1"));

        world.environment.put(ServiceOptions.INDEX_VARIABLE, "no port:x");
        assertThat(world.run("who")).isEqualTo(ExitCode.USAGE);
        assertThat(world.screen.remarks).last().asString().contains("SHOAL_INDEX");
    }

    @Test
    void anUnknownOptionIsToldRatherThanWhatIsMissingBecauseOfIt() {
        assertThat(world.run("share", "-rf")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("share", "--recursive", "--note", "-x")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("share", "-qv", "--note", "-x")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("get", "--", "-rf")).isZero();

        assertThat(world.screen.remarks.get(0)).contains("Unknown option", "-rf");
        assertThat(world.screen.remarks.get(1)).contains("Unknown option", "--recursive");
        assertThat(world.screen.remarks.get(2)).contains("Missing", "FILE");
    }

    @Test
    void pathsThatCannotBeThoseOfFilesAreRefused() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        assertThat(world.run("share", "")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("share", "file/")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("share", "caf\ufffd")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("share", "zero\0")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("get", "lab/x", "-o", "newdir/")).isEqualTo(ExitCode.DISK);
        assertThat(world.run("get", "lab/x", "-o", "file/")).isEqualTo(ExitCode.DISK);
        assertThat(world.run("verify", ".", ContentId.EMPTY.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(world.services.requests).isEmpty();

        List<String> told = world.screen.remarks.stream()
                .filter(line -> line.startsWith("shoal: "))
                .toList();
        assertThat(told).hasSize(7);
        assertThat(told.get(0)).contains("empty text");
        assertThat(told.get(1)).contains("slash");
        assertThat(told.get(2)).contains("UTF-8");
        assertThat(told.get(4)).contains("There is no folder " + folder.resolve("newdir"));
        assertThat(told.get(6)).contains("is a folder");
        assertThat(world.run("get", "lab/x", "-o", "./")).isZero();
    }

    @Test
    void whoeverStopsReadingEndsTheCommandQuietly() {
        answers(
                new Report.Listed("a/1", CONTENT, 1, 1, 1, 1, 1, true, "public", false),
                new Report.Listed("a/2", CONTENT, 1, 1, 1, 1, 1, true, "public", false));
        world.screen.closed = true;

        assertThat(world.run("ls", "-q")).isEqualTo(ExitCode.OUTPUT_CLOSED);

        assertThat(world.screen.remarks).isEmpty();
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void versionAndHelpNeedNoPeer() {
        assertThat(world.run("--version")).isZero();
        assertThat(world.screen.results).singleElement().asString().startsWith("shoal ");
        assertThat(world.run("--help")).isZero();
        assertThat(String.join("\n", world.screen.results))
                .contains("share", "doctor")
                .doesNotContain("train");
        assertThat(world.run("help", "get")).isZero();
        assertThat(world.run("get", "--help")).isZero();
        assertThat(String.join("\n", world.screen.results)).contains("--seed");
    }

    @Test
    void everyCommandExplainsItself() {
        for (String name : Commands.whole(world.surroundings()).getSubcommands().keySet()) {
            assertThat(world.run(name, "--help")).as(name).isZero();
        }
    }
}
