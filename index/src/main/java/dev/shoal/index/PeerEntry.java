package dev.shoal.index;

import dev.shoal.protocol.RegistrationDigest;
import org.jspecify.annotations.Nullable;

/** What the directory holds of one peer beside the list of its contents. For one thread at a time. */
final class PeerEntry {

    /** After so long, half of what was handed out has come to nothing, or shows in the peer's own count. */
    static final long HALF_LIFE_NANOS = 30_000_000_000L;

    private static final int STEPS_PER_HALF_LIFE = 32;
    private static final long STEP_NANOS = HALF_LIFE_NANOS / STEPS_PER_HALF_LIFE;

    /** After eight half-lives nothing is left. */
    private static final float[] LEFT = new float[8 * STEPS_PER_HALF_LIFE];

    static {
        for (int step = 0; step < LEFT.length; step++) {
            LEFT[step] = (float) Math.pow(0.5, (double) step / STEPS_PER_HALF_LIFE);
        }
    }

    /** Null once the peer is gone and only stale places in the lists of contents still name its number. */
    @Nullable
    Contact contact;

    /** See {@link Visibility#network}. */
    long network;

    final RegistrationDigest digest = new RegistrationDigest();

    /** How many of its contents it has only some chunks of. */
    int partials;

    /** What it had before it began to state everything anew; null while it does not. */
    @Nullable
    Unnamed unnamed;

    /** How many places in the lists of contents still name it after it left. */
    int stale;

    private int uploads;
    private float handedOut;
    private long handedOutNanos;

    PeerEntry(Contact contact) {
        tell(contact);
    }

    void tell(Contact newContact) {
        contact = newContact;
        network = Visibility.network(newContact.observed());
    }

    boolean isGone() {
        return contact == null;
    }

    /** How many downloads the peer probably serves: what it said, and what was handed out since. */
    float load(long nowNanos) {
        if (handedOut == 0) {
            return uploads;
        }
        long step = Math.max(0, nowNanos - handedOutNanos) / STEP_NANOS;
        return step >= LEFT.length ? uploads : uploads + handedOut * LEFT[(int) step];
    }

    /** Somebody was told of the peer and will probably download from it. */
    void handOut(long nowNanos) {
        handedOut = load(nowNanos) - uploads + 1;
        handedOutNanos = nowNanos;
    }

    /** The peer says how many downloads it serves: what was handed out before is in there, or came to nothing. */
    void report(int runningUploads) {
        uploads = runningUploads;
        handedOut = 0;
    }

    int uploads() {
        return uploads;
    }

    /** A peer that starts anew under another number takes its load along. */
    void takeLoad(PeerEntry before) {
        uploads = before.uploads;
        handedOut = before.handedOut;
        handedOutNanos = before.handedOutNanos;
    }
}
