package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

    @Test
    void eventsRunInTheOrderOfTimeAndThenOfPlanning() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            VirtualTime time = new VirtualTime();
            List<long[]> ran = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                int number = i;
                time.at(random.nextLong(100), () -> ran.add(new long[] {time.nowNanos(), number}));
            }
            while (time.step(Long.MAX_VALUE)) {
                assertThat(ran).isNotEmpty();
            }
            assertThat(ran).as("seed %d", seed).hasSize(3000).isSortedAccordingTo((one, other) -> {
                int order = Long.compare(one[0], other[0]);
                return order == 0 ? Long.compare(one[1], other[1]) : order;
            });
            assertThat(time.executed()).isEqualTo(3000);
        }
    }

    @Test
    void timeDoesNotGoBackAndStopsAtTheEnd() {
        VirtualTime time = new VirtualTime();
        time.after(10, () -> time.after(-5, () -> {}));
        assertThat(time.step(9)).isFalse();
        assertThat(time.step(10)).isTrue();
        assertThatThrownBy(() -> time.at(9, () -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThat(time.step(10)).isTrue();
        assertThat(time.step(10)).isFalse();
    }
}
