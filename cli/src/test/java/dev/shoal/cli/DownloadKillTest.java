package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.PartialFile;
import dev.shoal.store.TargetPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed in the middle of downloads. */
class DownloadKillTest {

    private static final int DOWNLOADS = 4;
    private static final int KILLS = 5;
    private static final int LENGTH = 24 * 1024 * 1024;

    /** A record of what is there is made every two seconds; some of the processes live that long. */
    private static final int LONGEST_LIFE_MILLIS = 3_500;

    @TempDir
    Path folder;

    @Test
    void whatIsKilledAtAnyMomentGoesOnWithWhatItHadForcedAndNothingOfThatIsWrong() throws Exception {
        long seed = System.nanoTime();
        try (Network network = new Network(folder);
                ExecutorService downloads = Executors.newVirtualThreadPerTaskExecutor()) {
            Network.Peer slow = network.peer("slow", "24Mbit/s", PeerEvents.NONE);
            Network.Peer quick = network.peer("quick");
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int number = 0; number < DOWNLOADS; number++) {
                SplittableRandom random = new SplittableRandom(seed + number);
                int of = number;
                tasks.add(() -> killAgainAndAgain(network, slow, quick, of, random));
            }
            int resumes = 0;
            for (Future<Integer> survived : downloads.invokeAll(tasks)) {
                resumes += survived.get();
            }
            assertThat(resumes)
                    .as("of %d kills some were survived, seed %d", DOWNLOADS * KILLS, seed)
                    .isPositive();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private int killAgainAndAgain(
            Network network, Network.Peer slow, Network.Peer quick, int number, SplittableRandom random)
            throws Exception {
        Sample sample = Sample.of(random.nextLong(), LENGTH);
        Path original = sample.write(folder.resolve("original" + number));
        Network.Job sharing = slow.share(original);
        String link = sharing.next(Report.Shared.class).link();
        Path target = folder.resolve("target" + number);
        Files.write(folder.resolve("like" + number), Arrays.copyOfRange(sample.bytes(), LENGTH / 7, LENGTH / 2));
        int resumes = 0;
        long forced = 0;
        // A process that had all the others' bandwidth may have ended it before it was killed.
        for (int kill = 0; kill < KILLS && Files.notExists(target); kill++) {
            try (PeerProcess getter = getter(number, network, link, target)) {
                long begins = Long.parseLong(getter.await("progress", "got"));
                assertThat(begins).as("begins with what was forced").isGreaterThanOrEqualTo(forced);
                resumes += begins > 0 ? 1 : 0;
                waitFor(random.nextInt(LONGEST_LIFE_MILLIS));
                getter.kill();
            }
            forced = checkPart(target, sample);
        }
        // The rest comes quickly, from somebody who may.
        Network.Job sharingToo = quick.begin(new Request.Share(null, List.of(original.toString()), null, ""));
        sharingToo.next(Report.Shared.class);
        try (PeerProcess getter = getter(number, network, link, target)) {
            assertThat(Long.parseLong(getter.await("got"))).isGreaterThanOrEqualTo(forced);
        }
        assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
        assertThat(new TargetPath(target).partFile()).doesNotExist();
        sharing.stop();
        sharingToo.stop();
        return resumes;
    }

    /** Every other one has a file with a part of the content, which does not begin at a chunk. */
    private PeerProcess getter(int number, Network network, String link, Path target) throws IOException {
        Path home = folder.resolve("home" + number);
        return number % 2 == 0
                ? PeerProcess.get(home, network.address(), link, target)
                : PeerProcess.getLike(home, network.address(), link, target, folder.resolve("like" + number));
    }

    /** Compares what the part file says to have with the truth, and returns how many bytes that are. */
    private static long checkPart(Path target, Sample sample) throws Exception {
        TargetPath path = new TargetPath(target);
        if (Files.notExists(path.partFile())) {
            return 0;
        }
        try (FileHasher hasher = new FileHasher(1);
                PartialFile part = PartialFile.open(path, sample.id(), hasher, HashProgress.UNSEEN)) {
            byte[] bytes = Files.readAllBytes(path.partFile());
            ChunkSet held = part.chunks();
            for (ChunkRun run : held.runs()) {
                int from = (int) sample.layout().offset(run.first());
                int end = (int) sample.layout().offset(run.end() - 1)
                        + sample.layout().size(run.end() - 1);
                assertThat(Arrays.equals(bytes, from, end, sample.bytes(), from, end))
                        .as("chunks %s", run)
                        .isTrue();
            }
            return sample.id().length() - part.missingBytes();
        }
    }

    @Test
    void aDownloadOutlivesItsSharerAndGoesOnWhenThatIsBack() throws Exception {
        Sample sample = Sample.of(7, 4 * 1024 * 1024);
        Path original = sample.write(folder.resolve("original"));
        Path target = folder.resolve("target");
        Path home = folder.resolve("sharer");
        try (Network network = new Network(folder)) {
            Network.Peer bob = network.peer("bob");
            Network.Job job;
            try (PeerProcess sharer = PeerProcess.share(home, network.address(), "8Mbit/s", original)) {
                job = bob.begin(new Request.Get(null, sharer.await("shared"), target.toString(), false, false));
                while (job.next(Report.Progress.class).doneBytes() < 1_000_000) {
                    assertThat(job.end()).isNotDone();
                }
                sharer.kill();
            }
            // Its lease ends meanwhile, so that nobody is known who has the content.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> job.next(Report.Progress.class).phase().equals("looking for sources"));
            waitFor(Network.LEASE_MILLIS + 1_500);
            assertThat(job.end()).isNotDone();
            try (PeerProcess sharer = PeerProcess.share(home, network.address(), "80Mbit/s", original)) {
                sharer.await("shared");
                job.end().get(90, TimeUnit.SECONDS);
            }
            assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
        }
    }

    @Test
    void whenOneSharerIsKilledTheOtherSendsTheRest() throws Exception {
        Sample sample = Sample.of(8, 8 * 1024 * 1024);
        Path original = sample.write(folder.resolve("original"));
        Path target = folder.resolve("target");
        try (Network network = new Network(folder)) {
            Network.Peer alice = network.peer("alice", "16Mbit/s", PeerEvents.NONE);
            String link = alice.share(original).next(Report.Shared.class).link();
            try (PeerProcess sharer =
                    PeerProcess.share(folder.resolve("sharer"), network.address(), "16Mbit/s", original)) {
                sharer.await("shared");
                Network.Job job =
                        network.peer("bob").begin(new Request.Get(null, link, target.toString(), false, false));
                while (job.next(Report.Progress.class).doneBytes() < 1_000_000) {
                    assertThat(job.end()).isNotDone();
                }
                sharer.kill();
                job.end().get(90, TimeUnit.SECONDS);
            }
            assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
        }
    }

    /** A moment of the test's choosing, not a wait for something to happen. */
    private static void waitFor(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofMillis(millis + 20_000))
                .until(() -> System.nanoTime() - end >= 0);
    }
}
