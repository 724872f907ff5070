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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code follow}: how long after {@code share} has said that a version is published, or after a file has been saved
 * that is shared with {@code --watch}, it is in place at a subscriber, as processes on loopback: to be told, to ask, to
 * find the source, to dial it, to fetch, verify, force and put. With {@code --files}, a folder of many is watched and
 * followed, and one of them is saved each time.
 */
@Command(
        name = "follow",
        mixinStandardHelpOptions = true,
        description = "From a version being published to its being in place at a subscriber, by real processes.")
final class FollowBench implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final double TO_REACH_MILLIS = 100;
    private static final double SAVED_TO_REACH_MILLIS = 1_000;

    /** As long as nothing is saved, versions come at once again; see {@code peer.Settling}. */
    private static final long REST_MILLIS = 10_300;

    private static final int FILES_A_FOLDER = 100;

    private final List<Long> fetchedBytes = new ArrayList<>();

    @Option(names = "--times", defaultValue = "30", description = "Versions; ${DEFAULT-VALUE}.")
    int times;

    @Option(names = "--bytes", defaultValue = "65536", description = "Length of each; ${DEFAULT-VALUE}.")
    int bytes;

    @Option(
            names = "--watch",
            description = "From a file being saved that is shared with --watch, with rests between, in place of share.")
    boolean watch;

    @Option(
            names = "--files",
            description = "With --watch: a folder of so many files, of which one is saved each time.")
    int files;

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
            String what = (watch ? "saved" : "published") + " to in place";
            System.out.println(new TextTable("versions", "files", "bytes each", what + ", ms", "90th percentile")
                    .row(
                            "" + millis.size(),
                            "" + Math.max(1, files),
                            "" + bytes,
                            spread.text(),
                            String.format(Locale.ROOT, "%.2f", spread.percentile(0.9))));
            Figure figure = Figure.atMost(
                    what + ", median, ms", spread.median(), watch ? SAVED_TO_REACH_MILLIS : TO_REACH_MILLIS);
            System.out.println(Figure.table(List.of(figure)));
            Map<String, Object> results = new LinkedHashMap<>();
            results.put("millis", millis);
            results.put("fetchedBytes", fetchedBytes);
            System.out.println("fetched, bytes: " + fetchedBytes);
            results.put("figure", figure.result());
            Path file = json != null ? json : Program.here().root().resolve("bench/target/results/follow.json");
            ResultFile.write(file, Main.commandLine(), results);
        }
        return 0;
    }

    private List<Double> measure(FollowWorld world, Path place) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        Path saved = place.resolve("saved");
        if (watch) {
            for (int i = 0; i < files; i++) {
                save(saved.resolve(name(i)), random);
            }
            if (files == 0) {
                save(saved, random);
            }
            world.watch(saved);
        } else {
            save(world.next(), random);
            world.publish();
        }
        Path log = place.resolve("subscriber.log");
        Path target = Files.createDirectory(place.resolve("subscriber")).resolve("followed");
        List<Double> millis = new ArrayList<>();
        try (LongProcess subscriber =
                LongProcess.start(log, Program.environment(place.resolve("home-subscriber")), world.follow(target))) {
            arrived(log, 1);
            for (int version = 2; version <= times + 1; version++) {
                String changed = files == 0 ? "" : name(random.nextInt(files));
                Path source = watch ? saved.resolve(changed) : world.next();
                if (watch) {
                    TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
                }
                save(source, random);
                long beganNanos = watch ? System.nanoTime() : world.publish();
                millis.add((arrived(log, version) - beganNanos) / 1e6);
                fetchedBytes.add(fetched(log, version));
                if (Files.mismatch(source, target.resolve(changed)) >= 0) {
                    throw new IOException("version " + version + " arrived with other bytes: " + subscriber.output());
                }
            }
        }
        return millis;
    }

    private void save(Path file, SplittableRandom random) throws IOException {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, content);
    }

    private static String name(int file) {
        return "folder" + file / FILES_A_FOLDER + "/file" + file;
    }

    private static long fetched(Path log, int version) throws IOException {
        Pattern updated = Pattern.compile("\"version\":" + version + ",[^\n]*\"fetchedBytes\":(\\d+)");
        Matcher found = updated.matcher(Files.readString(log));
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    private static long arrived(Path log, int version) throws IOException, InterruptedException {
        Pattern updated = Pattern.compile("\"type\":\"updated\"[^\n]*\"version\":" + version + ",");
        return Appearance.await(log, updated, LIMIT);
    }
}
