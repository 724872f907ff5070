package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index goes away in the middle of everything, in good order or not, and comes back. */
class IndexRestartTest {

    /** Many times what coming back takes, so that a busy machine is no reason to miss it. */
    private static final int LEASE_MILLIS = 20_000;

    /**
     * How long after the index answers again everything is there again: a lease, and as allowance what the question
     * itself, asked every tenth of a second, may take to be answered.
     */
    private static final Duration REFILLED = Duration.ofMillis(LEASE_MILLIS + 1_000);

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void anIndexThatIsStartedAgainHasTheSameNamesAndIsRefilledWhileDownloadsGoOn() throws Exception {
        Sample large = Sample.of(1, 6 * 1024 * 1024);
        Sample small = Sample.of(2, 200_000);
        try (Network network = Network.withLease(folder, LEASE_MILLIS)) {
            Network.Peer alice = network.peer("alice", "8Mbit/s", PeerEvents.NONE);
            Network.Peer bob = network.peer("bob");
            String link = alice.share(large.write(folder.resolve("large")))
                    .next(Report.Shared.class)
                    .link();
            alice.share(small.write(folder.resolve("small"))).next(Report.Shared.class);
            List<Report.Listed> before = names(bob, true);
            Network.Job job = bob.begin(get(link, "got"));
            progressTo(job, 1_000_000);
            network.restartIndex();
            long answersNanos = System.nanoTime();
            assertThat(names(bob, true))
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seeds", "sources", "online")
                    .isEqualTo(before);
            await().atMost(left(answersNanos)).until(() -> names(bob, false).size() == 2);
            bob.get("alice/small", folder.resolve("got-small"));
            assertThat(Files.readAllBytes(folder.resolve("got-small"))).isEqualTo(small.bytes());
            job.end().get(60, TimeUnit.SECONDS);
            assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(large.bytes());
            // Bob is a source of both now, and the index knows it.
            await().atMost(LIMIT).until(() -> names(bob, false).stream().allMatch(name -> name.seeds() == 2));
        }
    }

    @Test
    void anIndexThatIsKilledKeepsItsNamesAndOwnersAndIsRefilledWithinALease() throws Exception {
        Sample large = Sample.of(3, 8 * 1024 * 1024);
        Sample small = Sample.of(4, 100_000);
        Path data = folder.resolve("index");
        PeerProcess index = PeerProcess.index(0, data, LEASE_MILLIS);
        int port = Integer.parseInt(index.await("index"));
        try (PeerService aliceService = open("alice", port, "8Mbit/s");
                PeerService bobService = open("bob", port, null);
                PeerService eveService = open("eve", port, null)) {
            Network.Peer alice = new Network.Peer(aliceService);
            Network.Peer bob = new Network.Peer(bobService);
            Network.Peer eve = new Network.Peer(eveService);
            String link = alice.share(large.write(folder.resolve("large")))
                    .next(Report.Shared.class)
                    .link();
            Network.Job job = bob.begin(get(link, "got"));
            progressTo(job, 1_000_000);
            index.kill();
            assertThatThrownBy(() -> bob.get("alice/large", folder.resolve("too-early")))
                    .isInstanceOfSatisfying(
                            PeerException.class,
                            e -> assertThat(e.reason()).isEqualTo(PeerException.Reason.UNREACHABLE));
            assertThatThrownBy(() -> eve.get(link, folder.resolve("too-early")))
                    .isInstanceOfSatisfying(
                            PeerException.class,
                            e -> assertThat(e.reason()).isEqualTo(PeerException.Reason.UNREACHABLE));
            job.end().get(60, TimeUnit.SECONDS);
            assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(large.bytes());
            index = PeerProcess.index(port, data, LEASE_MILLIS);
            index.await("index");
            long answersNanos = System.nanoTime();
            // All that was there: alice's and bob's registrations of the one content.
            await().atMost(left(answersNanos))
                    .until(() -> names(eve, false).stream().anyMatch(name -> name.seeds() == 2));
            eve.get(link, folder.resolve("got-after"));
            assertThat(Files.readAllBytes(folder.resolve("got-after"))).isEqualTo(large.bytes());
            alice.share(small.write(folder.resolve("small"))).next(Report.Shared.class);
            assertThat(names(bob, false)).extracting(Report.Listed::name).contains("alice/small");
            assertThatThrownBy(() -> eve.ask(
                            new Request.Share(
                                    null, List.of(folder.resolve("small").toString()), "alice/mine", ""),
                            Report.Shared.class))
                    .as("names under alice are alice's")
                    .isInstanceOfSatisfying(
                            PeerException.class,
                            e -> assertThat(e.reason()).isEqualTo(PeerException.Reason.NOT_ALLOWED));
        } finally {
            index.kill();
        }
    }

    /** What is left of the lease in which the index is refilled. */
    private static Duration left(long answersNanos) {
        return REFILLED.minusNanos(System.nanoTime() - answersNanos);
    }

    private PeerService open(String name, int port, @Nullable String uploadLimit) {
        return Peers.open(
                new Home(folder.resolve(name)),
                new Peers.Options("127.0.0.1:" + port, null, name, uploadLimit, null, true),
                PeerEvents.NONE);
    }

    private Request get(String link, String target) {
        return new Request.Get(null, link, folder.resolve(target).toString(), false, false);
    }

    private static List<Report.Listed> names(Network.Peer peer, boolean all) {
        return peer.ask(new Request.ListNames(null, all), Report.Listed.class);
    }

    private static void progressTo(Network.Job job, long bytes) throws InterruptedException {
        while (job.next(Report.Progress.class).doneBytes() < bytes) {
            assertThat(job.end()).isNotDone();
        }
    }
}
