package dev.shoal.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Runs something many times at once, each on a virtual thread of its own, and throws what any of them threw. */
final class Together {

    private Together() {}

    static void run(int times, IntConsumer task) {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < times; i++) {
                int number = i;
                running.add(threads.submit(() -> task.accept(number)));
            }
        }
        for (Future<?> future : running) {
            try {
                future.get();
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
