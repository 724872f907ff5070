package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import dev.shoal.store.HashProgress;
import dev.shoal.store.PartialFile;
import dev.shoal.store.StoreException;
import dev.shoal.swarm.DropReason;
import dev.shoal.swarm.Order;
import dev.shoal.swarm.SourceReport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One download from its first source to the finished file: feeds a {@link Transfer}, registers the chunks that come,
 * serves them at the same time, records them on the disk, and reports. Runs on the thread that calls {@link #run}.
 */
final class Downloading implements Transfer.Sink {

    private static final long STEP_MILLIS = 50;
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How long to wait for a first source while some are being dialled, and for a new one when the last has left. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final PeerNode node;
    private final IndexSession session;
    private final Name name;
    private final ContentId content;
    private final PartialFile part;
    private final Order order;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;
    private final Transfer transfer;
    private final SourceSearch search;
    private final Served served;
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicBoolean checkpointing = new AtomicBoolean();
    private final long startNanos = System.nanoTime();
    private final long resumedBytes;
    private final Progress progress;
    private boolean registered;
    private long lastReportNanos;
    private long lastSourceNanos = startNanos;

    Downloading(
            PeerNode node,
            IndexSession session,
            Name name,
            PartialFile part,
            Order order,
            Consumer<Report> reports,
            Cancellation cancellation) {
        this.node = node;
        this.session = session;
        this.name = name;
        this.content = part.id();
        this.part = part;
        this.order = order;
        this.reports = reports;
        this.cancellation = cancellation;
        this.resumedBytes = content.length() - part.missingBytes();
        this.progress = new Progress(resumedBytes, startNanos);
        this.served = new Served(part);
        this.transfer = new Transfer(content, part.chunks(), part.chunkRow().orElse(null), order, this, node.events());
        this.search = new SourceSearch(content, session.client(), node.links(), transfer, node.events());
    }

    /** Which name is downloaded. */
    Name name() {
        return name;
    }

    /** Where the chunks are kept. */
    PartialFile part() {
        return part;
    }

    /** How it is going. */
    Report.Progress state() {
        return progress.report(name.text(), content, doneBytes(), transfer.sourceCount(), phase(), System.nanoTime());
    }

    /** A link may be used as a source. */
    void offer(PeerLink link) {
        transfer.add(link);
    }

    /** Ends it as soon as possible; what was verified stays. */
    void interrupt() {
        interrupted.set(true);
        transfer.close();
    }

    /**
     * Runs to the end.
     *
     * @return whether it is complete; false when it was cancelled
     * @throws PeerException when no source is left
     * @throws StoreException when the disk is in the way
     */
    boolean run() {
        node.servings().add(served);
        node.running().put(content, this);
        byte[] row = transfer.chunkRow();
        if (row != null && part.chunkRow().isEmpty()) {
            part.recordChunkRow(row, HashProgress.UNSEEN);
        }
        try {
            while (!transfer.await(STEP_MILLIS)) {
                step();
            }
            RuntimeException failure = transfer.failure();
            if (failure != null) {
                throw failure;
            }
            report(true);
            return transfer.isComplete();
        } finally {
            transfer.close();
            node.running().remove(content);
        }
    }

    /** No longer serves what was downloaded. */
    void stopServing() {
        node.servings().remove(content, "the download was given up");
    }

    /** What to tell at the end. */
    Report.Got got(String path) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        return new Report.Got(
                name.text(), path, content.toString(), content.length(), resumedBytes, millis, sourcesUsed());
    }

    private void step() {
        if (cancellation.isCancelled()) {
            interrupt();
            return;
        }
        search.step();
        if (!registered && transfer.heldCount() > 0) {
            register();
        }
        if (part.isCheckpointDue() && checkpointing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("checkpoint of " + name).start(this::checkpoint);
        }
        report(false);
        checkPatience();
    }

    private void checkPatience() {
        long now = System.nanoTime();
        if (transfer.sourceCount() > 0) {
            lastSourceNanos = now;
            return;
        }
        boolean hopeless = search.known() == 0 && !search.isDialling() && resumedBytes == doneBytes();
        if (hopeless && now - startNanos < PATIENCE_NANOS && search.known() == 0) {
            throw new PeerException(
                    PeerException.Reason.UNREACHABLE,
                    "Nobody who has " + name + " is on-line now. Try again later; what was downloaded is kept.");
        }
        if (now - lastSourceNanos > PATIENCE_NANOS) {
            throw new PeerException(
                    PeerException.Reason.UNREACHABLE,
                    "No source of " + name + " can be reached"
                            + (search.lastTrouble().isEmpty() ? "" : " (" + search.lastTrouble() + ")")
                            + ". Try again later; what was downloaded is kept.");
        }
    }

    private void register() {
        try {
            session.presence().register(name, content, transfer.held(), null);
            registered = true;
            // What came while the index was asked.
            transfer.held().runs().forEach(run -> {
                for (int chunk = run.first(); chunk < run.end(); chunk++) {
                    session.presence().chunkCame(content, chunk);
                }
            });
        } catch (PeerException e) {
            node.events().detail("The index was not told of the new source: " + e.getMessage());
        }
    }

    private void checkpoint() {
        try {
            part.checkpoint();
        } catch (StoreException e) {
            node.events().warning(String.valueOf(e.getMessage()));
        } finally {
            checkpointing.set(false);
        }
    }

    private void report(boolean last) {
        long now = System.nanoTime();
        if (last || now - lastReportNanos >= REPORT_NANOS) {
            lastReportNanos = now;
            reports.accept(state());
        }
    }

    private long doneBytes() {
        if (order == Order.IN_ORDER) {
            int missing = part.chunks().nextMissing(0);
            return missing < 0 ? content.length() : content.layout().offset(missing);
        }
        return content.length() - part.missingBytes();
    }

    private String phase() {
        if (transfer.isComplete()) {
            return "done";
        }
        return transfer.sourceCount() == 0 ? "looking for sources" : "downloading";
    }

    private List<Report.SourceUsed> sourcesUsed() {
        Map<PeerId, Report.SourceUsed> used = new LinkedHashMap<>();
        for (Map.Entry<SourceReport, PeerId> entry : transfer.reports().entrySet()) {
            SourceReport report = entry.getKey();
            DropReason dropped = report.dropped();
            String trouble = dropped == null || dropped == DropReason.GONE ? null : dropped.sentence();
            if (report.receivedBytes() > 0 || trouble != null) {
                String peer = entry.getValue().fingerprint();
                used.merge(
                        entry.getValue(),
                        new Report.SourceUsed(peer, report.receivedBytes(), trouble),
                        (one, other) -> new Report.SourceUsed(
                                peer,
                                one.bytes() + other.bytes(),
                                one.trouble() == null ? other.trouble() : one.trouble()));
            }
        }
        return new ArrayList<>(used.values());
    }

    @Override
    public void write(int chunk, ByteBuffer data) {
        part.write(chunk, data);
    }

    @Override
    public void chunkRow(byte[] row) {
        part.recordChunkRow(row, HashProgress.UNSEEN);
    }

    @Override
    public void chunkKept(int chunk) {
        node.servings().chunkCame(content, chunk);
        session.presence().chunkCame(content, chunk);
    }

    /** Speed and time left, smoothed over some seconds. */
    private static final class Progress {
        private static final double SMOOTHING_SECONDS = 3;

        private long lastBytes;
        private long lastNanos;
        private double rateBytesPerSecond;
        private Report.@Nullable Progress last;

        Progress(long startBytes, long startNanos) {
            this.lastBytes = startBytes;
            this.lastNanos = startNanos;
        }

        synchronized Report.Progress report(
                String name, ContentId content, long doneBytes, int sources, String phase, long nowNanos) {
            double seconds = (nowNanos - lastNanos) / 1e9;
            if (last == null || seconds > 0.2) {
                double now = Math.max(0, doneBytes - lastBytes) / Math.max(seconds, 1e-3);
                double weight = rateBytesPerSecond == 0 ? 1 : 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
                rateBytesPerSecond += weight * (now - rateBytesPerSecond);
                lastBytes = doneBytes;
                lastNanos = nowNanos;
            }
            long rate = Math.round(rateBytesPerSecond);
            long remaining = rate <= 0 ? -1 : (content.length() - doneBytes + rate - 1) / rate;
            last = new Report.Progress(name, doneBytes, content.length(), rate, remaining, sources, phase);
            return last;
        }
    }
}
