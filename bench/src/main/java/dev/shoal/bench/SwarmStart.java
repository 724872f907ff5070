package dev.shoal.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Lets all peers of a swarm begin at the same moment. Without state. */
final class SwarmStart {

    private SwarmStart() {}

    /**
     * Runs something for each peer, each on a thread of its own.
     *
     * @param download what a peer does until it has the file
     * @return how long each took, in seconds from the common start
     */
    static List<Double> together(int peers, IntFunction<Callable<?>> download)
            throws IOException, InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        List<Future<Long>> ends = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            for (int peer = 1; peer <= peers; peer++) {
                Callable<?> task = download.apply(peer);
                ends.add(threads.submit(() -> {
                    begin.await();
                    task.call();
                    return System.nanoTime();
                }));
            }
            long startNanos = System.nanoTime();
            begin.countDown();
            List<Double> seconds = new ArrayList<>();
            for (Future<Long> end : ends) {
                seconds.add((end.get() - startNanos) / 1e9);
            }
            return seconds;
        } catch (ExecutionException e) {
            throw new IOException("a peer did not get the file: " + e.getMessage(), e);
        }
    }
}
