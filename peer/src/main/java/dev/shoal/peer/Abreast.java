package dev.shoal.peer;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does something with each of many things, some at a time, on virtual threads that end with it. */
final class Abreast {

    private Abreast() {}

    /**
     * Waits until it is done with all.
     *
     * @param atOnce how many at a time
     * @throws RuntimeException what the first one that failed did; no other is begun with then
     */
    static <T> void each(Collection<T> things, int atOnce, Consumer<T> task) {
        Queue<T> left = new ConcurrentLinkedQueue<>(things);
        AtomicReference<@Nullable RuntimeException> trouble = new AtomicReference<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Math.min(atOnce, things.size()); i++) {
                threads.execute(() -> work(left, task, trouble));
            }
        }
        RuntimeException first = trouble.get();
        if (first != null) {
            throw first;
        }
    }

    private static <T> void work(Queue<T> left, Consumer<T> task, AtomicReference<@Nullable RuntimeException> trouble) {
        for (T next = left.poll(); next != null && trouble.get() == null; next = left.poll()) {
            try {
                task.accept(next);
            } catch (RuntimeException e) {
                trouble.compareAndSet(null, e);
            }
        }
    }
}
