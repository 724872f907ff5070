package dev.shoal.bench;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.PartialFile;
import dev.shoal.store.TargetPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small swarm of processes on loopback, one of which is killed again and again: an index, two who share the same two
 * files, some who get one of them again and again. After each kill the part file that a downloader left is compared
 * with the truth; at the end the names are, and who owns them. For one thread.
 */
final class KillRun implements AutoCloseable {

    /** At what a source may send, a download of it lives through a kill or two. */
    private static final int FILE_BYTES = 3 * 1024 * 1024;

    private static final String SOURCE_LIMIT = "8Mbit/s";
    private static final List<String> FILES = List.of("one", "two");
    private static final int DOWNLOADERS = 2;
    private static final int LEASE_SECONDS = 5;

    /** As the program documents it. */
    private static final int NOT_ALLOWED = 4;

    private static final int UNREACHABLE = 5;

    private static final long STEP_MILLIS = 10;

    /** Without a kill and without a download that ends, something hangs. */
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(120);

    private static final Pattern LISTED =
            Pattern.compile("\"name\":\"([^\"]+)\".*?\"content\":\"([^\"]+)\"," + "\"version\":(\\d+)");
    private static final Pattern RESUMED = Pattern.compile("\"type\":\"got\".*\"resumedBytes\":(\\d+)");

    /** How often who was killed, and what came of it. */
    record Outcome(int indexKills, int sourceKills, int downloaderKills, int downloads, int resumes) {}

    /** Somebody who gets a file again and again. */
    private final class Downloader {
        final Victim victim;
        final Path original;
        final Path target;
        final ContentId content;
        long recordedBytes;
        boolean wantsMore = true;

        Downloader(int number) throws IOException {
            String file = FILES.get(number % FILES.size());
            original = folder.resolve(file);
            target = folder.resolve("target" + number);
            content = hasher.hash(original).id();
            victim = victim(
                    "downloader" + number, "get", "alice/" + file, "--wait", "--output", target.toString(), "--json");
        }

        /** The part file says what it has; that must be right, and never less than it was. */
        void checkPart() throws IOException {
            TargetPath path = new TargetPath(target);
            if (Files.exists(target)) {
                checkTarget();
            } else if (Files.exists(path.partFile())) {
                try (PartialFile part = PartialFile.open(path, content, hasher, HashProgress.UNSEEN)) {
                    byte[] truth = Files.readAllBytes(original);
                    byte[] bytes = Files.readAllBytes(path.partFile());
                    for (ChunkRun run : part.chunks().runs()) {
                        int last = run.end() - 1;
                        int from = (int) content.layout().offset(run.first());
                        int end = (int) content.layout().offset(last)
                                + content.layout().size(last);
                        require(
                                Arrays.equals(bytes, from, end, truth, from, end),
                                victim + " believes in wrong bytes: " + run);
                    }
                    long now = content.length() - part.missingBytes();
                    require(now >= recordedBytes, victim + " had " + recordedBytes + " bytes and has " + now);
                    recordedBytes = now;
                }
            }
        }

        void checkTarget() throws IOException {
            require(Files.mismatch(original, target) < 0, victim + " got wrong bytes");
        }

        void ended() throws IOException {
            checkTarget();
            require(Files.notExists(new TargetPath(target).partFile()), victim + " left its part file");
            Files.delete(target);
            recordedBytes = 0;
            downloads++;
            Matcher resumed = RESUMED.matcher(victim.text());
            resumes += resumed.find() && Long.parseLong(resumed.group(1)) > 0 ? 1 : 0;
        }
    }

    private final Program program;
    private final Path folder;
    private final SplittableRandom random;
    private final int pauseMillis;
    private final FileHasher hasher = new FileHasher(1);
    private final String address;
    private final Victim index;
    private final List<Victim> sources = new ArrayList<>();
    private final List<Downloader> downloaders = new ArrayList<>();
    private int indexKills;
    private int sourceKills;
    private int downloaderKills;
    private int downloads;
    private int resumes;
    private long lastNewsNanos;

    /**
     * Nothing runs before {@link #run}.
     *
     * @param seed of who is killed when
     * @param pauseMillis between two kills on average
     */
    KillRun(Program program, Path folder, long seed, int pauseMillis) throws IOException {
        this.program = program;
        this.folder = folder;
        this.random = new SplittableRandom(seed);
        this.pauseMillis = pauseMillis;
        this.address = "127.0.0.1:" + Loopback.freePort();
        this.index = new Victim(
                "index",
                folder,
                Program.environment(folder.resolve("index-home")),
                program.command(
                        "index", "--json", "--listen", address, "--lease", "" + LEASE_SECONDS, "--data", "" + data()));
    }

    private Path data() {
        return folder.resolve(Program.DATA);
    }

    /** Kills so many times, then lets everybody end what it does, and looks whether all is as it was. */
    Outcome run(int kills) throws IOException, InterruptedException {
        begin();
        Set<String> names = names();
        long dueNanos = System.nanoTime();
        int killed = 0;
        while (killed < kills || downloaders.stream().anyMatch(downloader -> downloader.wantsMore)) {
            tendAll(killed == kills);
            long now = System.nanoTime();
            if (killed < kills && now - dueNanos >= 0) {
                killed += killSomebody() ? 1 : 0;
                dueNanos = now + pause(2 * pauseMillis);
            }
            require(now - lastNewsNanos < STUCK_NANOS, "nothing happens any more: " + states());
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        awaitAll();
        Set<String> after = names();
        require(after.equals(names), "the names were " + names + " and are " + after);
        requireOwners();
        return new Outcome(indexKills, sourceKills, downloaderKills, downloads, resumes);
    }

    private void begin() throws IOException, InterruptedException {
        for (String file : FILES) {
            byte[] bytes = new byte[FILE_BYTES];
            random.nextBytes(bytes);
            Files.write(folder.resolve(file), bytes);
        }
        index.tend(System.nanoTime());
        await(index, "\"address\"");
        for (String user : List.of("alice", "bob")) {
            Victim source = victim(
                    user,
                    "share",
                    "--json",
                    "--user",
                    user,
                    "--upload-limit",
                    SOURCE_LIMIT,
                    folder.resolve(FILES.getFirst()).toString(),
                    folder.resolve(FILES.getLast()).toString());
            sources.add(source);
            source.tend(System.nanoTime());
            await(source, "\"type\":\"shared\".*\"type\":\"shared\"");
        }
        for (int number = 0; number < DOWNLOADERS; number++) {
            downloaders.add(new Downloader(number));
        }
        lastNewsNanos = System.nanoTime();
    }

    private Victim victim(String name, String... words) {
        List<String> command = new ArrayList<>(program.command(words));
        command.addAll(List.of("--index", address));
        return new Victim(name, folder, Program.environment(folder.resolve("home-" + name)), command);
    }

    /** @param isLast whether who ends a download now has done enough */
    private void tendAll(boolean isLast) throws IOException {
        long now = System.nanoTime();
        requireKilledOnly(index, index.tend(now));
        for (Victim source : sources) {
            requireUnreachable(source, source.tend(now));
        }
        for (Downloader downloader : downloaders) {
            OptionalInt exit = downloader.wantsMore ? downloader.victim.tend(now) : OptionalInt.empty();
            if (exit.isPresent() && exit.getAsInt() == 0) {
                downloader.ended();
                downloader.wantsMore = !isLast;
                lastNewsNanos = now;
            } else {
                requireUnreachable(downloader.victim, exit);
            }
        }
    }

    private boolean killSomebody() throws IOException, InterruptedException {
        int choice = random.nextInt(10);
        long pauseNanos = pause(pauseMillis);
        if (choice < 2) {
            if (!index.isAlive()) {
                return false;
            }
            index.kill(pauseNanos);
            indexKills++;
        } else if (choice < 5) {
            Victim source = sources.get(random.nextInt(sources.size()));
            if (!source.isAlive()) {
                return false;
            }
            source.kill(pauseNanos);
            sourceKills++;
        } else {
            Downloader downloader = downloaders.get(random.nextInt(downloaders.size()));
            if (!downloader.victim.isAlive()) {
                return false;
            }
            downloader.victim.kill(pauseNanos);
            downloader.checkPart();
            downloaderKills++;
        }
        lastNewsNanos = System.nanoTime();
        return true;
    }

    /** The index and both sources are there again. */
    private void awaitAll() throws IOException, InterruptedException {
        index.tend(System.nanoTime());
        await(index, "\"address\"");
        for (Victim source : sources) {
            while (!Pattern.compile("\"type\":\"shared\"")
                    .matcher(source.text())
                    .find()) {
                requireUnreachable(source, source.tend(System.nanoTime()));
                require(System.nanoTime() - lastNewsNanos < STUCK_NANOS, source + " does not come back");
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        }
    }

    /** Names, their versions and contents, as the index tells them. */
    private Set<String> names() throws IOException, InterruptedException {
        TimedProcess list = TimedProcess.run(
                folder,
                Program.environment(folder.resolve("home-observer")),
                program.command("ls", "--all", "--json", "--index", address));
        Set<String> names = new TreeSet<>();
        Matcher matcher = LISTED.matcher(list.output());
        while (matcher.find()) {
            names.add(matcher.group(1) + " " + matcher.group(2) + " version " + matcher.group(3));
        }
        require(names.size() == FILES.size() * sources.size(), "names are missing: " + names + " of " + list.output());
        return names;
    }

    /** Nobody else may publish under a name of somebody's. */
    private void requireOwners() throws IOException, InterruptedException {
        Victim stranger = victim(
                "stranger",
                "share",
                "--json",
                "--name",
                "alice/mine",
                folder.resolve("one").toString());
        stranger.tend(System.nanoTime());
        while (stranger.isAlive()) {
            require(System.nanoTime() - lastNewsNanos < STUCK_NANOS, "a stranger may share as alice");
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        OptionalInt exit = stranger.tend(System.nanoTime());
        require(exit.orElse(0) == NOT_ALLOWED, "a stranger that shared as alice ended so: " + stranger.text());
    }

    private void requireKilledOnly(Victim victim, OptionalInt exit) throws IOException {
        require(exit.isEmpty(), victim + " ended by itself: " + victim.text());
    }

    /** Who was started while the index was away says so, and tries again. */
    private void requireUnreachable(Victim victim, OptionalInt exit) throws IOException {
        if (exit.isPresent()) {
            require(exit.getAsInt() == UNREACHABLE, victim + " ended with " + exit.getAsInt() + ": " + victim.text());
            victim.pause(pause(pauseMillis));
        }
    }

    private void await(Victim victim, String pattern) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(pattern, Pattern.DOTALL);
        long startNanos = System.nanoTime();
        while (!wanted.matcher(victim.text()).find()) {
            require(System.nanoTime() - startNanos < STUCK_NANOS, victim + " is not ready: " + victim.text());
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    private long pause(int mostMillis) {
        return TimeUnit.MILLISECONDS.toNanos(random.nextInt(mostMillis));
    }

    private String states() throws IOException {
        StringBuilder states = new StringBuilder();
        List<Victim> all = new ArrayList<>(sources);
        all.add(index);
        downloaders.forEach(downloader -> all.add(downloader.victim));
        for (Victim victim : all) {
            states.append(victim).append(victim.isAlive() ? " runs: " : " does not run: ");
            String text = victim.text().strip();
            states.append(text, Math.max(0, text.length() - 400), text.length()).append('\n');
        }
        return states.toString();
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    @Override
    public void close() {
        downloaders.forEach(downloader -> downloader.victim.close());
        sources.forEach(Victim::close);
        index.close();
        hasher.close();
    }
}
