package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
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

    @Test
    void aDownloadThatRunsKeepsToALimitThatItGetsMeanwhile() throws Exception {
        Sample sample = Sample.of(6, 16_000_000);
        try (Network network = Network.withLease(folder, 60_000)) {
            Network.Peer alice = network.peer("alice", "2 MB/s", PeerEvents.NONE);
            String link = alice.share(sample.write(folder.resolve("original")))
                    .next(Report.Shared.class)
                    .link();
            Network.Peer bob = network.peer("bob");
            Path target = folder.resolve("got");
            Network.Job getting = bob.begin(new Request.Get(null, link, target.toString(), false, false));
            while (getting.next(Report.Progress.class).doneBytes() == 0) {
                Thread.onSpinWait();
            }
            bob.ask(new Request.Configure("download-limit", CRAWLING), Report.class);
            // What was requested before comes all the same, and then next to nothing.
            long before = -1;
            long done = 0;
            while (done != before) {
                before = done;
                done = getting.next(Report.Progress.class).doneBytes();
            }
            assertThat(done).isLessThan(sample.bytes().length);
            alice.ask(new Request.Configure("upload-limit", ""), Report.class);
            bob.ask(new Request.Configure("download-limit", ""), Report.class);
            getting.next(Report.Got.class);
            assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
        }
    }

    private Terminal terminal(String name, Network network) {
        Terminal terminal = new Terminal(folder.resolve(name), folder);
        terminal.run("config", "user", name);
        terminal.run("config", "index", network.address());
        return terminal;
    }
}
