package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One content being downloaded: what happens goes in as an event, what is to be done comes out as a list of actions. It
 * knows which chunks are held and begun, what each source has and was asked for; data, hashes, connections and time are
 * the caller's. Events of sources that are not known (any more) do nothing. Not thread-safe: call it under one lock.
 *
 * <p>How data comes in: when the head of a {@code C} frame is read, ask {@link #claim}. When it says yes, nobody else
 * writes these blocks until {@link #dataArrived} or {@link #sourceLost} of this source, so the data may be read into
 * the chunk's buffer; when it says no, read and forget the data. Either way {@link #dataArrived} follows.
 *
 * <p>After a {@link DownloadAction.Drop} the caller always reports {@link #sourceLost}, once its reader has stopped.
 * {@link #tick} must come every {@link #TICK_NANOS}; all deadlines are counted there.
 */
public final class Download {

    /** How often {@link #tick} wants to be called, in nanoseconds. */
    public static final long TICK_NANOS = 100_000_000L;

    /** Most sources at a time: each costs a bitmap, and more than these add no speed. */
    public static final int MAX_SOURCES = 128;

    /** Reports of this many sources that were dropped or left are kept. */
    static final int MAX_PAST_REPORTS = 64;

    private final ChunkLayout layout;
    private final Goal goal;
    private final List<DownloadAction> actions = new ArrayList<>();
    private final RequestPlan plan;
    private final SourceWatch watch;
    private final Arrivals arrivals;
    private final Inquest inquest;
    private final List<SourceReport> past = new ArrayList<>();
    private final Set<Integer> banned = new HashSet<>();
    private boolean finished;

    /**
     * A download that has no source yet.
     *
     * @param layout how the content is cut
     * @param held the chunks that are there already; copied
     * @param order which missing chunk comes first
     * @param random where ties are broken
     * @param budget how much may be requested in all
     */
    public Download(ChunkLayout layout, ChunkSet held, Order order, RandomGenerator random, RequestBudget budget) {
        if (held.size() != layout.chunkCount()) {
            throw new IllegalArgumentException(held + " for a content of " + layout.chunkCount());
        }
        this.layout = layout;
        this.goal = new Goal(held);
        this.plan = new RequestPlan(layout, goal, order, random, budget, actions);
        this.watch = new SourceWatch(plan, this::drop, actions);
        this.arrivals = new Arrivals(plan, watch, actions);
        this.inquest = new Inquest(plan, this::drop, actions);
        plan.goalChanged();
    }

    /** Begins: says {@link DownloadAction.Finished} at once when nothing is missing, else asks for sources. */
    public List<DownloadAction> start(long nowNanos) {
        if (!finishIfComplete()) {
            watch.askForSources(nowNanos);
        }
        return drain();
    }

    /** From now on these chunks are wanted, at first all; what is begun goes on. Not once it is finished. */
    public List<DownloadAction> want(ChunkSet chunks, long nowNanos) {
        goal.want(chunks);
        plan.goalChanged();
        if (!finishIfComplete()) {
            plan.fillAll(nowNanos);
        }
        return drain();
    }

    /**
     * A source can be asked; it has no chunk until its map comes.
     *
     * @param source a handle of the caller's; never used again for another source
     * @param limitBytes how much data it allows to be requested at a time; at least one block is taken
     */
    public List<DownloadAction> sourceAdded(int source, int limitBytes, long nowNanos) {
        if (banned.contains(source) || plan.sources.containsKey(source) || plan.sources.size() >= MAX_SOURCES) {
            actions.add(new DownloadAction.Drop(
                    source, banned.contains(source) ? DropReason.WRONG_DATA : DropReason.TOO_MANY, false));
            return drain();
        }
        int limit = Math.max(limitBytes, ChunkLayout.BLOCK_BYTES);
        plan.sources.put(source, new Source(source, layout.chunkCount(), limit, nowNanos));
        return drain();
    }

    /** How much data a source allows to be requested at a time has changed. */
    public void sourceLimit(int source, int limitBytes) {
        Source known = plan.sources.get(source);
        if (known != null) {
            known.limitBytes = Math.max(limitBytes, ChunkLayout.BLOCK_BYTES);
        }
    }

    /** A source has every chunk ({@code M}, form 0). */
    public List<DownloadAction> sourceHasAll(int source, long nowNanos) {
        Source known = heard(source, nowNanos);
        if (known != null && !known.countedAsFull) {
            uncount(known);
            known.has.addAll();
            known.countedAsFull = true;
            mapGrew(known, nowNanos);
        }
        return drain();
    }

    /**
     * A source has these chunks ({@code M}, forms 1 and 2); chunks are only ever added.
     *
     * @throws IndexOutOfBoundsException when a chunk is not in the content: the source broke the protocol
     */
    public List<DownloadAction> sourceHas(int source, Collection<ChunkRun> runs, long nowNanos) {
        Source known = heard(source, nowNanos);
        if (known != null) {
            for (ChunkRun run : runs) {
                if (run.first() < 0 || run.count() < 0 || run.end() > layout.chunkCount()) {
                    throw new IndexOutOfBoundsException(run + " of " + layout.chunkCount() + " chunks");
                }
                for (int chunk = run.first(); chunk < run.end(); chunk++) {
                    if (known.has.add(chunk)) {
                        plan.pool.holdersChanged(chunk, 1);
                        if (plan.pool.holders(chunk) == 1) {
                            plan.spread(chunk, nowNanos);
                        }
                        plan.rebalance(known, chunk, nowNanos);
                    }
                }
            }
            mapGrew(known, nowNanos);
        }
        return drain();
    }

    /** Any frame that is not data came from a source, as a keep-alive: it lives, and its requests wait in its queue. */
    public List<DownloadAction> sourceAlive(int source, long nowNanos) {
        heard(source, nowNanos);
        return drain();
    }

    /**
     * A source is gone: its connection or handle ended, or it was dropped and its reader has stopped. What it was asked
     * for is asked from others.
     */
    public List<DownloadAction> sourceLost(int source, long nowNanos) {
        Source known = plan.sources.remove(source);
        if (known != null) {
            if (known.dropped == null) {
                known.dropped = DropReason.GONE;
                uncount(known);
            }
            plan.releaseAll(known, false, nowNanos);
            for (Assembly assembly : List.copyOf(plan.assemblies.values())) {
                assembly.unclaim(source);
                plan.refreshOpen(assembly);
            }
            if (past.size() == MAX_PAST_REPORTS) {
                past.removeFirst();
            }
            past.add(known.report());
            plan.fillAll(nowNanos);
        }
        return drain();
    }

    /**
     * Whether the data of a frame that begins to come is wanted and may be written to the chunk's buffer. A frame that
     * leaves the content is not wanted.
     */
    public boolean claim(int source, BlockRange range) {
        Source known = plan.sources.get(source);
        Assembly assembly = plan.assemblies.get(range.chunk());
        if (known == null
                || known.dropped != null
                || assembly == null
                || range.endBlock() > assembly.blockCount
                || !assembly.isFree(range.firstBlock(), range.endBlock())
                || (assembly.exclusive && !assembly.admits(source))) {
            return false;
        }
        Outstanding request = Arrivals.find(known, assembly, range);
        if (request == null) {
            if (known.cancelledBytes <= 0) {
                return false;
            }
        } else {
            request.arrivingEnd = range.endBlock();
        }
        assembly.claim(source, range.firstBlock(), range.endBlock());
        return true;
    }

    /** The data of a frame has come, claimed or not. */
    public List<DownloadAction> dataArrived(int source, BlockRange range, long nowNanos) {
        Source known = heard(source, nowNanos);
        if (known == null) {
            return drain();
        }
        Assembly assembly = plan.assemblies.get(range.chunk());
        if (assembly == null || range.endBlock() > assembly.blockCount) {
            arrivals.unrequested(known, range.blockCount() * ChunkLayout.BLOCK_BYTES, nowNanos);
            known.wastedBytes += range.blockCount() * (long) ChunkLayout.BLOCK_BYTES;
        } else {
            arrivals.arrived(known, assembly, range, nowNanos);
        }
        plan.fill(known, nowNanos);
        return drain();
    }

    /** A chunk matches its hash and is written, whether it came or was copied; its buffer is free again. */
    public List<DownloadAction> chunkVerified(int chunk, long nowNanos) {
        Assembly assembly = plan.assemblies.get(chunk);
        if (plan.here.copied(chunk) || (assembly != null && assembly.stage == Assembly.Stage.VERIFYING)) {
            goal.hold(chunk);
            plan.completed(assembly, goal.earliest(), nowNanos);
            finishIfComplete();
        }
        return drain();
    }

    /**
     * A chunk does not match its hash. What was {@linkplain #here here} of it is fetched as well before anybody is
     * suspected. When one source sent all of it, that source is banned; else its leaf hashes are asked for. The buffer
     * stays in use.
     */
    public List<DownloadAction> chunkFailed(int chunk, long nowNanos) {
        inquest.chunkFailed(chunk, nowNanos);
        return drain();
    }

    /** The leaf hashes of a failed chunk are known and tell which of its blocks are wrong. The others are kept. */
    public List<DownloadAction> wrongBlocks(int chunk, BitSet wrong, long nowNanos) {
        inquest.wrongBlocks(chunk, wrong, nowNanos);
        return drain();
    }

    /** No source gave leaf hashes of a failed chunk: it is fetched anew, from one source at a time. */
    public List<DownloadAction> leavesUnavailable(int chunk, long nowNanos) {
        inquest.leavesUnavailable(chunk, nowNanos);
        return drain();
    }

    /** Requests nothing before {@link #here} is called: it is found out what is here already. */
    public void hold() {
        plan.onHold = true;
    }

    /**
     * These blocks of chunks can be had here, if hints are right; now requests may be made. Only of chunks that are
     * neither held nor begun this counts. Which of these are here as a whole comes out as {@link DownloadAction.Copy};
     * of the others, the blocks that are not here are requested, and {@link DownloadAction.Fill} wants the rest.
     */
    public List<DownloadAction> here(Map<Integer, BitSet> blocks, long nowNanos) {
        plan.onHold = false;
        plan.here.add(blocks);
        plan.fillAll(nowNanos);
        return drain();
    }

    /** The blocks of a chunk that were to be filled are in its buffer. */
    public List<DownloadAction> filled(int chunk) {
        Assembly assembly = plan.assemblies.get(chunk);
        if (assembly != null && assembly.filling) {
            assembly.filling = false;
            arrivals.verifyIfComplete(assembly);
        }
        return drain();
    }

    /** What was to be copied or filled of a chunk is not here: it is requested. */
    public List<DownloadAction> notHere(int chunk, long nowNanos) {
        Assembly assembly = plan.assemblies.get(chunk);
        if (assembly != null && assembly.filling) {
            inquest.fetchWhatWasHere(assembly, nowNanos);
        } else if (plan.here.giveBack(chunk)) {
            plan.changed();
            plan.fillAll(nowNanos);
        }
        return drain();
    }

    /**
     * A source does not serve a request ({@code E}).
     *
     * @param range begins where the request began
     * @param retryAfterNanos when it may be asked again, for a source that is only busy; 0 when it said that it
     *     does not have what it had announced
     */
    public List<DownloadAction> requestRefused(int source, BlockRange range, long retryAfterNanos, long nowNanos) {
        Source known = heard(source, nowNanos);
        if (known != null) {
            for (Outstanding request : List.copyOf(known.outstanding)) {
                if (request.assembly.chunk == range.chunk() && request.askedBlock == range.firstBlock()) {
                    plan.release(request, request.nextBlock, false, nowNanos);
                }
            }
            watch.refused(known, range.chunk(), retryAfterNanos, nowNanos);
            plan.fillAll(nowNanos);
        }
        return drain();
    }

    /** A source gave blocks back that it had not begun to send (the answer to a cancel or to a withdrawal). */
    public List<DownloadAction> requestWithdrawn(int source, BlockRange range, long nowNanos) {
        Source known = heard(source, nowNanos);
        if (known != null) {
            plan.givenBack(known, range, nowNanos);
        }
        return drain();
    }

    /** Time has passed. */
    public List<DownloadAction> tick(long nowNanos) {
        if (!finished) {
            watch.overdueLeaves(nowNanos).forEach(chunk -> inquest.leavesUnavailable(chunk, nowNanos));
            watch.check(nowNanos);
            plan.fillAll(nowNanos);
        }
        return drain();
    }

    /** The chunks that are verified; a copy. */
    public ChunkSet held() {
        return goal.held().copy();
    }

    /** The chunks that are wanted, whether they are here or not; a copy. */
    public ChunkSet wanted() {
        return goal.wanted().copy();
    }

    /** The chunks of which something is requested, has come, or is being verified; a copy. */
    public ChunkSet begun() {
        ChunkSet begun = new ChunkSet(layout.chunkCount());
        plan.assemblies.keySet().forEach(begun::add);
        return begun;
    }

    /** Whether every chunk that is wanted is verified. */
    public boolean isFinished() {
        return finished;
    }

    /** How many sources are in use. */
    public int sourceCount() {
        return plan.sources.size();
    }

    /** Whether a source has any chunk, as far as it has said. */
    public boolean hasChunks(int source) {
        Source known = plan.sources.get(source);
        return known != null && known.has.count() > 0;
    }

    /** Whether a source has every chunk, as far as it has said. */
    public boolean isSeed(int source) {
        Source known = plan.sources.get(source);
        return known != null && known.has.isFull();
    }

    /** Whether a source has a chunk that is wanted and missing here. */
    public boolean isOfUse(int source) {
        Source known = plan.sources.get(source);
        return known != null && goal.misses(known.has);
    }

    /** What each source did: those in use, then the last {@value #MAX_PAST_REPORTS} that are not. */
    public List<SourceReport> reports() {
        List<SourceReport> reports = new ArrayList<>();
        plan.sources.values().forEach(source -> reports.add(source.report()));
        reports.addAll(past);
        return reports;
    }

    private void drop(int source, DropReason reason, boolean ban, long nowNanos) {
        if (ban && banned.size() < BanList.MAX_ENTRIES) {
            banned.add(source);
        }
        Source known = plan.sources.get(source);
        if (known == null || known.dropped != null) {
            return;
        }
        known.dropped = reason;
        uncount(known);
        plan.releaseAll(known, false, nowNanos);
        actions.add(new DownloadAction.Drop(source, reason, ban));
        plan.fillAll(nowNanos);
    }

    private @Nullable Source heard(int source, long nowNanos) {
        Source known = plan.sources.get(source);
        if (known != null) {
            known.lastHeardNanos = nowNanos;
        }
        return known;
    }

    private void mapGrew(Source source, long nowNanos) {
        if (source.dropped == null) {
            source.nothingAtVersion = -1;
            plan.fill(source, nowNanos);
        }
    }

    private void uncount(Source source) {
        if (source.countedAsFull) {
            return;
        }
        for (int chunk = source.has.next(0); chunk >= 0; chunk = source.has.next(chunk + 1)) {
            plan.pool.holdersChanged(chunk, -1);
        }
    }

    private boolean finishIfComplete() {
        if (goal.isReached() && !finished) {
            finished = true;
            for (Source source : plan.sources.values()) {
                plan.releaseAll(source, true, source.lastHeardNanos);
            }
            actions.add(new DownloadAction.Finished());
        }
        return finished;
    }

    private List<DownloadAction> drain() {
        List<DownloadAction> drained = List.copyOf(actions);
        actions.clear();
        return drained;
    }
}
