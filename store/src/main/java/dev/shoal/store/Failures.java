package dev.shoal.store;

import dev.shoal.content.SafePath;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what the system says of a file into what a person can act on. */
final class Failures {

    /**
     * What systems say when nothing more fits. The JDK has no exception of its own for it, and a system in another
     * language says it in that language: whoever writes also looks at the free space.
     */
    private static final List<String> FULL = List.of(
            "no space left", "disk quota exceeded", "not enough space", "there is not enough space on the disk");

    private Failures() {}

    /** The failure of an action ("cannot read") on a file. */
    static StoreException of(String action, Path path, IOException cause) {
        String what = action + " " + show(path) + ": ";
        if (cause instanceof ClosedByInterruptException) {
            return new StoreException(what + "the thread was interrupted, which closed the file", cause);
        }
        if (cause instanceof ClosedChannelException) {
            return new ContentClosedException(what + "it was closed meanwhile", cause);
        }
        if (cause instanceof NoSuchFileException || cause instanceof NotDirectoryException) {
            return new FileAccessException(what + "there is no such file or folder. Check the path", cause);
        }
        if (isDiskFull(cause)) {
            return new DiskFullException(what + "the disk is full. Free some space and try again", 0, cause);
        }
        String reason = reason(cause);
        String advice = advice(cause, reason);
        if (advice != null) {
            return new FileAccessException(what + advice, cause);
        }
        return new StoreException(what + reason, cause);
    }

    /** Whether a write failed because nothing more fits. */
    static boolean isDiskFull(IOException cause) {
        String reason = reason(cause).toLowerCase(java.util.Locale.ROOT);
        return FULL.stream().anyMatch(reason::contains);
    }

    /** A path as it may be printed. */
    static String show(Path path) {
        return SafePath.visible(path.toString());
    }

    private static @Nullable String advice(IOException cause, String reason) {
        if (cause instanceof AccessDeniedException
                || reason.contains("Permission denied")
                || reason.contains("Operation not permitted")) {
            return "permission denied. Check who may read and write the file and its folder";
        }
        if (reason.contains("Read-only file system")) {
            return "the disk is mounted read-only. Choose another folder";
        }
        if (reason.contains("File too large")) {
            return "this kind of disk cannot hold a file of that length. Choose another disk";
        }
        if (reason.contains("Too many open files")) {
            return "this process may not open more files. Raise its limit (ulimit -n)";
        }
        if (reason.contains("File name too long")) {
            return "the name is too long for this disk. Choose a shorter one";
        }
        if (reason.contains("Is a directory")) {
            return "it is a folder, not a file";
        }
        if (reason.contains("Too many levels of symbolic links")) {
            return "a symbolic link is in its place. Remove it, or choose another name";
        }
        return null;
    }

    private static String reason(IOException cause) {
        String reason = cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage();
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }
}
