package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a link sends: posted PDUs by a thread of its own, data by whoever calls, and nothing after the good-bye. Large
 * answers are made when their turn comes, so that who asks for many and reads none takes no memory for them.
 * Thread-safe.
 */
final class Outbox {

    /** Most PDUs that wait to be written: whoever lets more gather does not read. */
    static final int MAX_POSTED = 16_384;

    /** Most bytes that wait to be written: the chunk maps of a dozen contents of the largest size. */
    static final long MAX_POSTED_BYTES = 8L * 1024 * 1024;

    /** What a PDU takes while it waits, beside its bytes. */
    static final int ENTRY_BYTES = 128;

    /** How long a good-bye may take: whoever does not read will not miss it. */
    private static final long BYE_MILLIS = 500;

    /** A PDU that waits: encoded already, or to be made when its turn comes. */
    private record Entry(
            int handle, boolean reply, @Nullable ByteBuffer frame, Supplier<Pdu> pdu) {
        int bytes() {
            return ENTRY_BYTES + (frame == null ? 0 : frame.capacity());
        }

        ByteBuffer encoded() {
            return frame == null ? encode(handle, pdu.get(), reply) : frame;
        }
    }

    private final FrameStream frames;
    private final Backlog backlog;
    private final Runnable unread;
    private final ReentrantLock queue = new ReentrantLock();
    private final Condition posted = queue.newCondition();
    /** Guarded by {@link #queue}, as what follows. */
    private final Deque<Entry> waiting = new ArrayDeque<>();

    private long waitingBytes;
    private long emptyUntilNanos = System.nanoTime();
    private boolean over;

    private final ReentrantLock writing = new ReentrantLock();
    private boolean saidBye;
    private volatile long lastWriteNanos = System.nanoTime();

    /**
     * Of a link.
     *
     * @param unread is told when the other side has to be let go, as it does not read
     */
    Outbox(FrameStream frames, Backlog backlog, Runnable unread) {
        this.frames = frames;
        this.backlog = backlog;
        this.unread = unread;
    }

    /** When something was last sent, by {@link System#nanoTime}. */
    long lastWriteNanos() {
        return lastWriteNanos;
    }

    /** Sends a PDU soon, without waiting. Lets the other side go when too much waits already. */
    void post(int handle, Pdu pdu, boolean reply) {
        post(new Entry(handle, reply, encode(handle, pdu, reply), () -> pdu));
    }

    /** The same for a reply that is made when its turn comes, on the writer's thread. */
    void postLater(int handle, Supplier<Pdu> pdu) {
        post(new Entry(handle, true, null, pdu));
    }

    private void post(Entry entry) {
        boolean tooMuch = false;
        queue.lock();
        try {
            if (over) {
                return;
            }
            backlog.joined(this);
            if (waitingBytes == 0) {
                emptyUntilNanos = System.nanoTime();
            }
            tooMuch = waiting.size() >= MAX_POSTED || waitingBytes + entry.bytes() > MAX_POSTED_BYTES;
            if (!tooMuch) {
                waiting.add(entry);
                waitingBytes += entry.bytes();
                posted.signal();
            }
        } finally {
            queue.unlock();
        }
        if (tooMuch) {
            letGo();
        } else {
            backlog.added(entry.bytes());
        }
    }

    /** How much waits. */
    long waitingBytes() {
        queue.lock();
        try {
            return waitingBytes;
        } finally {
            queue.unlock();
        }
    }

    /** Since when the other side has taken nothing of what waits, by {@link System#nanoTime}. */
    long stuckSinceNanos() {
        queue.lock();
        try {
            return Math.max(emptyUntilNanos, frames.stream().lastWrittenNanos());
        } finally {
            queue.unlock();
        }
    }

    /** The other side does not read: nothing more is kept for it. */
    void letGo() {
        discard();
        unread.run();
    }

    /** Nothing that waits is sent any more. */
    void discard() {
        long bytes;
        queue.lock();
        try {
            over = true;
            bytes = waitingBytes;
            waitingBytes = 0;
            waiting.clear();
            backlog.gone(this);
            posted.signal();
        } finally {
            queue.unlock();
        }
        backlog.removed(bytes);
    }

    /**
     * Sends a frame now. Blocks as long as the other side does not read.
     *
     * @throws IOException when the connection breaks, or the good-bye was said
     */
    void write(ByteBuffer frame) throws IOException {
        writing.lock();
        try {
            if (saidBye) {
                throw new IOException("this side has said good-bye");
            }
            frames.write(frame);
        } finally {
            writing.unlock();
        }
        lastWriteNanos = System.nanoTime();
    }

    /** Writes what is posted. Runs on a thread of its own until the link ends or nothing is sent any more. */
    void run(BooleanSupplier open) throws IOException, InterruptedException {
        List<Entry> batch = take();
        while (open.getAsBoolean() && !batch.isEmpty()) {
            ByteBuffer frame = encoded(batch);
            // What was not made yet did not count; from now on it takes memory until the other side has read it.
            long made = batch.getFirst().frame == null ? frame.capacity() : 0;
            taken(-made);
            write(frame);
            taken(made + batch.stream().mapToLong(Entry::bytes).sum());
            batch = take();
        }
    }

    /** Waits for something to write: several small ones that wait go out as one write. Empty when it is over. */
    private List<Entry> take() throws InterruptedException {
        queue.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !over) {
                posted.await();
            }
            List<Entry> batch = new ArrayList<>();
            int bytes = 0;
            while (!waiting.isEmpty() && (batch.isEmpty() || fits(waiting.peek(), bytes))) {
                Entry entry = waiting.remove();
                batch.add(entry);
                bytes = entry.frame == null ? ChunkLayout.BLOCK_BYTES : bytes + entry.frame.remaining();
            }
            return batch;
        } finally {
            queue.unlock();
        }
    }

    private static boolean fits(Entry entry, int bytes) {
        return entry.frame != null && bytes + entry.frame.remaining() <= ChunkLayout.BLOCK_BYTES;
    }

    private static ByteBuffer encoded(List<Entry> batch) {
        if (batch.size() == 1) {
            return batch.getFirst().encoded();
        }
        ByteBuffer all = ByteBuffer.allocate(ChunkLayout.BLOCK_BYTES);
        batch.forEach(entry -> all.put(entry.encoded()));
        return all.flip();
    }

    /** So many bytes wait no more, or more do when it is negative. */
    private void taken(long bytes) {
        queue.lock();
        try {
            if (over) {
                return;
            }
            waitingBytes -= bytes;
        } finally {
            queue.unlock();
        }
        if (bytes < 0) {
            backlog.added(-bytes);
        } else {
            backlog.removed(bytes);
        }
    }

    /** Says that this side ends the connection, if the line takes it soon: the last that is sent. */
    void sayBye() {
        ByteBuffer bye = encode(0, new PeerPdu.Bye(), false);
        // Frees whoever is stuck in a write, too.
        try (Watchdog.Guard guard = frames.stream().closeAfter(BYE_MILLIS)) {
            writing.lock();
            try {
                saidBye = true;
                frames.write(bye);
            } finally {
                writing.unlock();
            }
            guard.release();
        } catch (IOException e) {
            // It is gone already; there is nobody left to say good-bye to.
            discard();
        }
    }

    private static ByteBuffer encode(int handle, Pdu pdu, boolean reply) {
        ByteBuffer frame = ByteBuffer.allocate(sizeLimit(pdu)).position(Integer.BYTES);
        if (reply) {
            pdu.encodeReply(handle, false, frame);
        } else {
            pdu.encodeRequest(handle, frame);
        }
        frame.putInt(0, frame.position() - Integer.BYTES).flip();
        // It may have to wait.
        return frame.remaining() * 2 > frame.capacity()
                ? frame
                : ByteBuffer.allocate(frame.remaining()).put(frame).flip();
    }

    private static int sizeLimit(Pdu pdu) {
        return switch (pdu) {
            case PeerPdu.Hashes hashes -> 64 + hashes.nodes().length;
            case PeerPdu.MapWindow window -> 64 + window.bits().length;
            case PeerPdu.MoreChunks more -> 64 + 8 * more.runs().size();
            case SegmentPdu.GetSegments get -> 64 + 8 * get.groups().size();
            case SegmentPdu.Groups groups ->
                64 + SegmentPdu.GROUP_BYTES * groups.page().size();
            case SegmentPdu.Segments segments -> 64 + segments.entries().length;
            case Failure failure -> 512;
            default -> 320;
        };
    }
}
