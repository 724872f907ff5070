package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A limit that makes its callers wait, and may change while they do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ThrottleTest {

    /** As much as may go at once. */
    private static final int BURST_BYTES = 256 * 1024;

    /** With this limit a burst takes more than four minutes. */
    private static final long CRAWLING = 1_024;

    @Test
    void whoeverWaitsLooksAtTheRateAgainBeforeLong() {
        Throttle throttle = new Throttle(CRAWLING);
        throttle.acquire(BURST_BYTES);

        assertThat(throttle.nanosUntil(BURST_BYTES)).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(250));
    }

    @Test
    void whoeverWaitsIsFreedWhenTheLimitIsLifted() throws InterruptedException {
        Throttle throttle = new Throttle(CRAWLING);
        throttle.acquire(BURST_BYTES);
        Thread waiting = Thread.ofVirtual().start(() -> throttle.acquire(BURST_BYTES));

        throttle.rate(Rate.UNLIMITED);

        waiting.join();
        assertThat(throttle.nanosUntil(BURST_BYTES)).isZero();
    }
}
