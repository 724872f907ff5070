package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that follow a name are killed while one version comes after the other. Most of the time goes into starting
 * them; so each follows it in several homes, into a file each, that begin apart: what a kill finds them doing differs.
 */
class SubscriptionKillTest {

    private static final int PROCESSES = 2;
    private static final int HOMES = 3;
    private static final int KILLS = 5;
    private static final int LONGEST_LIFE_MILLIS = 400;
    private static final int LONGEST_APART_MILLIS = 60;
    private static final int LENGTH = 1024 * 1024;
    private static final String NAME = "alice/data";

    /** What was published, by its version. */
    private final Map<Integer, Sample> published = new ConcurrentHashMap<>();

    @TempDir
    Path folder;

    private volatile boolean over;

    @Test
    void aFileThatIsFollowedIsAlwaysOneWholeVersionWheneverTheProcessIsKilled() throws Exception {
        long seed = System.nanoTime();
        try (Network network = new Network(folder);
                ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            Network.Peer alice = network.peer("alice");
            Network.Job first = publish(alice, 1, null);
            Future<Integer> publishing = all.submit(() -> publishOnAndOn(alice, first));
            List<Callable<Integer>> subscribers = new ArrayList<>();
            for (int number = 0; number < PROCESSES; number++) {
                SplittableRandom random = new SplittableRandom(seed + number);
                int of = number;
                subscribers.add(() -> killAgainAndAgain(network, of, random));
            }
            try {
                for (Future<Integer> killed : all.invokeAll(subscribers)) {
                    assertThat(killed.get()).isEqualTo(KILLS);
                }
            } finally {
                over = true;
            }
            int latest = publishing.get();
            for (int number = 0; number < PROCESSES; number++) {
                comesInStep(network, number, latest);
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private int publishOnAndOn(Network.Peer alice, Network.Job first) throws Exception {
        Network.Job sharing = first;
        int version = 1;
        while (!over) {
            sharing = publish(alice, ++version, sharing);
        }
        return version;
    }

    private Network.Job publish(Network.Peer alice, int version, Network.@Nullable Job before) throws Exception {
        Sample sample = Sample.alike(version, LENGTH);
        published.put(version, sample);
        Path original = sample.write(folder.resolve("version" + version));
        Network.Job sharing = alice.begin(new Request.Share(null, List.of(original.toString()), NAME, ""));
        assertThat(sharing.next(Report.Shared.class).version()).isEqualTo(version);
        waitFor(150);
        if (before != null) {
            before.stop();
            Files.delete(folder.resolve("version" + (version - 1)));
        }
        return sharing;
    }

    private int killAgainAndAgain(Network network, int process, SplittableRandom random) throws Exception {
        int kills = 0;
        for (; kills < KILLS; kills++) {
            try (PeerProcess follower = follow(network, process, random.nextInt(LONGEST_APART_MILLIS))) {
                for (int home = 0; home < HOMES; home++) {
                    follower.await("subscribed");
                }
                waitFor(random.nextInt(LONGEST_LIFE_MILLIS));
                follower.kill();
            }
            for (int home = 0; home < HOMES; home++) {
                assertWhole(target(process, home));
            }
        }
        return kills;
    }

    private void comesInStep(Network network, int process, int latest) throws Exception {
        Sample last = Objects.requireNonNull(published.get(latest));
        try (PeerProcess follower = follow(network, process, 0)) {
            for (int home = 0; home < HOMES; home++) {
                follower.await("subscribed");
            }
            for (int home = 0; home < HOMES; home++) {
                Path target = target(process, home);
                await().pollInterval(Duration.ofMillis(20))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> is(target, last));
            }
        }
        // Nothing else lies about than what was replaced last.
        for (int home = 0; home < HOMES; home++) {
            try (Stream<Path> files = Files.list(place(process, home))) {
                assertThat(files.map(file -> file.getFileName().toString())).containsOnly("target", ".shoal-history");
            }
        }
    }

    private PeerProcess follow(Network network, int process, long apartMillis) throws Exception {
        Map<Path, Path> targets = new LinkedHashMap<>();
        for (int home = 0; home < HOMES; home++) {
            Files.createDirectories(place(process, home));
            targets.put(folder.resolve("home" + process + "-" + home), target(process, home));
        }
        return PeerProcess.follow(network.address(), NAME, apartMillis, targets);
    }

    private Path place(int process, int home) {
        return folder.resolve("place" + process + "-" + home);
    }

    private Path target(int process, int home) {
        return place(process, home).resolve("target");
    }

    private void assertWhole(Path target) throws Exception {
        if (Files.exists(target)) {
            boolean known = false;
            for (Sample sample : published.values()) {
                known |= is(target, sample);
            }
            assertThat(known).as("%s is one of the versions", target).isTrue();
        }
    }

    private static boolean is(Path target, Sample sample) throws Exception {
        return Files.exists(target)
                && Files.size(target) == sample.bytes().length
                && Arrays.equals(Files.readAllBytes(target), sample.bytes());
    }

    /** A moment of the test's choosing, not a wait for something to happen. */
    private static void waitFor(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofMillis(millis + 20_000))
                .until(() -> System.nanoTime() - end >= 0);
    }
}
