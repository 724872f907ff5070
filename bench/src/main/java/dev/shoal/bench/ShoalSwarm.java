package dev.shoal.bench;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shoal peers that have been running for a while, as people leave them: each is a {@code shoal share} of a small file,
 * and is asked for the large one through the socket of its home. For one thread.
 */
final class ShoalSwarm implements SwarmContender {

    /** What it is called in tables. */
    static final String NAME = "shoal";

    /** So many virtual machines share this one's memory, and no peer of a swarm needs much. */
    private static final String JAVA_OPTIONS = "-Xmx256m";

    private static final int INDEX_PORT = 7800;
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Pattern SHARED = Pattern.compile("\"type\":\"shared\"");
    private static final long WARM_BYTES = 12L << 20;
    private static final int WARM_UPS = 2;

    /** Compilers have come to rest when all peers together use less of a core than this. */
    private static final double QUIET_CORES = 0.1;

    private static final int QUIET_LIMIT_SECONDS = 60;

    private final Program program = Program.here();
    private final SwarmNetwork network;
    private final WorkFolder work;
    private final List<LongProcess> processes = new ArrayList<>();
    private final List<PeerService> services = new ArrayList<>();
    private final Map<Integer, Cancellation> offered = new HashMap<>();
    private Program.@Nullable RunningIndex index;
    private int warmUps;

    /** Nothing runs yet. */
    ShoalSwarm(SwarmNetwork network, WorkFolder work) {
        this.network = network;
        this.work = work;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        index = program.index(network.inMiddle(), work.folder("shoal"), Map.of(), network.middle() + ":" + INDEX_PORT);
        for (int peer = 0; peer <= network.peers(); peer++) {
            processes.add(start(peer));
        }
        for (int peer = 0; peer <= network.peers(); peer++) {
            processes.get(peer).await(SHARED, READY_LIMIT);
            services.add(Peers.open(new Home(home(peer)), Peers.Options.CONFIGURED, PeerEvents.NONE));
        }
        for (int i = 0; i < WARM_UPS; i++) {
            warmUp();
        }
    }

    @Override
    public void offer(Job job) throws IOException, InterruptedException {
        Cancellation cancellation = new Cancellation();
        offered.put(job.number(), cancellation);
        CompletableFuture<Boolean> shared = new CompletableFuture<>();
        Request share = new Request.Share(address(), List.of(job.file().toString()), name(job), "");
        PeerService seed = services.getFirst();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                seed.run(share, report -> shared.complete(report instanceof Report.Shared), cancellation);
                shared.complete(false);
            } catch (RuntimeException e) {
                shared.completeExceptionally(e);
            }
        });
        try {
            shared.get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the seed does not share the file", e);
        }
        awaitQuiet();
    }

    @Override
    public List<Double> run(Job job) throws IOException, InterruptedException {
        return SwarmStart.together(network.peers(), peer -> () -> {
            CompletableFuture<Boolean> got = new CompletableFuture<>();
            Request get = new Request.Get(
                    address(), "bench/" + name(job), job.targets().get(peer - 1).toString(), false, false);
            services.get(peer)
                    .run(
                            get,
                            report -> {
                                if (report instanceof Report.Got) {
                                    got.complete(true);
                                }
                            },
                            new Cancellation());
            if (!got.isDone()) {
                throw new IOException("a Shoal peer gave up");
            }
            return got;
        });
    }

    @Override
    public void forget(Job job) {
        Cancellation cancellation = offered.remove(job.number());
        if (cancellation != null) {
            cancellation.cancel();
        }
    }

    @Override
    public void close() {
        offered.values().forEach(Cancellation::cancel);
        services.forEach(PeerService::close);
        processes.forEach(LongProcess::close);
        if (index != null) {
            index.close();
        }
    }

    private LongProcess start(int peer) throws IOException {
        Path home = home(peer);
        Path small = work.randomFile("shoal/small-" + peer, 1_000 + peer);
        Map<String, String> environment = Program.environment(home);
        environment.put("SHOAL_JAVA_OPTIONS", JAVA_OPTIONS);
        String user = peer == 0 ? "bench" : "peer" + peer;
        List<String> command = new ArrayList<>(network.inPeer(peer));
        command.addAll(program.command(
                "share", "--json", "--index", address(), "--user", user, "--name", "small-" + peer, small.toString()));
        return LongProcess.start(home.resolveSibling(home.getFileName() + ".log"), environment, command);
    }

    /**
     * Moves another file among the same processes, so that their compilers have seen everything. Over limited links, or
     * their connections would begin with buffers for a thousand times the rate.
     */
    private void warmUp() throws IOException, InterruptedException {
        int number = -1 - warmUps++;
        Path file = work.randomFile("shoal/warm" + warmUps, WARM_BYTES + warmUps);
        List<Path> targets = new ArrayList<>();
        for (int peer = 1; peer <= network.peers(); peer++) {
            targets.add(work.folder("shoal/warm-" + warmUps + "-" + peer).resolve("file"));
        }
        Job job = new Job(number, file, targets);
        offer(job);
        network.limit(true);
        run(job);
        network.limit(false);
        forget(job);
        for (Path target : targets) {
            Files.deleteIfExists(target);
        }
        Files.delete(file);
    }

    private void awaitQuiet() throws InterruptedException {
        double before = cpuSeconds();
        for (int second = 0; second < QUIET_LIMIT_SECONDS; second++) {
            TimeUnit.SECONDS.sleep(1);
            double now = cpuSeconds();
            if (now - before < QUIET_CORES) {
                return;
            }
            before = now;
        }
        System.err.println("bench: the peers' processes do not come to rest");
    }

    private double cpuSeconds() {
        return processes.stream().mapToDouble(LongProcess::cpuSeconds).sum();
    }

    private String address() {
        return network.middle() + ":" + INDEX_PORT;
    }

    private Path home(int peer) throws IOException {
        return work.folder("shoal/home-" + peer);
    }

    private static String name(Job job) {
        return job.number() < 0 ? "warm" + -job.number() : "file" + job.number();
    }
}
