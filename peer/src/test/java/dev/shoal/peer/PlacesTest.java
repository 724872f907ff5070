package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few are in at a time, and who is slow holds up nobody else. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlacesTest {

    @Test
    void thoseWhoAreInForLongMakeRoomUpToALimit() throws Exception {
        Places places = new Places(1, 3, 1_000_000, TimeUnit.HOURS.toNanos(1));
        try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Places.Place> slow = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                // Nobody of those before leaves.
                slow.add(places.take(() -> {}));
            }
            Future<Integer> next = others.submit(() -> {
                Places.Place place = places.take(() -> {});
                try (place) {
                    return places.taken();
                }
            });
            slow.getFirst().close();
            assertThat(next.get()).isEqualTo(3);
            slow.forEach(Places.Place::close);
        }
        assertThat(places.taken()).isZero();
    }

    @Test
    void whoHasBeenInForLongestIsAskedToLeaveWhenAllPlacesAreTaken() throws Exception {
        Places places = new Places(1, 3, 1_000_000, 2_000_000);
        List<Places.Place> slow = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            slow.add(places.take(() -> slow.get(number).close()));
        }
        for (int i = 0; i < 3; i++) {
            // Comes in although nobody leaves by himself.
            int number = 3 + i;
            slow.add(places.take(() -> slow.get(number).close()));
            assertThat(slow.get(i).isAsked()).isTrue();
            assertThat(slow.getLast().isAsked()).isFalse();
            assertThat(places.taken()).isLessThanOrEqualTo(3);
        }
        slow.forEach(Places.Place::close);
        assertThat(places.taken()).isZero();
    }

    @Test
    void noMoreThanAFewAreInWhileNobodyIsSlow() throws Exception {
        Places places = new Places(3, 32, TimeUnit.HOURS.toNanos(1), TimeUnit.HOURS.toNanos(1));
        AtomicInteger most = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                all.add(threads.submit(() -> {
                    Places.Place place = places.take(() -> {});
                    try (place) {
                        Thread.onSpinWait();
                        return most.accumulateAndGet(places.taken(), Math::max);
                    }
                }));
            }
        }
        for (Future<Integer> each : all) {
            assertThat(each.get()).isLessThanOrEqualTo(3);
        }
        assertThat(places.taken()).isZero();
    }
}
