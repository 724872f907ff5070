package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.store.StoreException;
import dev.shoal.swarm.Piece;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that send data: each waits for a piece, reads it from the file and writes it to its link, from one buffer
 * outside the heap. Platform threads, because they do nothing but copy and encrypt.
 */
final class Senders implements AutoCloseable {

    /** Each has a buffer of 256 KiB; never are more pieces on their way. */
    private static final int MAX_THREADS = 64;

    private static final int FRAME_HEAD_BYTES = Integer.BYTES + Header.BYTES + PeerPdu.DATA_FIELDS_BYTES;

    /** How long a receiver may take nothing: a line that is out of order for longer is as good as gone. */
    private static final long UNREAD_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The same when all senders are held up, and everybody else waits. */
    private static final long UNREAD_BUSY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long CHECK_MILLIS = 500;

    private final Servings servings;
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    /** Since when; {@link dev.shoal.swarm.Uploads} has never more than one piece of a link on its way. */
    private final Map<PeerLink, Long> writing = new ConcurrentHashMap<>();

    private final ScheduledFuture<?> patience;

    /** Starts the threads; they end when {@code servings} is closed. */
    Senders(Servings servings) {
        this.servings = servings;
        start();
        this.patience = Watchdog.every(CHECK_MILLIS, this::endUnread);
    }

    /** There is always one thread more than pieces on their way, as far as that is of use. */
    private void start() {
        int number = idle.incrementAndGet() + busy.get();
        Thread.ofPlatform().name("sender " + number).daemon().start(this::run);
    }

    /** Data sent so far. */
    long sentBytes() {
        return sentBytes.get();
    }

    /** Data went out another way than over a link. */
    void alsoSent(int bytes) {
        sentBytes.addAndGet(bytes);
    }

    @Override
    public void close() {
        patience.cancel(false);
        servings.close();
    }

    /** Ends the links that take nothing of what they asked for: each holds a sender up. */
    private void endUnread() {
        long now = System.nanoTime();
        long limit = servings.isFull() ? UNREAD_BUSY_NANOS : UNREAD_NANOS;
        writing.forEach((link, since) -> {
            if (now - Math.max(since, link.lastSentNanos()) > limit) {
                link.endUnread();
            }
        });
    }

    private void run() {
        ByteBuffer frame = null;
        try {
            while (true) {
                Optional<Servings.Job> job = servings.next();
                if (job.isEmpty()) {
                    return;
                }
                busy.incrementAndGet();
                if (idle.decrementAndGet() == 0 && busy.get() < MAX_THREADS) {
                    start();
                }
                if (frame == null) {
                    frame = ByteBuffer.allocateDirect(FRAME_HEAD_BYTES + PeerPdu.MAX_DATA_BYTES);
                }
                send(job.get(), frame);
                idle.incrementAndGet();
                busy.decrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Servings.Job job, ByteBuffer frame) {
        Piece piece = job.piece();
        try {
            frame.clear();
            PeerPdu.Data.encodeFields(
                    job.handle(), piece.range().chunk(), piece.range().firstBlock(), piece.bytes(), frame);
            Optional<Served> source = read(job, frame.limit(FRAME_HEAD_BYTES + piece.bytes()));
            if (source.isPresent()) {
                writing.put(job.link(), System.nanoTime());
                job.link().writeData(frame.flip());
                source.get().uploaded(piece.bytes());
                sentBytes.addAndGet(piece.bytes());
            }
        } catch (IOException e) {
            job.link().close();
        } catch (RuntimeException e) {
            servings.lose(job.served(), "A piece of " + job.served().content() + " could not be sent: " + e);
        } finally {
            writing.remove(job.link());
            servings.sent(piece);
        }
    }

    /** Fills the frame from wherever the content can be read by now; empty when nowhere. */
    private Optional<Served> read(Servings.Job job, ByteBuffer frame) {
        Piece piece = job.piece();
        long offset = job.served().content().layout().offset(piece.range().chunk())
                + (long) piece.range().firstBlock() * ChunkLayout.BLOCK_BYTES;
        int start = frame.position();
        Optional<Served> source = Optional.of(job.served());
        while (source.isPresent()) {
            try {
                source.get().read(offset, frame.position(start));
                return source;
            } catch (StoreException e) {
                if (!servings.failed(source.get(), e)) {
                    servings.postpone(job);
                    return Optional.empty();
                }
                source = servings.elsewhere(job);
            }
        }
        return source;
    }
}
