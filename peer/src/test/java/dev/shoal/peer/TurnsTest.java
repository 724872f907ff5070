package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When something is due again about many things. */
class TurnsTest {

    private static final long SOON = 1_000_000;

    @Test
    void whatBeginsTogetherIsSpread() {
        Turns<Integer> turns = new Turns<>(7, 1_000);
        for (int thing = 0; thing < 1_000; thing++) {
            turns.in(SOON, thing, 0);
        }
        assertThat(turns.due(SOON * 3 / 4 - 1)).isEmpty();
        Set<Integer> all = new HashSet<>();
        for (int part = 1; part <= 10; part++) {
            List<Integer> due = turns.due(SOON * 3 / 4 + SOON * part / 20);
            assertThat(due).hasSizeBetween(50, 150);
            all.addAll(due);
            due.forEach(turns::forget);
        }
        assertThat(all).hasSize(1_000);
    }

    @Test
    void noMoreThanSomeAreDueAtATimeAndTheRestAfterThem() {
        Turns<Integer> turns = new Turns<>(7, 10);
        for (int thing = 0; thing < 25; thing++) {
            turns.in(SOON, thing, thing * SOON);
        }
        long now = 100 * SOON;
        assertThat(turns.due(now)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(turns.due(now)).as("until told otherwise").hasSize(10).contains(0);
        turns.due(now).forEach(thing -> turns.in(SOON, thing, now));
        assertThat(turns.due(now)).startsWith(10).hasSize(10);
        turns.due(now).forEach(turns::forget);
        assertThat(turns.due(now)).containsExactly(20, 21, 22, 23, 24);
    }
}
