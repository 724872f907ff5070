package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Copy;
import dev.shoal.content.CopyPlan;
import dev.shoal.content.HashTree;
import dev.shoal.content.SegmentTable;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import dev.shoal.store.KeptTables;
import dev.shoal.store.PartialFile;
import dev.shoal.store.SimilarFile;
import dev.shoal.store.StoreException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what a download shares with files that are here: cuts them, gets the content's segment table from a
 * source meanwhile, plans what is copied from where, and has that done by {@link Copying}. The download waits for the
 * plan, but not for long, and what sources say here is only believed when a chunk's hash proves it. Runs on a thread of
 * its own; what a source says comes on that link's reader.
 */
final class Rebuild implements Likeness, AutoCloseable {

    private static final long STEP_MILLIS = 20;

    private final PeerNode node;
    private final ContentId content;
    private final List<SimilarFile> files;
    private final Cancellation cancellation;
    private final TableFetch fetch;
    private final Object changed = new Object();
    private final Copying copying;
    private volatile @Nullable Transfer transfer;
    private volatile @Nullable BlockGuesses guesses;
    private @Nullable Thread thread;
    /** Guarded by {@link #changed}. */
    private final PlanWait wait;

    private volatile boolean comparing = true;
    private volatile boolean closed;

    private Rebuild(PeerNode node, ContentId content, List<SimilarFile> files, Cancellation cancellation) {
        this.node = node;
        this.content = content;
        this.files = files;
        this.cancellation = cancellation;
        this.fetch = new TableFetch(content.length());
        this.copying = new Copying(content.layout(), files);
        long fileBytes = files.stream().mapToLong(SimilarFile::length).sum();
        this.wait = new PlanWait(content.length(), fileBytes, System.nanoTime());
    }

    /** For a download; null when nothing is alike, or too little is missing. The files are closed by this then. */
    static @Nullable Rebuild of(PeerNode node, PartialFile part, List<SimilarFile> files, Cancellation cancellation) {
        if (files.isEmpty() || part.missingBytes() <= KeptTables.LEAST_BYTES) {
            files.forEach(SimilarFile::close);
            return null;
        }
        return new Rebuild(node, part.id(), files, cancellation);
    }

    /** Begins, for a transfer that has this as its likeness. */
    void begin(Transfer of, Sink sink) {
        transfer = of;
        copying.of(of, sink);
        thread = Thread.ofPlatform().daemon().name("rebuild").start(this::run);
    }

    /** Whether it is still being found out what is here. */
    boolean isComparing() {
        return comparing;
    }

    /** How many bytes of verified chunks came from files that were here. */
    long reusedBytes() {
        return copying.reusedBytes();
    }

    /** Ends everything and waits until no file is read or written any more. */
    @Override
    public void close() {
        closed = true;
        wake();
        copying.close();
        Thread running = thread;
        if (running != null) {
            joinUninterrupted(running);
        }
        files.forEach(SimilarFile::close);
    }

    private static void joinUninterrupted(Thread running) {
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Transfer of = transfer;
        if (of == null) {
            return;
        }
        try {
            rebuild(of);
        } catch (StoreException | IllegalArgumentException e) {
            node.events().detail("What is alike here is of no use: " + e.getMessage());
        } catch (OutOfMemoryError e) {
            node.events().warning("There is too little memory to compare the content with what is alike here.");
        } finally {
            proceed(of, Map.of());
        }
    }

    private void rebuild(Transfer of) {
        List<SegmentTable> tables = new OwnTables(node, this::isOver).of(files);
        ownTables(of, tables);
        SegmentTable target = await(of);
        if (target == null) {
            return;
        }
        CopyPlan plan = CopyPlan.of(target, tables);
        BlockGuesses guessing = new BlockGuesses(content, files, plan, of);
        guesses = guessing;
        plan = guessing.improve(source(), this::isOver);
        guesses = null;
        node.events().detail(plan.coveredBytes() + " of " + content.length() + " bytes are here in what is alike.");
        copying.begin(plan);
        proceed(of, blocks(plan, content, this::isOver));
    }

    private boolean isOver() {
        return closed || cancellation.isCancelled();
    }

    private int source() {
        synchronized (changed) {
            return fetch.source().orElse(-1);
        }
    }

    /** Waits for the table; null when there will be none. */
    private @Nullable SegmentTable await(Transfer of) {
        try {
            while (!isOver()) {
                ask(of);
                synchronized (changed) {
                    if (fetch.table() != null || fetch.isHopeless()) {
                        return fetch.table();
                    }
                    changed.wait(STEP_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        return null;
    }

    private void ask(Transfer of) {
        // Before the lock: the transfer calls this under its own.
        List<Integer> seeds = of.seeds();
        boolean hasSources = of.sourceCount() > 0;
        List<SegmentPdu> requests;
        int source;
        boolean isLate;
        synchronized (changed) {
            requests = fetch.tick(seeds, System.nanoTime());
            source = fetch.source().orElse(-1);
            boolean canAsk = source >= 0 || fetch.table() != null;
            isLate = wait.isOver(hasSources, canAsk, System.nanoTime());
        }
        requests.forEach(request -> of.post(source, request));
        if (isLate) {
            proceed(of, Map.of());
        }
    }

    private void wake() {
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    /** Lets the download go on, with what is known to be here. */
    private void proceed(Transfer of, Map<Integer, BitSet> here) {
        if (comparing || !here.isEmpty()) {
            comparing = false;
            of.decide(new HashTree(), download -> download.here(here, System.nanoTime()));
        }
    }

    /** Which blocks of which chunks the plan covers; some of them when it is over before that is known. */
    static Map<Integer, BitSet> blocks(CopyPlan plan, ContentId content, BooleanSupplier isOver) {
        ChunkLayout layout = content.layout();
        Map<Integer, BitSet> here = new TreeMap<>();
        // A block is looked at once, however many stretches a hostile table has put into it.
        long looked = -1;
        for (Copy copy : plan.copies()) {
            if (isOver.getAsBoolean()) {
                return here;
            }
            long first = copy.target() / ChunkLayout.BLOCK_BYTES;
            long last = (copy.end() - 1) / ChunkLayout.BLOCK_BYTES;
            for (long block = first; block <= last; block++) {
                long from = block * ChunkLayout.BLOCK_BYTES;
                long to = Math.min(content.length(), from + ChunkLayout.BLOCK_BYTES);
                boolean isInside = copy.target() <= from && copy.end() >= to;
                boolean isLooked = block == looked;
                looked = block;
                if (isInside || (!isLooked && (block == first || block == last) && plan.covers(from, to))) {
                    here.computeIfAbsent((int) (block / layout.blocksPerChunk()), any -> new BitSet())
                            .set((int) (block % layout.blocksPerChunk()));
                }
            }
        }
        return here;
    }

    private void ownTables(Transfer of, List<SegmentTable> tables) {
        List<SegmentPdu> requests;
        int source;
        synchronized (changed) {
            wait.cut(System.nanoTime());
            requests = fetch.own(tables, System.nanoTime());
            source = fetch.source().orElse(-1);
        }
        requests.forEach(request -> of.post(source, request));
    }

    @Override
    public boolean isWanted() {
        return true;
    }

    @Override
    public void answered(SourceUse use, SegmentPdu answer) {
        List<SegmentPdu> requests;
        synchronized (changed) {
            requests = fetch.arrived(use.number(), answer, System.nanoTime());
            changed.notifyAll();
        }
        requests.forEach(use::post);
    }

    @Override
    public boolean leaves(SourceUse use, PeerPdu.Hashes leaves) {
        BlockGuesses waiting = guesses;
        return waiting != null && waiting.arrived(use.number(), leaves);
    }

    @Override
    public void refused(SourceUse use, Failure failure) {
        BlockGuesses waiting = guesses;
        if (waiting != null && failure.isOfNodes() && failure.level() == 0) {
            waiting.refused(use.number(), failure.firstNode());
        }
        boolean isOld = failure.detail() == Failure.PDU && failure.code() == ErrorCode.UNSUPPORTED;
        if (failure.detail() == Failure.SEGMENTS || isOld) {
            boolean passes = failure.code() == ErrorCode.BUSY;
            synchronized (changed) {
                fetch.refused(
                        use.number(),
                        passes ? TimeUnit.MILLISECONDS.toNanos(failure.retryAfterMillis()) : -1,
                        System.nanoTime());
                changed.notifyAll();
            }
        }
    }

    @Override
    public void gone(int source) {
        synchronized (changed) {
            fetch.gone(source);
            changed.notifyAll();
        }
        BlockGuesses waiting = guesses;
        if (waiting != null) {
            waiting.gone(source);
        }
    }

    @Override
    public void copy(int chunk) {
        copying.copy(chunk);
    }

    @Override
    public void fill(int chunk, BitSet blocks) {
        copying.fill(chunk, blocks);
    }

    @Override
    public void settled(int chunk, boolean right) {
        copying.settled(chunk, right);
    }

    /** Asks for groups while files here are still being cut, and lets the download go on when that takes too long. */
    @Override
    public void tick() {
        Transfer of = transfer;
        if (of != null && comparing) {
            ask(of);
        }
    }
}
