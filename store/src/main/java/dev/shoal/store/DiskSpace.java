package dev.shoal.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How much room there is. */
final class DiskSpace {

    /** Shorter files are not worth asking what kind of disk it is. */
    private static final long WORTH_ASKING_BYTES = 16L * 1024 * 1024;

    /** Disks on which a file takes up all of its length, whatever of it was written. */
    private static final Set<String> WITHOUT_HOLES = Set.of("vfat", "msdos", "fat", "fat32", "exfat", "hfs");

    private DiskSpace() {}

    /**
     * Checks that so many bytes more fit beside a file.
     *
     * @throws DiskFullException when they do not
     */
    static void require(Path beside, long bytes) {
        long missing = bytes - usableBytes(beside);
        if (missing > 0) {
            throw full(beside, missing, null);
        }
    }

    /**
     * Checks that a file fits beside another of which only a little at its end will be written: on some disks it takes
     * up all of its length.
     *
     * @throws DiskFullException when it does not
     */
    static void requireLength(Path beside, long bytes) {
        long missing = bytes - usableBytes(beside);
        if (missing > 0 && bytes >= WORTH_ASKING_BYTES && !keepsHoles(typeOf(beside))) {
            throw new DiskFullException(
                    "not enough room for " + Failures.show(beside) + ": this kind of disk has no holes in files, so"
                            + " that a folder takes twice its length while it comes. " + readable(missing)
                            + " more are needed. Free some space, or put it on another disk",
                    missing,
                    null);
        }
    }

    /** Whether what was not written of a file takes up nothing, on a disk of some type. */
    static boolean keepsHoles(String type) {
        return !WITHOUT_HOLES.contains(type.toLowerCase(Locale.ROOT));
    }

    private static String typeOf(Path beside) {
        Path folder = beside.toAbsolutePath().getParent();
        try {
            return Files.getFileStore(folder == null ? beside : folder).type();
        } catch (IOException unknown) {
            return "";
        }
    }

    /** The failure of a write, after which so many bytes are still to come. */
    static StoreException writeFailed(Path file, long bytesLeft, IOException cause) {
        long usable = usableBytes(file);
        long missing = bytesLeft - usable;
        if (Failures.isDiskFull(cause) || usable == 0) {
            return full(file, Math.max(1, missing), cause);
        }
        return Failures.of("cannot write", file, cause);
    }

    private static DiskFullException full(Path beside, long missing, @Nullable IOException e) {
        return new DiskFullException(
                "not enough room for " + Failures.show(beside) + ": " + readable(missing)
                        + " more are needed on that disk. Free some space: what is there is kept, and it goes on from"
                        + " there",
                missing,
                e);
    }

    /**
     * Disks that do not know their size, as some network drives, count as large. Asks the system directly: the file
     * store of NIO reads the table of all mounts first, which costs more than downloading a small file.
     */
    static long usableBytes(Path beside) {
        Path folder = beside.toAbsolutePath().getParent();
        File disk = (folder == null ? beside : folder).toFile();
        return disk.getTotalSpace() == 0 ? Long.MAX_VALUE : disk.getUsableSpace();
    }

    static String readable(long bytes) {
        long megabytes = (bytes + 999_999) / 1_000_000;
        return megabytes < 10_000 ? megabytes + " MB" : (megabytes + 999) / 1000 + " GB";
    }
}
