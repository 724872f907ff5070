package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import dev.shoal.transport.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Download links by commands, over a restart of the peer, and what they have to do with its shares. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LinkCommandsTest {

    private static final String URL = "https://127\\.0\\.0\\.1:\\d+/[A-Za-z0-9_-]{32}/";

    @TempDir
    Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private Network network;

    @BeforeEach
    void start() throws Exception {
        network = new Network(folder);
        Files.createDirectories(folder.resolve("ann"));
        Files.writeString(folder.resolve("ann/config.properties"), "link-port = 0\nlink-host = 127.0.0.1\n");
        Files.writeString(folder.resolve("thesis.pdf"), "a thesis");
        Files.createDirectories(folder.resolve("results/one"));
    }

    @AfterEach
    void stop() {
        network.close();
    }

    /** A peer that stays up. */
    private final class Up implements AutoCloseable {
        private final Network.Peer peer;
        private final Network.Job stay;

        Up() throws Exception {
            PeerEvents events = (level, text) -> said.add(text);
            peer = network.inHome("ann", new Peers.Options(network.address(), null, "ann", null, null, true), events);
            stay = peer.begin(new TaskWish.Stay(null));
            stay.next(Report.Running.class);
        }

        boolean isSharing() {
            return peer.ask(new TaskWish.ListTasks(null, "", "", 0, 100), TaskReport.Task.class).stream()
                    .allMatch(task -> task.state().equals("sharing"));
        }

        @Override
        public void close() {
            peer.service().leave();
            stay.cancellation().cancel();
            stay.end().join();
            peer.service().close();
        }
    }

    private Terminal.Ended run(String... words) {
        return new Terminal(folder.resolve("ann"), folder).run(words);
    }

    private String done(String... words) {
        Terminal.Ended ended = run(words);
        assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
        return ended.out();
    }

    @Test
    void linksAreMadeListedKeptOverARestartAndEnded() throws Exception {
        assertThat(run("link", "thesis.pdf").exit()).isEqualTo(ExitCode.NOT_FOUND);
        String url;
        try (Up up = new Up()) {
            done("share", "thesis.pdf", "--name", "thesis");
            done("share", "results");
            String made = done("link", "thesis", "--for", "7d", "--times", "2");
            assertThat(made)
                    .containsPattern("^" + URL + "thesis\\.pdf\n")
                    .contains(
                            "gives   thesis.pdf, 8 B", "or 2 downloads", "`shoal unlink 1` ends it", "--pinnedpubkey");
            assertThat(made).containsPattern("([0-9A-F]{2}:){16}\n +([0-9A-F]{2}:){15}[0-9A-F]{2}\n");
            // By where it lies.
            assertThat(done("link", "results", "--quiet")).matches(URL + "results\\.zip\n");
            assertThat(done("link", "./thesis.pdf", "--json"))
                    .contains("\"type\":\"webLink\"", "\"name\":\"ann/thesis\"", "\"id\":3");
            assertThat(done("links")).contains("LINK", "ann/thesis", "0 of 2", "ann/results");
            assertThat(done("unlink", "3")).contains("The link 3 to ann/thesis has ended.");
            url = done("links", "--quiet").lines().toList().getLast();
            assertThat(up.isSharing()).isTrue();
        }
        assertThat(said).noneMatch(text -> text.contains(url.substring(url.length() - 30)));
        assertThat(SecretFile.isOpenToOthers(folder.resolve("ann/web-links"))).isFalse();
        try (Up up = new Up()) {
            Awaitility.await().until(up::isSharing);
            List<String> links = done("links", "--quiet").lines().toList();
            assertThat(links).hasSize(2);
            // The port is any that is free; the secret is the same.
            assertThat(links.getLast().substring(links.getLast().indexOf('/', 8)))
                    .isEqualTo(url.substring(url.indexOf('/', 8)));
            // Another version keeps its links, and the end of the share ends them.
            Files.writeString(folder.resolve("thesis.pdf"), "a longer thesis");
            done("share", "thesis.pdf", "--name", "thesis");
            assertThat(done("links")).contains("ann/thesis");
            done("stop", "thesis");
            assertThat(done("links")).doesNotContain("ann/thesis");
            done("unlink", "--all");
            assertThat(run("links").err()).contains("There are no links.");
        }
    }

    @Test
    void whatIsAskedWronglyIsToldSo() throws Exception {
        try (Up up = new Up()) {
            done("share", "thesis.pdf");
            for (List<String> words : List.of(
                    List.of("link"),
                    List.of("link", "thesis.pdf", "--for", "31d"),
                    List.of("link", "thesis.pdf", "--for", "1s"),
                    List.of("link", "thesis.pdf", "--times", "0"),
                    List.of("link", "thesis.pdf", "--times", "1000001"),
                    List.of("unlink"),
                    List.of("unlink", "--all", "1"),
                    List.of("config", "link-port", "70000"),
                    List.of("config", "link-host", "https://files.example"),
                    List.of("config", "link-cert", "not/whole"))) {
                assertThat(run(words.toArray(String[]::new)).exit())
                        .as(words.toString())
                        .isEqualTo(ExitCode.USAGE);
            }
            assertThat(run("link", "nothing").exit()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(run("link", "/no/such/file").exit()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(run("unlink", "9").exit()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(run("unlink", "thesis.pdf").exit()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(up.isSharing()).isTrue();
        }
    }
}
