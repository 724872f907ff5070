package dev.shoal.peer;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Ends what was downloaded and has been passed on enough, and remembers how much of it was sent. What its owner shares
 * himself is never ended here, nor what this home follows. What is passed on while it is downloaded counts. One virtual
 * thread, which {@link Upkeep} runs in.
 */
final class Seeding {

    /** How often it is looked. */
    static final long LOOK_MILLIS = 2_000;

    /** What was sent is written down when it is so much more: a line of half a kilobyte a MiB is not worth counting. */
    static final long WORTH_KEEPING_BYTES = 1024 * 1024;

    private final PeerNode node;
    private final Upkeep upkeep;
    private final LongSupplier nowMillis;
    private String told = "";

    /** By some clock. */
    Seeding(PeerNode node, Upkeep upkeep, LongSupplier nowMillis) {
        this.node = node;
        this.upkeep = upkeep;
        this.nowMillis = nowMillis;
    }

    /** Looks again and again until the end. */
    void run(Cancellation end) {
        while (!end.await(LOOK_MILLIS)) {
            look();
        }
    }

    /**
     * Looks once. A change of the settings counts from now on. What is in the way is told once; it is tried again by
     * the next look, as nothing else ends what has been passed on enough.
     */
    void look() {
        try {
            lookAtAll();
            told = "";
        } catch (RuntimeException e) {
            tell(e);
        }
    }

    private void tell(RuntimeException e) {
        String sentence = e instanceof PeerException ? String.valueOf(e.getMessage()) : e.toString();
        if (!sentence.equals(told)) {
            told = sentence;
            node.events().warning("How long downloads are passed on cannot be kept just now: " + sentence);
        }
    }

    private void lookAtAll() {
        String span = node.settings().now(Setting.SEED_FOR);
        String ratio = node.settings().now(Setting.SEED_RATIO);
        for (Task task : upkeep.downloads()) {
            PeerNode.Shared shared = task.shared();
            KeptTask kept = task.kept();
            if (shared != null && kept.serves() != null) {
                KeptTask.Seeded now = kept.seededOr(kept.sinceMillis()).sent(task.sentBytes());
                Optional<String> reached = SeedLimits.of(kept.seeding(), span, ratio)
                        .reached(
                                now.sinceMillis(),
                                now.sentBytes(),
                                kept.serves().size(),
                                nowMillis.getAsLong());
                if (reached.isPresent()) {
                    upkeep.passedOn(task, now.over(reached.get()));
                } else {
                    remember(task, WORTH_KEEPING_BYTES);
                }
            } else if (isComing(task)) {
                remember(task, WORTH_KEEPING_BYTES);
            }
        }
    }

    /** Remembers all that was sent: the process is about to end. */
    void keepAll() {
        try {
            for (Task task : upkeep.downloads()) {
                if (task.shared() != null || isComing(task)) {
                    remember(task, 1);
                }
            }
        } catch (PeerException e) {
            // There is more to be ended.
            tell(e);
        }
    }

    /** Whether it goes on by itself and is not here yet. */
    private static boolean isComing(Task task) {
        KeptTask kept = task.kept();
        return !kept.over() && kept.serves() == null && !task.isAttended();
    }

    private void remember(Task task, long worthBytes) {
        KeptTask kept = task.kept();
        long before = kept.seeded() == null ? 0 : kept.seeded().sentBytes();
        long sent = task.sentBytes();
        if (sent - before >= worthBytes) {
            // Its download may end at this moment, and that end is what a span is counted from.
            upkeep.change(task, latest -> latest.sent(sent));
        }
    }
}
