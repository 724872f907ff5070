package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.AdminWish;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Readers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell with its input from a pipe. */
class ShellTest {

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void begin() {
        world = new World(folder);
        world.environment.put(ServiceOptions.INDEX_VARIABLE, "host");
        world.services.answer = (request, told, cancellation) -> {
            switch (request) {
                case Request.ListNames list ->
                    told.accept(new Report.Listed("lab/x", "c", 1, 7, World.millisAgo(1), 1, 1, true, "public", false));
                case Request.Share share -> {
                    share.paths()
                            .forEach(path -> told.accept(new Report.Shared(
                                    path,
                                    "bob/" + Path.of(path).getFileName(),
                                    1,
                                    "c",
                                    1,
                                    true,
                                    "link",
                                    "shoal get",
                                    "public",
                                    null)));
                    cancellation.await();
                }
                case Request.Get get -> {
                    told.accept(new Report.Progress(get.target(), 1, 2, 3, 4, 5, "loading"));
                    told.accept(new Report.Got(get.target(), get.output(), "c", 2, 0, 0, 2, 1_000, List.of()));
                    cancellation.await();
                }
                case Request.Describe describe -> throw new PeerException(Reason.NOT_FOUND, "There is no such name.");
                case Request.Remove remove -> told.accept(new Report.Removed(1));
                default -> {
                    // Nothing to say.
                }
            }
        };
    }

    private int shell(String lines) {
        return world.typing(lines).run("shell", "--user", "bob");
    }

    @Test
    void linesFromAPipeAreAnsweredWithoutAnyPrompt() {
        assertThat(shell("O\nQ\nO\n")).isZero();

        assertThat(world.screen.results)
                .containsExactly(
                        "NAME   SIZE  VERSION  COMPLETE  SOURCES  PUBLISHED",
                        "lab/x   7 B        1         1        1  just now");
        assertThat(world.services.requests).containsExactly(new Request.ListNames("host:7800", false));
        assertThat(world.services.choices.getFirst().user()).isEqualTo("bob");
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void theNameIsAskedForWhenItIsNotGiven() {
        assertThat(world.typing("not/a/name\nann\nU\n").run("shell")).isZero();

        assertThat(world.services.choices.getFirst().user()).isEqualTo("ann");
        assertThat(world.services.requests).containsExactly(new Request.Users("host:7800"));
        assertThat(world.screen.results).first().asString().contains("owner");
    }

    @Test
    void anEmptyNameIsTheConfiguredOne() {
        world.run("config", "user", "carol");

        assertThat(world.typing("\nQ\n").run("shell")).isZero();

        assertThat(world.services.choices.getFirst().user()).isEqualTo("carol");
    }

    @Test
    void everyLetterAsksForItsThing() {
        shell("s some text\nl\nls --all\nf lab/x\nt a b\nrm --all\nt *\nu\nstatus\nshow\n");

        String index = "host:7800";
        assertThat(world.services.requests)
                .containsExactly(
                        new Request.Search(index, "some text", SearchCommand.USUAL_LIMIT),
                        new Request.ListNames(index, true),
                        new Request.ListNames(index, true),
                        new Request.Describe(index, "lab/x"),
                        new Request.Remove(index, List.of("a", "b"), false),
                        new Request.Remove(index, List.of(), true),
                        new Request.Remove(index, List.of(), true),
                        new Request.Users(index),
                        new Request.Status(index),
                        new Request.ListNames(index, false));
    }

    @Test
    void aLimitOfOneIsPassedOnWhateverIsWritten() {
        shell("limit a fast\nlimit a 0\n");

        // The peer says what is wrong with the first.
        assertThat(world.services.requests)
                .containsExactly(new Request.Limit("a", "fast"), new Request.Limit("a", "0"));
        assertThat(world.screen.results).last().asString().contains("a has no limit of its own");
    }

    @Test
    void itIsSaidWhoMayGetAFile() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a");

        shell("share a.txt --to bob,@lab\nallow a.txt\nallow a.txt --to eve --not=bob,@lab\nallow\nallow x --to\n");

        String index = "host:7800";
        assertThat(world.services.requests)
                .containsExactly(
                        new Request.Share(
                                index,
                                List.of(folder.resolve("a.txt").toString()),
                                null,
                                "",
                                null,
                                Readers.of(List.of("bob", "@lab"))),
                        new AccountWish.Allow(index, "a.txt", List.of(), List.of()),
                        new AccountWish.Allow(index, "a.txt", List.of("eve"), List.of("bob", "@lab")));
        assertThat(world.screen.remarks)
                .anyMatch(line -> line.contains("Write it so: allow NAME"))
                .anyMatch(line -> line.contains("Say what comes after --to"));
    }

    @Test
    void itIsAdministeredAsOnTheCommandLineButAtItsOwnIndexAlone() {
        shell("admin ban eve --reason floods\nadmin ban eve --index other:1\nadmin ban eve --json\nadmin nonsense\n");

        assertThat(world.services.requests)
                .filteredOn(AdminWish.class::isInstance)
                .containsExactly(new AdminWish.Ban("host:7800", "eve", false, "floods"));
        assertThat(world.screen.remarks).anyMatch(line -> line.contains("has decided about --index"));
        assertThat(world.screen.remarks).anyMatch(line -> line.contains("nothing called \"nonsense\""));
    }

    @Test
    void deregisteringAsksForTheName() {
        shell("T\nlab/x\nT\n\nQ\n");

        assertThat(world.services.requests).containsExactly(new Request.Remove("host:7800", List.of("lab/x"), false));
    }

    @Test
    void sharesAndDownloadsGoOnInTheBackgroundUntilTheEnd() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a");
        Files.writeString(folder.resolve("b.txt"), "b");

        shell("share 2 a.txt, b.txt\nD lab/x copy --like a.txt\nJ\nQ\n");

        assertThat(world.services.requests)
                .containsExactly(
                        new Request.Share(
                                "host:7800",
                                List.of(
                                        folder.resolve("a.txt").toString(),
                                        folder.resolve("b.txt").toString()),
                                null,
                                ""),
                        new Request.Get(
                                "host:7800",
                                "lab/x",
                                folder.resolve("copy").toString(),
                                true,
                                false,
                                false,
                                null,
                                List.of(folder.resolve("a.txt").toString())));
        assertThat(world.screen.results)
                .contains("bob/a.txt is shared: 1 B, content c", "bob/b.txt is shared: 1 B, content c")
                .contains(
                        "WHAT          JOB  STATE    DONE  RATE  LEFT  SOURCES",
                        "a.txt, b.txt    1  serving                           ",
                        "lab/x           2  serving                           ");
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void aFileIsSharedAndWatched() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a");

        shell("share a.txt --watch\nQ\n");

        assertThat(world.services.requests)
                .containsExactly(new Request.Share(
                                "host:7800", List.of(folder.resolve("a.txt").toString()), null, "")
                        .watching(true));
    }

    @Test
    void aJobIsStoppedByNumberAndADeregisteredNameIsNoLongerServed() {
        shell("R a.txt\nR b.txt\nX 1\nT bob/b.txt\nX 7\n");

        assertThat(world.screen.remarks).containsExactly("shoal: There is no job 7; J shows them.");
        assertThat(world.services.requests)
                .last()
                .isEqualTo(new Request.Remove("host:7800", List.of("bob/b.txt"), false));
    }

    @Test
    void noErrorLeavesTheShell() {
        world.services.answer = (request, told, cancellation) -> {
            if (request instanceof Request.ListNames) {
                throw new IllegalStateException("a bug");
            }
            throw new PeerException(Reason.UNREACHABLE, "No answer.");
        };

        assertThat(shell("O\nU\nR x\nD 'y\nZ\nF\nF a b\nD a b c\nV a\nV a b\nS\n"))
                .isZero();

        assertThat(world.screen.remarks).hasSize(11).allMatch(line -> line.startsWith("shoal: "));
        assertThat(world.screen.remarks.get(0)).contains("a bug");
        assertThat(world.screen.remarks.get(1)).isEqualTo("shoal: No answer.");
        assertThat(world.screen.remarks.get(2)).isEqualTo("shoal: x: No answer.");
        assertThat(world.screen.remarks.get(4)).contains("no command \"Z\"");
    }

    @Test
    void theMenuHasEveryLetterOfTheOldPrograms() {
        shell("?\n");

        for (String letter : List.of("R", "S", "D", "O", "L", "F", "T", "U", "J", "Q", "?")) {
            assertThat(world.screen.results).anyMatch(line -> line.startsWith("  " + letter + " "));
        }
    }

    @Test
    void tooManyJobsAreRefused() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i <= Jobs.MOST_RUNNING; i++) {
            lines.append("D lab/").append(i).append('\n');
        }

        shell(lines.toString());

        assertThat(world.services.requests).hasSize(Jobs.MOST_RUNNING);
        assertThat(world.screen.remarks).singleElement().asString().contains("32 jobs run already");
    }

    @Test
    void anInterruptionEndsAShellThatWaitsForALine() throws Exception {
        try (PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(keyboard)) {
            world.input = input;
            CompletableFuture<Integer> exit = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> exit.complete(world.run("shell", "--user", "bob")));
            keyboard.write("R a.txt\n".getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            await().until(() -> !world.screen.results.isEmpty());

            world.interruption.ended();
            world.interruption.interrupt();

            assertThat(exit.get()).isEqualTo(ExitCode.INTERRUPTED);
            assertThat(world.services.open).hasValue(0);
        }
    }

    @Test
    void theUserIsOnlineWhileTheShellIsOpen() {
        shell("O\nQ\n");

        assertThat(world.services.attendances).containsExactly(new Request.Attend("host:7800"));
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void anIndexThatCannotBeReachedIsToldInOneLineAndTheShellGoesOn() {
        world.services.attendance = (request, told, cancellation) -> {
            throw new PeerException(Reason.UNREACHABLE, "The index at host:7800 cannot be reached.");
        };

        assertThat(shell("O\nQ\n")).isZero();

        assertThat(world.screen.remarks)
                .containsExactly("Warning: The index at host:7800 cannot be reached. You are not on-line before it can"
                        + " be; trying again.");
        assertThat(world.screen.results).hasSize(2);
    }

    @Test
    void recentNamesAreLimited() {
        RecentNames names = new RecentNames();
        for (int i = 0; i <= RecentNames.MOST; i++) {
            names.saw(new Report.Listed("lab/" + i, "c", 1, 1, 1, 1, 1, true, "public", false));
        }

        assertThat(names.all())
                .hasSize(RecentNames.MOST)
                .doesNotContain("lab/0")
                .contains("lab/1");
    }
}
