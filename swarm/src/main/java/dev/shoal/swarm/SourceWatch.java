package dev.shoal.swarm;

import java.util.ArrayList;
import java.util.List;

/**
 * The deadlines and the patience of a {@link Download}, which owns it: sources that send nothing, refuse what they
 * announced, or send what nobody asked for, and when more sources are wanted. For one thread at a time.
 */
final class SourceWatch {

    /** A source that was asked and of which no frame at all has come for this time is dropped. */
    static final long SILENCE_NANOS = 15_000_000_000L;

    /**
     * A request that is not answered after this time ends there and is asked from whoever has it. A source that sent
     * nothing useful meanwhile, and only said that it lives, is dropped.
     */
    static final long REQUEST_NANOS = 45_000_000_000L;

    /** A source is dropped when it left this many withdrawals unanswered without useful data in between. */
    static final int MAX_MISSES = 3;

    /** A request that was asked back and neither comes nor is given back is taken as given back after this time. */
    static final long WITHDRAW_NANOS = 2_000_000_000L;

    /** How long the caller may take to get the leaf hashes of a failed chunk. */
    static final long LEAVES_NANOS = 10_000_000_000L;

    /** A source is dropped when it refused this many announced chunks without useful data in between. */
    static final int MAX_REFUSALS = 4;

    /** A source may send this much that was not requested, in bytes: cancels and data cross on the way. */
    static final long MAX_UNREQUESTED_BYTES = 1024 * 1024;

    /** With fewer sources than this, more are asked for. */
    static final int WANTED_SOURCES = 24;

    private static final long FIRST_ASK_PAUSE_NANOS = 1_000_000_000L;
    private static final long MAX_ASK_PAUSE_NANOS = 32_000_000_000L;

    /** A source that is busy is asked again after this time, twice as long after each time, and not before it said. */
    static final long MIN_BUSY_NANOS = 100_000_000L;

    /** A source is dropped when it was busy this often without useful data in between, which takes 25 s at least. */
    static final int MAX_BUSY_TIMES = 8;

    /** A source that wants to be left alone for longer is dropped at once. */
    static final long MAX_BUSY_NANOS = 60_000_000_000L;

    /** How a source is dropped. */
    interface Dropper {
        void drop(int source, DropReason reason, boolean ban, long nowNanos);
    }

    private final RequestPlan plan;
    private final Dropper dropper;
    private final List<DownloadAction> actions;
    private long askPauseNanos = FIRST_ASK_PAUSE_NANOS;
    private long nextAskNanos;

    SourceWatch(RequestPlan plan, Dropper dropper, List<DownloadAction> actions) {
        this.plan = plan;
        this.dropper = dropper;
        this.actions = actions;
    }

    void check(long nowNanos) {
        for (Source source : List.copyOf(plan.sources.values())) {
            if (source.dropped == null && !source.outstanding.isEmpty()) {
                check(source, nowNanos);
            }
        }
        if (nowNanos - nextAskNanos >= 0) {
            boolean nothing = isStarved();
            if (nothing || plan.sources.size() < WANTED_SOURCES) {
                ask(nothing, nowNanos);
            }
        }
    }

    private void check(Source source, long nowNanos) {
        long asked = source.outstanding.getFirst().issuedNanos;
        long silentSince = Math.max(asked, source.lastHeardNanos);
        if (nowNanos - silentSince > SILENCE_NANOS) {
            dropper.drop(source.id, DropReason.STALLED, false, nowNanos);
            return;
        }
        for (Outstanding request : List.copyOf(source.outstanding)) {
            boolean unanswered = request.withdrawn && nowNanos - request.withdrawnNanos > WITHDRAW_NANOS;
            boolean overdue = nowNanos - request.issuedNanos > REQUEST_NANOS;
            if ((unanswered || overdue) && request.firstIdleBlock() < request.endBlock) {
                boolean nothingCame = source.receivedBytes == request.receivedBefore;
                if (nothingCame && (overdue || ++source.misses >= MAX_MISSES)) {
                    dropper.drop(source.id, DropReason.STALLED, false, nowNanos);
                    return;
                }
                plan.release(request, request.firstIdleBlock(), true, nowNanos);
                if (nothingCame) {
                    source.pausedUntilNanos = nowNanos + WITHDRAW_NANOS * source.misses;
                }
            }
        }
    }

    /** Nothing is requested although something is missing. */
    private boolean isStarved() {
        return plan.sources.values().stream().allMatch(source -> source.outstanding.isEmpty());
    }

    void askForSources(long nowNanos) {
        ask(true, nowNanos);
    }

    private void ask(boolean nothing, long nowNanos) {
        actions.add(new DownloadAction.NeedSources(nothing));
        nextAskNanos = nowNanos + askPauseNanos;
        askPauseNanos = Math.min(2 * askPauseNanos, nothing ? 4 * FIRST_ASK_PAUSE_NANOS : MAX_ASK_PAUSE_NANOS);
    }

    void checkFlood(Source source, long nowNanos) {
        if (source.cancelledBytes < -MAX_UNREQUESTED_BYTES) {
            dropper.drop(source.id, DropReason.FLOODS, true, nowNanos);
        }
    }

    void refused(Source source, int chunk, long retryAfterNanos, long nowNanos) {
        if (retryAfterNanos > 0) {
            busy(source, retryAfterNanos, nowNanos);
            return;
        }
        if (source.has.remove(chunk) && !source.countedAsFull) {
            plan.pool.holdersChanged(chunk, -1);
        }
        if (++source.refusals >= MAX_REFUSALS) {
            dropper.drop(source.id, DropReason.REFUSES, false, nowNanos);
        }
    }

    private void busy(Source source, long retryAfterNanos, long nowNanos) {
        if (retryAfterNanos > MAX_BUSY_NANOS) {
            dropper.drop(source.id, DropReason.BUSY, false, nowNanos);
        } else if (nowNanos - source.pausedUntilNanos >= 0) {
            // All that it was asked for before it said so it refuses for the same reason.
            long pause = Math.max(MIN_BUSY_NANOS << source.busyTimes, retryAfterNanos);
            source.pausedUntilNanos = nowNanos + pause;
            if (++source.busyTimes >= MAX_BUSY_TIMES) {
                dropper.drop(source.id, DropReason.BUSY, false, nowNanos);
            }
        }
    }

    List<Integer> overdueLeaves(long nowNanos) {
        List<Integer> overdue = new ArrayList<>();
        for (Assembly assembly : plan.assemblies.values()) {
            if (assembly.stage == Assembly.Stage.AWAITING_LEAVES
                    && nowNanos - assembly.stageSinceNanos > LEAVES_NANOS) {
                overdue.add(assembly.chunk);
            }
        }
        return overdue;
    }
}
