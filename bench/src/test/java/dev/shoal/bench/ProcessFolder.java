package dev.shoal.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for what lives as long as this process, and is ended with it. It is removed at the end of the process, with
 * everything in it, while that may still be written to; only a process that is killed leaves it. Without state.
 */
public final class ProcessFolder {

    /** How often it is tried: whoever is still at work may put something into it in the meantime. */
    private static final int ATTEMPTS = 20;

    private ProcessFolder() {}

    /** Makes one, of a name that begins so. */
    public static Path make(String prefix) {
        try {
            Path folder = Files.createTempDirectory(prefix);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(folder); attempt++) {
            try {
                for (Path file : inside(folder)) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException | UncheckedIOException changed) {
                Thread.onSpinWait();
            }
        }
    }

    private static List<Path> inside(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
