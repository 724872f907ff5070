package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.transport.SecretFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

    private static String status(String entrance) throws Exception {
        String token = entrance.substring(entrance.indexOf('=') + 1);
        URI address = URI.create(entrance.substring(0, entrance.indexOf('?')) + "api/v1/status");
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + token)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

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
                        "--port",
                        "0",
                        "--log",
                        log.toString())) {
            String entrance = up.await(Pattern.compile("http://127\\.0\\.0\\.1:\\d+/\\?token=\\S+"));
            assertThat(up.text()).contains("Up as ann");
            assertThat(status(entrance)).contains("\"user\":\"ann\"");
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
