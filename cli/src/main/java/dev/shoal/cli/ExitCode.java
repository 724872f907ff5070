package dev.shoal.cli;

import dev.shoal.peer.PeerException;
import java.io.IOException;
import java.util.Locale;

/** What the program tells the shell that started it. The numbers are documented and never change. */
final class ExitCode {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int NOT_ALLOWED = 4;
    static final int UNREACHABLE = 5;
    static final int VERIFICATION = 6;
    static final int DISK = 7;

    /** Whoever read standard output has left: what a shell reports of a program that SIGPIPE (13) ended. */
    static final int OUTPUT_CLOSED = 128 + 13;

    /** Stopped by Ctrl-C, as a shell reports SIGINT (2). */
    static final int INTERRUPTED = 128 + 2;

    /** What the system calls writing to somebody who has left (EPIPE), or says in brackets. */
    private static final String BROKEN_PIPE = "broken pipe";

    private ExitCode() {}

    /** Whether standard output could not be written because whoever read it has left. */
    static boolean isReaderGone(IOException cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains(BROKEN_PIPE);
    }

    static int of(PeerException.Reason reason) {
        return switch (reason) {
            case FAILED, CONFLICT -> FAILED;
            case USAGE -> USAGE;
            case NOT_FOUND -> NOT_FOUND;
            case NOT_ALLOWED -> NOT_ALLOWED;
            case UNREACHABLE -> UNREACHABLE;
            case VERIFICATION -> VERIFICATION;
            case DISK -> DISK;
        };
    }
}
