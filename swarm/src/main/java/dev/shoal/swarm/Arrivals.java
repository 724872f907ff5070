package dev.shoal.swarm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of data that comes: which request it answers, what it spares others, and which chunk is complete by it.
 * Puts what is to be done into the list of the download it belongs to. For one thread at a time.
 */
final class Arrivals {

    private final RequestPlan plan;
    private final SourceWatch watch;
    private final List<DownloadAction> actions;

    Arrivals(RequestPlan plan, SourceWatch watch, List<DownloadAction> actions) {
        this.plan = plan;
        this.watch = watch;
        this.actions = actions;
    }

    /** Data of a chunk that is begun has come. */
    void arrived(Source source, Assembly assembly, BlockRange range, long nowNanos) {
        int bytes = assembly.bytes(range.firstBlock(), range.endBlock());
        boolean useful = assembly.isClaimedBy(source.id, range.firstBlock(), range.endBlock());
        Outstanding request = find(source, assembly, range);
        if (useful) {
            assembly.received(source.id, range.firstBlock(), range.endBlock());
            source.received(bytes, nowNanos);
        } else {
            source.wastedBytes += bytes;
        }
        if (request == null) {
            unrequested(source, bytes, nowNanos);
        } else {
            advance(request, range, nowNanos);
        }
        if (useful) {
            plan.cancelElsewhere(assembly, range.firstBlock(), range.endBlock(), nowNanos);
            verifyIfComplete(assembly);
        }
        plan.refreshOpen(assembly);
    }

    /** Has a chunk verified of which nothing is missing any more. */
    void verifyIfComplete(Assembly assembly) {
        if (assembly.missing() == 0 && !assembly.filling) {
            assembly.stage = Assembly.Stage.VERIFYING;
            actions.add(new DownloadAction.Verify(assembly.chunk));
        }
    }

    /** Data came that nobody had asked for, or no longer. */
    void unrequested(Source source, int bytes, long nowNanos) {
        source.cancelledBytes -= bytes;
        watch.checkFlood(source, nowNanos);
    }

    private void advance(Outstanding request, BlockRange range, long nowNanos) {
        Source source = request.source;
        Assembly assembly = request.assembly;
        boolean windowFull = source.isWindowFull();
        int end = range.endBlock();
        assembly.requested(request.nextBlock, end, -1);
        source.outstandingBytes -= request.bytes();
        request.nextBlock = end;
        request.arrivingEnd = -1;
        source.outstandingBytes += request.bytes();
        if (end == request.endBlock) {
            assembly.outstanding.remove(request);
            plan.disinherit(request);
            source.removed(request, nowNanos);
            int bytes = assembly.bytes(request.firstBlock, end);
            source.answered(bytes, nowNanos - request.issuedNanos, windowFull);
        }
    }

    /** The request that a frame answers; one that does not continue a request answers one that was cancelled. */
    static @Nullable Outstanding find(Source source, Assembly assembly, BlockRange range) {
        for (Outstanding request : assembly.outstanding) {
            if (request.source == source
                    && request.nextBlock == range.firstBlock()
                    && range.endBlock() <= request.endBlock) {
                return request;
            }
        }
        return null;
    }
}
