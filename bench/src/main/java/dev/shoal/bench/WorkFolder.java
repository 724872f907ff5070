package dev.shoal.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A folder for one run of a benchmark, which is gone when the benchmark is, however it ends. For one thread. */
final class WorkFolder implements AutoCloseable {

    private static final int WRITE_BYTES = 1 << 20;

    private final Path path;
    private final Thread deleting = Thread.ofPlatform().unstarted(this::delete);

    private WorkFolder(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(deleting);
    }

    /** Makes one below another folder, readable by everybody: a web server may run as somebody else. */
    static WorkFolder below(Path parent) throws IOException {
        Path path = parent.resolve("shoal-bench-" + ProcessHandle.current().pid());
        Files.createDirectories(path);
        return new WorkFolder(path);
    }

    /** The folder that a file is in. */
    static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** A folder in it, made when it is not there. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(path.resolve(name));
    }

    /** A file in it with so many random bytes, always the same ones. */
    Path randomFile(String name, long bytes) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        SplittableRandom random = new SplittableRandom(bytes);
        byte[] block = new byte[WRITE_BYTES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = bytes; left > 0; ) {
                random.nextBytes(block);
                ByteBuffer data = ByteBuffer.wrap(block, 0, (int) Math.min(left, block.length));
                while (data.hasRemaining()) {
                    left -= channel.write(data);
                }
            }
            // Else the system would write it while others are measured.
            channel.force(true);
        }
        return file;
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(deleting);
        } catch (IllegalStateException e) {
            // The benchmark is being ended; the hook finds nothing to delete.
            return;
        }
    }

    private void delete() {
        if (Files.notExists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
