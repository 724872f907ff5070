package dev.shoal.swarm;

/**
 * How many pieces may be on their way at a time. Few are best: a chunk that is sent alone can be passed on sooner than
 * one that shares the link. But slow receivers need many, or the link idles. So the number climbs while that makes the
 * whole faster, and falls while it does not make it slower (hill climbing over periods in which somebody had to wait
 * for a slot). For one thread at a time.
 */
final class SlotControl {

    /** Most pieces on their way: each takes a sender's thread and a buffer of 256 KiB. */
    static final int MAX_SLOTS = 64;

    /** The shortest stretch over which a rate is measured. */
    static final long MIN_PERIOD_NANOS = 500_000_000L;

    /** How many pieces each slot sends in a period at least: fewer say little. */
    private static final int PIECES_PER_SLOT = 8;

    /** More slots have to bring this much more. */
    private static final double WORTH_MORE = 1.08;

    /** Fewer slots may cost this much. */
    private static final double WORTH_LESS = 0.98;

    /** After fruitless trials this many periods pass before the next one; doubled each time up to the second value. */
    private static final int FIRST_REST = 2;

    private static final int LONGEST_REST = 16;

    private final int least;
    private int slots;
    private int triedFrom;
    private double baseRate;
    private int rest = FIRST_REST;
    private int periodsToRest;
    private boolean up = true;
    private long periodStartNanos = Long.MIN_VALUE;
    private long periodBytes;
    private int periodPieces;
    /** The period after a change is not judged: it fills or drains the new sender's socket. */
    private boolean settling;

    private int refused;
    private int granted;

    SlotControl(int least) {
        if (least < 1 || least > MAX_SLOTS) {
            throw new IllegalArgumentException(least + " slots are not 1 to " + MAX_SLOTS);
        }
        this.least = least;
        this.slots = least;
        this.triedFrom = least;
    }

    int slots() {
        return slots;
    }

    /** Somebody waits and there is no slot. */
    void refused() {
        refused++;
    }

    /** There was a slot, whether it could be used or not. */
    void unused() {
        granted++;
    }

    void sent(int bytes, long nowNanos) {
        if (periodStartNanos == Long.MIN_VALUE) {
            begin(nowNanos);
        }
        periodBytes += bytes;
        periodPieces++;
        long elapsed = nowNanos - periodStartNanos;
        boolean enough = elapsed >= MIN_PERIOD_NANOS && periodPieces >= PIECES_PER_SLOT * slots;
        if (enough) {
            if (settling) {
                settling = false;
            } else if (refused > granted) {
                judge(periodBytes * 1e9 / elapsed);
            } else {
                settle();
            }
            begin(nowNanos);
        }
    }

    private void begin(long nowNanos) {
        periodStartNanos = nowNanos;
        periodBytes = 0;
        periodPieces = 0;
        refused = 0;
        granted = 0;
    }

    /** Slots were not what was short: what was measured says nothing about them. */
    private void settle() {
        slots = Math.min(slots, triedFrom);
        triedFrom = slots;
        baseRate = 0;
    }

    private void judge(double rate) {
        if (slots == triedFrom) {
            baseRate = baseRate == 0 ? rate : (baseRate + rate) / 2;
            if (--periodsToRest <= 0) {
                tryAnother();
            }
            return;
        }
        boolean better = slots > triedFrom ? rate > baseRate * WORTH_MORE : rate > baseRate * WORTH_LESS;
        if (better) {
            rest = FIRST_REST;
            baseRate = rate;
            triedFrom = slots;
            tryAnother();
        } else {
            slots = triedFrom;
            settling = true;
            up = !up;
            periodsToRest = rest;
            rest = Math.min(2 * rest, LONGEST_REST);
        }
    }

    private void tryAnother() {
        settling = true;
        if (!up && slots == least) {
            up = true;
        }
        int step = Math.max(1, slots / 3);
        slots = up ? Math.min(MAX_SLOTS, slots + step) : Math.max(least, slots - Math.max(1, slots / 4));
    }
}
