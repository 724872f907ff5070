package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CoarseCountTest {

    private final AtomicLong exact = new AtomicLong(99);
    private final AtomicLong nanos = new AtomicLong(-5);
    private final CoarseCount count = new CoarseCount(exact::get, nanos::get);

    @Test
    void oneMoreIsNotSeen() {
        exact.set(0);
        nanos.addAndGet(CoarseCount.OLD_NANOS + 1);
        assertThat(count.below()).isEqualTo(100);
        exact.set(98);
        nanos.addAndGet(CoarseCount.OLD_NANOS + 1);
        assertThat(count.below()).isEqualTo(100);
        assertThat(count.full()).isZero();
    }

    @Test
    void whatWasLookedUpIsShownForTenMinutes() {
        exact.set(1_234);
        nanos.addAndGet(CoarseCount.OLD_NANOS);
        assertThat(count.below()).isEqualTo(100);
        nanos.incrementAndGet();
        assertThat(count.full()).isEqualTo(1_200);
        exact.set(5_000);
        nanos.addAndGet(CoarseCount.OLD_NANOS);
        assertThat(count.below()).isEqualTo(1_300);
    }
}
