package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.swarm.RateLimiter;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a limiter lets go is within its rate, however seldom it is looked at, and a little more is not. */
class RateMeterTest {

    private static final long RATE = 100_000;
    private static final long BURST = 10_000;
    private static final long MILLI = 1_000_000;

    @Test
    void whatALimiterAllowsIsWithinItsRate() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RateLimiter limiter = new RateLimiter(RATE, BURST, 0);
            RateMeter meter = new RateMeter(RATE, BURST, 0);
            long all = 0;
            long now = 0;
            for (int i = 0; i < 1_000; i++) {
                now += random.nextLong(80 * MILLI);
                long bytes = random.nextLong(limiter.available(now) + 1);
                limiter.take(bytes, now);
                all += bytes;
                if (random.nextInt(3) == 0) {
                    assertThat(meter.over(all, now)).as("seed %d", seed).isLessThanOrEqualTo(0);
                }
            }
        }
    }

    @Test
    void aBurstThatIsTooLargeIsTold() {
        RateMeter meter = new RateMeter(RATE, BURST, 0);
        assertThat(meter.over(BURST, 0)).isZero();
        assertThat(meter.over(BURST + 1_000, 10 * MILLI)).isZero();
        assertThat(meter.over(BURST + 1_007, 10 * MILLI)).isEqualTo(7);
    }

    @Test
    void aRateThatIsTooHighIsToldAfterSomeTime() {
        RateMeter meter = new RateMeter(RATE, BURST, 0);
        long over = 0;
        for (long tenth = 1; tenth <= 20; tenth++) {
            over = meter.over(tenth * RATE / 10 * 11 / 10, tenth * 100 * MILLI);
        }
        assertThat(over).isEqualTo(2 * RATE / 10 - BURST);
    }

    @Test
    void whatIsGivenBackMayGoOnceMore() {
        RateMeter meter = new RateMeter(RATE, BURST, 0);
        assertThat(meter.over(BURST, 0)).isZero();
        assertThat(meter.over(0, 0)).isLessThanOrEqualTo(0);
        assertThat(meter.over(BURST, 0)).isZero();
        assertThat(meter.over(BURST + 1, 0)).isEqualTo(1);
    }
}
