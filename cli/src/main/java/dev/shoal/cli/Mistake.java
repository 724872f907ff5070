package dev.shoal.cli;

import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import java.io.IOException;

/** Errors that the command line itself finds. */
final class Mistake {

    private Mistake() {}

    /** The command makes no sense as it was written. */
    static PeerException usage(String message) {
        return new PeerException(Reason.USAGE, message);
    }

    /** The local disk does not do what it should. */
    static PeerException disk(String message, IOException cause) {
        return new PeerException(Reason.DISK, message + ": " + reason(cause) + ".", cause);
    }

    /** What standard output leads to does not take what is written. */
    static PeerException output(IOException cause) {
        return disk("Standard output cannot be written, so that not everything was told", cause);
    }

    /** There is no such thing. */
    static PeerException notFound(String message) {
        return new PeerException(Reason.NOT_FOUND, message);
    }

    /** What an exception says; the kind of file errors is in their class, not in their message. */
    static String reason(Throwable cause) {
        return switch (cause) {
            case java.nio.file.NoSuchFileException e -> "there is no " + e.getFile();
            case java.nio.file.AccessDeniedException e -> "access to " + e.getFile() + " is denied";
            case java.nio.file.FileSystemException e when e.getReason() != null -> e.getReason();
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }
}
