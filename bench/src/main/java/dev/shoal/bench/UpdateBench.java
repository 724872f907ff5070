package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code update}: the next version of a large file at its subscribers, each in a network of its own, so that what each
 * sends and receives can be told apart; rsync moves the same between two of these networks.
 */
@Command(
        name = "update",
        mixinStandardHelpOptions = true,
        description = "A file with a few bytes inserted near its start, for those who follow it: Shoal against rsync."
                + " As root, on Linux.",
        footer = "Bytes are those that the links carried, with all headers, from before the version is published until"
                + " a second after the last subscriber has it.")
final class UpdateBench implements Callable<Integer> {

    /** How much more than rsync may be transferred. */
    private static final double BYTES_LIMIT = 1.1;

    private static final double SECONDS_LIMIT = 3;

    private static final long TOUCHED_BYTES = 6L << 30;

    /** Longer than what goes on behind an update takes. */
    private static final int QUIET_SECONDS = 4;

    private static final SwarmNetwork.Trouble NO_TROUBLE = new SwarmNetwork.Trouble(50, 0, 0);

    @Option(names = "--subscribers", defaultValue = "10", description = "How many follow it; ${DEFAULT-VALUE}.")
    int subscribers;

    @Option(names = "--rounds", defaultValue = "1", description = "Versions that are counted; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--mebibytes", defaultValue = "1024", description = "Length of the file; ${DEFAULT-VALUE}.")
    long mebibytes;

    @Option(names = "--inserted", defaultValue = "65536", description = "How many bytes come in; ${DEFAULT-VALUE}.")
    int insertedBytes;

    @Option(
            names = "--folder",
            defaultValue = "/dev/shm",
            description = "Where all files are; ${DEFAULT-VALUE}, which is memory. Each subscriber needs room for two"
                    + " of them in all rounds but the first.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final List<Double> rsyncKibibytes = new ArrayList<>();
    private final List<Double> rsyncSeconds = new ArrayList<>();
    private final List<Double> mostReceived = new ArrayList<>();
    private final List<Double> ownerSent = new ArrayList<>();
    private final List<Double> received = new ArrayList<>();
    private final List<Double> lastSeconds = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<String> missing = SwarmNetwork.missing().or(() -> Installed.missing("rsync"));
        if (missing.isPresent()) {
            System.out.println("Left out: update. " + missing.get());
            return 0;
        }
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(folder);
                SwarmNetwork network = SwarmNetwork.of(SwarmCase.unlimited(subscribers), NO_TROUBLE, work)) {
            measure(network, work);
        }
        report();
        return 0;
    }

    private void measure(SwarmNetwork network, WorkFolder work) throws IOException, InterruptedException {
        if (subscribers == 1) {
            // With more of them it is not the time that is measured.
            MemoryTouch.touch(TOUCHED_BYTES);
        }
        work.randomFile("www/version1", mebibytes << 20);
        RsyncContender.Ends ends = new RsyncContender.Ends(network.address(0), network.inPeer(0), network.inPeer(1));
        try (UpdateWorld world = new UpdateWorld(network, work);
                RsyncContender daemon = new RsyncContender(work, "newest", ends)) {
            daemon.prepare();
            world.publish();
            for (int subscriber = 1; subscriber <= subscribers; subscriber++) {
                // There is no memory for very many files of their own.
                world.follow(subscriber, subscribers > 1);
            }
            for (int version = 2; version <= rounds + 1; version++) {
                Insertion.make(world.file(version - 1), world.file(version), insertedBytes, version);
                byRsync(network, daemon, world, version);
                byShoal(network, world, version);
                Files.delete(world.file(version - 1));
            }
        }
    }

    private void byRsync(SwarmNetwork network, RsyncContender daemon, UpdateWorld world, int version)
            throws IOException, InterruptedException {
        Path newest = world.file(version).resolveSibling("newest");
        Files.deleteIfExists(newest);
        Files.createLink(newest, world.file(version));
        Path target = newest.resolveSibling("by-rsync");
        Files.copy(world.file(version - 1), target, StandardCopyOption.REPLACE_EXISTING);
        DeviceBytes before = network.carried(1);
        rsyncSeconds.add(daemon.update(target).wallSeconds());
        rsyncKibibytes.add(kibibytes(network.carried(1).since(before).both()));
        check(world.file(version), target);
        Files.delete(target);
    }

    private void byShoal(SwarmNetwork network, UpdateWorld world, int version)
            throws IOException, InterruptedException {
        // What was begun before is over then.
        TimeUnit.SECONDS.sleep(QUIET_SECONDS);
        List<DeviceBytes> before = carried(network);
        long sharedNanos = world.publish();
        long lastNanos = sharedNanos;
        for (int subscriber = 1; subscriber <= subscribers; subscriber++) {
            lastNanos = Math.max(lastNanos, world.arrived(subscriber));
        }
        lastSeconds.add((lastNanos - sharedNanos) / 1e9);
        TimeUnit.SECONDS.sleep(1);
        List<DeviceBytes> after = carried(network);
        ownerSent.add(kibibytes(after.getFirst().since(before.getFirst()).sent()));
        double most = 0;
        for (int subscriber = 1; subscriber <= subscribers; subscriber++) {
            double kibibytes = kibibytes(
                    after.get(subscriber).since(before.get(subscriber)).received());
            received.add(kibibytes);
            most = Math.max(most, kibibytes);
            check(world.file(version), world.followed(subscriber));
        }
        mostReceived.add(most);
    }

    private List<DeviceBytes> carried(SwarmNetwork network) throws IOException, InterruptedException {
        List<DeviceBytes> all = new ArrayList<>();
        for (int peer = 0; peer <= subscribers; peer++) {
            all.add(network.carried(peer));
        }
        return all;
    }

    private static double kibibytes(long bytes) {
        return bytes / 1024.0;
    }

    private static void check(Path expected, Path target) throws IOException {
        if (Files.mismatch(expected, target) >= 0) {
            throw new IOException(target + " is not what was to be transferred");
        }
    }

    private void report() throws IOException {
        System.out.println(mebibytes + " MiB with " + insertedBytes + " bytes inserted, " + subscribers
                + (subscribers == 1 ? " subscriber" : " subscribers"));
        System.out.println(new TextTable("", "KiB", "seconds")
                .row("rsync, both directions", text(rsyncKibibytes), text(rsyncSeconds))
                .row("a subscriber receives", text(received), "")
                .row("the owner sends", text(ownerSent), "")
                .row("from published to in place, the last subscriber", "", text(lastSeconds)));
        double rsync = Spread.of(rsyncKibibytes).median();
        Figure seconds = Figure.atMost(
                "published to in place, seconds", Spread.of(lastSeconds).median(), SECONDS_LIMIT);
        List<Figure> figures = List.of(
                Figure.atMost(
                        "most that a subscriber receives / rsync, both directions",
                        Spread.of(mostReceived).median() / rsync,
                        BYTES_LIMIT),
                Figure.atMost(
                        "what the owner sends / rsync, both directions",
                        Spread.of(ownerSent).median() / rsync,
                        BYTES_LIMIT * subscribers),
                subscribers == 1 ? seconds : seconds.unset());
        System.out.println(Figure.table(figures));
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("rsyncKibibytes", rsyncKibibytes);
        results.put("rsyncSeconds", rsyncSeconds);
        results.put("receivedKibibytes", received);
        results.put("ownerSentKibibytes", ownerSent);
        results.put("lastSeconds", lastSeconds);
        results.put("figures", figures.stream().map(Figure::result).toList());
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/update.json");
        ResultFile.write(file, Main.commandLine(), results);
    }

    private static String text(List<Double> values) {
        return Spread.of(values).text();
    }
}
