package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code delta}: the next version of a large file for who has the one before, side by side with rsync. */
@Command(
        name = "delta",
        mixinStandardHelpOptions = true,
        description = "A file with a few bytes inserted near its start, for who has it without: Shoal against rsync.",
        footer = "Bytes are those that loopback carried while the command ran, in both directions, with all headers;"
                + " nothing else should use it meanwhile.")
final class DeltaBench implements Callable<Integer> {

    /** How much more than rsync may be transferred. */
    private static final double BYTES_LIMIT = 1.1;

    private static final double SECONDS_LIMIT = 3;

    @Option(names = "--rounds", defaultValue = "5", description = "Versions that are counted; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--mebibytes", defaultValue = "1024", description = "Length of the file; ${DEFAULT-VALUE}.")
    long mebibytes;

    @Option(names = "--inserted", defaultValue = "65536", description = "How many bytes come in; ${DEFAULT-VALUE}.")
    int insertedBytes;

    @Option(
            names = "--folder",
            defaultValue = "/dev/shm",
            description = "Where all files are; ${DEFAULT-VALUE}, which is memory.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    /** One update. */
    private record Sample(double kibibytes, double seconds) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        List<Sample> rsync = new ArrayList<>();
        List<Sample> shoal = new ArrayList<>();
        try (WorkFolder work = WorkFolder.below(Files.createDirectories(folder));
                ShoalWorld world = new ShoalWorld(work, work.randomFile("www/old", mebibytes << 20));
                RsyncContender daemon = new RsyncContender(work, "new")) {
            world.start();
            daemon.prepare();
            Path old = work.folder("received").resolve("old");
            get(world, old, List.of());
            // The first round is for warm caches alone.
            for (int round = 0; round <= rounds; round++) {
                Path next = insert(work, round);
                Sample theirs = byRsync(daemon, work, next);
                Sample ours = byShoal(world, work, old, next);
                if (round > 0) {
                    rsync.add(theirs);
                    shoal.add(ours);
                }
            }
        }
        report(rsync, shoal);
        return 0;
    }

    private void report(List<Sample> rsync, List<Sample> shoal) throws IOException {
        TextTable table = new TextTable("", "KiB over loopback", "seconds");
        row(table, "rsync from its daemon, with the old file in place", rsync);
        row(table, "shoal get --like, begun when share has returned", shoal);
        System.out.println(mebibytes + " MiB with " + insertedBytes + " bytes inserted\n\n" + table);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < shoal.size(); i++) {
            ratios.add(shoal.get(i).kibibytes / rsync.get(i).kibibytes);
        }
        double seconds = Spread.of(shoal.stream().map(Sample::seconds).toList()).median();
        List<Figure> figures = List.of(
                Figure.atMost("bytes, shoal / rsync", Spread.of(ratios).median(), BYTES_LIMIT),
                Figure.atMost("seconds to the new version", seconds, SECONDS_LIMIT));
        System.out.println(Figure.table(figures));
        Path results = json != null ? json : Program.here().root().resolve("bench/target/results/delta.json");
        ResultFile.write(
                results,
                Main.commandLine(),
                Map.of(
                        "rsync",
                        result(rsync),
                        "shoal",
                        result(shoal),
                        "figures",
                        figures.stream().map(Figure::result).toList()));
    }

    private static void row(TextTable table, String name, List<Sample> samples) {
        table.row(
                name,
                Spread.of(samples.stream().map(Sample::kibibytes).toList()).text(),
                Spread.of(samples.stream().map(Sample::seconds).toList()).text());
    }

    private static List<Map<String, Double>> result(List<Sample> samples) {
        return samples.stream()
                .map(sample -> Map.of("kibibytes", sample.kibibytes, "seconds", sample.seconds))
                .toList();
    }

    /** The file with other bytes inserted in each round. */
    private Path insert(WorkFolder work, int round) throws IOException {
        Path file = work.path().resolve("www/new");
        // A file of its own each time: that of the version before may still be shared.
        Files.deleteIfExists(file);
        Insertion.make(work.path().resolve("www/old"), file, insertedBytes, round);
        return file;
    }

    private static Sample byRsync(RsyncContender daemon, WorkFolder work, Path next)
            throws IOException, InterruptedException {
        Path target = work.folder("received").resolve("by-rsync");
        Files.copy(work.path().resolve("www/old"), target, StandardCopyOption.REPLACE_EXISTING);
        long before = Loopback.carriedBytes();
        double seconds = daemon.update(target).wallSeconds();
        Sample sample = new Sample(kibibytesSince(before), seconds);
        check(next, target);
        return sample;
    }

    private static Sample byShoal(ShoalWorld world, WorkFolder work, Path old, Path next)
            throws IOException, InterruptedException {
        Path target = work.folder("received").resolve("by-shoal");
        forgetTables(work);
        try (LongProcess _ = world.program().share(work.folder("source"), next, world.address(), ShoalWorld.FILE)) {
            long before = Loopback.carriedBytes();
            double seconds = get(world, target, List.of("--like", old.toString()));
            Sample sample = new Sample(kibibytesSince(before), seconds);
            check(next, target);
            return sample;
        }
    }

    /** The old file is cut anew in each round, as if this were the first. */
    private static void forgetTables(WorkFolder work) throws IOException {
        Path tables = work.folder("receiver").resolve("segments");
        if (Files.isDirectory(tables)) {
            try (var files = Files.newDirectoryStream(tables)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
    }

    private static double get(ShoalWorld world, Path target, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(world.program()
                .command("get", "--index", world.address(), "--user", "receiver", "-o", target.toString()));
        command.addAll(options);
        command.add(ShoalWorld.NAME);
        return TimedProcess.run(
                        world.work().path(), Program.environment(world.work().folder("receiver")), command)
                .wallSeconds();
    }

    private static double kibibytesSince(long before) throws IOException {
        return (Loopback.carriedBytes() - before) / 1024.0;
    }

    private static void check(Path expected, Path target) throws IOException {
        if (Files.mismatch(expected, target) >= 0) {
            throw new IOException(target + " is not what was to be transferred");
        }
        Files.delete(target);
    }
}
