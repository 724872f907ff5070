package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.transport.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code shoal up} as a process of its own: its log, and its end by a signal. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UpProcessTest {

    @TempDir
    Path folder;

    @Test
    void itLogsWhatItDoesAndEndsAtASignal() throws Exception {
        Program.needs(Program.succeeds("kill", "-l"), "signals");
        Path home = folder.resolve("home");
        Path log = folder.resolve("up.log");
        try (Network network = new Network(folder);
                Program up = Program.start(
                        home,
                        Program.java(),
                        "up",
                        "--index",
                        network.address(),
                        "--user",
                        "ann",
                        "--log",
                        log.toString())) {
            up.await(Pattern.compile("Up as ann"));
            Files.writeString(folder.resolve("data"), "data");
            Terminal.Ended shared = new Terminal(home, folder).run("share", "data");
            assertThat(shared.exit()).as(shared.err()).isEqualTo(ExitCode.DONE);
            assertThat(Program.succeeds("kill", "-TERM", Long.toString(up.pid())))
                    .isTrue();
            assertThat(up.exit()).isEqualTo(143);
            assertThat(up.text()).contains("Down.");
            assertThat(network.peer("looker").outcome(new dev.shoal.peer.Request.Describe(null, "ann/data")))
                    .isEmpty();
        }
        JsonMapper json = new JsonMapper();
        List<JsonNode> lines =
                Files.readAllLines(log).stream().map(json::readTree).toList();
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("level").asString()).isEqualTo("INFO");
            assertThat(line.path("formattedMessage").asString()).isEqualTo("task is sharing");
            assertThat(line.path("kvpList").toString()).contains("{\"name\":\"ann/data\"}", "{\"kind\":\"share\"}");
        });
        assertThat(SecretFile.isOpenToOthers(log)).isFalse();
        assertThat(SecretFile.isOpenToOthers(home.resolve("tasks"))).isFalse();
    }
}
