package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many things are done some at a time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AbreastTest {

    private static final List<Integer> THINGS = IntStream.range(0, 64).boxed().toList();

    @Test
    void asManyAreDoneAtATimeAsMayBeAndNoMore() {
        Set<Integer> done = ConcurrentHashMap.newKeySet();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier together = new CyclicBarrier(8);
        Abreast.each(THINGS, 8, thing -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            await(together);
            now.decrementAndGet();
            done.add(thing);
        });
        assertThat(done).containsExactlyInAnyOrderElementsOf(THINGS);
        assertThat(most).hasValue(8);
    }

    @Test
    void theFirstThatFailsEndsIt() {
        AtomicInteger begun = new AtomicInteger();
        assertThatThrownBy(() -> Abreast.each(THINGS, 1, thing -> {
                    begun.incrementAndGet();
                    if (thing == 5) {
                        throw new IllegalStateException("five");
                    }
                }))
                .hasMessage("five");
        assertThat(begun).hasValue(6);
        Abreast.each(List.<Integer>of(), 8, thing -> begun.incrementAndGet());
        assertThat(begun).hasValue(6);
    }

    private static void await(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
