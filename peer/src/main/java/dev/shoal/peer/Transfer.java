package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One content on its way here: carries out what {@link Download} decides. Sources come from {@link SourceSearch}; data
 * comes on the links' readers, straight into a chunk's buffer, and is hashed and written by the reader that completes
 * the chunk. One lock guards the decisions; it is not held while hashing, writing or waiting.
 */
final class Transfer implements AutoCloseable {

    /** Where verified chunks go. Called on several threads at once. */
    interface Sink {
        /** Keeps a verified chunk; the buffer is used again afterwards. */
        void write(int chunk, ByteBuffer data);

        /** The row of chunk hashes is known. */
        void chunkRow(byte[] row);

        /** A verified chunk was kept. */
        void chunkKept(int chunk);
    }

    /** A failed chunk that waits for leaf hashes: the sources to ask, the first of which was asked. */
    private record Autopsy(int chunk, Queue<Integer> sources) {}

    private final ContentId content;
    private final ChunkLayout layout;
    private final Sink sink;
    private final PeerEvents events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Download download;
    private final ChunkRow row;
    private final Map<Integer, SourceUse> sources = new HashMap<>();
    private final Map<Integer, PeerId> peers = new HashMap<>();
    private final ChunkBuffers buffers;
    private final List<Integer> unverified = new ArrayList<>();
    private final Map<Integer, Autopsy> autopsies = new HashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable RuntimeException failure;
    private volatile boolean wantsSources = true;
    private volatile boolean closed;
    private int lastSource;

    Transfer(ContentId content, ChunkSet held, byte @Nullable [] knownRow, Order order, Sink sink, PeerEvents events) {
        this.content = content;
        this.layout = content.layout();
        this.buffers = new ChunkBuffers(layout.chunkBytes());
        this.sink = sink;
        this.events = events;
        this.row = new ChunkRow(content, knownRow);
        this.download = new Download(layout, held, order, ThreadLocalRandom.current());
        lock.lock();
        try {
            perform(download.start(System.nanoTime()));
        } finally {
            lock.unlock();
        }
    }

    /** What is downloaded. */
    ContentId content() {
        return content;
    }

    /** Waits for the end, at most so long, and lets time pass for the decisions. Returns whether it has ended. */
    boolean await(long millis) {
        try {
            boolean over = ended.await(millis, TimeUnit.MILLISECONDS);
            if (!over) {
                locked(() -> perform(download.tick(System.nanoTime())));
                askForRow();
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
        return call(row::verified);
    }

    /** The verified chunks; a copy. */
    ChunkSet held() {
        return call(download::held);
    }

    /** How many chunks are verified. */
    int heldCount() {
        return call(download::heldCount);
    }

    /** How many sources are in use. */
    int sourceCount() {
        return call(() ->
                (int) sources.values().stream().map(SourceUse::peer).distinct().count());
    }

    /** What each source did, with its peer. */
    Map<SourceReport, PeerId> reports() {
        return call(() -> {
            Map<SourceReport, PeerId> reports = new HashMap<>();
            download.reports().forEach(report -> {
                PeerId peer = peers.get(report.source());
                if (peer != null) {
                    reports.put(report, peer);
                }
            });
            return reports;
        });
    }

    /** Whether a link is in use already. */
    boolean uses(PeerLink link) {
        return call(() -> sources.values().stream().anyMatch(use -> use.link() == link));
    }

    /** A source can be asked over a link. */
    void add(PeerLink link) {
        SourceUse use = call(() -> {
            if (closed || sources.values().stream().anyMatch(known -> known.link() == link)) {
                return null;
            }
            SourceUse fresh = new SourceUse(++lastSource, link, this);
            sources.put(fresh.number(), fresh);
            peers.put(fresh.number(), fresh.peer());
            perform(download.sourceAdded(fresh.number(), link.requestLimitBytes(), System.nanoTime()));
            return sources.containsKey(fresh.number()) ? fresh : null;
        });
        if (use != null) {
            use.open();
        }
    }

    /** Ends everything; what was verified stays. */
    @Override
    public void close() {
        List<SourceUse> left = call(() -> {
            closed = true;
            List<SourceUse> all = List.copyOf(sources.values());
            sources.clear();
            return all;
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
            return buffers.slice(range.chunk(), range.firstBlock() * ChunkLayout.BLOCK_BYTES, bytes);
        });
    }

    void dataArrived(SourceUse use, BlockRange range) {
        List<Integer> complete = call(() -> {
            use.receiving(false);
            perform(download.dataArrived(use.number(), range, System.nanoTime()));
            if (!sources.containsKey(use.number())) {
                // Dropped while its reader still wrote into a buffer; now others may.
                perform(download.sourceLost(use.number(), System.nanoTime()));
            }
            return takeUnverified();
        });
        complete.forEach(chunk -> verify(chunk, use.tree()));
    }

    void map(SourceUse use, PeerPdu.ChunkMap map) {
        locked(() -> {
            long now = System.nanoTime();
            try {
                switch (map) {
                    case PeerPdu.AllChunks all -> perform(download.sourceHasAll(use.number(), now));
                    case PeerPdu.MoreChunks more -> perform(download.sourceHas(use.number(), more.runs(), now));
                    case PeerPdu.MapWindow window ->
                        perform(download.sourceHas(use.number(), Maps.runs(window, layout.chunkCount()), now));
                }
            } catch (IndexOutOfBoundsException e) {
                throw new MalformedPduException("a map with chunks that the content does not have");
            }
        });
        askForRow();
    }

    void hashes(SourceUse use, PeerPdu.Hashes hashes) {
        if (hashes.level() == 0 && layout.chunkLevel() != 0 && layout.chunkCount() > 0) {
            leaves(use, hashes);
            return;
        }
        List<Integer> complete = call(() -> {
            boolean before = row.verified() != null;
            if (!row.arrived(use.number(), hashes, use.tree(), System.nanoTime())) {
                events.info("The peer " + use.peer().fingerprint() + " gave wrong hashes; it is not used any more.");
                perform(List.of(new DownloadAction.Drop(use.number(), DropReason.WRONG_DATA, true)));
            }
            byte[] verified = row.verified();
            if (before || verified == null) {
                return List.of();
            }
            sink.chunkRow(verified);
            return takeUnverified();
        });
        complete.forEach(chunk -> verify(chunk, use.tree()));
        askForRow();
    }

    void failed(SourceUse use, Failure refusal) {
        locked(() -> {
            if (refusal.detail() == -1) {
                lose(use);
            } else if (refusal.detail() == -2) {
                row.giveUp(use.number());
                nextAutopsySource(use.number());
            } else {
                int chunk = (int) (refusal.detail() >>> 16);
                int block = (int) refusal.detail() & 0xffff;
                if (chunk >= 0 && chunk < layout.chunkCount() && block < layout.blocks(chunk)) {
                    BlockRange range = new BlockRange(chunk, block, layout.blocks(chunk) - block);
                    long retryNanos = TimeUnit.MILLISECONDS.toNanos(refusal.retryAfterMillis());
                    perform(download.requestRefused(use.number(), range, retryNanos, System.nanoTime()));
                }
            }
        });
        askForRow();
    }

    void withdrawn(SourceUse use, BlockRange range) {
        locked(() -> perform(download.requestWithdrawn(use.number(), range, System.nanoTime())));
    }

    void alive(SourceUse use) {
        locked(() -> perform(download.sourceAlive(use.number(), System.nanoTime())));
    }

    void ended(SourceUse use, String reason) {
        locked(() -> {
            if (sources.containsKey(use.number())) {
                events.detail("The peer " + use.peer().fingerprint() + " is no longer a source: " + reason + ".");
            }
            use.receiving(false);
            lose(use);
        });
    }

    private void lose(SourceUse use) {
        sources.remove(use.number());
        row.giveUp(use.number());
        nextAutopsySource(use.number());
        perform(download.sourceLost(use.number(), System.nanoTime()));
    }

    /** Hashes, writes and reports chunks until none is complete. Runs without the lock. */
    private void verify(int chunk, HashTree tree) {
        byte[] verified = row.verified();
        ByteBuffer buffer = call(() -> buffers.find(chunk));
        if (verified == null || buffer == null) {
            return;
        }
        ByteBuffer data = buffer.duplicate().clear().limit(layout.size(chunk));
        boolean right = tree.chunkHash(layout, chunk, data).equals(Hash.of(verified, chunk * Hash.BYTES));
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
            sink.chunkKept(chunk);
        }
        complete.forEach(next -> verify(next, tree));
    }

    private void fail(RuntimeException cause) {
        locked(() -> {
            if (failure == null) {
                failure = cause;
            }
        });
        close();
    }

    private List<Integer> takeUnverified() {
        if (row.verified() == null || unverified.isEmpty()) {
            return List.of();
        }
        List<Integer> taken = List.copyOf(unverified);
        unverified.clear();
        return taken;
    }

    private void askForRow() {
        locked(() -> {
            long now = System.nanoTime();
            if (row.wantsSource(now) && !sources.isEmpty()) {
                int before = row.asked();
                SourceUse use = sources.values().stream()
                        .filter(candidate -> candidate.number() != before)
                        .findFirst()
                        .orElse(sources.values().iterator().next());
                row.ask(use.number(), now).forEach(use::post);
            }
        });
    }

    private void leaves(SourceUse use, PeerPdu.Hashes hashes) {
        locked(() -> {
            int chunk = (int) (hashes.firstNode() / layout.blocksPerChunk());
            Autopsy autopsy = autopsies.get(chunk);
            ByteBuffer buffer = buffers.find(chunk);
            byte[] verified = row.verified();
            if (autopsy == null || buffer == null || verified == null || autopsy.sources.peek() == null) {
                return;
            }
            boolean complete = hashes.nodes().length == layout.blocks(chunk) * Hash.BYTES
                    && use.tree()
                            .subtreeRoot(hashes.nodes(), 0, layout.chunkLevel())
                            .equals(Hash.of(verified, chunk * Hash.BYTES));
            if (!complete) {
                nextAutopsySource(use.number());
                return;
            }
            autopsies.remove(chunk);
            byte[] mine = use.tree().leaves(buffer.duplicate().clear().limit(layout.size(chunk)));
            BitSet wrong = new BitSet();
            for (int block = 0; block < layout.blocks(chunk); block++) {
                if (!Hash.of(mine, block * Hash.BYTES).equals(Hash.of(hashes.nodes(), block * Hash.BYTES))) {
                    wrong.set(block);
                }
            }
            perform(download.wrongBlocks(chunk, wrong, System.nanoTime()));
        });
    }

    private void nextAutopsySource(int source) {
        for (Autopsy autopsy : List.copyOf(autopsies.values())) {
            if (autopsy.sources.peek() != null && autopsy.sources.peek() == source) {
                autopsy.sources.poll();
                askForLeaves(autopsy);
            }
        }
    }

    private void askForLeaves(Autopsy autopsy) {
        while (autopsy.sources.peek() != null) {
            SourceUse use = sources.get(autopsy.sources.peek());
            if (use != null) {
                long first = (long) autopsy.chunk * layout.blocksPerChunk();
                use.post(new PeerPdu.GetHashes(0, first, layout.blocks(autopsy.chunk)));
                return;
            }
            autopsy.sources.poll();
        }
        autopsies.remove(autopsy.chunk);
        perform(download.leavesUnavailable(autopsy.chunk, System.nanoTime()));
    }

    /** Does what was decided. Under the lock, so that orders reach a link in the order in which they were given. */
    private void perform(List<DownloadAction> actions) {
        for (DownloadAction action : actions) {
            switch (action) {
                case DownloadAction.Request(int source, BlockRange range) ->
                    post(source, new PeerPdu.Get(range.chunk(), range.firstBlock(), range.blockCount()));
                case DownloadAction.Cancel(int source, BlockRange range) ->
                    post(source, new PeerPdu.Cancel(range.chunk(), range.firstBlock(), range.blockCount()));
                case DownloadAction.Withdraw(int source, BlockRange range) ->
                    post(source, new PeerPdu.Cancel(range.chunk(), range.firstBlock(), range.blockCount()));
                case DownloadAction.Verify(int chunk) -> unverified.add(chunk);
                case DownloadAction.NeedLeaves(int chunk, List<Integer> from) -> {
                    Autopsy autopsy = new Autopsy(chunk, new ArrayDeque<>(from));
                    autopsies.put(chunk, autopsy);
                    askForLeaves(autopsy);
                }
                case DownloadAction.Complain(int source, int chunk) -> post(source, new PeerPdu.Complaint(chunk));
                case DownloadAction.Drop drop -> drop(drop);
                case DownloadAction.Finished() -> {
                    wantsSources = false;
                    ended.countDown();
                }
                case DownloadAction.NeedSources need -> wantsSources = true;
            }
        }
    }

    private void drop(DownloadAction.Drop drop) {
        SourceUse use = sources.remove(drop.source());
        if (use != null) {
            events.info("The peer " + use.peer().fingerprint() + " "
                    + drop.reason().sentence() + "; the data comes from others.");
            row.giveUp(use.number());
            nextAutopsySource(use.number());
            use.close();
            if (use.isReceiving()) {
                // It holds a place in a chunk's buffer until its reader is done; a broken connection makes sure of
                // that.
                use.link().close();
            } else {
                perform(download.sourceLost(use.number(), System.nanoTime()));
            }
        }
    }

    private void post(int source, PeerPdu pdu) {
        SourceUse use = sources.get(source);
        if (use != null) {
            use.post(pdu);
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private interface Call<T extends @Nullable Object> {
        T run();
    }

    private <T extends @Nullable Object> T call(Call<T> action) {
        lock.lock();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }
}
