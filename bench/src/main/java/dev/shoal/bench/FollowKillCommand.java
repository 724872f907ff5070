package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code kill-subscriber}: a process that follows a name is killed at random moments while versions are published one
 * after the other; after each kill its file has to be one of them, whole.
 */
@Command(
        name = "kill-subscriber",
        mixinStandardHelpOptions = true,
        description =
                "Kills a subscriber at random moments of updates, and fails when its file is ever no whole version.")
final class FollowKillCommand implements Callable<Integer> {

    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(120);

    @Option(names = "--times", defaultValue = "200", description = "Kills; ${DEFAULT-VALUE}.")
    int times;

    @Option(names = "--seed", description = "What chooses the moments; else a new one each time.")
    @Nullable
    Long seed;

    @Option(names = "--bytes", defaultValue = "4000000", description = "Length of a version; ${DEFAULT-VALUE}.")
    int bytes;

    @Option(
            names = "--life",
            defaultValue = "1500",
            paramLabel = "MILLIS",
            description = "How long a subscriber lives at most before it is killed; ${DEFAULT-VALUE}.")
    int lifeMillis;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where homes and files are.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private int updates;
    private int absent;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        long used = seed != null ? seed : System.nanoTime();
        try (WorkFolder work = WorkFolder.below(folder);
                FollowWorld world = new FollowWorld(Program.here(), work.path())) {
            run(world, work.path(), new SplittableRandom(used));
            System.out.println(new TextTable("kills", "versions", "updates seen between kills", "no file yet")
                    .row("" + times, "" + world.version(), "" + updates, "" + absent));
            System.out.println(
                    "After each kill the file was a whole version, and at the end the last; seed " + used + ".");
            Map<String, Object> results = new LinkedHashMap<>();
            results.put("seed", used);
            results.put("kills", times);
            results.put("versions", world.version());
            results.put("updates", updates);
            Path file =
                    json != null ? json : Program.here().root().resolve("bench/target/results/kill-subscriber.json");
            ResultFile.write(file, Main.commandLine(), results);
        } catch (IOException e) {
            throw new IOException("seed " + used + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private void run(FollowWorld world, Path place, SplittableRandom random) throws IOException, InterruptedException {
        Path target = Files.createDirectory(place.resolve("subscriber")).resolve("followed");
        Victim victim = new Victim(
                "subscriber", place, Program.environment(place.resolve("home-subscriber")), world.follow(target));
        try (victim) {
            int before = 0;
            for (int killed = 0; killed < times; killed++) {
                victim.tend(System.nanoTime());
                long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(lifeMillis));
                // One version after the other, so that most moments are in the middle of an update.
                do {
                    write(world);
                    world.publish();
                    forget(world, place);
                } while (System.nanoTime() - endNanos < 0);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
                victim.kill(0);
                int now = check(world, place, target);
                updates += now > before ? 1 : 0;
                before = now;
            }
            victim.tend(System.nanoTime());
            long startNanos = System.nanoTime();
            while (check(world, place, target) < world.version()) {
                if (System.nanoTime() - startNanos > STUCK_NANOS) {
                    throw new IOException("the last version does not arrive: " + victim.text());
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** Each version begins with its number, and follows from it. */
    private void write(FollowWorld world) throws IOException {
        Files.write(world.next(), content(world.version() + 1));
    }

    private byte[] content(int version) {
        byte[] content = new byte[bytes];
        new SplittableRandom(version).nextBytes(content);
        for (int i = 0; i < Integer.BYTES; i++) {
            content[i] = (byte) (version >>> (8 * i));
        }
        return content;
    }

    /** What is not served any more need not be there. */
    private static void forget(FollowWorld world, Path place) throws IOException {
        Files.deleteIfExists(place.resolve("version" + (world.version() - 1)));
    }

    /** Which version is there; 0 for none yet. */
    private int check(FollowWorld world, Path place, Path target) throws IOException {
        if (Files.notExists(target)) {
            absent++;
            return 0;
        }
        byte[] there = Files.readAllBytes(target);
        int version = there.length < Integer.BYTES
                ? 0
                : (there[0] & 0xff) | (there[1] & 0xff) << 8 | (there[2] & 0xff) << 16 | (there[3] & 0xff) << 24;
        boolean isWhole = version > 0 && version <= world.version() && Arrays.equals(there, content(version));
        if (!isWhole) {
            throw new IOException(
                    "the file is no whole version: " + target + " has " + there.length + " bytes, in " + place);
        }
        return version;
    }
}
