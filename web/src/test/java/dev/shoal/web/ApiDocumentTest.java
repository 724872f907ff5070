package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/api.md, typed into a shell one after the other. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ApiDocumentTest {

    private static final String EXAMPLE = "    ";

    @TempDir
    Path folder;

    @Test
    void theExamplesOfTheDocumentWork() throws Exception {
        boolean hasCurl = succeeds("curl", "--fail-with-body", "--version");
        if (!hasCurl) {
            System.err.println("Skipped: the test needs curl.");
        }
        Assumptions.assumeTrue(hasCurl, "the test needs curl");
        try (Station station = new Station(folder)) {
            Path data = Files.createDirectories(folder.resolve("data"));
            Files.writeString(data.resolve("thesis.pdf"), "a thesis");
            station.shareElsewhere("model.bin", "a model");
            String script = examples().stream()
                    .map(line -> line.startsWith("web=") ? "web=" + station.home.webFile() : line)
                    .map(line -> line.replace("/data/", data + "/").replace("lab/model.bin", "ben/model.bin"))
                    .collect(Collectors.joining("\n"));
            Path file = Files.writeString(folder.resolve("examples.sh"), "set -eu\n" + script + "\n");
            Path said = folder.resolve("said");
            Process shell = new ProcessBuilder("sh", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(shell.waitFor()).as(Files.readString(said)).isZero();
            assertThat(said)
                    .content()
                    .contains("\"state\":\"sharing\"", "\"name\":\"ann/thesis\"", "recoveryCodes", "20Mbit/s")
                    .contains(": alive", "shoal_peer_shares 0");
            assertThat(script.lines().filter(line -> line.startsWith("api "))).hasSizeGreaterThan(20);
        }
    }

    /** What is typed: from the line that says where the token is, but for files in other forms. */
    private static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        boolean begun = false;
        boolean isOther = false;
        for (String line : Files.readAllLines(Path.of(System.getProperty("shoal.root"), "docs", "api.md"))) {
            begun |= line.startsWith(EXAMPLE + "web=");
            isOther ^= line.startsWith("```");
            if (begun && !isOther && line.startsWith(EXAMPLE)) {
                examples.add(line.strip());
            }
        }
        return examples;
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(List.of(command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
