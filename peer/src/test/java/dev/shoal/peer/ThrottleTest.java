package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A limit that is handed out in grants, and may change meanwhile. */
class ThrottleTest {

    /** As much as may go at once at a low limit. */
    private static final long BURST_BYTES = 256 * 1024;

    /** With this limit a burst takes more than four minutes. */
    private static final long CRAWLING = 1_024;

    private static final long GIBIBYTE = 1L << 30;

    @Test
    void noMoreIsGrantedThanIsAskedFor() {
        Throttle throttle = new Throttle(CRAWLING);
        assertThat(throttle.takeUpTo(-1)).isZero();
        assertThat(throttle.takeUpTo(100)).isEqualTo(100);
        assertThat(throttle.takeUpTo(GIBIBYTE)).isLessThanOrEqualTo(BURST_BYTES);
    }

    @Test
    void severalTogetherGetNoMoreThanTheLimit() {
        Throttle throttle = new Throttle(CRAWLING);
        long start = System.nanoTime();
        long taken = IntStream.range(0, 100)
                .parallel()
                .mapToLong(any -> throttle.takeUpTo(BURST_BYTES / 3))
                .sum();
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(taken).isBetween(BURST_BYTES, BURST_BYTES + (long) (CRAWLING * seconds) + 1);
    }

    @Test
    void whatWasSavedUpWithoutALimitIsNotMoreThanABurst() {
        Throttle throttle = new Throttle(Rate.UNLIMITED);
        assertThat(throttle.isLimited()).isFalse();
        assertThat(throttle.takeUpTo(GIBIBYTE)).isEqualTo(GIBIBYTE);
        throttle.rate(CRAWLING);
        assertThat(throttle.isLimited()).isTrue();
        assertThat(throttle.burstBytes()).isEqualTo(BURST_BYTES);
        assertThat(throttle.takeUpTo(GIBIBYTE)).isLessThanOrEqualTo(BURST_BYTES);
        throttle.rate(Rate.UNLIMITED);
        assertThat(throttle.takeUpTo(GIBIBYTE)).isEqualTo(GIBIBYTE);
    }
}
