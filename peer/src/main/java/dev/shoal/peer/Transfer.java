package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.HashTree;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.BlockRange;
import dev.shoal.swarm.Download;
import dev.shoal.swarm.DownloadAction;
import dev.shoal.swarm.DropReason;
import dev.shoal.swarm.Order;
import dev.shoal.swarm.SourceReport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One content on its way here: carries out what {@link Download} decides. Sources come from {@link SourceSearch}; data
 * comes on the links' readers, straight into a chunk's buffer, and is hashed and written by the reader that completes
 * the chunk. One lock guards the decisions; it is not held while hashing, writing or waiting.
 */
final class Transfer implements AutoCloseable {

    /** When to ask again where a source is busy, or too much is requested from it, and it does not say when. */
    private static final long RETRY_MILLIS = 250;

    private final Entitlement entitlement;
    private final ChunkLayout layout;
    private final Sink sink;
    private final PeerEvents events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Download download;
    private final HashSupply hashes;
    private final Likeness likeness;
    private final SourceTable sources = new SourceTable();
    private final ChunkBuffers buffers;
    private final List<Integer> unverified = new ArrayList<>();
    private final Troubles troubles = new Troubles();
    private final Origins origins;
    private final Dropping dropping;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable RuntimeException failure;
    private final Announcements announcements;
    private volatile boolean wantsSources = true;
    private volatile boolean closed;

    Transfer(
            Entitlement entitlement,
            ChunkSet held,
            byte @Nullable [] knownRow,
            Order order,
            Announcements announcements,
            Sink sink,
            Likeness likeness,
            PeerEvents events) {
        this.entitlement = entitlement;
        this.layout = entitlement.key().content().layout();
        this.sink = sink;
        this.events = events;
        this.likeness = likeness;
        this.buffers = new ChunkBuffers(layout);
        this.announcements = announcements;
        this.download = new Download(layout, held, order, ThreadLocalRandom.current(), sink.budget());
        this.hashes = new HashSupply(entitlement.key().content(), knownRow, sources, download, this::perform);
        this.origins = new Origins(held);
        this.dropping =
                new Dropping(sources, hashes, likeness, download, troubles, events, this::hasOther, this::perform);
        if (likeness.isWanted()) {
            download.hold();
        }
        locked(() -> perform(download.start(System.nanoTime())));
    }

    /** Who puts parts of it together from what is here. */
    Likeness likeness() {
        return likeness;
    }

    /** Lets the download decide, and verifies on the caller's thread what is complete by that. */
    void decide(HashTree tree, Function<Download, List<DownloadAction>> decision) {
        call(() -> {
                    perform(decision.apply(download));
                    return takeUnverified();
                })
                .forEach(chunk -> verify(chunk, tree));
    }

    /** Sends a source something. Returns whether it is still there. */
    boolean post(int source, PeerPdu pdu) {
        return call(() -> sources.post(source, pdu));
    }

    /** The sources that have everything. */
    List<Integer> seeds() {
        return call(() -> sources.numbers(use -> download.isSeed(use.number())));
    }

    /** The memory of a chunk that is begun. */
    ByteBuffer buffer(int chunk) {
        return call(() -> buffers.blocks(chunk, 0, layout.size(chunk)));
    }

    /** Whether the data of a chunk is right. */
    boolean matches(int chunk, ByteBuffer data, HashTree tree) {
        return hashes.matches(chunk, data, tree);
    }

    /** What is downloaded, and what opens it at its sources. */
    Entitlement entitlement() {
        return entitlement;
    }

    /** Tells all sources something. */
    void tell(PeerPdu pdu) {
        locked(() -> sources.all(use -> true).forEach(use -> use.post(pdu)));
    }

    /** Waits for the end, at most so long, and lets time pass for the decisions. Returns whether it has ended. */
    boolean await(long millis) {
        try {
            boolean over = ended.await(millis, TimeUnit.MILLISECONDS);
            if (!over) {
                locked(this::tick);
                askForRow();
                likeness.tick();
            }
            return over;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Why it ended without being complete; null when it is complete, or goes on. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /** Whether more sources would help. */
    boolean wantsSources() {
        return wantsSources && !closed;
    }

    /** Whether all chunks are there. */
    boolean isComplete() {
        return call(download::isFinished);
    }

    /** The hashes of all chunks; null as long as they are not known. */
    byte @Nullable [] chunkRow() {
        return hashes.row();
    }

    /** The verified chunks; a copy. */
    ChunkSet held() {
        return call(download::held);
    }

    /** From now on these chunks are wanted, and no others. */
    void want(ChunkSet chunks) {
        locked(() -> perform(download.want(chunks, System.nanoTime())));
    }

    /** How many sources are in use. */
    int sourceCount() {
        return call(sources::peerCount);
    }

    /** What each source did, with its peer. */
    Map<SourceReport, PeerId> reports() {
        return call(() -> sources.byPeer(download.reports()));
    }

    /** How it stands now, chunk by chunk and source by source: made when somebody asks. */
    TransferState state() {
        return call(() -> new TransferState(
                download.held(),
                download.wanted(),
                download.begun(),
                origins.chunks(),
                origins.peers(),
                sources.byPeer(download.reports()),
                troubles.sentences(),
                System.nanoTime()));
    }

    /** A chunk that is kept was taken from something else that is here. */
    void copied(int chunk) {
        locked(() -> origins.copied(chunk));
    }

    /** Of what was here when it began, all but these was taken from something else that is here. */
    void copiedBesides(ChunkSet before) {
        locked(() -> origins.copiedBesides(before));
    }

    /** What went wrong with sources. */
    Troubles troubles() {
        return troubles;
    }

    /** Whether a source is in use that has what is missing, or has not said, and of which nothing bad is known. */
    boolean isHopeful() {
        return call(() -> sources.has(use -> !troubles.isKnown(use.peer()) && isPromising(use)));
    }

    /** Whether a peer is left alone now for what it did; for less long where nobody else is of use. */
    boolean isShunned(PeerId peer) {
        return call(() -> troubles.isShunned(peer, !hasOther(peer), System.nanoTime()));
    }

    private boolean hasOther(PeerId peer) {
        return sources.has(use -> !use.peer().equals(peer) && isPromising(use));
    }

    private boolean isPromising(SourceUse use) {
        return !use.maps().isComplete() || download.isOfUse(use.number());
    }

    /** Whether a link is in use already. */
    boolean uses(PeerLink link) {
        return call(() -> sources.has(use -> use.link() == link));
    }

    /** A source can be asked over a link. */
    void add(PeerLink link) {
        locked(() -> {
            if (closed
                    || !entitlement.isReady(System.currentTimeMillis())
                    || isShunned(link.remote())
                    || sources.has(known -> known.link() == link)) {
                return;
            }
            SourceUse use = new SourceUse(sources.newNumber(), link, this, origins.number(link));
            sources.add(use);
            // Before anybody else can ask it for something, which has to come after this.
            use.open();
            if (sources.contains(use)) {
                announcements.soFar().forEach(use::post);
                perform(download.sourceAdded(use.number(), link.requestLimitBytes(), System.nanoTime()));
            }
        });
    }

    /** Ends everything; what was verified stays. */
    @Override
    public void close() {
        List<SourceUse> left = call(() -> {
            closed = true;
            return sources.clear();
        });
        left.forEach(SourceUse::close);
        ended.countDown();
    }

    @Nullable
    ByteBuffer target(SourceUse use, BlockRange range, int bytes) {
        boolean inside = range.chunk() < layout.chunkCount() && range.endBlock() <= layout.blocks(range.chunk());
        if (!inside || bytes != layout.size(range.chunk(), range.firstBlock(), range.blockCount())) {
            throw new MalformedPduException("data of " + bytes + " bytes for " + range);
        }
        return call(() -> {
            if (closed || !download.claim(use.number(), range)) {
                return null;
            }
            use.receiving(true);
            return buffers.blocks(range.chunk(), range.firstBlock(), bytes);
        });
    }

    void dataArrived(SourceUse use, BlockRange range) {
        List<Integer> complete = call(() -> {
            boolean isOfUse = use.isReceiving();
            if (isOfUse) {
                use.receiving(false);
                use.wasUseful();
                troubles.isOfUse(use.peer());
            }
            int bytes = layout.size(range.chunk(), range.firstBlock(), range.blockCount());
            sink.budget().arrived(bytes);
            origins.came(range.chunk(), isOfUse, use.mark(), bytes, System.nanoTime());
            perform(download.dataArrived(use.number(), range, System.nanoTime()));
            if (!sources.contains(use)) {
                // Dropped while its reader still wrote into a buffer; now others may.
                perform(download.sourceLost(use.number(), System.nanoTime()));
            }
            return takeUnverified();
        });
        complete.forEach(chunk -> verify(chunk, use.tree()));
    }

    void map(SourceUse use, PeerPdu.ChunkMap map) {
        locked(() -> {
            List<ChunkRun> runs = use.maps().next(map);
            perform(
                    map instanceof PeerPdu.AllChunks
                            ? download.sourceHasAll(use.number(), System.nanoTime())
                            : download.sourceHas(use.number(), runs, System.nanoTime()));
        });
        askForRow();
    }

    void hashes(SourceUse use, PeerPdu.Hashes page) {
        if (hashes.areLeaves(page)) {
            if (!likeness.leaves(use, page)) {
                int chunk = (int) (page.firstNode() / layout.blocksPerChunk());
                locked(() -> hashes.leaves(use, page, buffers.chunk(chunk)));
            }
            return;
        }
        byte[] fresh = call(() -> hashes.arrived(use, page));
        if (fresh != null) {
            try {
                sink.chunkRow(fresh);
            } catch (RuntimeException e) {
                fail(e);
                return;
            }
            call(this::takeUnverified).forEach(chunk -> verify(chunk, use.tree()));
        }
        askForRow();
    }

    void failed(SourceUse use, Failure refusal) {
        locked(() -> {
            boolean passes = refusal.code() == ErrorCode.BUSY || refusal.code() == ErrorCode.LIMIT;
            long retryNanos = TimeUnit.MILLISECONDS.toNanos(
                    passes ? Math.max(RETRY_MILLIS, refusal.retryAfterMillis()) : refusal.retryAfterMillis());
            if (refusal.detail() == Failure.HANDLE) {
                troubles.endedHandle(use.peer(), use.isUseful(), passes, retryNanos, System.nanoTime());
                lose(use);
            } else if (refusal.isOfNodes()) {
                hashes.refused(use.number(), refusal, retryNanos, passes ? DropReason.BUSY : DropReason.NO_HASHES);
            } else if (refusal.detail() >= 0 && refusal.chunk() < layout.chunkCount()) {
                BlockRange range = new BlockRange((int) refusal.chunk(), refusal.firstBlock(), 1);
                perform(download.requestRefused(use.number(), range, retryNanos, System.nanoTime()));
            }
            // When it could not read something (detail −2), nothing else has changed, and the deadlines hold.
        });
        likeness.refused(use, refusal);
        askForRow();
    }

    void withdrawn(SourceUse use, BlockRange range) {
        locked(() -> perform(download.requestWithdrawn(use.number(), range, System.nanoTime())));
    }

    void alive(SourceUse use) {
        locked(() -> perform(download.sourceAlive(use.number(), System.nanoTime())));
    }

    void ended(SourceUse use, PeerLink.Ending ending, String reason) {
        locked(() -> {
            if (sources.contains(use)) {
                events.detail("The peer " + use.peer().fingerprint() + " is no longer a source: " + reason + ".");
                boolean useful = use.isUseful() || use.link().isReplaced();
                troubles.endedLink(use.peer(), useful, ending, reason, System.nanoTime());
            }
            use.receiving(false);
            lose(use);
        });
    }

    private void lose(SourceUse use) {
        sources.remove(use.number());
        hashes.gone(use.number());
        likeness.gone(use.number());
        perform(download.sourceLost(use.number(), System.nanoTime()));
    }

    private void tick() {
        long now = System.nanoTime();
        sink.budget();
        perform(download.tick(now));
        List<SourceUse> all = sources.all(use -> true);
        announcements.news(download::held, now).forEach(more -> all.forEach(use -> use.post(more)));
        sources.all(use -> use.isStuck(now) || use.isMapLate(now))
                .forEach(use -> dropping.drop(new DownloadAction.Drop(use.number(), DropReason.STALLED, false)));
        hashes.tick(now);
        // Another download over the same link takes a part of what may be requested there.
        all.forEach(use -> download.sourceLimit(use.number(), use.link().requestLimitBytes()));
        // A frame takes long on a slow line: what comes in its middle shows as well that its sender lives.
        sources.all(use -> use.isReceiving() && !use.isSilent(2 * Download.TICK_NANOS))
                .forEach(this::alive);
    }

    /** Hashes, writes and reports chunks until none is complete. Runs without the lock. */
    private void verify(int chunk, HashTree tree) {
        ByteBuffer data = call(() -> buffers.chunk(chunk));
        if (data == null) {
            return;
        }
        boolean right = hashes.matches(chunk, data, tree);
        likeness.settled(chunk, right);
        if (right) {
            try {
                sink.write(chunk, data);
            } catch (RuntimeException e) {
                fail(e);
                return;
            }
        }
        List<Integer> complete = call(() -> {
            if (right) {
                buffers.release(chunk);
                perform(download.chunkVerified(chunk, System.nanoTime()));
            } else {
                perform(download.chunkFailed(chunk, System.nanoTime()));
            }
            return takeUnverified();
        });
        if (right) {
            sink.chunkKept(chunk, true);
        }
        complete.forEach(next -> verify(next, tree));
    }

    /** Ends it for a reason of this side. */
    void fail(RuntimeException cause) {
        locked(() -> failure = failure == null ? cause : failure);
        close();
    }

    private List<Integer> takeUnverified() {
        if (hashes.row() == null || unverified.isEmpty()) {
            return List.of();
        }
        List<Integer> taken = List.copyOf(unverified);
        unverified.clear();
        return taken;
    }

    private void askForRow() {
        locked(hashes::ask);
    }

    /** Does what was decided. Under the lock, so that orders reach a link in the order in which they were given. */
    private void perform(List<DownloadAction> actions) {
        for (DownloadAction action : actions) {
            switch (action) {
                case DownloadAction.Request(int source, BlockRange range) ->
                    sources.post(source, new PeerPdu.Get(range.chunk(), range.firstBlock(), range.blockCount()));
                case DownloadAction.Cancel(int source, BlockRange range) ->
                    sources.post(source, new PeerPdu.Cancel(range.chunk(), range.firstBlock(), range.blockCount()));
                case DownloadAction.Withdraw(int source, BlockRange range) ->
                    sources.post(source, new PeerPdu.Cancel(range.chunk(), range.firstBlock(), range.blockCount()));
                case DownloadAction.Verify(int chunk) -> unverified.add(chunk);
                case DownloadAction.NeedLeaves(int chunk, List<Integer> from) -> hashes.investigate(chunk, from);
                case DownloadAction.Complain(int source, int chunk) ->
                    sources.post(source, new PeerPdu.Complaint(chunk));
                case DownloadAction.Drop drop -> dropping.drop(drop);
                case DownloadAction.Copy(int chunk) -> likeness.copy(chunk);
                case DownloadAction.Fill(int chunk, BitSet blocks) -> likeness.fill(chunk, blocks);
                case DownloadAction.Finished() -> {
                    wantsSources = false;
                    ended.countDown();
                }
                case DownloadAction.NeedSources need -> wantsSources = true;
            }
        }
    }

    private void locked(Runnable action) {
        call(() -> {
            action.run();
            return null;
        });
    }

    private <T extends @Nullable Object> T call(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
