package dev.shoal.protocol;

/** Why a request failed. A number that this version does not know reads as {@link #UNKNOWN}. */
public enum ErrorCode {
    /** A code of a newer version. */
    UNKNOWN(0),
    /** The PDU could be read as far as its id, but not as a whole. */
    MALFORMED(1),
    /** The letter or the protocol version is not supported here. */
    UNSUPPORTED(2),
    /** There is no such name or content; also said of what the asker may not know of. */
    NOT_FOUND(3),
    /** The asker may not do this. */
    FORBIDDEN(4),
    /** The name already means another content, and the asker is not its owner. */
    NAME_TAKEN(5),
    /** The first component of the name belongs to another key. */
    NAME_OWNED(6),
    /** The version does not follow the latest one; detail: the latest number. */
    STALE_VERSION(7),
    /** The version record does not say what the request says, or its signature is wrong. */
    BAD_RECORD(8),
    /** A limit was reached; the sentence names it. */
    LIMIT(9),
    /** Not now; try again after the stated time. */
    BUSY(10),
    /** The disk or another part of the machine failed. */
    UNAVAILABLE(11),
    /** The request needs a session, or a content that was opened. */
    WRONG_STATE(12),
    /** The source no longer has this content: it was withdrawn, or the file changed. */
    GONE(13),
    /** The answer is too long for any frame. */
    TOO_LARGE(14),
    /** The request needs an account, and no account has the session's key. */
    NOT_LOGGED_IN(15),
    /** The password or recovery code is wrong, or there is no such account: which of them is not said. */
    WRONG_PASSWORD(16),
    /** Too many wrong passwords for this account or from this address; try again after the stated time. */
    THROTTLED(17);

    private static final ErrorCode[] BY_NUMBER = values();

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The code of a number. */
    public static ErrorCode of(int number) {
        return number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }
}
