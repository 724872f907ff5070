package dev.shoal.peer;

import dev.shoal.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that a person asked for cannot be done. The message says what happened, what it means and what to do. */
public final class PeerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of thing went wrong; each has an exit code. */
    public enum Reason {
        /** It failed. */
        FAILED,
        /** The request makes no sense. */
        USAGE,
        /** There is no such name or content. */
        NOT_FOUND,
        /** Something else is in the way, or it is too late for it. */
        CONFLICT,
        /** It is not allowed. */
        NOT_ALLOWED,
        /** The index or every source is out of reach. */
        UNREACHABLE,
        /** Data or a signature is not what it should be. */
        VERIFICATION,
        /** The local disk: full, read-only, in the way. */
        DISK
    }

    private final Reason reason;
    private final transient @Nullable ErrorCode code;

    /** With a sentence. */
    public PeerException(Reason reason, String message) {
        super(message);
        this.reason = reason;
        this.code = null;
    }

    /** With a sentence and the code of the refusal that it comes from. */
    PeerException(Reason reason, String message, ErrorCode code) {
        super(message);
        this.reason = reason;
        this.code = code;
    }

    /** With a sentence and a cause. */
    public PeerException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.code = null;
    }

    /** What another room said, as a sentence. */
    public static PeerException of(Reason reason, Exception cause) {
        String text = String.valueOf(cause.getMessage());
        String capital = text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return new PeerException(
                reason, capital.endsWith(".") || capital.endsWith("?") ? capital : capital + ".", cause);
    }

    /** What the system says of a file; of a right that is missing it says only which file. */
    static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
    }

    /** What kind of thing went wrong. */
    public Reason reason() {
        return reason;
    }

    /** Whether an index refused. */
    boolean isRefusal() {
        return code != null;
    }

    /** Whether an index refused with one of these codes. */
    boolean isRefusal(ErrorCode... codes) {
        return code != null && List.of(codes).contains(code);
    }
}
