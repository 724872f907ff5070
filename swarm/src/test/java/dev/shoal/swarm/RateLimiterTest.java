package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final long SECOND = 1_000_000_000L;

    private record Grant(long nanos, long bytes) {}

    @Test
    void neverLetsMoreThanRateAndBurstGoInAnyStretchOfTime() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long rate = 1L << random.nextInt(0, 36);
            long burst = 1 + random.nextLong(1L << random.nextInt(1, 24));
            long now = random.nextLong();
            RateLimiter limiter = new RateLimiter(rate, burst, now);
            List<Grant> grants = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                now += random.nextLong(1 + 4 * SECOND / (1 + random.nextInt(1000)));
                long bytes = Math.min(limiter.available(now), random.nextLong(1, 2 * burst + 1));
                limiter.take(bytes, now);
                grants.add(new Grant(now, bytes));
            }
            for (int from = 0; from < grants.size(); from++) {
                double sum = 0;
                for (int to = from; to < grants.size(); to++) {
                    sum += grants.get(to).bytes();
                    double seconds = (grants.get(to).nanos() - grants.get(from).nanos()) / 1e9;
                    assertThat(sum).as("seed %d", seed).isLessThanOrEqualTo(burst + rate * seconds * 1.000001 + 1);
                }
            }
        }
    }

    @Test
    void reachesItsRateWhenAskedAgainAtTheTimeThatItNames() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long rate = 1 + random.nextLong(1L << random.nextInt(1, 30));
            long burst = 1 + random.nextLong(1 << 20);
            long start = random.nextLong();
            long now = start;
            RateLimiter limiter = new RateLimiter(rate, burst, now);
            double sent = 0;
            for (int step = 0; step < 500; step++) {
                long piece = 1 + random.nextLong(burst);
                now += limiter.nanosUntil(piece, now);
                assertThat(limiter.nanosUntil(piece, now)).as("seed %d", seed).isZero();
                limiter.take(piece, now);
                sent += piece;
            }
            double allowed = burst + rate * ((now - start) / 1e9);
            assertThat(allowed - sent).as("seed %d", seed).isBetween(-1.0, burst + 2.0);
        }
    }

    @Test
    void changesWhileItRuns() {
        RateLimiter limiter = new RateLimiter(1000, 100, 0);
        limiter.take(100, 0);
        assertThat(limiter.nanosUntil(50, 0)).isEqualTo(SECOND / 20);
        limiter.rate(10, 100, 0);
        assertThat(limiter.nanosUntil(50, 0)).isEqualTo(5 * SECOND);
        limiter.rate(RateLimiter.UNLIMITED, 100, 0);
        assertThat(limiter.available(0)).isEqualTo(Long.MAX_VALUE);
        limiter.take(1L << 40, 0);
        limiter.rate(10, 100, 1);
        assertThat(limiter.available(1)).isEqualTo(100);
        assertThat(limiter.rateBytesPerSecond()).isEqualTo(10);
    }

    @Test
    void theBurstChangesWithTheRateAndWhatIsAboveItIsLost() {
        RateLimiter limiter = new RateLimiter(RateLimiter.UNLIMITED, RateLimiter.MAX_BURST_BYTES, 0);
        limiter.rate(1000, 50, SECOND);
        assertThat(limiter.available(SECOND)).isEqualTo(50);
        assertThat(limiter.burstBytes()).isEqualTo(50);
        limiter.rate(1000, 200, SECOND);
        assertThat(limiter.available(SECOND)).isEqualTo(50);
        assertThat(limiter.available(2 * SECOND)).isEqualTo(200);
    }

    @Test
    void aBurstIsWhatFlowsInATimeButHasALeastAndALargestSize() {
        assertThat(RateLimiter.burstBytes(1_000, 300, SECOND / 10)).isEqualTo(300);
        assertThat(RateLimiter.burstBytes(1_000_000, 300, SECOND / 10)).isEqualTo(100_000);
        assertThat(RateLimiter.burstBytes(RateLimiter.UNLIMITED, 300, SECOND)).isEqualTo(RateLimiter.MAX_BURST_BYTES);
    }

    @Test
    void refusesWhatItCannotKeep() {
        assertThatThrownBy(() -> new RateLimiter(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimiter(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimiter(1, (1L << 30) + 1, 0)).isInstanceOf(IllegalArgumentException.class);
        RateLimiter limiter = new RateLimiter(10, 5, 0);
        assertThatThrownBy(() -> limiter.take(6, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new RateLimiter(RateLimiter.MAX_RATE, 1 << 30, 0).nanosUntil(1, 0))
                .isZero();
    }
}
