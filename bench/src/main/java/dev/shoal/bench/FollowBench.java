package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code follow}: how long after {@code share} has said that a version is published it is in place at a subscriber, as
 * processes on loopback: to be told, to ask, to find the source, to dial it, to fetch, verify, force and put.
 */
@Command(
        name = "follow",
        mixinStandardHelpOptions = true,
        description = "From a version being published to its being in place at a subscriber, by real processes.")
final class FollowBench implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final double TO_REACH_MILLIS = 100;

    @Option(names = "--times", defaultValue = "30", description = "Versions; ${DEFAULT-VALUE}.")
    int times;

    @Option(names = "--bytes", defaultValue = "65536", description = "Length of each; ${DEFAULT-VALUE}.")
    int bytes;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where homes and files are.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(folder);
                FollowWorld world = new FollowWorld(Program.here(), work.path())) {
            List<Double> millis = measure(world, work.path());
            Spread spread = Spread.of(millis);
            System.out.println(new TextTable("versions", "bytes", "published to in place, ms", "90th percentile")
                    .row(
                            "" + millis.size(),
                            "" + bytes,
                            spread.text(),
                            String.format(Locale.ROOT, "%.2f", spread.percentile(0.9))));
            Figure figure = Figure.atMost("published to in place, median, ms", spread.median(), TO_REACH_MILLIS);
            System.out.println(Figure.table(List.of(figure)));
            Map<String, Object> results = new LinkedHashMap<>();
            results.put("millis", millis);
            results.put("figure", figure.result());
            Path file = json != null ? json : Program.here().root().resolve("bench/target/results/follow.json");
            ResultFile.write(file, Main.commandLine(), results);
        }
        return 0;
    }

    private List<Double> measure(FollowWorld world, Path place) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        write(world, random);
        world.publish();
        Path log = place.resolve("subscriber.log");
        Path target = Files.createDirectory(place.resolve("subscriber")).resolve("followed");
        List<Double> millis = new ArrayList<>();
        try (LongProcess subscriber =
                LongProcess.start(log, Program.environment(place.resolve("home-subscriber")), world.follow(target))) {
            arrived(log, 1);
            for (int version = 2; version <= times + 1; version++) {
                write(world, random);
                long sharedNanos = world.publish();
                millis.add((arrived(log, version) - sharedNanos) / 1e6);
                if (Files.mismatch(place.resolve("version" + version), target) >= 0) {
                    throw new IOException("version " + version + " arrived with other bytes: " + subscriber.output());
                }
            }
        }
        return millis;
    }

    private void write(FollowWorld world, SplittableRandom random) throws IOException {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        Files.write(world.next(), content);
    }

    private static long arrived(Path log, int version) throws IOException, InterruptedException {
        Pattern updated = Pattern.compile("\"type\":\"updated\"[^\n]*\"version\":" + version + ",");
        return Appearance.await(log, updated, LIMIT);
    }
}
