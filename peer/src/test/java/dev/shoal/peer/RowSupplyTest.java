package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowSupplyTest {

    private static final long SECOND = 1_000_000_000L;

    private final RowSupply supply = new RowSupply();

    @Test
    void whoRefusedIsPassedOverAndAnotherIsAsked() {
        assertThat(supply.next(List.of(1, 2), 0)).hasValue(1);
        supply.ask(1, 0);
        assertThat(supply.next(List.of(1, 2), 0)).isEmpty();
        assertThat(supply.failed(1, 0, 0)).isFalse();
        assertThat(supply.next(List.of(1, 2), 0)).hasValue(2);
        assertThat(supply.next(List.of(1), 0)).isEmpty();
        assertThat(supply.next(List.of(1), RowSupply.FIRST_PAUSE_NANOS)).hasValue(1);
    }

    @Test
    void whoRefusesForEverIsAskedAFewTimesAndGivenUp() {
        int times = 0;
        boolean over = false;
        for (long now = 0; now < 60 * SECOND && !over; now += SECOND / 20) {
            if (supply.next(List.of(1), now).isPresent()) {
                supply.ask(1, now);
                times++;
                over = supply.failed(1, 0, now);
            }
        }
        assertThat(over).isTrue();
        assertThat(times).isEqualTo(RowSupply.MAX_FAILURES);
    }

    @Test
    void whoSaysWhenIsNotAskedBefore() {
        supply.ask(1, 0);
        supply.failed(1, 30 * SECOND, 0);
        assertThat(supply.next(List.of(1), 30 * SECOND - 1)).isEmpty();
        assertThat(supply.next(List.of(1), 30 * SECOND)).hasValue(1);
    }

    @Test
    void whoGivesNothingNewIsOverdue() {
        supply.ask(1, 0);
        assertThat(supply.overdue(RowSupply.DEADLINE_NANOS)).isEmpty();
        assertThat(supply.overdue(RowSupply.DEADLINE_NANOS + 1)).hasValue(1);
        supply.progressed(SECOND);
        assertThat(supply.overdue(RowSupply.DEADLINE_NANOS + 1)).isEmpty();
        supply.gone(1);
        assertThat(supply.overdue(Long.MAX_VALUE)).isEmpty();
        assertThat(supply.isAsked(1)).isFalse();
    }

    @Test
    void aRefusalOfSomebodyElseChangesNothing() {
        supply.ask(1, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(supply.failed(2, 0, 0)).isFalse();
        }
        assertThat(supply.isAsked(1)).isTrue();
        assertThat(supply.next(List.of(2), 0)).isEmpty();
    }
}
