package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.cli.DatagramRelay.Weather;
import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command that needs the index, one after the other, where datagrams are lost or do not pass at all. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EveryCommandTest {

    private static final Pattern LINK = Pattern.compile("shoal://\\S+");
    private static final int LEASE_MILLIS = 60_000;

    @TempDir
    Path folder;

    private DatagramRelay datagrams;
    private ConnectionRelay connections;
    private Network network;
    private Terminal alice;
    private Terminal bob;

    @BeforeEach
    void start() throws IOException {
        datagrams = new DatagramRelay(3);
        connections = new ConnectionRelay();
        network = new Network(
                folder,
                configuration -> new IndexConfiguration(
                        configuration.listen(),
                        configuration.data(),
                        configuration.metrics(),
                        IndexSettings.DEFAULT.withLeaseMillis(LEASE_MILLIS),
                        OptionalInt.of(datagrams.port()),
                        Optional.empty(),
                        Optional.empty()));
        datagrams.to(network.index().address());
        connections.to(network.index().address());
        alice = terminal("alice");
        bob = terminal("bob");
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
        datagrams.close();
        connections.close();
    }

    @Test
    void worksThoughAFifthOfAllDatagramsIsLostInEachDirection() throws IOException {
        datagrams.weather(new Weather(20, 0, 0));
        everyCommandWorks();
        assertThat(datagrams.passed()).isPositive();
        assertThat(datagrams.lost()).isPositive();
    }

    @Test
    void worksThoughNoDatagramPasses() throws IOException {
        datagrams.weather(Weather.NOTHING_PASSES);
        everyCommandWorks();
        assertThat(datagrams.passed()).isZero();
        assertThat(succeeds(bob, "doctor")).contains("Datagrams do not get through");
    }

    private void everyCommandWorks() throws IOException {
        byte[] data = new byte[300_000];
        new SplittableRandom(4).nextBytes(data);
        Path file = Files.write(folder.resolve("genome.fa"), data);
        Path got = folder.resolve("got");
        Terminal.Running sharing = alice.begin("share", file.toString());
        String link = sharing.await(LINK);

        assertThat(succeeds(bob, "get", link, "-o", got.toString())).contains(got.toString());
        assertThat(got).hasBinaryContent(data);
        assertThat(succeeds(bob, "ls")).contains("alice/genome.fa");
        assertThat(succeeds(bob, "ls", "--all")).contains("alice/genome.fa");
        assertThat(succeeds(bob, "search", "genome")).contains("alice/genome.fa");
        assertThat(succeeds(bob, "info", "alice/genome.fa")).contains("300 000 bytes");
        assertThat(succeeds(bob, "who")).contains("alice");
        assertThat(succeeds(alice, "rollback", "genome.fa", "1")).contains("already, as version 1");
        assertThat(succeeds(bob, "verify", got.toString(), link)).contains("Verified");
        assertThat(succeeds(bob, "verify", got.toString(), "alice/genome.fa")).contains("Verified");
        assertThat(succeeds(bob, "doctor")).contains("index over TLS").contains("index over UDP");
        assertThat(succeeds(bob, "status")).contains(connections.address());
        assertThat(succeeds(alice, "status")).contains("alice/genome.fa").contains(", reachable");
        Path followed = folder.resolve("followed");
        assertThat(succeeds(bob, "sub", link, "-o", followed.toString(), "--no-wait"))
                .contains("is followed from now on");
        assertThat(succeeds(bob, "subs")).contains("alice/genome.fa", "behind");
        assertThat(succeeds(bob, "unsub", "alice/genome.fa")).contains("not followed any more");
        assertThat(succeeds(alice, "limit", "genome.fa", "20MB/s")).contains("keeps to 20MB/s");
        assertThat(succeeds(alice, "status")).contains("MiB/s");
        assertThat(succeeds(alice, "limit", "--upload", "1MB/s", "--from", "0:00"))
                .contains("1MB/s");
        assertThat(succeeds(alice, "pause", "genome.fa")).contains("is paused until");
        assertThat(succeeds(alice, "status")).contains("paused");
        assertThat(succeeds(alice, "limit")).contains("paused by you", "00:00 to 24:00", "counts");
        assertThat(succeeds(alice, "resume", "genome.fa")).contains("goes on");
        assertThat(succeeds(bob, "pause", "--for", "2h")).contains("everything is paused until");
        assertThat(succeeds(bob, "resume")).contains("goes on");
        assertThat(succeeds(alice, "rm", "genome.fa")).contains("1 registration");
        assertThat(succeeds(bob, "ls", "--all")).isEmpty();

        assertThat(sharing.interrupt().exit()).isEqualTo(ExitCode.INTERRUPTED);
    }

    private static String succeeds(Terminal terminal, String... arguments) {
        Terminal.Ended ended = terminal.run(arguments);
        assertThat(ended.exit())
                .as(String.join(" ", arguments) + ": " + ended.out() + ended.err())
                .isEqualTo(ExitCode.DONE);
        return ended.out();
    }

    private Terminal terminal(String name) {
        Terminal terminal = new Terminal(folder.resolve(name), folder);
        succeeds(terminal, "config", "user", name);
        succeeds(terminal, "config", "index", connections.address());
        return terminal;
    }
}
