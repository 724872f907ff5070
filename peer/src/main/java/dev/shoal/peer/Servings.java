package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.peer.Serving.Opened;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import dev.shoal.store.ChunkMissingException;
import dev.shoal.store.ContentClosedException;
import dev.shoal.store.FileChangedException;
import dev.shoal.store.StoreException;
import dev.shoal.swarm.BlockRange;
import dev.shoal.swarm.Piece;
import dev.shoal.swarm.Uploads;
import dev.shoal.swarm.Verdict;
import dev.shoal.transport.Watchdog;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What this peer serves, and to whom: contents, the links that have opened them, and the requests that wait. The
 * decisions are those of {@link Uploads}; {@link Senders} carry them out. Thread-safe: one lock, never held while a
 * file is read or a socket written.
 */
final class Servings implements AutoCloseable {

    /** How many pieces may be on their way at a time at least; more when slow receivers leave the line idle. */
    private static final int LEAST_SLOTS = 2;

    /** How long new chunks are gathered before who has opened the content is told: many cost little more than one. */
    private static final long TELL_MILLIS = 100;

    /** How often is looked at whose ticket is over. */
    private static final long TURN_OUT_MILLIS = 1_000;

    /** How long a sender that has nothing to do sleeps when nobody wakes it. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One piece to be sent, with all that is needed to send it. */
    record Job(Piece piece, PeerLink link, int handle, Serving serving, Served served) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Uploads uploads = new Uploads(LEAST_SLOTS, PeerLink.MAX_REQUESTED_BYTES);
    private final ServedContents contents = new ServedContents();
    private final Handles handles = new Handles();
    private final Gate gate;
    private final Questions questions;
    private final Backlog backlog = new Backlog();
    private final PeerEvents events;
    private final ScheduledFuture<?> telling = Watchdog.every(TELL_MILLIS, () -> run(contents::tell));
    private final ScheduledFuture<?> turningOut = Watchdog.every(TURN_OUT_MILLIS, this::turnOut);
    private Consumer<Served> lost = served -> {};
    private BiConsumer<PeerLink, ShareKey> opened = (link, key) -> {};
    private int lastNumber;
    private boolean paused;
    private boolean closed;

    Servings(PeerEvents events, SegmentTables tables) {
        this(events, tables, InstantSource.system());
    }

    /** With a clock of one's own to compare tickets with. */
    Servings(PeerEvents events, SegmentTables tables, InstantSource clock) {
        this.events = events;
        this.questions = new Questions(this, tables);
        this.gate = new Gate(clock, System::nanoTime);
    }

    /** Who checks what opens private shares. */
    Gate gate() {
        return gate;
    }

    /** Who is to be told when a content turned out not to be what it was. */
    void whenLost(Consumer<Served> listener) {
        this.lost = listener;
    }

    /** Who is to be told when a link has opened a content. */
    void whenOpened(BiConsumer<PeerLink, ShareKey> listener) {
        this.opened = listener;
    }

    /**
     * Serves a content from now on. One that is served already can be read in both places, unnoticed by who has it
     * open, who only learns of chunks that were not here before.
     */
    void add(Served served) {
        run(() -> {
            Serving known = contents.find(served.key());
            if (known == null) {
                begin(List.of(served));
            } else {
                contents.placeCame(known, served);
                limit(known);
            }
        });
    }

    private void begin(List<Served> places) {
        Serving serving = new Serving(++lastNumber, places);
        contents.add(serving);
        uploads.contentAdded(serving.number(), serving.key().content().layout());
        limit(serving);
    }

    /** The limit of a content changes with the places where it is shared. */
    private void limit(Serving serving) {
        if (isPaused(serving)) {
            List.copyOf(serving.openedBy().values()).forEach(opened -> end(opened, Refusals.paused()));
        } else {
            uploads.limit(serving.number(), serving.limitBytesPerSecond(), System.nanoTime());
            wakeSender();
        }
    }

    private boolean isPaused(Serving serving) {
        return paused || serving.limitBytesPerSecond() == 0;
    }

    /** What {@link Uploads#takeBeside} says of something; 0 while nothing of it may go out, or it is not served. */
    long takeBeside(Served served, int wantedBytes) {
        return locked(() -> {
            Serving serving = contents.find(served.key());
            return serving == null || isPaused(serving)
                    ? 0L
                    : uploads.takeBeside(serving.number(), wantedBytes, System.nanoTime());
        });
    }

    /** Sends nothing from now on, or goes on. What is on its way still goes; who waits is told to come again. */
    void pause(boolean isPaused) {
        run(() -> {
            paused = isPaused;
            contents.all().forEach(this::limit);
        });
    }

    /** The limit of one place has changed. */
    void limitChanged(Served served) {
        run(() -> Optional.ofNullable(contents.find(served.key())).ifPresent(this::limit));
    }

    /**
     * A content is no longer read there, which is closed afterwards. Who has it open notices nothing as long as another
     * place has as much of it.
     */
    void remove(Served served, String reason) {
        locked(() -> drop(served, reason));
    }

    /** Returns whether it was read there. */
    private boolean drop(Served served, String reason) {
        Serving serving = contents.find(served.key());
        if (serving == null || !serving.remove(served)) {
            return false;
        }
        if (!serving.isAsTold()) {
            // Nobody can be told of fewer chunks: who wants those that are left opens the content again.
            contents.remove(serving);
            forget(serving, Failure.of(ErrorCode.GONE, reason));
            if (!serving.places().isEmpty()) {
                begin(serving.places());
            }
        } else {
            limit(serving);
        }
        return true;
    }

    /** Where something is read that is served. */
    Optional<Served> find(ShareKey key) {
        return locked(() -> Optional.ofNullable(contents.find(key)).map(Serving::place));
    }

    /** A chunk of a partial content can be read now: those who have opened it are told, soon or by the way. */
    void chunkCame(ShareKey key, int chunk, boolean soon) {
        run(() -> contents.chunkCame(key, chunk, soon));
    }

    /** What waits to be written over all links. */
    Backlog backlog() {
        return backlog;
    }

    /** Whether all slots are taken, so that everybody else waits. */
    boolean isFull() {
        return locked(() -> uploads.sendingCount() >= uploads.slots());
    }

    /** How many links download something now. */
    int activeDownloaders() {
        return locked(handles::activeLinks);
    }

    /** Whether a link has a content open. */
    boolean isServing(int link) {
        return locked(() -> handles.count(link) > 0);
    }

    /** The numbers of the links for which data waits to be sent, or is on its way. */
    Set<Integer> waitingLinks() {
        return locked(() -> Set.copyOf(uploads.waitingPeers()));
    }

    void linkAdded(PeerLink link) {
        run(() -> {
            handles.linkAdded(link.number());
            uploads.peerAdded(link.number(), System.nanoTime());
        });
    }

    void linkGone(PeerLink link) {
        questions.linkGone(link);
        gate.linkGone(link.number());
        run(() -> {
            handles.linkGone(link.number());
            uploads.peerGone(link.number());
        });
    }

    void malformed(PeerLink link, String reason) {
        events.detail("The peer " + link.remote().fingerprint() + " at " + link.address() + ": " + reason + ".");
    }

    /** A request of the downloading side of a link. Runs on the link's reader. */
    void handle(PeerLink link, int handle, PeerPdu request) {
        switch (request) {
            case PeerPdu.Open open -> open(link, handle, open);
            case PeerPdu.Renewal renewal -> renew(link, handle, renewal.ticket());
            case PeerPdu.Get get -> get(link, handle, get);
            case PeerPdu.Cancel cancel -> cancel(link, handle, cancel);
            case PeerPdu.MoreChunks more ->
                withHandle(
                        link,
                        handle,
                        opened ->
                                uploads.peerHas(link.number(), opened.serving().number(), more.runs()));
            case PeerPdu.GetHashes _, PeerPdu.Complaint _, SegmentPdu _ -> questions.asked(link, handle, request);
            case PeerPdu.Close close -> withHandle(link, handle, this::closed);
            default ->
                throw new MalformedPduException("'" + request.letter() + "' does not come from a downloading side");
        }
    }

    /** Limits all uploads together from now on, in bytes a second; {@link Rate#UNLIMITED} to end that. */
    void limit(long rateBytesPerSecond) {
        run(() -> {
            uploads.limit(rateBytesPerSecond, System.nanoTime());
            // Whoever waits for the limit that was knows nothing of this one.
            work.signalAll();
        });
    }

    /** Waits for a piece to send; empty when this was closed. Runs on a sender. */
    Optional<Job> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Optional<Piece> piece = uploads.next(System.nanoTime());
                Opened opened = piece.map(handles::find).orElse(null);
                if (opened != null) {
                    wakeSender();
                    return Optional.of(new Job(
                            piece.get(),
                            opened.link(),
                            opened.handle(),
                            opened.serving(),
                            opened.serving().place()));
                }
                if (piece.isPresent()) {
                    uploads.sent(piece.get(), System.nanoTime());
                } else {
                    work.awaitNanos(Math.min(uploads.pauseNanos(), IDLE_NANOS));
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Wakes one sender if somebody waits: to send, or to wait for as long as limits say. What the others send next they
     * find themselves.
     */
    private void wakeSender() {
        if (uploads.isReady()) {
            work.signal();
        }
    }

    /** A piece was sent, or could not be. Who says so asks for the next one. */
    void sent(Piece piece) {
        run(() -> uploads.sent(piece, System.nanoTime()));
    }

    /** A content turned out not to be what it was: it is not read there any more, and whoever shares it is told. */
    void lose(Served served, String reason) {
        if (locked(() -> drop(served, "the source's file has changed"))) {
            if (!served.isLossTold(reason)) {
                events.warning(reason);
            }
            lost.accept(served);
        }
    }

    /**
     * Reading failed. What is closed is not lost: whoever closed it shares or gets the content no longer. Nor is what
     * the disk, or a system without descriptors, does not give just now: the next reading may succeed.
     *
     * @return whether the content is read there no longer
     */
    boolean failed(Served served, StoreException cause) {
        if (cause instanceof ContentClosedException) {
            remove(served, "the source does not share it any more");
            return true;
        }
        if (cause instanceof FileChangedException || cause instanceof ChunkMissingException) {
            lose(served, String.valueOf(cause.getMessage()));
            return true;
        }
        if (served.isUnreadNews(System.nanoTime())) {
            events.warning(cause.getMessage() + ". It is still shared; who asks for it is told to come again.");
        }
        return false;
    }

    /** Nothing of a content can be read just now: who asked for it is told to open it again later. */
    void postpone(Job job) {
        run(() -> {
            Opened opened = handles.find(job.link().number(), job.handle());
            if (opened != null && opened.serving() == job.serving()) {
                end(opened, Refusals.unread());
            }
        });
    }

    /** Ends what is open under a handle, with a last word. */
    private void end(Opened opened, Failure farewell) {
        closed(opened);
        opened.link().postReply(opened.handle(), farewell);
    }

    private void closed(Opened opened) {
        handles.remove(opened);
        uploads.contentClosed(opened.link().number(), opened.serving().number());
    }

    /** Whose ticket is over gets nothing more, whatever it has requested. */
    private void turnOut() {
        run(() -> handles.all(opened -> opened.admission() != null
                        && gate.isOver(opened.admission().ticket()))
                .forEach(opened -> end(opened, Refusals.ofHandle(ErrorCode.GONE, "the ticket is over"))));
    }

    /**
     * Where a piece can be read after reading it {@link #failed}; empty when nowhere, as was said then under the handle
     * for which it was meant.
     */
    Optional<Served> elsewhere(Job job) {
        return locked(() -> contents.find(job.served().key()) == job.serving()
                ? Optional.of(job.serving().place())
                : Optional.empty());
    }

    @Override
    public void close() {
        telling.cancel(false);
        turningOut.cancel(false);
        run(() -> {
            closed = true;
            work.signalAll();
        });
    }

    private void open(PeerLink link, int handle, PeerPdu.Open open) {
        // Before the lock is taken, and before it is known whether there is anything to open.
        ShareKey key = gate.key(link.number(), link.remote(), open);
        run(() -> {
            Serving serving = key == null ? null : contents.find(key);
            int number = link.number();
            if (handle == 0 || handles.find(number, handle) != null) {
                // An error under this handle would be taken as the end of what is open under it.
                throw new MalformedPduException("it opens a content under a handle that is in use");
            } else if (serving == null || !handles.hasLink(number)) {
                link.postReply(handle, Refusals.notHere());
            } else if (isPaused(serving)) {
                link.postReply(handle, Refusals.paused());
            } else if (handles.count(number) >= PeerLink.MAX_HANDLES) {
                link.postReply(handle, Refusals.ofHandle(ErrorCode.LIMIT, "too many contents are open"));
            } else if (serving.openedBy().containsKey(number)) {
                link.postReply(handle, Refusals.ofHandle(ErrorCode.LIMIT, "this content is open under another handle"));
            } else {
                handles.add(new Opened(link, handle, serving, Admission.of(open.pass())));
                Maps.of(serving.told()).forEach(map -> link.postReply(handle, map));
                opened.accept(link, serving.key());
            }
        });
    }

    /** A ticket that is not good changes nothing: what is open ends with the one before. */
    private void renew(PeerLink link, int handle, AccessTicket ticket) {
        Opened opened = find(link, handle).orElse(null);
        if (opened != null
                && opened.admission() != null
                && gate.isGood(link.number(), link.remote(), opened.serving().key(), ticket)) {
            opened.admission().renew(ticket);
        }
    }

    private void get(PeerLink link, int handle, PeerPdu.Get get) {
        BlockRange range = new BlockRange(get.chunk(), get.firstBlock(), get.blockCount());
        boolean known = withHandle(link, handle, opened -> {
            ChunkSet here = opened.serving().told();
            Verdict verdict = get.chunk() < here.size() && !here.contains(get.chunk())
                    ? Verdict.UNKNOWN
                    : uploads.requested(link.number(), opened.serving().number(), range, System.nanoTime());
            if (verdict == Verdict.WAITS) {
                wakeSender();
            }
            Failure refusal = Refusals.of(verdict, get);
            if (refusal != null) {
                link.postReply(handle, refusal);
            }
        });
        if (!known) {
            link.postReply(handle, Refusals.notOpen());
        }
    }

    private void cancel(PeerLink link, int handle, PeerPdu.Cancel cancel) {
        BlockRange range = new BlockRange(cancel.chunk(), cancel.firstBlock(), cancel.blockCount());
        withHandle(
                link,
                handle,
                opened -> uploads.cancelled(link.number(), opened.serving().number(), range)
                        .forEach(left -> link.postReply(
                                handle, new PeerPdu.Cancel(left.chunk(), left.firstBlock(), left.blockCount()))));
    }

    private Optional<Opened> find(PeerLink link, int handle) {
        return locked(() -> Optional.ofNullable(handles.find(link.number(), handle)));
    }

    /** Where the content of a handle is read now; empty when it is not open. */
    Optional<Served> place(PeerLink link, int handle) {
        return locked(() -> find(link, handle).map(opened -> opened.serving().place()));
    }

    /** Returns whether the handle is open. */
    private boolean withHandle(PeerLink link, int handle, Consumer<Opened> action) {
        return locked(() -> {
            Optional<Opened> opened = find(link, handle);
            opened.ifPresent(action);
            return opened.isPresent();
        });
    }

    private void forget(Serving serving, Failure farewell) {
        uploads.contentRemoved(serving.number());
        Failure last = new Failure(farewell.code(), 0, Failure.HANDLE, farewell.sentence());
        for (Opened opened : List.copyOf(serving.openedBy().values())) {
            handles.remove(opened);
            opened.link().postReply(opened.handle(), last);
        }
    }

    private void run(Runnable action) {
        locked(() -> {
            action.run();
            return true;
        });
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
