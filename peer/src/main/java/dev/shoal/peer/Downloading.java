package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import dev.shoal.protocol.PeerId;
import dev.shoal.store.HashProgress;
import dev.shoal.store.PartialFile;
import dev.shoal.store.PartialFolder;
import dev.shoal.store.StoreException;
import dev.shoal.swarm.Order;
import dev.shoal.swarm.RequestBudget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One download from its first source to the finished file: feeds a {@link Transfer}, registers the chunks that come,
 * serves them at the same time, records them on the disk, and reports. Runs on the thread that calls {@link #run}.
 */
final class Downloading implements Sink {

    /** What whoever has a download open that ends without a file is told. */
    static final String GIVEN_UP = "the download was given up";

    private static final long STEP_MILLIS = 50;

    /** A download that takes longer than this is worth telling others of. */
    private static final long LASTING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** How many sources a message tells of. */
    private static final int MAX_TROUBLES_TOLD = 3;

    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final PeerNode node;
    private final IndexSession session;
    private final NamedShare subject;
    private final Name name;
    private final ContentId content;
    private final PartialFile part;
    private final boolean passesOn;
    private final Order order;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;
    private final @Nullable Rebuild rebuild;
    private final Transfer transfer;
    private final SourceSearch search;
    private final Served served;
    private final RequestBudget budget = RequestBudget.unlimited();
    /** The limit of this download alone: the lower of what was asked for and of what the home allows for its name. */
    private final Throttle own;

    private volatile long limitBytesPerSecond;
    /** Why nothing is requested, in words that follow "paused"; null when something is. */
    private volatile @Nullable String paused;
    /** Whether nothing is on its way any more since it was paused. */
    private volatile boolean drained;
    /** How often the budget was asked for since it was paused; guarded like that. */
    private int looksPaused;

    private volatile boolean endsWhenPaused;

    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicBoolean checkpointing = new AtomicBoolean();
    private final AtomicBoolean searching = new AtomicBoolean();
    private final AtomicBoolean registering = new AtomicBoolean();
    private final long startNanos = System.nanoTime();
    private final long resumedBytes;
    private final Speed speed;
    private final Patience patience;
    private final Attempts attempts;
    private volatile @Nullable PartialFolder folder;
    private volatile boolean stopped;
    private long lastReportNanos;

    /**
     * Of something into a part file.
     *
     * @param passesOn whether others may get it here meanwhile
     * @param rebuild puts parts of it together from what is alike here; null when nothing is
     */
    Downloading(
            PeerNode node,
            IndexSession session,
            NamedShare subject,
            PartialFile part,
            boolean passesOn,
            Order order,
            Request.Get request,
            @Nullable Rebuild rebuild,
            Consumer<Report> reports,
            Cancellation cancellation) {
        this.rebuild = rebuild;
        this.node = node;
        this.session = session;
        this.subject = subject;
        this.name = subject.name();
        this.content = part.id();
        this.part = part;
        this.passesOn = passesOn;
        this.order = order;
        this.reports = reports;
        this.cancellation = cancellation;
        this.resumedBytes = content.length() - part.missingBytes();
        this.speed = new Speed(resumedBytes, startNanos);
        this.attempts = new Attempts(startNanos);
        this.patience = new Patience(part.chunks().count(), request.patient(), startNanos);
        this.served = new Served(part, subject.key().circle(), Rate.UNLIMITED);
        this.limitBytesPerSecond = Rate.ofRequest(request.limit());
        this.own = new Throttle(limitBytesPerSecond);
        keepPace();
        this.transfer = new Transfer(
                new Entitlement(subject.key()),
                part.chunks(),
                part.chunkRow().orElse(null),
                order,
                new Announcements(part.chunks(), System.nanoTime(), passesOn),
                this,
                rebuild == null ? Likeness.NONE : rebuild,
                node.events());
        this.search = new SourceSearch(session.client(), node.links(), transfer, node.events());
    }

    /** It is a folder, of which only some chunks are wanted, and more when its list has come. Before it runs. */
    void of(PartialFolder partial) {
        folder = partial;
        transfer.want(partial.wanted());
    }

    /** Which name is downloaded. */
    Name name() {
        return name;
    }

    /** What is downloaded, and with whom it is shared. */
    ShareKey key() {
        return subject.key();
    }

    /** Where the chunks are kept. */
    PartialFile part() {
        return part;
    }

    /** How it is going. */
    Report.Progress state() {
        return speed.report(name.text(), totalBytes(), doneBytes(), transfer.sourceCount(), phase(), System.nanoTime());
    }

    /** Whether it is what somebody asked for who says with this that he has enough. */
    boolean isFor(Cancellation wanted) {
        return cancellation == wanted;
    }

    /** Of what was here when it began, all but these was taken from something else that is here. Before it runs. */
    Downloading copiedBesides(ChunkSet before) {
        transfer.copiedBesides(before);
        return this;
    }

    /** How it stands, chunk by chunk and source by source. */
    TransferState closely() {
        return transfer.state();
    }

    /** Changes the limit of this download alone, in bytes a second. */
    void limit(long bytesPerSecond) {
        limitBytesPerSecond = bytesPerSecond;
        keepPace();
    }

    /** When it is paused, it ends as soon as nothing is on its way any more; else it waits. Before it runs. */
    void endsWhenPaused() {
        endsWhenPaused = true;
    }

    /** Keeps to what is allowed now. */
    private synchronized void keepPace() {
        Pacing.Pace pace = node.pacing().of(name, Flow.DOWNLOAD);
        long rate = pace.isPaused() ? limitBytesPerSecond : Math.min(limitBytesPerSecond, pace.bytesPerSecond());
        if (own.rateBytesPerSecond() != rate) {
            own.rate(rate);
        }
        if (paused == null) {
            drained = false;
        }
        paused = pace.why();
        node.pace(name, served);
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
        if (passesOn) {
            node.servings().add(served);
        }
        byte[] row = transfer.chunkRow();
        if (row != null && part.chunkRow().isEmpty()) {
            part.recordChunkRow(row, HashProgress.UNSEEN);
        }
        try {
            if (rebuild != null) {
                rebuild.begin(transfer, this);
            }
            // The first step at once: what is small is here before the first wait would be over.
            for (boolean over = transfer.await(0); !over; over = transfer.await(STEP_MILLIS)) {
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
            if (rebuild != null) {
                // Nobody may write to the part file any more when it is closed.
                rebuild.close();
            }
        }
    }

    /** What others get of it. */
    Served served() {
        return served;
    }

    /** No longer serves what was downloaded, and tells the index so. */
    void stopServing(String reason) {
        stopped = true;
        node.withdraw(session, served, reason);
    }

    /** The index does not know any more that chunks of the content are here. */
    void wasWithdrawn() {
        attempts.again(System.nanoTime());
    }

    /** What to tell at the end. */
    Report.Got got(String path) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        long received = transfer.reports().keySet().stream()
                .mapToLong(source -> source.receivedBytes() + source.wastedBytes())
                .sum();
        return new Report.Got(
                name.text(),
                path,
                content.toString(),
                totalBytes(),
                resumedBytes,
                rebuild == null ? 0 : rebuild.reusedBytes(),
                received,
                millis,
                sourcesUsed());
    }

    private void step() {
        if (cancellation.isCancelled()) {
            interrupt();
            return;
        }
        keepPace();
        if (paused == null) {
            // The index may be away and take long to answer; that must hold nothing else up.
            inBackground("search for ", searching, search::step);
            search.redial();
        } else if (endsWhenPaused && drained) {
            interrupt();
            return;
        }
        // Those who download the same at the same time find each other before they have anything to give.
        long now = System.nanoTime();
        boolean lasting = now - startNanos > LASTING_NANOS;
        // Where it is shared as well, the index is to go on saying that all of it can be had here.
        boolean worthTelling = passesOn && (lasting || transfer.held().count() > 0);
        if (attempts.isDue(now) && worthTelling && !node.isShared(session, subject.key())) {
            inBackground("registration of ", registering, this::register);
        }
        if (part.isCheckpointDue()) {
            inBackground("checkpoint of ", checkpointing, this::checkpoint);
        }
        report(false);
        checkPatience();
    }

    private void inBackground(String what, AtomicBoolean busy, Runnable task) {
        if (busy.compareAndSet(false, true)) {
            Thread.ofVirtual().name(what + name).start(() -> {
                try {
                    task.run();
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    private void checkPatience() {
        long now = System.nanoTime();
        Patience.Outlook outlook = search.outlook();
        patience.look(transfer.held().count(), paused != null || transfer.isHopeful(), now);
        if (paused != null || search.isDialling() || !patience.isOver(outlook, now)) {
            return;
        }
        String kept = doneBytes() > 0 ? "; what was downloaded is kept." : ".";
        String last = ". Run the same command later, or with --wait" + kept;
        boolean hadWrongData = transfer.troubles().hadWrongData();
        // Who is told that it sent wrong data may be gone by now: that is not what was wrong.
        if (outlook == Patience.Outlook.NOBODY && !hadWrongData) {
            throw new PeerException(
                    PeerException.Reason.UNREACHABLE, "Nobody who has " + name + " is on-line now" + last);
        }
        Map<PeerId, String> troubles = transfer.troubles().sentences();
        String reasons = troubles.entrySet().stream()
                .limit(MAX_TROUBLES_TOLD)
                .map(trouble -> "the peer " + trouble.getKey().fingerprint() + " " + trouble.getValue())
                .collect(Collectors.joining("; "));
        if (reasons.isEmpty()) {
            reasons = search.lastTrouble();
        }
        if (reasons.isEmpty() && transfer.sourceCount() > 0) {
            reasons = "those that are on-line have nothing of what is missing here";
        }
        throw new PeerException(
                hadWrongData ? PeerException.Reason.VERIFICATION : PeerException.Reason.UNREACHABLE,
                "No source of " + name + " is of use" + (reasons.isEmpty() ? "" : " (" + reasons + ")") + last);
    }

    private void register() {
        try {
            session.presence().registerSource(subject, transfer.held());
            attempts.succeeded();
            if (stopped) {
                stopServing(GIVEN_UP);
                return;
            }
            // What came while the index was asked.
            transfer.held().runs().forEach(run -> {
                for (int chunk = run.first(); chunk < run.end(); chunk++) {
                    session.presence().chunkCame(subject.key(), chunk);
                }
            });
        } catch (PeerException e) {
            attempts.failed(e, System.nanoTime());
            node.events().detail("The index was not told of the new source: " + e.getMessage());
        }
    }

    private void checkpoint() {
        try {
            part.checkpoint();
        } catch (StoreException e) {
            node.events().warning(String.valueOf(e.getMessage()));
        }
    }

    private void report(boolean last) {
        long now = System.nanoTime();
        if (last || now - lastReportNanos >= REPORT_NANOS) {
            lastReportNanos = now;
            reports.accept(state());
        }
    }

    private long totalBytes() {
        PartialFolder partial = folder;
        return partial == null ? content.length() : partial.wantedBytes();
    }

    /** How much is still to come of what is wanted. */
    long missingBytes() {
        PartialFolder partial = folder;
        return partial == null ? part.missingBytes() : partial.missingBytes();
    }

    private long doneBytes() {
        PartialFolder partial = folder;
        if (partial != null) {
            return partial.wantedBytes() - partial.missingBytes();
        }
        if (order == Order.IN_ORDER) {
            int missing = part.chunks().nextMissing(0);
            return missing < 0 ? content.length() : content.layout().offset(missing);
        }
        return content.length() - part.missingBytes();
    }

    private String phase() {
        if (transfer.isComplete()) {
            return Report.Progress.DONE;
        }
        String why = paused;
        if (why != null) {
            return Report.Progress.PAUSED + why;
        }
        if (transfer.sourceCount() == 0) {
            return "looking for sources";
        }
        return rebuild != null && rebuild.isComparing() ? "comparing" : "downloading";
    }

    private List<Report.SourceUsed> sourcesUsed() {
        Map<PeerId, Long> bytes = new LinkedHashMap<>();
        Map<PeerId, String> troubles = transfer.troubles().sentences();
        transfer.reports().forEach((report, peer) -> bytes.merge(peer, report.receivedBytes(), Long::sum));
        troubles.keySet().forEach(peer -> bytes.putIfAbsent(peer, 0L));
        List<Report.SourceUsed> used = new ArrayList<>();
        bytes.forEach((peer, received) -> {
            if (received > 0 || troubles.containsKey(peer)) {
                used.add(new Report.SourceUsed(peer.fingerprint(), received, troubles.get(peer)));
            }
        });
        return used;
    }

    @Override
    public void write(int chunk, ByteBuffer data) {
        part.write(chunk, data);
        PartialFolder partial = folder;
        if (partial != null && partial.came()) {
            // Only now it is known how much that is.
            node.leaveRoom(part, partial.missingBytes());
            transfer.want(partial.wanted());
        }
    }

    @Override
    public void chunkRow(byte[] row) {
        part.recordChunkRow(row, HashProgress.UNSEEN);
    }

    @Override
    public RequestBudget budget() {
        // The limit of all may have begun or ended since the last time.
        Throttle all = node.downloads();
        boolean isPaused = paused != null;
        boolean isLimited = isPaused || all.isLimited() || own.isLimited();
        budget.limited(isLimited);
        if (isPaused) {
            // What was requested in the last moment is counted by the next time.
            drained = looksPaused > 0 && budget.isDrained();
            looksPaused++;
            return budget;
        }
        looksPaused = 0;
        if (isLimited) {
            long wanted = Math.min(all.burstBytes(), own.burstBytes()) - budget.unusedBytes();
            // From that of all no more is taken than may be used: the rest is for other downloads.
            budget.grant(own.takeUpTo(all.takeUpTo(own.upTo(wanted))));
        }
        return budget;
    }

    @Override
    public void chunkKept(int chunk, boolean fetched) {
        if (!fetched) {
            transfer.copied(chunk);
        }
        if (passesOn) {
            node.servings().chunkCame(subject.key(), chunk, fetched);
            session.presence().chunkCame(subject.key(), chunk);
        }
    }
}
