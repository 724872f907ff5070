package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.index.AccessPolicy;
import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps an index from starting is said, and blamed on what it comes from. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class IndexStartTest {

    private static final Pattern READY = Pattern.compile("Index ready: --index (\\S+)");

    @TempDir
    Path folder;

    private Terminal terminal;
    private String data;

    @BeforeEach
    void begin() {
        terminal = new Terminal(folder.resolve("home"), folder);
        data = folder.resolve("data").toString();
    }

    @Test
    void aFolderTakesOneIndexAtATime() throws Exception {
        try (Program first = Program.start(
                folder.resolve("home"), Program.java(), "index", "--listen", "127.0.0.1:0", "--data", data)) {
            first.await(READY);
            assertRefused(ExitCode.DISK, data, "--listen", "127.0.0.1:0");
        }
        Terminal.Running second = terminal.begin("index", "--listen", "127.0.0.1:0", "--data", data);
        second.await(READY);
        assertRefused(ExitCode.DISK, data, "--listen", "127.0.0.1:0");
        assertRefused(ExitCode.DISK, data, "--listen", "127.0.0.1:0");
        second.interrupt();
        Terminal.Running third = terminal.begin("index", "--listen", "127.0.0.1:0", "--data", data);
        third.await(READY);
        third.interrupt();
    }

    @Test
    void aStartThatLetsMorePeopleInSaysSo() throws Exception {
        IndexConfiguration members = new IndexConfiguration(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Path.of(data),
                        Optional.empty(),
                        IndexSettings.DEFAULT)
                .withPolicy(new AccessPolicy(true, false, true));
        IndexServer.start(members).close();
        try (Program index = Program.start(
                folder.resolve("home"),
                Program.java(),
                "index",
                "--listen",
                "127.0.0.1:0",
                "--data",
                data,
                "--mode",
                "accounts")) {
            index.await(READY);
            assertThat(index.text()).contains("lets more people in", "accounts, for members only");
        }
    }

    @Test
    void aTakenPortIsBlamedOnWhoeverWantsIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(assertRefused(ExitCode.FAILED, "cannot listen on " + address, "--listen", address))
                    .doesNotContain("etrics", data);
            assertThat(assertRefused(
                            ExitCode.FAILED,
                            "metrics cannot be served at " + address,
                            "--listen",
                            "127.0.0.1:0",
                            "--metrics",
                            address))
                    .doesNotContain("listen", data);
        }
    }

    @Test
    void anAddressThatIsNoneIsAMistake() {
        assertRefused(ExitCode.USAGE, "nosuch.invalid", "--listen", "nosuch.invalid:1");
        assertRefused(ExitCode.USAGE, "nosuch.invalid", "--listen", "127.0.0.1:0", "--metrics", "nosuch.invalid:1");
        assertRefused(ExitCode.USAGE, "no port", "--listen", "127.0.0.1:0", "--metrics", "localhost");
        assertRefused(ExitCode.USAGE, "65535", "--listen", "70000");
        assertRefused(ExitCode.FAILED, "192.0.2.77:7800", "--listen", "192.0.2.77:7800");
    }

    @ParameterizedTest
    @CsvSource({"7811, 0.0.0.0:7811", ":7811, 0.0.0.0:7811", "0, 0.0.0.0:0", "[::1]:7811, [::1]:7811"})
    void aPortAloneMeansEveryAddress(String written, String meant) {
        World world = new World(folder);
        world.interruption.cancellation().cancel();

        assertThat(world.run("index", "--listen", written, "--metrics", written))
                .isZero();

        IndexChoices choices = world.services.indexes.getFirst();
        assertThat(choices.listen()).hasToString(meant);
        assertThat(choices.metrics()).hasToString(meant);
    }

    @Test
    void aFolderThatCannotBeUsedIsNamed() throws IOException {
        data = Files.writeString(folder.resolve("file"), "text") + "/below";
        assertRefused(ExitCode.DISK, data, "--listen", "127.0.0.1:0");
        data = Files.createDirectory(folder.resolve("damaged")).toString();
        Files.writeString(folder.resolve("damaged/identity.pem"), "no key");
        assertRefused(ExitCode.DISK, data + "/identity.pem", "--listen", "127.0.0.1:0");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatTheSystemDoesNotMakeIsNamed() {
        data = "/proc/xx";
        assertRefused(ExitCode.DISK, "The data folder /proc/xx cannot be made", "--listen", "127.0.0.1:0");
    }

    private String assertRefused(int exit, String words, String... options) {
        String[] line = new String[options.length + 3];
        line[0] = "index";
        line[1] = "--data";
        line[2] = data;
        System.arraycopy(options, 0, line, 3, options.length);
        Terminal.Ended ended = terminal.run(line);
        String said =
                ended.err().lines().filter(text -> text.startsWith("shoal: ")).reduce("", String::concat);
        assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
        assertThat(said).contains(words).endsWith(".").doesNotContain("Exception", "should not");
        return said;
    }
}
