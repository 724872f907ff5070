package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a link sends: posted frames by a thread of its own, data by whoever calls, and nothing after the good-bye.
 * Thread-safe.
 */
final class Outbox {

    /** Most frames that wait to be written: whoever lets more gather does not read. */
    private static final int MAX_POSTED = 16_384;

    /** Most bytes that wait to be written: the chunk hashes of a content of 16 TiB, which may be asked for at once. */
    private static final long MAX_POSTED_BYTES = 32 * 1024 * 1024 + 1024 * 1024;

    /** How long a good-bye may take: whoever does not read will not miss it. */
    private static final long BYE_MILLIS = 500;

    private final FrameStream frames;
    private final BlockingQueue<ByteBuffer> posted = new ArrayBlockingQueue<>(MAX_POSTED);
    private final AtomicLong postedBytes = new AtomicLong();
    private final ReentrantLock writing = new ReentrantLock();
    private boolean saidBye;
    private volatile long lastWriteNanos = System.nanoTime();

    Outbox(FrameStream frames) {
        this.frames = frames;
    }

    /** When something was last sent, by {@link System#nanoTime}. */
    long lastWriteNanos() {
        return lastWriteNanos;
    }

    /** Sends a PDU soon, without waiting. Returns false when too much waits already. */
    boolean post(int handle, Pdu pdu, boolean reply) {
        ByteBuffer frame = ByteBuffer.allocate(sizeLimit(pdu)).position(Integer.BYTES);
        if (reply) {
            pdu.encodeReply(handle, false, frame);
        } else {
            pdu.encodeRequest(handle, frame);
        }
        frame.putInt(0, frame.position() - Integer.BYTES).flip();
        return postedBytes.addAndGet(frame.remaining()) <= MAX_POSTED_BYTES && posted.offer(frame);
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

    /** Writes what is posted. Runs on a thread of its own as long as the link is open. */
    void run(BooleanSupplier open) throws IOException, InterruptedException {
        while (open.getAsBoolean()) {
            ByteBuffer frame = posted.poll(1, TimeUnit.SECONDS);
            if (frame != null) {
                ByteBuffer all = gather(frame);
                postedBytes.addAndGet(-all.remaining());
                write(all);
            }
        }
    }

    /** Says that this side ends the connection, if the line takes it soon: the last that is sent. */
    void sayBye() {
        ByteBuffer bye = ByteBuffer.allocate(sizeLimit(new PeerPdu.Bye())).position(Integer.BYTES);
        new PeerPdu.Bye().encodeRequest(0, bye);
        bye.putInt(0, bye.position() - Integer.BYTES).flip();
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
            posted.clear();
        }
    }

    private static int sizeLimit(Pdu pdu) {
        return switch (pdu) {
            case PeerPdu.Hashes hashes -> 64 + hashes.nodes().length;
            case PeerPdu.MapWindow window -> 64 + window.bits().length;
            case PeerPdu.MoreChunks more -> 64 + 8 * more.runs().size();
            case Failure failure -> 512;
            default -> 320;
        };
    }

    /** Several small frames that wait go out as one write. */
    private ByteBuffer gather(ByteBuffer first) {
        ByteBuffer next = posted.peek();
        if (next == null || first.remaining() + next.remaining() > ChunkLayout.BLOCK_BYTES) {
            return first;
        }
        ByteBuffer all = ByteBuffer.allocate(ChunkLayout.BLOCK_BYTES).put(first);
        while (next != null && next.remaining() <= all.remaining()) {
            ByteBuffer taken = posted.poll();
            if (taken != null) {
                all.put(taken);
            }
            next = posted.peek();
        }
        return all.flip();
    }
}
