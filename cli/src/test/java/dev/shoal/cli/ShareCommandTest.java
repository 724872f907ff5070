package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Peers;
import dev.shoal.peer.Readers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sharing as a person sees it. */
class ShareCommandTest {

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void begin() {
        world = new World(folder);
        world.services.answer = (request, told, cancellation) -> {
            for (String path : ((Request.Share) request).paths()) {
                told.accept(new Report.Hashing(path, 5, 10));
                told.accept(new Report.Shared(
                        path,
                        "ann/x",
                        2,
                        "abcdefghijklmnopq",
                        10,
                        true,
                        "shoal://link",
                        "shoal get shoal://link",
                        "private",
                        List.of("bob")));
            }
            world.interruption.cancellation().cancel();
        };
    }

    @Test
    void theLinkAndTheCommandArePrinted() {
        assertThat(world.run("share", "x.bin", "--index", "host", "--note", "first"))
                .isEqualTo(ExitCode.INTERRUPTED);

        assertThat(world.services.requests)
                .containsExactly(new Request.Share(
                        "host:7800", List.of(folder.resolve("x.bin").toString()), null, "first"));
        assertThat(world.screen.results)
                .containsExactly(
                        "ann/x is shared: 10 B, version 2, content abcdefghijkl…",
                        "  readers its owner, bob",
                        "  link    shoal://link",
                        "  get it  shoal get shoal://link");
        assertThat(world.screen.remarks).containsExactly("Serving until Ctrl-C.", "No longer sharing.");
        assertThat(world.services.indexes).isEmpty();
    }

    @Test
    void itIsSaidWhoMayGetAFile() {
        assertThat(readersOf("--to", "bob,@lab", "--to=eve")).isEqualTo(Readers.of(List.of("bob", "@lab", "eve")));
        assertThat(readersOf("--private")).isEqualTo(Readers.of(List.of()));
        assertThat(readersOf("--public")).isEqualTo(Readers.all());
        assertThat(world.run("share", "x.bin", "--index", "host", "--to", "bob", "--private"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(world.run("share", "x.bin", "--index", "host", "--to", "bob,a/b"))
                .isEqualTo(ExitCode.NOT_ALLOWED);
    }

    private @Nullable Readers readersOf(String... options) {
        begin();
        List<String> words = new ArrayList<>(List.of("share", "x.bin", "--index", "host"));
        words.addAll(List.of(options));
        world.run(words.toArray(String[]::new));
        return ((Request.Share) world.services.requests.getLast()).readers();
    }

    @Test
    void whenTheProgramMustEndThePeerSaysGoodByeBeforeTheShareIsCancelled() {
        List<Integer> goodByes = new ArrayList<>();
        world.services.answer = (request, told, cancellation) -> {
            cancellation.whenCancelled(() -> goodByes.add(world.services.left.get()));
            world.interruption.ended();
            world.interruption.interrupt();
        };

        assertThat(world.run("share", "x.bin", "--index", "host")).isEqualTo(ExitCode.INTERRUPTED);

        assertThat(goodByes).containsExactly(1);
    }

    @Test
    void aLimitOfTheShareGoesWithTheRequestAndThoseOfThePeerDoNot() {
        world.run("share", "x.bin", "--index", "host", "--limit", "2MB/s", "--upload-limit", "3MB/s");

        assertThat(((Request.Share) world.services.requests.getFirst()).limit()).isEqualTo("2MB/s");
        assertThat(world.services.choices.getFirst().uploadLimit()).isEqualTo("3MB/s");
        assertThat(world.run("share", "x.bin", "--limit", "fast")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void whatThePeerThatStaysUpDoesNotGoOnWithIsServedByTheCommand() {
        world.services.answer = (request, told, cancellation) -> {
            told.accept(new TaskReport.Taken(3));
            told.accept(new TaskReport.Taken(TaskReport.Taken.NOBODY));
            told.accept(new Report.Shared(
                    "x.bin", "ann/x", 1, "abcdefghijklmnopq", 10, true, "link", "get link", "public", null));
        };

        world.run("share", "x.bin", "--index", "host");

        assertThat(world.screen.remarks).contains("Serving until Ctrl-C.");
        assertThat(world.screen.remarks).noneMatch(remark -> remark.contains("running peer goes on"));
    }

    @Test
    void whatIsWatchedTellsOfEachVersionInALine() {
        world.services.answer = (request, told, cancellation) -> {
            for (int version = 1; version <= 2; version++) {
                told.accept(new Report.Shared(
                        "x.bin", "ann/x", version, "abcdefghijklmnopq", 10, true, "link", "get link", "public", null));
            }
            world.interruption.cancellation().cancel();
        };

        world.run("share", "x.bin", "--index", "host", "--watch");

        assertThat(((Request.Share) world.services.requests.getFirst()).watch()).isTrue();
        assertThat(world.screen.results)
                .containsExactly(
                        "ann/x is shared: 10 B, content abcdefghijkl…",
                        "  link    link",
                        "  get it  get link",
                        "ann/x is version 2 now: 10 B, content abcdefghijkl…");
        assertThat(world.screen.remarks)
                .containsExactly("Serving until Ctrl-C, and publishing what changes.", "No longer sharing.");
        assertThat(world.run("share", "-", "--name", "x", "--index", "host", "--watch"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void quietSharingPrintsTheLinkAlone() {
        world.run("share", "x.bin", "--index", "host", "-q");

        assertThat(world.screen.results).containsExactly("shoal://link");
        assertThat(world.screen.remarks).isEmpty();
    }

    @Test
    void withoutAnyIndexOneRunsHere() {
        world.run("share", "x.bin");

        assertThat(world.services.indexes).singleElement().satisfies(index -> {
            assertThat(index.listen().toString()).isEqualTo("0.0.0.0:7800");
            assertThat(index.data()).isEqualTo(folder.resolve("home/index"));
        });
        Peers.Options choices = world.services.choices.getFirst();
        assertThat(choices.index()).isEqualTo("127.0.0.1:7800");
        assertThat(choices.own()).satisfies(own -> {
            assertThat(own.advertised()).endsWith(":7800");
            assertThat(own.fingerprint()).isEqualTo("fingerprint");
        });
        assertThat(world.screen.remarks).first().asString().startsWith("No index is configured, so one runs here: ");
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void aTakenPortIsNoReasonToGiveUp() {
        world.services.takenPort = 7800;

        world.run("share", "x.bin");

        assertThat(world.services.choices.getFirst().index()).isEqualTo("127.0.0.1:7999");
    }

    @Test
    void aConfiguredIndexOrARunningPeerIsUsed() {
        world.run("config", "index", "somewhere");
        world.run("share", "x.bin");
        World other = new World(folder.resolve("other"));
        other.services.peerRuns = true;
        other.run("share", "x.bin");

        assertThat(world.services.indexes).isEmpty();
        assertThat(other.services.indexes).isEmpty();
        assertThat(world.services.choices)
                .singleElement()
                .isEqualTo(new Peers.Options(null, null, null, null, null, true));
    }

    @Test
    void standardInputIsSharedFromAFileThatDoesNotStay() throws IOException {
        List<String> seen = new ArrayList<>();
        world.typing("some data").services.answer = (request, told, cancellation) -> {
            Request.Share share = (Request.Share) request;
            assertThat(share.name()).isEqualTo("notes");
            try {
                seen.add(Files.readString(Path.of(share.paths().getFirst())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        assertThat(world.run("share", "-", "--name", "notes", "--index", "host"))
                .isZero();

        assertThat(seen).containsExactly("some data");
        try (var files = Files.list(folder.resolve("home/partial"))) {
            assertThat(files).isEmpty();
        }
    }
}
