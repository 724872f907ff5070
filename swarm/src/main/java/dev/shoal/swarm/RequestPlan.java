package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which source is asked for which blocks: the policy of a {@link Download}, which owns it. Chunks that are begun come
 * first, then the rarest; a source with room and nothing new takes requests over from one that is several times
 * slower; the last blocks are asked for twice. For one thread at a time.
 */
final class RequestPlan {

    /** Chunks that are begun may have this many bytes together: their buffers are in memory. */
    static final long MAX_ASSEMBLY_BYTES = 64L * 1024 * 1024;

    /** The stretch of the earliest missing chunks that comes first in order, in bytes. */
    static final long IN_ORDER_BYTES = 8L * 1024 * 1024;

    /** A request moves when its source would need this many times longer than the idle one. */
    static final double STEAL_FACTOR = 1.5;

    /** No block is requested from more sources than this at a time. */
    static final int MAX_DUPLICATES = 2;

    /** So few chunks are left when the last blocks are asked for twice. */
    static final int END_GAME_CHUNKS = 4;

    /** A source of which nothing was heard for this time may not answer; it is not waited for. */
    static final long ALIVE_NANOS = 2_000_000_000L;

    /** A request that has waited for this time does not keep a further source from being asked for its blocks. */
    static final long STALE_NANOS = 3_000_000_000L;

    /** No block is requested from more sources than this, however long it has been waited for. */
    static final int MAX_STALE_DUPLICATES = 8;

    /** A source that found nothing to take over looks again after this time. */
    private static final long STEAL_PAUSE_NANOS = 50_000_000L;

    /** A request moves only when that saves at least this much: a cancel needs a round trip. */
    private static final long STEAL_MARGIN_NANOS = 50_000_000L;

    final Map<Integer, Source> sources = new LinkedHashMap<>();
    final Map<Integer, Assembly> assemblies = new LinkedHashMap<>();
    final RarityPool pool;
    final HereBlocks here;
    /** Whether nothing is requested for the time being. */
    boolean onHold;

    private final ChunkLayout layout;
    private final Goal goal;
    private final Order order;
    private final RandomGenerator random;
    private final RequestBudget budget;
    private final List<DownloadAction> actions;
    private final Map<Integer, Assembly> open = new LinkedHashMap<>();
    private long assemblyBytes;
    private long version;
    /** The first chunk that is to be got: what comes first in order. */
    int earliest;

    private boolean wantsRoom;

    RequestPlan(
            ChunkLayout layout,
            Goal goal,
            Order order,
            RandomGenerator random,
            RequestBudget budget,
            List<DownloadAction> actions) {
        this.layout = layout;
        this.goal = goal;
        this.order = order;
        this.actions = actions;
        this.random = random;
        this.budget = budget;
        this.pool = new RarityPool(layout.chunkCount(), random);
        this.here = new HereBlocks(layout, pool, actions);
    }

    /** Other chunks are wanted than before. */
    void goalChanged() {
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            if (goal.misses(chunk) && !assemblies.containsKey(chunk)) {
                pool.put(chunk);
            } else {
                pool.take(chunk);
            }
        }
        earliest = goal.earliest();
        version++;
    }

    /** Requests as much from one source as its window and the budget allow. */
    void fill(Source source, long nowNanos) {
        while (!onHold && source.hasRoom(nowNanos) && budget.allowsOneMore(sources.values())) {
            if (!requestNew(source, nowNanos) && !takeOver(source, nowNanos)) {
                break;
            }
            source.filling = true;
        }
        source.filling = false;
    }

    /** Something can be requested again: every source gets its turn. */
    void fillAll(long nowNanos) {
        budget.count(sources.values());
        for (Source source : List.copyOf(sources.values())) {
            fill(source, nowNanos);
        }
    }

    private boolean requestNew(Source source, long nowNanos) {
        if (source.nothingAtVersion == version) {
            return false;
        }
        for (Assembly assembly : open.values()) {
            if (source.has.contains(assembly.chunk) && assembly.admits(source.id)) {
                request(source, assembly, nowNanos);
                return true;
            }
        }
        int chunk = mayBegin() ? pick(source) : -1;
        if (chunk < 0) {
            source.nothingAtVersion = version;
            return false;
        }
        pool.take(chunk);
        Assembly assembly = new Assembly(layout, chunk);
        assemblies.put(chunk, assembly);
        assemblyBytes += assembly.chunkBytes();
        here.begun(assembly);
        request(source, assembly, nowNanos);
        return true;
    }

    private boolean mayBegin() {
        boolean may = assemblies.isEmpty() || assemblyBytes + layout.chunkBytes() <= MAX_ASSEMBLY_BYTES;
        wantsRoom |= !may;
        return may;
    }

    /** A chunk is held now: its bytes may let another one begin, and the earliest missing one may be another. */
    void completed(@Nullable Assembly assembly, int earliestMissing, long nowNanos) {
        if (assembly != null) {
            remove(assembly);
        }
        boolean moved = order == Order.IN_ORDER && earliest != earliestMissing;
        earliest = earliestMissing;
        if (wantsRoom || moved) {
            wantsRoom = false;
            version++;
            fillAll(nowNanos);
        }
    }

    private int pick(Source source) {
        if (order == Order.IN_ORDER) {
            int chunks = (int) Math.max(2, IN_ORDER_BYTES / layout.chunkBytes());
            int chunk = pool.pickEarliest(source.has, earliest, earliest + chunks);
            if (chunk >= 0) {
                return chunk;
            }
        }
        return pool.pickRarest(source.has);
    }

    private void request(Source source, Assembly assembly, long nowNanos) {
        int first = assembly.firstUnrequested(0);
        int end = first + 1;
        int last = Math.min(assembly.blockCount, first + source.requestBlocks());
        while (end < last && assembly.isUnrequested(end)) {
            end++;
        }
        issue(source, assembly, first, end, nowNanos);
    }

    private void issue(Source source, Assembly assembly, int first, int end, long nowNanos) {
        Outstanding request = new Outstanding(source, assembly, first, end, nowNanos);
        assembly.outstanding.add(request);
        assembly.requested(first, end, 1);
        source.issued(request, nowNanos);
        actions.add(new DownloadAction.Request(source.id, new BlockRange(assembly.chunk, first, end - first)));
        refreshOpen(assembly);
    }

    /** Ends a request that is not answered, or the end of it that has not begun to come. */
    void release(Outstanding request, int fromBlock, boolean cancel, long nowNanos) {
        Assembly assembly = request.assembly;
        int end = request.endBlock;
        disinherit(request);
        if (cancel && fromBlock < end) {
            request.source.cancelledBytes += assembly.bytes(fromBlock, end);
            actions.add(new DownloadAction.Cancel(
                    request.source.id, new BlockRange(assembly.chunk, fromBlock, end - fromBlock)));
        }
        request.source.outstandingBytes -= request.bytes();
        assembly.requested(fromBlock, end, -1);
        request.endBlock = fromBlock;
        if (fromBlock <= request.nextBlock) {
            request.endBlock = request.nextBlock;
            assembly.outstanding.remove(request);
            request.source.removed(request, nowNanos);
        } else {
            request.source.outstandingBytes += request.bytes();
        }
        refreshOpen(assembly);
    }

    /** Puts a chunk back that nobody sends any more, and notes which begun chunks want requests. */
    void refreshOpen(Assembly assembly) {
        if (assemblies.get(assembly.chunk) != assembly) {
            return;
        }
        if (assembly.stage == Assembly.Stage.FILLING && assembly.isUntouched() && !assembly.exclusive) {
            remove(assembly);
            if (goal.misses(assembly.chunk)) {
                pool.put(assembly.chunk);
            }
            version++;
        } else if (assembly.stage == Assembly.Stage.FILLING && assembly.hasUnrequested()) {
            if (open.put(assembly.chunk, assembly) == null) {
                version++;
            }
        } else {
            open.remove(assembly.chunk);
        }
    }

    /** Forgets a chunk in work: it is held now, or goes back to the pool. */
    void remove(Assembly assembly) {
        if (assemblies.remove(assembly.chunk) != null) {
            assemblyBytes -= assembly.chunkBytes();
        }
        open.remove(assembly.chunk);
    }

    /** Something is to be requested that was not before. */
    void changed() {
        version++;
    }

    /** Takes a request over from a slower source, or doubles one of the last. Returns whether there was one. */
    private boolean takeOver(Source source, long nowNanos) {
        if (nowNanos - source.nextStealNanos < 0) {
            return false;
        }
        boolean endGame = pool.size() == 0 && open.isEmpty() && assemblies.size() <= END_GAME_CHUNKS;
        double here = source.expectedNanos(source.outstandingBytes + source.requestBytes(), nowNanos);
        double threshold = STEAL_FACTOR * here + STEAL_MARGIN_NANOS;
        for (Source victim : slowerThan(threshold, source, nowNanos)) {
            long ahead = victim.outstandingBytes;
            for (int i = victim.outstanding.size() - 1; i >= 0; i--) {
                Outstanding request = victim.outstanding.get(i);
                if (victim.expectedNanos(ahead, nowNanos) < threshold) {
                    break;
                }
                if (isCandidate(source, request, nowNanos)) {
                    boolean alive = nowNanos - victim.lastHeardNanos < ALIVE_NANOS;
                    if (endGame || !alive) {
                        move(source, request, !endGame, nowNanos);
                    } else {
                        withdraw(request, source, nowNanos);
                    }
                    return true;
                }
                ahead -= request.bytes();
            }
        }
        source.nextStealNanos = nowNanos + STEAL_PAUSE_NANOS * Math.max(1, sources.size() / 8);
        return false;
    }

    /** The sources that need longer than that for what they were asked for, slowest first. */
    private List<Source> slowerThan(double thresholdNanos, Source except, long nowNanos) {
        List<Source> victims = new ArrayList<>();
        for (Source source : sources.values()) {
            if (source != except
                    && !source.outstanding.isEmpty()
                    && source.expectedNanos(source.outstandingBytes, nowNanos) >= thresholdNanos) {
                victims.add(source);
            }
        }
        victims.sort(Comparator.comparingDouble(
                (Source source) -> -source.expectedNanos(source.outstandingBytes, nowNanos)));
        return victims;
    }

    /**
     * A chunk that only complete sources had has come to another one. Where a complete source has not begun to send it,
     * and has others that only such sources have, these come first: what it sends then is new to the swarm.
     */
    void spread(int chunk, long nowNanos) {
        Assembly assembly = assemblies.get(chunk);
        if (assembly == null || pool.unspread() == 0) {
            return;
        }
        for (Outstanding request : List.copyOf(assembly.outstanding)) {
            boolean untouched = request.nextBlock == request.firstBlock && request.arrivingEnd < 0;
            if (request.source.countedAsFull && untouched && !request.withdrawn) {
                withdraw(request, null, nowNanos);
            }
        }
    }

    /**
     * A chunk that is waited for has come to one more source: with the chance that makes each of its sources equally
     * likely it is asked for there instead, so that they share the load evenly.
     */
    void rebalance(Source source, int chunk, long nowNanos) {
        Assembly assembly = assemblies.get(chunk);
        if (assembly == null || assembly.outstanding.size() != 1 || !source.hasRoom(nowNanos)) {
            return;
        }
        Outstanding request = assembly.outstanding.getFirst();
        boolean untouched = request.nextBlock == request.firstBlock && request.arrivingEnd < 0;
        int sharers = pool.holders(chunk) + (request.source.countedAsFull ? 1 : 0);
        if (untouched && isCandidate(source, request, nowNanos) && random.nextInt(Math.max(1, sharers)) == 0) {
            withdraw(request, source, nowNanos);
        }
    }

    /** Asks for a request back; when it comes, the heir is asked first. */
    void withdraw(Outstanding request, @Nullable Source heir, long nowNanos) {
        int first = request.firstIdleBlock();
        request.withdrawn = true;
        request.withdrawnNanos = nowNanos;
        request.heir = heir;
        if (heir != null) {
            heir.incoming++;
        }
        actions.add(new DownloadAction.Withdraw(
                request.source.id, new BlockRange(request.assembly.chunk, first, request.endBlock - first)));
    }

    /** A request ends or shrinks: nobody waits for it any more. Returns who did. */
    @Nullable
    Source disinherit(Outstanding request) {
        Source heir = request.heir;
        request.heir = null;
        if (heir != null) {
            heir.incoming--;
        }
        return heir;
    }

    /** A source has given blocks back; only these, for it may still send the others of the same request. */
    void givenBack(Source source, BlockRange range, long nowNanos) {
        for (Outstanding request : List.copyOf(source.outstanding)) {
            int from = Math.max(range.firstBlock(), request.firstIdleBlock());
            int to = Math.min(range.endBlock(), request.endBlock);
            if (request.withdrawn && request.assembly.chunk == range.chunk() && from < to) {
                Source heir = request.heir;
                splitOut(request, from, to, false, nowNanos);
                if (heir != null && sources.containsKey(heir.id)) {
                    fill(heir, nowNanos);
                }
                fill(source, nowNanos);
            }
        }
    }

    private static boolean isCandidate(Source source, Outstanding request, long nowNanos) {
        Assembly assembly = request.assembly;
        int first = request.firstIdleBlock();
        if (request.withdrawn
                || first >= request.endBlock
                || !source.has.contains(assembly.chunk)
                || !assembly.admits(source.id)) {
            return false;
        }
        int most = nowNanos - request.issuedNanos > STALE_NANOS ? MAX_STALE_DUPLICATES : MAX_DUPLICATES;
        for (int block = first; block < request.endBlock; block++) {
            if (assembly.requests(block) >= most) {
                return false;
            }
        }
        for (Outstanding other : assembly.outstanding) {
            if (other.source == source) {
                return false;
            }
        }
        return true;
    }

    private void move(Source source, Outstanding request, boolean cancel, long nowNanos) {
        Assembly assembly = request.assembly;
        int first = request.firstIdleBlock();
        int end = Math.min(request.endBlock, first + source.requestBlocks());
        issue(source, assembly, first, end, nowNanos);
        if (cancel) {
            release(request, first, true, nowNanos);
        }
    }

    /** Ends what others were asked for of blocks that have come. */
    void cancelElsewhere(Assembly assembly, int first, int end, long nowNanos) {
        for (Outstanding request : List.copyOf(assembly.outstanding)) {
            int from = Math.max(first, request.firstIdleBlock());
            int to = Math.min(end, request.endBlock);
            if (from >= to) {
                continue;
            }
            Source source = request.source;
            splitOut(request, from, to, true, nowNanos);
            fill(source, nowNanos);
        }
    }

    /** Takes blocks out of a request; what stands before and after them stays requested. */
    private void splitOut(Outstanding request, int from, int to, boolean cancel, long nowNanos) {
        Assembly assembly = request.assembly;
        Source source = request.source;
        int oldEnd = request.endBlock;
        if (to < oldEnd) {
            Outstanding rest = request.from(to);
            assembly.requested(to, oldEnd, 1);
            assembly.outstanding.add(rest);
            source.issued(rest, nowNanos);
        }
        release(request, from, false, nowNanos);
        if (cancel) {
            source.cancelledBytes += assembly.bytes(from, to);
            actions.add(new DownloadAction.Cancel(source.id, new BlockRange(assembly.chunk, from, to - from)));
        }
    }

    /** Ends all requests to a source, so that others get them. */
    void releaseAll(Source source, boolean cancel, long nowNanos) {
        for (Outstanding request : List.copyOf(source.outstanding)) {
            release(request, request.nextBlock, cancel, nowNanos);
        }
    }
}
