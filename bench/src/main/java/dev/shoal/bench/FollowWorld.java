package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An index and an owner who publishes one version of a name after the other, as processes. For one thread. */
final class FollowWorld implements AutoCloseable {

    /** The name that is published. */
    static final String NAME = "bench/followed";

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern SHARED = Pattern.compile("\"type\":\"shared\"");

    private final Program program;
    private final Path folder;
    private final Program.RunningIndex index;
    private final LongProcess owner;
    private @Nullable LongProcess publishing;
    private int version;

    /** Starts the index, and an owner who has shared something else, so that publishing finds a peer that runs. */
    FollowWorld(Program program, Path folder) throws IOException, InterruptedException {
        this.program = program;
        this.folder = folder;
        this.index = program.index(folder);
        Path other = Files.write(folder.resolve("other"), new byte[10]);
        this.owner = program.share(home(), other, index.address(), "other");
    }

    private Path home() {
        return folder.resolve("home-owner");
    }

    /** Where the next version has to be written. */
    Path next() {
        return folder.resolve("version" + (version + 1));
    }

    /**
     * Publishes what was written there, and withdraws the version before.
     *
     * @return the moment at which the command said that it is shared, in nanoseconds
     */
    long publish() throws IOException, InterruptedException {
        LongProcess before = publishing;
        Path file = next();
        version++;
        LongProcess fresh = LongProcess.start(
                folder.resolve("publish" + version + ".log"),
                Program.environment(home()),
                program.command("share", "--json", "--index", index.address(), "--name", "followed", file.toString()));
        publishing = fresh;
        long sharedNanos = Appearance.await(folder.resolve("publish" + version + ".log"), SHARED, LIMIT);
        if (before != null) {
            before.close();
        }
        return sharedNanos;
    }

    /** The newest version. */
    int version() {
        return version;
    }

    /** The words that follow the name into a file. */
    List<String> follow(Path target) {
        List<String> words = new ArrayList<>(program.command("sub", NAME, "--json", "-o", target.toString()));
        words.addAll(List.of("--index", index.address()));
        return words;
    }

    @Override
    public void close() {
        if (publishing != null) {
            publishing.close();
        }
        owner.close();
        index.close();
    }
}
