package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code folder}: a folder of many small files over loopback, its first transfer, side by side with rsync. */
@Command(
        name = "folder",
        mixinStandardHelpOptions = true,
        description = "A folder of many small files over loopback between two processes: Shoal against rsync -a.",
        footer = "A ratio of 1.1 is a tenth more time than rsync in the same round. What Shoal says is complete is on"
                + " the disk; rsync leaves that to the system.")
final class FolderBench implements Callable<Integer> {

    private static final int FILES_A_FOLDER = 100;

    @Option(names = "--files", defaultValue = "10000", description = "How many files; ${DEFAULT-VALUE}.")
    int files;

    @Option(names = "--bytes", defaultValue = "4096", description = "Length of each; ${DEFAULT-VALUE}.")
    int bytes;

    @Option(names = "--rounds", defaultValue = "5", description = "Transfers that are counted; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--folder",
            defaultValue = "/dev/shm",
            description = "Where files and target are; ${DEFAULT-VALUE}, which is memory.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(Files.createDirectories(folder))) {
            Path original = work.folder("www/folder");
            write(original);
            Path target = work.folder("received").resolve("folder");
            try (ShoalWorld world = new ShoalWorld(work, original)) {
                Contender rsync = RsyncContender.ofFolder(work, "folder");
                Path away = work.folder("away");
                Contender warm = new ShoalWarmContender(world, target, received -> moveAway(received, away));
                Comparison comparison = new Comparison(
                        run(List.of(rsync, new ShoalColdContender(world), warm), original, target, away),
                        RsyncContender.NAME,
                        (long) files * bytes);
                System.out.println(files + " files of " + bytes + " bytes over loopback to "
                        + Files.getFileStore(folder).type() + "\n\n" + comparison);
                Path told = json != null ? json : Program.here().root().resolve("bench/target/results/folder.json");
                ResultFile.write(told, Main.commandLine(), comparison.results());
            }
        }
        return 0;
    }

    private void write(Path original) throws IOException {
        SplittableRandom random = new SplittableRandom(files);
        byte[] content = new byte[bytes];
        for (int number = 0; number < files; number++) {
            Path in = original.resolve("part" + number / FILES_A_FOLDER);
            if (number % FILES_A_FOLDER == 0) {
                Files.createDirectories(in);
            }
            random.nextBytes(content);
            Files.write(in.resolve("file" + number), content);
        }
    }

    /** In turns, so that whatever else the machine does meets all of them alike. The first turn is not counted. */
    private Map<Contender, List<Contender.Sample>> run(
            List<Contender> contenders, Path original, Path target, Path away)
            throws IOException, InterruptedException {
        Map<Contender, List<Contender.Sample>> samples = new LinkedHashMap<>();
        try {
            for (Contender contender : contenders) {
                samples.put(contender, new ArrayList<>());
                contender.prepare();
            }
            for (int round = 0; round <= rounds; round++) {
                for (int i = 0; i < contenders.size(); i++) {
                    Contender contender = contenders.get((i + round) % contenders.size());
                    Contender.Sample sample = contender.run(target);
                    check(contender, original, target, round == 0);
                    moveAway(target, away);
                    System.err.printf(Locale.ROOT, "  %-40s %6.2f s%n", contender.name(), sample.wallSeconds());
                    if (round > 0) {
                        samples.getOrDefault(contender, new ArrayList<>()).add(sample);
                    }
                }
            }
            return samples;
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    /** The first time the bytes are compared, later only how many files there are. */
    private void check(Contender contender, Path original, Path target, boolean all) throws IOException {
        int count = 0;
        try (Stream<Path> found = Files.walk(target)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                count++;
                if (all && Files.mismatch(file, original.resolve(target.relativize(file))) >= 0) {
                    throw new IOException(contender.name() + " did not deliver " + file + " as it is");
                }
            }
        }
        if (count != files) {
            throw new IOException(contender.name() + " delivered " + count + " of " + files + " files");
        }
    }

    /**
     * Where files were deleted a moment ago, ext4 searches long for an inode for a new one. So what was received stays
     * until the end.
     */
    private static void moveAway(Path received, Path away) throws IOException {
        try (Stream<Path> before = Files.list(away)) {
            Files.move(received, away.resolve(Long.toString(before.count())));
        }
    }
}
