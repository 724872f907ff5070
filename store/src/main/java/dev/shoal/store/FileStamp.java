package dev.shoal.store;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What tells whether a file is still the one that was hashed, without reading it: two stamps that are equal are of the
 * same file in the same state. Immutable.
 *
 * <p>The time of the last change of the inode is left out on purpose: a new hard link to the file or other permissions
 * change it, and the bytes are still the same. So is the number of the device, which differs from one start of the
 * machine to the next. What a stamp cannot see is a write within the same tick of the file system's clock (at most 4 ms
 * on older kernels, none on Linux 6.13 and later) that keeps the size; a receiver does see it.
 *
 * @param size length in bytes
 * @param modifiedNanos when it was last written, in nanoseconds since 1970, as precise as the file system keeps it
 * @param key the inode's number as text; empty where the system has none
 */
public record FileStamp(long size, long modifiedNanos, String key) {

    private static final String UNIX = "unix";
    private static final String UNIX_ATTRIBUTES = "unix:ino,size,lastModifiedTime,isRegularFile";

    /**
     * Looks at a file; a symbolic link is followed.
     *
     * @throws FileAccessException when there is no such file, it is a folder or a device, or it may not be looked at
     */
    public static FileStamp of(Path path) {
        try {
            return hasInodes(path.getFileSystem()) ? ofInode(path) : ofAny(path);
        } catch (IOException e) {
            throw Failures.of("cannot look at", path, e);
        }
    }

    private static boolean hasInodes(FileSystem system) {
        return system.supportedFileAttributeViews().contains(UNIX);
    }

    private static FileStamp ofInode(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, UNIX_ATTRIBUTES);
        if (!(attributes.get("isRegularFile") instanceof Boolean regular && regular)) {
            throw notAFile(path);
        }
        if (attributes.get("size") instanceof Long size
                && attributes.get("lastModifiedTime") instanceof FileTime modified) {
            return new FileStamp(size, modified.to(TimeUnit.NANOSECONDS), String.valueOf(attributes.get("ino")));
        }
        return ofAny(path);
    }

    private static FileStamp ofAny(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw notAFile(path);
        }
        return new FileStamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), "");
    }

    private static FileAccessException notAFile(Path path) {
        String what = Files.isDirectory(path) ? "is a folder" : "is not an ordinary file";
        return new FileAccessException(Failures.show(path) + " " + what + ". Name a file");
    }

    /** Written out, as is {@link #equals}: what Java makes for a record, it makes anew at each start of the program. */
    @Override
    public int hashCode() {
        return (key.hashCode() * 31 + Long.hashCode(size)) * 31 + Long.hashCode(modifiedNanos);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileStamp stamp
                && size == stamp.size
                && modifiedNanos == stamp.modifiedNanos
                && key.equals(stamp.key);
    }
}
