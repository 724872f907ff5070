package dev.shoal.store;

import java.nio.file.Path;
import java.util.function.ToLongFunction;

/** Room on disks that is left to everything else. Promises nothing: others may fill a disk meanwhile. Any thread. */
public final class DiskReserve {

    private final ToLongFunction<Path> usableBytes;

    /** For the disks of this machine. */
    public DiskReserve() {
        this(DiskSpace::usableBytes);
    }

    /**
     * For others.
     *
     * @param usableBytes how much fits on the disk of a file
     */
    DiskReserve(ToLongFunction<Path> usableBytes) {
        this.usableBytes = usableBytes;
    }

    /**
     * Checks that so many bytes more fit beside a file, and some are left.
     *
     * @param bytes what is going to be written
     * @param freeBytes what is to be free after that; 0 asks nothing
     * @throws DiskFullException when they are not
     */
    public void require(Path beside, long bytes, long freeBytes) {
        if (freeBytes == 0) {
            return;
        }
        long missing = bytes + freeBytes - usableBytes.applyAsLong(beside);
        if (missing > 0) {
            throw new DiskFullException(
                    "not enough room for " + Failures.show(beside) + ": " + DiskSpace.readable(bytes)
                            + " are still to come, and " + DiskSpace.readable(freeBytes)
                            + " are to stay free on that disk, so that " + DiskSpace.readable(missing)
                            + " are missing. Free some space, or let less stay free (shoal config keep-free)",
                    missing,
                    null);
        }
    }
}
