package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

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
    static final double STEAL_FACTOR = 2;

    /** No block is requested from more sources than this at a time. */
    static final int MAX_DUPLICATES = 2;

    /** A source that found nothing to take over looks again after this time. */
    private static final long STEAL_PAUSE_NANOS = 50_000_000L;

    /** A request moves only when that saves at least this much: a cancel needs a round trip. */
    private static final long STEAL_MARGIN_NANOS = 100_000_000L;

    final Map<Integer, Source> sources = new LinkedHashMap<>();
    final Map<Integer, Assembly> assemblies = new LinkedHashMap<>();
    final RarityPool pool;

    private final ChunkLayout layout;
    private final Order order;
    private final List<DownloadAction> actions;
    private final Map<Integer, Assembly> open = new LinkedHashMap<>();
    private long assemblyBytes;
    private long version;
    private int earliest;

    RequestPlan(ChunkLayout layout, Order order, RandomGenerator random, List<DownloadAction> actions) {
        this.layout = layout;
        this.order = order;
        this.actions = actions;
        this.pool = new RarityPool(layout.chunkCount(), random);
    }

    /** Requests as much from one source as its window allows. */
    void fill(Source source, long nowNanos) {
        while (source.hasRoom(nowNanos)) {
            if (!requestNew(source, nowNanos) && !takeOver(source, nowNanos)) {
                return;
            }
        }
    }

    /** Something can be requested again: every source gets its turn. */
    void fillAll(long nowNanos) {
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
        request(source, assembly, nowNanos);
        return true;
    }

    private boolean mayBegin() {
        return assemblies.isEmpty() || assemblyBytes + layout.chunkBytes() <= MAX_ASSEMBLY_BYTES;
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

    /** Moves the stretch that comes first in order. */
    void earliestMissing(int chunk) {
        earliest = chunk;
        version++;
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
            pool.put(assembly.chunk);
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
            version++;
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
        boolean endGame = pool.size() == 0 && open.isEmpty();
        for (Source victim : slowestFirst(nowNanos)) {
            long ahead = victim.outstandingBytes;
            for (int i = victim.outstanding.size() - 1; i >= 0 && victim != source; i--) {
                Outstanding request = victim.outstanding.get(i);
                if (isCandidate(source, request)) {
                    double here = source.expectedNanos(source.outstandingBytes + request.bytes(), nowNanos);
                    double there = victim.expectedNanos(ahead, nowNanos);
                    if (there > STEAL_FACTOR * here + STEAL_MARGIN_NANOS) {
                        move(source, request, !endGame, nowNanos);
                        return true;
                    }
                }
                ahead -= request.bytes();
            }
        }
        source.nextStealNanos = nowNanos + STEAL_PAUSE_NANOS;
        return false;
    }

    private List<Source> slowestFirst(long nowNanos) {
        List<Source> victims = new ArrayList<>();
        for (Source source : sources.values()) {
            if (!source.outstanding.isEmpty()) {
                victims.add(source);
            }
        }
        victims.sort(Comparator.comparingDouble(
                (Source source) -> -source.expectedNanos(source.outstandingBytes, nowNanos)));
        return victims;
    }

    private static boolean isCandidate(Source source, Outstanding request) {
        Assembly assembly = request.assembly;
        int first = request.firstIdleBlock();
        if (first >= request.endBlock || !source.has.contains(assembly.chunk) || !assembly.admits(source.id)) {
            return false;
        }
        for (int block = first; block < request.endBlock; block++) {
            if (assembly.requests(block) >= MAX_DUPLICATES) {
                return false;
            }
        }
        return assembly.outstanding.stream().noneMatch(other -> other.source == source);
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
            int oldEnd = request.endBlock;
            Source source = request.source;
            if (to == oldEnd) {
                release(request, from, true, nowNanos);
            } else {
                splitOut(request, from, to, oldEnd, nowNanos);
            }
            fill(source, nowNanos);
        }
    }

    private void splitOut(Outstanding request, int from, int to, int oldEnd, long nowNanos) {
        Assembly assembly = request.assembly;
        Source source = request.source;
        Outstanding rest = new Outstanding(source, assembly, to, oldEnd, request.issuedNanos);
        release(request, from, false, nowNanos);
        assembly.requested(to, oldEnd, 1);
        assembly.outstanding.add(rest);
        source.issued(rest, nowNanos);
        source.cancelledBytes += assembly.bytes(from, to);
        actions.add(new DownloadAction.Cancel(source.id, new BlockRange(assembly.chunk, from, to - from)));
        refreshOpen(assembly);
    }

    /** Ends all requests to a source, so that others get them. */
    void releaseAll(Source source, boolean cancel, long nowNanos) {
        for (Outstanding request : List.copyOf(source.outstanding)) {
            release(request, request.nextBlock, cancel, nowNanos);
        }
    }

    /** Whether one of the sources that are not dropped has a chunk to begin. */
    boolean canBegin() {
        Collection<Source> known = sources.values();
        return known.stream().anyMatch(source -> source.dropped == null && pool.offers(source.has));
    }
}
