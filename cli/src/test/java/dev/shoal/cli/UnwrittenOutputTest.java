package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every command makes of a standard output that does not take what it writes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UnwrittenOutputTest {

    private static final String TOLD =
            "shoal: Standard output cannot be written, so that not everything was told: No space left on device.";

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void answer() {
        world = new World(folder);
        world.environment.put(ServiceOptions.INDEX_VARIABLE, "127.0.0.1");
        world.services.findings = List.of(Finding.ok("index", "reachable."));
        world.services.answer = (request, told, cancellation) -> {
            switch (request) {
                case Request.ListNames list ->
                    told.accept(new Report.Listed("lab/x", "c", 1, 7, World.millisAgo(1), 1, 1, true, "public", false));
                case Request.Share share -> {
                    told.accept(new Report.Shared("x", "lab/x", 1, "c", 1, true, "link", "shoal get", "public", null));
                    cancellation.await();
                }
                case Request.Get get -> {
                    told.accept(new Report.Got("lab/x", "x", "c", 2, 0, 0, 2, 1_000, List.of()));
                    cancellation.await();
                }
                default -> told.accept(new Report.Removed(1));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "ls --help",
                "completion bash",
                "config",
                "config seed",
                "doctor",
                "ls",
                "ls --json",
                "who",
                "search x",
                "info lab/x",
                "status",
                "rm lab/x",
                "share x",
                "share x --json",
                "get lab/x --seed",
                "index"
            })
    void aFullDiskIsToldAndAClosedPipeIsNot(String line) {
        world.screen.full = true;

        assertThat(world.run(line.split(" "))).isEqualTo(ExitCode.DISK);

        assertThat(world.screen.remarks).containsExactly(TOLD);
        world = new World(folder);
        answer();
        world.screen.closed = true;

        assertThat(world.run(line.split(" "))).isEqualTo(ExitCode.OUTPUT_CLOSED);

        assertThat(world.screen.remarks).isEmpty();
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void whatFailedAnywayKeepsItsCodeWhenTheReaderLeaves() {
        world.screen.closed = true;
        world.services.answer = (request, told, cancellation) -> {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "There is no such name.");
        };

        assertThat(world.run("info", "lab/x", "--json")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.screen.remarks).containsExactly("shoal: There is no such name.");
    }

    @Test
    void aDeviceThatIsFullEndsTheProgramWithASentence() throws Exception {
        Program.needs(Files.exists(Path.of("/dev/full")), "a device that is always full");
        List<String> start = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >/dev/full", "sh"));
        start.addAll(Program.java());
        try (Program program = Program.start(folder.resolve("home"), start, "completion", "bash")) {
            assertThat(program.exit()).isEqualTo(ExitCode.DISK);
            assertThat(program.text()).isEqualTo(TOLD);
        }
    }
}
