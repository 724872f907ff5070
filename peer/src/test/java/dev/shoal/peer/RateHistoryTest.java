package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How fast a peer was, second by second. */
class RateHistoryTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong sent = new AtomicLong(1_000);
    private final AtomicLong received = new AtomicLong();
    private final RateHistory history = new RateHistory(sent::get, received::get, 0, 5);

    @Test
    void eachSecondHasItsNumbers() {
        assertThat(history.report())
                .isEqualTo(new TaskReport.Rates(1_000, 5, Collections.emptyList(), Collections.emptyList()));
        sent.addAndGet(300);
        history.look(SECOND, 1_005);
        received.addAndGet(100);
        history.look(2 * SECOND + SECOND / 4, 2_255);
        TaskReport.Rates rates = history.report();
        assertThat(rates.upload()).containsExactly(300L, 0L);
        assertThat(rates.download()).containsExactly(0L, 80L);
        assertThat(rates.untilMillis()).isEqualTo(2_255);
    }

    @Test
    void whatMovedWhileNobodyLookedIsSpread() {
        sent.addAndGet(900);
        history.look(3 * SECOND, 3_005);
        assertThat(history.report().upload()).containsExactly(300L, 300L, 300L);
        history.look(1_000_000 * SECOND, 1_000_000_005);
        assertThat(history.report().upload()).hasSize(RateHistory.MOST_SECONDS).containsOnly(0L);
    }

    @Test
    void onlyTheLastMinutesAreKept() {
        for (int second = 1; second <= RateHistory.MOST_SECONDS + 3; second++) {
            sent.addAndGet(second);
            history.look(second * SECOND, second);
        }
        TaskReport.Rates rates = history.report();
        assertThat(rates.upload()).hasSize(RateHistory.MOST_SECONDS);
        assertThat(rates.upload().getFirst()).isEqualTo(4);
        assertThat(rates.upload().getLast()).isEqualTo(RateHistory.MOST_SECONDS + 3);
    }
}
