package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds out about this peer's own port. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DoctorTest {

    private static final Pattern LINK = Pattern.compile("shoal://\\S+");

    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void start() {
        terminal = new Terminal(folder.resolve("home"), folder);
    }

    @Test
    void theIndexIsMadeToDialThePort() {
        try (Network network = new Network(folder)) {
            Terminal.Ended ended = terminal.run("doctor", "--index", network.address());
            assertThat(ended.exit()).as(ended.out()).isEqualTo(ExitCode.DONE);
            assertThat(reachability(ended))
                    .startsWith("ok")
                    .contains("The index, on this machine, reached 127.0.0.1:")
                    .contains("whether other machines reach it was not tested");
        }
    }

    @Test
    void anIndexThatDoesNotArriveIsAWarning() throws IOException {
        try (ScriptedIndex index = new ScriptedIndex(ScriptedIndex::nothing)) {
            Terminal.Ended ended = terminal.run("doctor", "--index", index.address());
            assertThat(ended.exit()).as(ended.out()).isEqualTo(ExitCode.DONE);
            assertThat(reachability(ended)).startsWith("warning").contains("The index does not reach 127.0.0.1:");
        }
    }

    @Test
    void thePortOfAPeerThatRunsIsDialledFromHere() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "data");
        try (Network network = new Network(folder)) {
            Terminal.Running sharing = terminal.begin("share", file.toString(), "--index", network.address());
            sharing.await(LINK);
            Terminal.Ended ended = terminal.run("doctor", "--index", network.address());
            assertThat(ended.exit()).as(ended.out()).isEqualTo(ExitCode.DONE);
            assertThat(reachability(ended))
                    .startsWith("ok")
                    .contains("The running peer answers this machine on 127.0.0.1:")
                    .contains("whether other machines reach it was not tested");
            sharing.interrupt();
        }
    }

    private static String reachability(Terminal.Ended ended) {
        return ended.out()
                .lines()
                .filter(line -> line.contains("own port reachable"))
                .reduce("", String::concat);
    }
}
