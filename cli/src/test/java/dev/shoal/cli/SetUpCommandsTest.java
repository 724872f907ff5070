package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.index.AccessPolicy;
import dev.shoal.peer.KnownKeys;
import dev.shoal.peer.Request;
import dev.shoal.protocol.PeerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about the set-up: config, doctor, completion, index. */
class SetUpCommandsTest {

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void begin() {
        world = new World(folder);
    }

    @Test
    void settingsAreShownChangedAndUnset() {
        assertThat(world.run("config", "user", "ann")).isZero();
        assertThat(world.run("config", "user")).isZero();
        assertThat(world.run("config", "--unset", "user")).isZero();
        assertThat(world.run("config")).isZero();
        assertThat(world.run("config", "user", "--json")).isZero();

        assertThat(world.screen.results.subList(0, 3)).containsExactly("user is ann.", "ann", "user is not set.");
        assertThat(world.screen.results.get(3)).startsWith("SETTING ");
        assertThat(world.screen.results.getLast())
                .startsWith("{\"type\":\"setting\",\"key\":\"user\",\"value\":\"\",\"configured\":false,");
    }

    @Test
    void aRunningPeerIsToldOfALimitAtOnceAndTakesOtherSettingsUpLater() {
        world.run("config", "upload-limit", "1MiB/s");
        assertThat(world.services.requests).as("no peer runs").isEmpty();
        world.services.peerRuns = true;

        world.run("config", "upload-limit", "2MiB/s");
        world.run("config", "--unset", "download-limit");
        world.run("config", "user", "ann");

        assertThat(world.services.requests)
                .containsExactly(
                        new Request.Configure("upload-limit", "2MiB/s"), new Request.Configure("download-limit", ""));
        assertThat(world.screen.remarks.subList(0, 2))
                .allMatch(remark -> remark.equals("The running peer of this home keeps to it from now on."));
        assertThat(world.screen.remarks.getLast()).contains("starts the next time");
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void whatRunsIsToldOfALimitOfItsOwn() {
        assertThat(world.run("limit", "data", "2MiB/s")).isZero();
        assertThat(world.run("limit", "data", "0")).isZero();
        assertThat(world.run("limit", "data", "unlimited", "--json")).isZero();
        assertThat(world.run("limit", "data", "fast")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("limit", "data")).isEqualTo(ExitCode.USAGE);
        assertThat(world.services.requests)
                .containsExactly(
                        new Request.Limit("data", "2MiB/s"),
                        new Request.Limit("data", "0"),
                        new Request.Limit("data", "unlimited"));
        assertThat(world.screen.results)
                .containsExactly(
                        "data keeps to 2MiB/s from now on.",
                        "data has no limit of its own from now on.",
                        "{\"type\":\"limited\",\"name\":\"data\",\"rate\":\"unlimited\"}");
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void anIndexIsForgotten() {
        world.run("config", "user", "ann");
        KnownKeys keys = new KnownKeys(folder.resolve("home/known-keys"));
        keys.rememberIndex("host:7800", new PeerId(Hash.ZERO));

        assertThat(world.run("config", "forget-index", "host")).isZero();
        assertThat(world.run("config", "forget-index", "host")).isEqualTo(ExitCode.NOT_FOUND);

        assertThat(keys.index("host:7800")).isEmpty();
    }

    @Test
    void aVersionThatWasSeenIsForgotten() throws IOException {
        assertThat(world.run("config", "forget-version", "lab/a b")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.run("config", "forget-version", "genome")).isEqualTo(ExitCode.USAGE);
        Files.createDirectories(folder.resolve("home"));
        Path file = folder.resolve("home/known-versions");
        String hash = "0".repeat(64);
        List<String> lines = List.of("version i owner lab%2Fa+b 3 " + hash, "version i owner lab%2Fa 3 " + hash);
        Files.write(file, lines);

        assertThat(world.run("config", "forget-version", "lab/a b", "--json")).isZero();

        assertThat(Files.readAllLines(file))
                .containsExactly(lines.getFirst(), lines.getLast(), "- version i owner lab%2Fa+b");
        assertThat(world.run("config", "forget-version", "lab/a b")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.screen.results)
                .last()
                .isEqualTo("{\"type\":\"forgotten\",\"name\":\"lab/a b\",\"known\":true}");
    }

    @Test
    void theDoctorFindsNothingWrongWithAGoodSetUp() {
        world.run("config", "index", "127.0.0.1", "-q");
        world.services.findings = List.of(Finding.ok("index over TLS", "Reachable."));

        assertThat(world.run("doctor")).isZero();

        assertThat(world.screen.results)
                .allMatch(line -> line.startsWith("ok       ") || line.startsWith("warning  "))
                .anyMatch(line -> line.startsWith("ok       index over TLS     Reachable."))
                .anyMatch(line -> line.contains("127.0.0.1:7800, configured."));
    }

    @Test
    void theDoctorTellsProblemsByItsExitCode() throws IOException {
        Files.createDirectories(folder.resolve("home"));
        Files.setPosixFilePermissions(folder.resolve("home"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("home/config.properties"), "colour = blue\n");
        world.services.findings = List.of(Finding.problem("index over UDP", "No answer."));

        assertThat(world.run("doctor", "-q")).isEqualTo(ExitCode.FAILED);

        assertThat(world.screen.results)
                .anyMatch(line -> line.startsWith("warning  home ") && line.contains("chmod 700"))
                .anyMatch(line -> line.startsWith("problem  settings ") && line.contains("colour"))
                .anyMatch(line -> line.startsWith("warning  index ") && line.contains("shoal config index"))
                .anyMatch(line -> line.startsWith("problem  index over UDP"));
    }

    @Test
    void theDoctorSpeaksJson() {
        world.services.findings = List.of(Finding.warning("clock", "It is slow."));

        world.run("doctor", "--json");

        assertThat(world.screen.results)
                .last()
                .isEqualTo(
                        "{\"type\":\"check\",\"check\":\"clock\",\"state\":\"warning\",\"sentence\":\"It is slow.\"}");
    }

    @Test
    void anIndexSaysWhereItIsAndRunsUntilItIsStopped() {
        world.interruption.cancellation().cancel();

        assertThat(world.run("index", "--listen", "127.0.0.1:0", "--data", "d", "--metrics", "127.0.0.1:9000"))
                .isZero();
        assertThat(world.run("index", "--listen", "127.0.0.1:7801", "--json")).isZero();

        assertThat(world.screen.results)
                .containsExactly(
                        "Index ready: --index 127.0.0.1:7999, key fingerprint",
                        "{\"type\":\"index\",\"address\":\"127.0.0.1:7801\",\"fingerprint\":\"fingerprint\","
                                + "\"reachable\":[\"127.0.0.1:7801\"]}");
        IndexChoices choices = world.services.indexes.getFirst();
        assertThat(choices.data()).isEqualTo(folder.resolve("d"));
        assertThat(choices.metrics()).hasToString("127.0.0.1:9000");
        assertThat(choices.leaseSeconds()).isEqualTo(IndexChoices.LEASE_SECONDS);
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void anIndexIsSavedAndPutBack() {
        assertThat(world.run("index", "backup", "saved", "--data", "d")).isZero();
        assertThat(world.run("index", "restore", "saved", "--data", "d2", "--json"))
                .isZero();
        assertThat(world.run("index", "backup")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("index", "forget", "saved")).isEqualTo(ExitCode.USAGE);

        assertThat(world.services.copies)
                .containsExactly(
                        "save " + folder.resolve("d") + " " + folder.resolve("saved"),
                        "restore " + folder.resolve("saved") + " " + folder.resolve("d2"));
        assertThat(world.services.indexes).isEmpty();
        assertThat(world.screen.results)
                .containsExactly(
                        "Saved index fingerprint (4.0 KiB of names) in " + folder.resolve("saved")
                                + ". Keep it secret: who has it can pose as this index.",
                        "{\"type\":\"restored\",\"file\":\"" + folder.resolve("saved") + "\",\"data\":\""
                                + folder.resolve("d2") + "\",\"fingerprint\":\"fingerprint\",\"databaseBytes\":4096}");
    }

    @Test
    void anIndexIsToldWhoMayUseItOrKeepsWhatItWasTold() {
        world.interruption.cancellation().cancel();

        world.run("index");
        world.run("index", "--mode", "open");
        world.run("index", "--mode", "accounts", "--invite-only", "--members-only", "--admin", "a".repeat(32));

        assertThat(world.services.indexes)
                .extracting(IndexChoices::policy)
                .containsExactly(null, AccessPolicy.OPEN, new AccessPolicy(true, true, true));
        assertThat(world.services.indexes.getLast().administrator()).isEqualTo("a".repeat(32));
    }

    @Test
    void completionIsAScriptThatBashReads() throws Exception {
        assertThat(world.run("completion", "bash")).isZero();
        Path script = Files.write(folder.resolve("completion"), world.screen.results, StandardCharsets.UTF_8);

        Process bash =
                new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();

        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).isZero();
        assertThat(String.join("\n", world.screen.results)).contains("--seed").doesNotContain("train");
    }

    @Test
    void completionForFishNamesCommandsAndOptions() {
        assertThat(world.run("completion", "fish")).isZero();

        assertThat(world.screen.results)
                .contains(
                        "complete -c shoal -n __fish_use_subcommand -f -a who -d 'List the users on-line.'",
                        "complete -c shoal -n '__fish_seen_subcommand_from ls' -s a -l all"
                                + " -d 'Also list what nobody has on-line.'")
                .noneMatch(line -> line.contains("train"));
    }
}
