package dev.shoal.peer;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.Verdict;
import org.jspecify.annotations.Nullable;

/** What a source says to a downloader that does not get what it asks for. Pure functions. */
final class Refusals {

    /** When to come again for what could not be read: what passes has passed by then more often than not. */
    private static final int UNREAD_RETRY_MILLIS = 2_000;

    /** When to come again for what is paused: pauses last, and who comes in vain costs both sides a little. */
    private static final int PAUSED_RETRY_MILLIS = 10_000;

    private Refusals() {}

    /** Of a whole handle. */
    static Failure ofHandle(ErrorCode code, String sentence) {
        return new Failure(code, 0, Failure.HANDLE, sentence);
    }

    /** Of parts of a segment table. */
    static Failure ofSegments(ErrorCode code, int retryMillis, String sentence) {
        return new Failure(code, retryMillis, Failure.SEGMENTS, sentence);
    }

    /** Of what cannot be read just now. */
    static Failure unread() {
        return new Failure(ErrorCode.BUSY, UNREAD_RETRY_MILLIS, Failure.HANDLE, "this source cannot read it just now");
    }

    /** Of what is not sent for now, as its owner has paused it. */
    static Failure paused() {
        return new Failure(ErrorCode.BUSY, PAUSED_RETRY_MILLIS, Failure.HANDLE, "this source sends nothing for now");
    }

    /** Of what nobody opened. */
    static Failure notOpen() {
        return ofHandle(ErrorCode.WRONG_STATE, "nothing is open under this handle");
    }

    /** Of what is not here, or not for the asker, which must sound the same. */
    static Failure notHere() {
        return ofHandle(ErrorCode.NOT_FOUND, "this peer does not have that content");
    }

    /** Of a request for data; null for one that is answered by data, sooner or later. */
    static @Nullable Failure of(Verdict verdict, PeerPdu.Get get) {
        long detail = Failure.ofRange(get.chunk(), get.firstBlock());
        return switch (verdict) {
            // A duplicate is answered by what answers the request that waits.
            case WAITS, DUPLICATE -> null;
            case UNKNOWN -> new Failure(ErrorCode.NOT_FOUND, 0, detail, "this chunk is not here");
            case OUTSIDE -> new Failure(ErrorCode.LIMIT, 0, detail, "there are no such blocks");
            case OVER_LIMIT -> new Failure(ErrorCode.LIMIT, 0, detail, "too much is requested at a time");
        };
    }
}
