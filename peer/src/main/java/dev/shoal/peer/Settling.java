package dev.shoal.peer;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides when something that is watched has settled after a change, so that it is published as a new version. It is
 * told what was seen at which time, and says when to look again. It has settled when it looked the same for a while:
 * 0.2 s at first, and longer the longer it has been changing; what is empty needs longer, since it is about to be
 * written. Versions do not come quicker than one in a second, and when changes go on, the interval doubles up to a
 * minute until there is a rest. What changes whenever it is read is read less and less often, as is what is touched
 * again and again and has the same bytes. Knows no disk, clock or thread; times are in milliseconds of any clock that
 * only goes forward.
 */
final class Settling {

    /** How long it must look the same, at first. */
    static final long QUIET_MILLIS = 200;

    /** The same, however long it has been changing. */
    static final long LONGEST_QUIET_MILLIS = 5_000;

    /** The same, of something empty. */
    static final long EMPTY_QUIET_MILLIS = 2_000;

    /** A quarter of the time for which it has been changing is asked for. */
    private static final int QUIET_PART = 4;

    /** The shortest time between two versions. */
    static final long INTERVAL_MILLIS = 1_000;

    /** The same, when changes go on without end. */
    static final long LONGEST_INTERVAL_MILLIS = 60_000;

    /** So many versions after a rest come at the shortest interval, as somebody at work saves. */
    static final int FREE_VERSIONS = 5;

    /** As long without a change, or twice the interval, is a rest. */
    static final long REST_MILLIS = 10_000;

    /** Wait before what could not be published is tried again; it doubles up to the longest. */
    private static final long FIRST_RETRY_MILLIS = 1_000;

    static final long LONGEST_RETRY_MILLIS = 30_000;

    /** The same, of what changed while it was read, from the second time on. */
    static final long FIRST_TORN_MILLIS = 1_000;

    static final long LONGEST_TORN_MILLIS = 60_000;

    /** From so many times on, the pauses grow no more. */
    private static final int MOST_DOUBLED = 10;

    /** How soon it is looked again whether whoever writes has closed it. */
    private static final long FIRST_OPEN_MILLIS = 100;

    static final long LONGEST_OPEN_MILLIS = 2_000;

    private static final long LONG_AGO_MILLIS = Long.MIN_VALUE / 4;

    private Watched.@Nullable Look seen;
    private Watched.@Nullable Look published;
    private long changedMillis = LONG_AGO_MILLIS;
    private long changingSinceMillis = LONG_AGO_MILLIS;
    private long firstChangeMillis = LONG_AGO_MILLIS;
    private long publishedMillis = LONG_AGO_MILLIS;
    private long retryAtMillis = LONG_AGO_MILLIS;
    private long retryMillis = FIRST_RETRY_MILLIS;
    private boolean isAsPublished = true;
    private int versions;
    private int torn;
    private int touches;
    private long touchedMillis = LONG_AGO_MILLIS;

    /** What to do. */
    sealed interface Step {

        /** Nothing, until something changes. */
        record Rest() implements Step {}

        /** Look again at a time, unless something changes before. */
        record LookAt(long millis) implements Step {}

        /** Publish it, unless somebody has it open to write. */
        record Publish() implements Step {}
    }

    /**
     * It was looked at.
     *
     * @param look what it looks like; null when it is not there
     * @param nowMillis when that look began
     */
    Step looked(Watched.@Nullable Look look, long nowMillis) {
        if (!Objects.equals(look, seen)) {
            changed(nowMillis);
            seen = look;
        }
        if (seen == null || seen.equals(published)) {
            return new Step.Rest();
        }
        long settledMillis = changedMillis + quietMillis();
        long boundMillis = Math.max(publishedMillis + intervalMillis(versions), touchedMillis + touchIntervalMillis());
        long atMillis = Math.max(settledMillis, Math.max(boundMillis, retryAtMillis));
        return atMillis <= nowMillis ? new Step.Publish() : new Step.LookAt(atMillis);
    }

    /** It would be published, and somebody has it open to write. */
    Step isOpen(long nowMillis) {
        long untouchedMillis = nowMillis - changedMillis;
        return new Step.LookAt(
                nowMillis + Math.clamp(untouchedMillis / QUIET_PART, FIRST_OPEN_MILLIS, LONGEST_OPEN_MILLIS));
    }

    /**
     * It was published.
     *
     * @param look what it looked like when it was read
     * @param isVersion whether that made a version; else it was one already
     */
    void published(Watched.Look look, boolean isVersion, long nowMillis) {
        seen = look;
        published = look;
        retryMillis = FIRST_RETRY_MILLIS;
        retryAtMillis = LONG_AGO_MILLIS;
        isAsPublished = true;
        torn = 0;
        if (isVersion) {
            versions = wasRested(publishedMillis, intervalMillis(versions)) ? 1 : versions + 1;
            publishedMillis = nowMillis;
        } else {
            touches = wasRested(touchedMillis, touchIntervalMillis()) ? 1 : touches + 1;
            touchedMillis = nowMillis;
        }
    }

    private boolean wasRested(long sinceMillis, long intervalMillis) {
        return firstChangeMillis - sinceMillis >= Math.max(REST_MILLIS, 2 * intervalMillis);
    }

    /** It changed while it was read to be published. Returns how often that was so, one time after the other. */
    int torn(long nowMillis) {
        changed(nowMillis);
        torn++;
        if (torn > 1) {
            int doubled = Math.min(torn - 2, MOST_DOUBLED);
            retryAtMillis = nowMillis + Math.min(LONGEST_TORN_MILLIS, FIRST_TORN_MILLIS << doubled);
        }
        return torn;
    }

    /** What was published is not what is there, although it looks so. */
    void lost(long nowMillis) {
        published = null;
        changed(nowMillis);
    }

    /** It changed while it was read. */
    void changed(long nowMillis) {
        if (nowMillis - changedMillis > quietMillis()) {
            changingSinceMillis = nowMillis;
        }
        changedMillis = nowMillis;
        if (isAsPublished) {
            isAsPublished = false;
            firstChangeMillis = nowMillis;
        }
    }

    /** It could not be published. */
    void failed(long nowMillis) {
        retryAtMillis = nowMillis + retryMillis;
        retryMillis = Math.min(LONGEST_RETRY_MILLIS, 2 * retryMillis);
    }

    private long quietMillis() {
        long least = seen != null && seen.isEmpty() ? EMPTY_QUIET_MILLIS : QUIET_MILLIS;
        return Math.clamp((changedMillis - changingSinceMillis) / QUIET_PART, least, LONGEST_QUIET_MILLIS);
    }

    private static long intervalMillis(int times) {
        int doubled = Math.clamp(times - FREE_VERSIONS, 0, MOST_DOUBLED);
        return Math.min(LONGEST_INTERVAL_MILLIS, INTERVAL_MILLIS << doubled);
    }

    /** A few times nothing waits for a touch: a save may come right after it. */
    private long touchIntervalMillis() {
        return touches < FREE_VERSIONS ? 0 : intervalMillis(touches);
    }
}
