package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits that change while a transfer runs. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class LimitsTest {

    private static final Pattern LINK = Pattern.compile("shoal://\\S+");

    /** With this limit the file takes three quarters of an hour. */
    private static final String CRAWLING = "1KiB/s";

    @TempDir
    Path folder;

    @Test
    void aTransferThatCrawlsIsFreedWhileItRuns() throws Exception {
        byte[] data = new byte[3_000_000];
        new SplittableRandom(5).nextBytes(data);
        Path file = Files.write(folder.resolve("data"), data);
        Path target = folder.resolve("got");
        try (Network network = new Network(folder)) {
            Terminal alice = terminal("alice", network);
            Terminal bob = terminal("bob", network);
            alice.run("config", "upload-limit", CRAWLING);
            bob.run("config", "download-limit", CRAWLING);
            Terminal.Running sharing = alice.begin("share", file.toString());
            Terminal.Running getting = bob.begin("get", sharing.await(LINK), "-o", target.toString());
            await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(folder.resolve("got.shoal-part")));
            assertThat(alice.run("config", "upload-limit", "unlimited").err()).contains("from now on");
            assertThat(getting.exit()).as("bob takes no more than he wants").isNotDone();
            assertThat(bob.run("config", "--unset", "download-limit").err()).contains("from now on");
            assertThat(getting.end().exit()).isEqualTo(ExitCode.DONE);
            assertThat(target).hasBinaryContent(data);
            sharing.interrupt();
        }
    }

    private Terminal terminal(String name, Network network) {
        Terminal terminal = new Terminal(folder.resolve(name), folder);
        terminal.run("config", "user", name);
        terminal.run("config", "index", network.address());
        return terminal;
    }
}
