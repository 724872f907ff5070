package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {

    @Test
    void takesEveryCounterOnceAndNothingOlderThanTheWindow() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ReplayWindow window = new ReplayWindow();
            Set<Long> taken = new HashSet<>();
            long highest = 0;
            for (int step = 0; step < 5_000; step++) {
                long jump = random.nextInt(50) == 0 ? random.nextLong(3_000) : random.nextLong(20);
                long counter = Math.max(0, highest + jump - random.nextLong(1_200));
                boolean fresh = counter > 0 && counter > highest - ReplayWindow.SIZE && !taken.contains(counter);
                assertThat(window.isFresh(counter))
                        .as("seed %d, counter %d", seed, counter)
                        .isEqualTo(fresh);
                if (random.nextInt(5) > 0) {
                    assertThat(window.accept(counter)).as("seed %d", seed).isEqualTo(fresh);
                    if (fresh) {
                        taken.add(counter);
                        highest = Math.max(highest, counter);
                    }
                }
            }
        }
    }

    @Test
    void edgesOfTheWindow() {
        ReplayWindow window = new ReplayWindow();
        assertThat(window.accept(0)).isFalse();
        assertThat(window.accept(-1)).isFalse();
        assertThat(window.accept(1)).isTrue();
        assertThat(window.accept(1_024)).isTrue();
        assertThat(window.accept(1)).isFalse();
        assertThat(window.accept(2)).isTrue();
        assertThat(window.accept(1_027)).isTrue();
        assertThat(window.isFresh(3)).isFalse();
        assertThat(window.isFresh(4)).isTrue();
        assertThat(window.accept(Long.MAX_VALUE)).isTrue();
        assertThat(window.accept(Long.MAX_VALUE)).isFalse();
    }
}
