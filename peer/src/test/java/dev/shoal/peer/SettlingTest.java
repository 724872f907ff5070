package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Settling.Step;
import dev.shoal.peer.Settling.Step.LookAt;
import dev.shoal.peer.Settling.Step.Publish;
import dev.shoal.peer.Settling.Step.Rest;
import dev.shoal.peer.Watched.Look;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When something that was changed has settled. */
class SettlingTest {

    private static final long HOUR_MILLIS = 3_600_000;

    private final Settling settling = new Settling();

    private static Look look(int state) {
        return new Look(state, false);
    }

    private Step looked(int state, long nowMillis) {
        return settling.looked(look(state), nowMillis);
    }

    /** The first version, at a time that is long gone by now. */
    private void begin(int state) {
        looked(state, -100_000);
        settling.published(look(state), true, -100_000);
    }

    @Test
    void whatIsThereIsPublishedWhenItLooksTheSameForAMoment() {
        assertThat(looked(1, 0)).isEqualTo(new LookAt(200));
        assertThat(looked(1, 100)).isEqualTo(new LookAt(200));
        assertThat(looked(1, 200)).isEqualTo(new Publish());
        settling.published(look(1), true, 210);
        assertThat(looked(1, 220)).isEqualTo(new Rest());
    }

    @Test
    void eachChangeBeginsTheWaitAnew() {
        begin(1);
        assertThat(looked(2, 0)).isEqualTo(new LookAt(200));
        assertThat(looked(3, 150)).isEqualTo(new LookAt(350));
        assertThat(looked(3, 350)).isEqualTo(new Publish());
        settling.changed(400);
        assertThat(looked(4, 401)).isInstanceOf(LookAt.class);
    }

    @Test
    void whatIsChangedForLongIsWaitedForLonger() {
        begin(1);
        int state = 2;
        for (long now = 0; now <= 4_000; now += 100) {
            looked(state++, now);
        }
        assertThat(looked(state - 1, 4_001)).isEqualTo(new LookAt(5_000));
        for (long now = 4_100; now <= 60_000; now += 100) {
            assertThat(looked(state++, now)).isInstanceOf(LookAt.class);
        }
        assertThat(looked(state - 1, 60_001)).isEqualTo(new LookAt(65_000));
        assertThat(looked(state - 1, 65_000)).isEqualTo(new Publish());
    }

    @Test
    void whatIsEmptyIsAboutToBeWritten() {
        begin(1);
        Look empty = new Look(2, true);
        assertThat(settling.looked(empty, 0)).isEqualTo(new LookAt(2_000));
        assertThat(looked(3, 1_000)).isEqualTo(new LookAt(1_200 + 50));
        assertThat(settling.looked(empty, 2_000)).isInstanceOf(LookAt.class);
        assertThat(settling.looked(empty, 4_000)).isEqualTo(new Publish());
    }

    @Test
    void whatIsNotThereIsNotPublished() {
        begin(1);
        assertThat(settling.looked(null, 0)).isEqualTo(new Rest());
        assertThat(settling.looked(null, 100_000)).isEqualTo(new Rest());
        // Back as it was, and then as something else.
        assertThat(looked(1, 100_001)).isEqualTo(new Rest());
        assertThat(looked(2, 200_000)).isEqualTo(new LookAt(200_200));
    }

    @Test
    void whatIsOpenIsLookedAtLessAndLessOften() {
        begin(1);
        looked(2, 0);
        assertThat(looked(2, 200)).isEqualTo(new Publish());
        assertThat(settling.isOpen(200)).isEqualTo(new LookAt(300));
        assertThat(settling.isOpen(4_000)).isEqualTo(new LookAt(5_000));
        assertThat(settling.isOpen(100_000)).isEqualTo(new LookAt(102_000));
        assertThat(looked(2, 102_000)).isEqualTo(new Publish());
    }

    @Test
    void whatCannotBePublishedIsTriedAgainLessAndLessOften() {
        begin(1);
        looked(2, 0);
        assertThat(looked(2, 200)).isEqualTo(new Publish());
        settling.failed(200);
        assertThat(looked(2, 201)).isEqualTo(new LookAt(1_200));
        settling.failed(1_200);
        assertThat(looked(2, 1_201)).isEqualTo(new LookAt(3_200));
        for (int i = 0; i < 10; i++) {
            settling.failed(4_000);
        }
        assertThat(looked(2, 4_001)).isEqualTo(new LookAt(34_000));
    }

    @Test
    void theSameBytesAgainAreNoVersionAndDelayNone() {
        begin(1);
        settling.published(look(1), true, 0);
        looked(2, 2_000);
        settling.published(look(2), false, 2_200);
        assertThat(looked(3, 2_300)).isEqualTo(new LookAt(2_500));
    }

    @Test
    void whatChangesWheneverItIsReadIsReadLessAndLessOften() {
        begin(1);
        long now = 0;
        List<Long> reads = new ArrayList<>();
        for (int state = 2; now < HOUR_MILLIS; state++) {
            while (!(looked(state, now) instanceof Publish)) {
                now += 100;
            }
            reads.add(now);
            // It takes ten seconds to read it.
            now += 10_000;
            assertThat(settling.torn(now)).isEqualTo(reads.size());
        }
        assertThat(reads.get(1) - reads.getFirst()).as("once may be bad luck").isLessThan(10_500);
        assertThat(reads).hasSizeBetween(50, 65);
        int last = 1_000_000;
        now += Settling.LONGEST_TORN_MILLIS;
        looked(last, now - 1_000);
        assertThat(looked(last, now)).isEqualTo(new Publish());
        settling.published(look(last), true, now);
        assertThat(settling.torn(now + 1)).as("counted anew").isEqualTo(1);
    }

    @Test
    void whatIsTouchedWithoutEndIsReadOnceAMinute() {
        begin(1);
        int reads = 0;
        int state = 2;
        for (long now = 0; now < HOUR_MILLIS; now += 300) {
            looked(state, now);
            if (looked(state, now + 250) instanceof Publish) {
                reads++;
                settling.published(look(state), false, now + 250);
            }
            state++;
        }
        assertThat(reads).isBetween(50, 80);
        assertThat(looked(state - 1, HOUR_MILLIS + 60_000)).isEqualTo(new Publish());
        settling.published(look(state - 1), false, HOUR_MILLIS + 60_000);
        long rested = HOUR_MILLIS + 200_000;
        assertThat(looked(state, rested)).isEqualTo(new LookAt(rested + 200));
        settling.published(look(state), false, rested + 200);
        assertThat(looked(state + 1, rested + 300)).isEqualTo(new LookAt(rested + 500));
    }

    @Test
    void whatIsNotWhatWasPublishedIsPublishedAgainAlthoughItLooksSo() {
        begin(1);
        assertThat(looked(1, 0)).isEqualTo(new Rest());
        settling.lost(100);
        assertThat(looked(1, 100)).isEqualTo(new LookAt(300));
        assertThat(looked(1, 300)).isEqualTo(new Publish());
        settling.published(look(1), true, 310);
        assertThat(looked(1, 320)).isEqualTo(new Rest());
    }

    @Test
    void versionsComeOnceASecondAtFirstAndOnceAMinuteWhenChangesGoOnWithoutEnd() {
        List<Long> versions = versionsOfChanges(1_500, HOUR_MILLIS);
        assertThat(versions.get(4) - versions.getFirst()).isLessThanOrEqualTo(4 * 1_700);
        assertThat(versions).hasSizeLessThanOrEqualTo(75).hasSizeGreaterThan(55);
    }

    @Test
    void aRestMakesThemComeQuicklyAgain() {
        versionsOfChanges(1_500, HOUR_MILLIS);
        int state = 1_000_000;
        settling.published(look(state - 1), true, HOUR_MILLIS + 60_000);
        long rested = HOUR_MILLIS + 200_000;
        assertThat(looked(state, rested)).isEqualTo(new LookAt(rested + 200));
        settling.published(look(state), true, rested + 200);
        assertThat(looked(state + 1, rested + 1_100)).isEqualTo(new LookAt(rested + 1_300));
    }

    @Test
    void whoSavesNowAndThenDoesNotWait() {
        for (long published : versionsOfChanges(12_000, HOUR_MILLIS)) {
            assertThat(published % 12_000).isEqualTo(Settling.QUIET_MILLIS);
        }
    }

    /** Something changes at an even pace, and is looked at each time and when it was said. */
    private List<Long> versionsOfChanges(long everyMillis, long untilMillis) {
        List<Long> versions = new ArrayList<>();
        int state = 0;
        long lookAt = Long.MAX_VALUE;
        for (long now = 0; now < untilMillis; now = Math.min(lookAt, (now / everyMillis + 1) * everyMillis)) {
            state = (int) (now / everyMillis);
            lookAt = Long.MAX_VALUE;
            switch (looked(state, now)) {
                case Rest rest -> {
                    // Until it changes.
                }
                case LookAt at -> lookAt = at.millis();
                case Publish publish -> {
                    settling.published(look(state), true, now);
                    versions.add(now);
                }
            }
        }
        return versions;
    }

    /** Bursts of changes, with and without the file being open meanwhile, and readings that fail or take long. */
    @Test
    void whateverHappensNothingUnsettledIsPublishedAndTheLastStateSoon() {
        long first = System.nanoTime();
        for (long seed = first; seed < first + 400; seed++) {
            try {
                new Simulation(seed).run();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** What happens to a file, in virtual time. */
    private static final class Simulation {

        private static final long SLOWLY_MILLIS = 3_000;
        private static final long LONGEST_READING_MILLIS = 3_000;
        private static final long BOUND_MILLIS = Settling.LONGEST_QUIET_MILLIS
                + Settling.LONGEST_INTERVAL_MILLIS
                + Settling.LONGEST_RETRY_MILLIS
                + Settling.LONGEST_OPEN_MILLIS
                + Settling.LONGEST_TORN_MILLIS
                + LONGEST_READING_MILLIS
                + 2 * SLOWLY_MILLIS;

        /** Something that is done to the file. */
        private record Event(long millis, boolean changes, boolean isOpen, boolean isEmpty) {}

        private final SplittableRandom random;
        private final Settling settling = new Settling();
        private final Queue<Event> events = new ArrayDeque<>();
        private final boolean hasNotices;
        private int state;
        private boolean isEmpty;
        private boolean isOpen;
        private long changedMillis;
        private long endMillis;
        private long lookAtMillis;
        private int publishedState = -1;
        private long publishedMillis = Long.MIN_VALUE / 2;

        Simulation(long seed) {
            random = new SplittableRandom(seed);
            hasNotices = random.nextInt(4) > 0;
            long now = 0;
            for (int burst = random.nextInt(1, 12); burst > 0; burst--) {
                now += random.nextInt(random.nextBoolean() ? 3_000 : 60_000);
                now = burst(now);
            }
            endMillis = now;
        }

        private long burst(long begin) {
            boolean opens = random.nextBoolean();
            int spacing = random.nextInt(1, random.nextBoolean() ? 150 : 2_000);
            long now = begin;
            for (int change = random.nextInt(1, 60); change > 0; change--) {
                events.add(new Event(now, true, opens, random.nextInt(10) == 0));
                now += random.nextInt(spacing) + 1;
            }
            now += random.nextInt(2_000);
            events.add(new Event(now, false, false, false));
            return now;
        }

        void run() {
            long now = 0;
            while (!events.isEmpty() || publishedState != state) {
                Event next = events.peek();
                if (next != null && next.millis <= lookAtMillis) {
                    now = Math.max(now, next.millis);
                    happens(events.remove(), now);
                } else {
                    now = Math.max(now, lookAtMillis);
                    lookedAt(now);
                }
                assertThat(now).isLessThanOrEqualTo(endMillis + BOUND_MILLIS);
            }
        }

        private void happens(Event event, long nowMillis) {
            isOpen = event.isOpen;
            if (event.changes) {
                state++;
                isEmpty = event.isEmpty;
                changedMillis = nowMillis;
                if (hasNotices) {
                    lookAtMillis = Math.min(lookAtMillis, nowMillis + random.nextInt(26));
                }
            }
        }

        private void lookedAt(long nowMillis) {
            Step step = settling.looked(present(), nowMillis);
            if (step instanceof Publish && isOpen) {
                step = settling.isOpen(nowMillis);
            }
            lookAtMillis = nowMillis + SLOWLY_MILLIS;
            switch (step) {
                case Rest rest -> assertThat(publishedState).isEqualTo(state);
                case LookAt at -> {
                    assertThat(at.millis()).isGreaterThan(nowMillis);
                    lookAtMillis = Math.min(lookAtMillis, at.millis());
                }
                case Publish publish -> publish(nowMillis);
            }
        }

        private @Nullable Look present() {
            return new Look(state, isEmpty);
        }

        private void publish(long nowMillis) {
            assertThat(nowMillis - changedMillis)
                    .isGreaterThanOrEqualTo(isEmpty ? Settling.EMPTY_QUIET_MILLIS : Settling.QUIET_MILLIS);
            int read = state;
            long readMillis = nowMillis + random.nextInt((int) LONGEST_READING_MILLIS);
            Look look = new Look(state, isEmpty);
            for (Event next = events.peek(); next != null && next.millis <= readMillis; next = events.peek()) {
                happens(events.remove(), next.millis);
            }
            if (state != read) {
                settling.torn(readMillis);
            } else if (readMillis < endMillis && random.nextInt(10) == 0) {
                settling.failed(readMillis);
            } else {
                settling.published(look, true, readMillis);
                assertThat(nowMillis - publishedMillis).isGreaterThanOrEqualTo(Settling.INTERVAL_MILLIS);
                publishedState = read;
                publishedMillis = readMillis;
            }
            lookAtMillis = readMillis;
        }
    }
}
