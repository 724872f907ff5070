package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.Copy;
import dev.shoal.content.CopyPlan;
import dev.shoal.content.HashTree;
import dev.shoal.store.SimilarFile;
import dev.shoal.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a plan finds in files that are here: whole chunks, which are verified like those from the network, and
 * blocks of chunks of which the rest comes from sources. Runs on as many threads as there are processors, four at most;
 * what is to be done waits in two queues that have one entry a chunk at most. Thread-safe.
 */
final class Copying implements AutoCloseable {

    /** With more threads a disk is no quicker. */
    private static final int MOST_THREADS = 4;

    private final ChunkLayout layout;
    private final List<SimilarFile> files;
    private final Object lock = new Object();
    private final Queue<Fill> fills = new ArrayDeque<>();
    private final Queue<Integer> copies = new ArrayDeque<>();
    private final Map<Integer, Integer> filledBytes = new HashMap<>();
    private final AtomicLong reusedBytes = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Transfer transfer;
    private @Nullable Sink sink;
    private @Nullable CopyPlan plan;
    private boolean closed;

    /** Blocks of one chunk. */
    private record Fill(int chunk, BitSet blocks) {}

    Copying(ChunkLayout layout, List<SimilarFile> files) {
        this.layout = layout;
        this.files = files;
    }

    /** What it is for, and where the chunks go. */
    void of(Transfer to, Sink into) {
        transfer = to;
        sink = into;
    }

    /** How many bytes of verified chunks were copied. */
    long reusedBytes() {
        return reusedBytes.get();
    }

    /** Copies by this plan from now on. */
    void begin(CopyPlan by) {
        synchronized (lock) {
            plan = by;
            int count = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
            for (int i = 0; i < count && !closed; i++) {
                threads.add(Thread.ofPlatform().daemon().name("copy").start(this::run));
            }
        }
    }

    /** A chunk is wanted that is here as a whole. */
    void copy(int chunk) {
        synchronized (lock) {
            copies.add(chunk);
            lock.notify();
        }
    }

    /** Blocks of a chunk are wanted. */
    void fill(int chunk, BitSet blocks) {
        synchronized (lock) {
            fills.add(new Fill(chunk, blocks));
            lock.notify();
        }
    }

    /** What came of a chunk was found right or wrong. */
    void settled(int chunk, boolean right) {
        synchronized (lock) {
            Integer bytes = filledBytes.remove(chunk);
            if (bytes != null && right) {
                reusedBytes.addAndGet(bytes);
            }
        }
    }

    /** Ends the threads, and waits for them: none reads or writes any more. */
    @Override
    public void close() {
        List<Thread> running;
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
            running = List.copyOf(threads);
        }
        boolean interrupted = false;
        for (Thread thread : running) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Transfer to = transfer;
        Sink into = sink;
        CopyPlan by = plan;
        if (to == null || into == null || by == null) {
            return;
        }
        try {
            Worker worker = new Worker(to, into, by);
            for (Object task = next(to); task != null; task = next(to)) {
                switch (task) {
                    case Fill fill -> worker.fill(fill);
                    case Integer chunk -> worker.copy(chunk);
                    default -> throw new IllegalStateException("no task: " + task);
                }
            }
        } catch (RuntimeException e) {
            to.fail(e);
        } catch (OutOfMemoryError e) {
            // Nobody else gives back what is waited for here.
            to.fail(new StoreException("there is too little memory to copy what is here", e));
        }
    }

    /** Waits for something to do, and for the hashes to verify it with; null at the end. */
    private @Nullable Object next(Transfer to) {
        synchronized (lock) {
            while (!closed) {
                if (to.chunkRow() != null) {
                    Object task = fills.isEmpty() ? copies.poll() : fills.poll();
                    if (task != null) {
                        return task;
                    }
                }
                try {
                    lock.wait(to.chunkRow() == null ? 10 : 0);
                } catch (InterruptedException e) {
                    closed = true;
                }
            }
            return null;
        }
    }

    /** What one thread does. */
    private final class Worker {
        private final Transfer transfer;
        private final Sink sink;
        private final CopyPlan plan;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(layout.chunkBytes());
        private final HashTree tree = new HashTree();

        Worker(Transfer transfer, Sink sink, CopyPlan plan) {
            this.transfer = transfer;
            this.sink = sink;
            this.plan = plan;
        }

        void copy(int chunk) {
            ByteBuffer data = buffer.slice(0, layout.size(chunk));
            if (!read(layout.offset(chunk), data) || !transfer.matches(chunk, data, tree)) {
                transfer.decide(tree, download -> download.notHere(chunk, System.nanoTime()));
                return;
            }
            sink.write(chunk, data);
            reusedBytes.addAndGet(layout.size(chunk));
            transfer.decide(tree, download -> download.chunkVerified(chunk, System.nanoTime()));
            sink.chunkKept(chunk, false);
        }

        void fill(Fill fill) {
            int chunk = fill.chunk;
            ByteBuffer whole = transfer.buffer(chunk);
            int bytes = 0;
            for (int first = fill.blocks.nextSetBit(0); first >= 0; ) {
                int end = fill.blocks.nextClearBit(first);
                int size = layout.size(chunk, first, end - first);
                int at = first * ChunkLayout.BLOCK_BYTES;
                if (!read(layout.offset(chunk) + at, whole.slice(at, size))) {
                    transfer.decide(tree, download -> download.notHere(chunk, System.nanoTime()));
                    return;
                }
                bytes += size;
                first = fill.blocks.nextSetBit(end);
            }
            synchronized (lock) {
                filledBytes.put(chunk, bytes);
            }
            transfer.decide(tree, download -> download.filled(chunk));
        }

        /** Reads a stretch of the content as the plan says. Returns whether that could be done. */
        private boolean read(long from, ByteBuffer target) {
            int size = target.remaining();
            if (!plan.covers(from, from + size)) {
                return false;
            }
            try {
                for (Copy part : plan.within(from, from + size)) {
                    files.get(part.file())
                            .read(part.offset(), target.slice((int) (part.target() - from), (int) part.length()));
                }
                return true;
            } catch (StoreException e) {
                return false;
            }
        }
    }
}
