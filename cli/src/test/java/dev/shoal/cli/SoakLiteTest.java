package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Round after round in one process: nothing may be left behind. */
class SoakLiteTest {

    private static final int ROUNDS = 30;
    private static final int WARM_UP_ROUNDS = 5;
    private static final String SENDERS = "sender #";

    /** As a peer has them; there are two peers. */
    private static final int MAX_SENDERS = 64;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void roundsOfSharingAndGettingInPeersThatStayLeaveNothingBehind() throws Exception {
        try (Network network = new Network(folder)) {
            Network.Peer alice = network.peer("alice");
            Network.Peer bob = network.peer("bob");
            Map<String, Integer> threads = Map.of();
            long files = 0;
            for (int round = 0; round < ROUNDS; round++) {
                share(alice, bob, round);
                if (round == WARM_UP_ROUNDS - 1) {
                    threads = threads();
                    files = openFiles();
                }
            }
            assertThat(state(alice).shares()).isEmpty();
            assertThat(state(alice).registered()).isZero();
            assertThat(state(alice).connections()).isLessThanOrEqualTo(2);
            assertThat(state(alice).uploads()).isZero();
            assertThat(state(bob).downloads()).isEmpty();
            assertThat(bob.ask(new Request.Remove(null, List.of(), true), Report.Removed.class))
                    .hasSize(1);
            assertThat(state(bob).registered()).isZero();
            assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                    .isEmpty();
            assertNothingGrew(threads, files);
        }
    }

    @Test
    void peersThatAreOpenedAndClosedLeaveNothingBehind() throws Exception {
        Map<String, Integer> threads = Map.of();
        long files = 0;
        for (int round = 0; round < 2 * WARM_UP_ROUNDS; round++) {
            try (Network network = new Network(Files.createDirectory(folder.resolve("round" + round)))) {
                share(network.peer("alice"), network.peer("bob"), round);
            }
            if (round == WARM_UP_ROUNDS - 1) {
                threads = threads();
                files = openFiles();
            }
        }
        assertNothingGrew(threads, files);
    }

    @Test
    void downloadsThatAreGivenUpLeaveNothingBehindButTheirParts() throws Exception {
        try (Network network = new Network(folder)) {
            Network.Peer alice = network.peer("alice", "16Mbit/s", PeerEvents.NONE);
            Network.Peer bob = network.peer("bob");
            Sample sample = Sample.of(99, 8 * 1024 * 1024);
            String link = alice.share(sample.write(folder.resolve("original")))
                    .next(Report.Shared.class)
                    .link();
            Path target = folder.resolve("target");
            for (int round = 0; round < ROUNDS / 3; round++) {
                Network.Job job = bob.begin(new Request.Get(null, link, target.toString(), false, false));
                while (job.next(Report.Progress.class).doneBytes() == 0) {
                    assertThat(job.end()).isNotDone();
                }
                job.stop();
                assertThat(state(bob).downloads()).isEmpty();
                assertThat(openParts()).isZero();
                await().atMost(LIMIT).until(() -> state(bob).registered() == 0);
            }
            await().atMost(LIMIT).until(() -> state(alice).uploads() == 0);
            // A registration that was on its way when its download was given up is taken back when it is answered.
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(bob.ask(new Request.Describe(null, link), Report.Details.class))
                            .singleElement()
                            .satisfies(details -> assertThat(details.sources()).isEqualTo(1)));
        }
    }

    private void share(Network.Peer alice, Network.Peer bob, int round) throws Exception {
        Sample sample = Sample.of(round, 300_000 + round);
        Path original = sample.write(folder.resolve("original" + round));
        Network.Job sharing = alice.share(original);
        Path target = folder.resolve("target" + round);
        bob.get(sharing.next(Report.Shared.class).link(), target);
        assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
        sharing.stop();
    }

    private static void assertNothingGrew(Map<String, Integer> threadsBefore, long filesBefore) {
        // One more of a kind may be on its way out.
        await().atMost(LIMIT)
                .untilAsserted(() -> threads()
                        .forEach((name, count) -> assertThat(count)
                                .as("threads called %s, before %s", name, threadsBefore)
                                .isLessThanOrEqualTo(threadsBefore.getOrDefault(name, 0) + 2)));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(openFiles()).isLessThanOrEqualTo(filesBefore + 8));
        assertThat(openParts()).isZero();
    }

    private static Report.State state(Network.Peer peer) {
        return peer.ask(new Request.Status(null), Report.State.class).getFirst();
    }

    /**
     * How many threads there are of each kind; names differ in their numbers only. Senders are as many as were ever of
     * use at once, up to a limit, and end with their peer: up to that limit they count as one.
     */
    private static Map<String, Integer> threads() {
        Map<String, Integer> counts = new TreeMap<>();
        Thread.getAllStackTraces()
                .keySet()
                .forEach(thread -> counts.merge(thread.getName().replaceAll("[0-9]+", "#"), 1, Integer::sum));
        counts.computeIfPresent(SENDERS, (name, count) -> count > 2 * MAX_SENDERS ? count : 1);
        return counts;
    }

    /**
     * Files and sockets. Not what the JDK keeps for itself and gives back when it collects garbage: the pipes, event
     * counters and pollers with which it wakes threads that wait in channels.
     */
    private static long openFiles() throws IOException {
        return descriptors("(?!pipe:|anon_inode:).+");
    }

    private static long openParts() {
        try {
            return descriptors(".*\\.shoal-part.*");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How many open descriptors lead to such names; none where the system does not tell. */
    private static long descriptors(String pattern) throws IOException {
        Path own = Path.of("/proc/self/fd");
        if (!Files.isDirectory(own)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(own)) {
            return all.filter(each -> target(each).matches(pattern)).count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed since the folder was listed.
            return "";
        }
    }
}
