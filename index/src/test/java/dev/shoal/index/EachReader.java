package dev.shoal.index;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/** Something that each reader of an index does once, all of them at the same time, and after what they had to do. */
final class EachReader {

    private static final int WAIT_SECONDS = 20;

    private EachReader() {}

    /** Each one waits for the others, so that nobody does it twice. Returns when all have done it. */
    static void of(NameReaders readers, Consumer<Handle> work) {
        CyclicBarrier all = new CyclicBarrier(readers.count());
        List<CompletableFuture<Boolean>> done = IntStream.range(0, all.getParties())
                .mapToObj(each -> readers.read(handle -> {
                    await(all);
                    work.accept(handle);
                    return true;
                }))
                .toList();
        done.forEach(Fixtures::get);
    }

    private static void await(CyclicBarrier all) {
        try {
            all.await(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
