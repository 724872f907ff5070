package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadingBudgetTest {

    private static final int CHUNK_BYTES = 16 * 1024 * 1024;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ReadingBudget budget = new ReadingBudget(5);

    @Test
    void eightComplaintsAMinuteAreLookedInto() {
        assertThat(complaints(100, 5)).isEqualTo(8);
        assertThat(complaints(100, 5 + 7 * SECOND)).isZero();
        assertThat(complaints(100, 5 + 8 * SECOND)).isEqualTo(1);
        assertThat(complaints(100, 5 + 68 * SECOND)).isEqualTo(8);
        assertThat(complaints(100, 5 + 1_000 * SECOND)).isEqualTo(8);
    }

    @Test
    void leavesAreMadeUpToALimitThatSaysWhenItEnds() {
        for (int i = 0; i < 4; i++) {
            assertThat(budget.takeLeaves(CHUNK_BYTES, 5)).isZero();
        }
        int wait = budget.takeLeaves(CHUNK_BYTES, 5);
        assertThat(wait).isBetween(16_000, 16_001);
        assertThat(budget.takeLeaves(CHUNK_BYTES, 5 + 15 * SECOND)).isPositive();
        assertThat(budget.takeLeaves(CHUNK_BYTES, 5 + TimeUnit.MILLISECONDS.toNanos(wait)))
                .isZero();
    }

    private int complaints(int attempts, long nowNanos) {
        int taken = 0;
        for (int i = 0; i < attempts; i++) {
            taken += budget.takeComplaint(nowNanos) ? 1 : 0;
        }
        return taken;
    }
}
