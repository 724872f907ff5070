package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.BlockRange;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A connection with another peer, over which both sides may download any number of contents at once. One virtual thread
 * reads and calls whoever is concerned; one writes what was {@linkplain #post posted}; data is written by the senders
 * of {@link Servings}. Thread-safe.
 */
final class PeerLink implements AutoCloseable {

    /** Most bytes that the other side may have requested here and not yet got. */
    static final int MAX_REQUESTED_BYTES = 16 * 1024 * 1024;

    /** Most contents that the other side may have open here. */
    static final int MAX_HANDLES = 1_024;

    /** Most frames that wait to be written: whoever lets more gather does not read. */
    private static final int MAX_POSTED = 16_384;

    private static final AtomicInteger LAST_NUMBER = new AtomicInteger();

    /** Whoever downloads a content over this link. Called on the link's reader. */
    interface Fetcher {
        /** Where the data of a frame that begins to come shall go; null when it is not wanted. */
        @Nullable
        ByteBuffer target(BlockRange range, int bytes);

        /** The data of a frame has come. */
        void dataArrived(BlockRange range);

        /** The source has these chunks. */
        void map(PeerPdu.ChunkMap map);

        /** Nodes of the hash tree that were asked for. */
        void hashes(PeerPdu.Hashes hashes);

        /** The source has not sent these blocks, and will not. */
        void withdrawn(BlockRange range);

        /** A request failed, or the whole handle when the detail is −1. */
        void failed(Failure failure);

        /** The source waits with its data, and lives. */
        void alive();

        /** The link is gone. */
        void ended(String reason);
    }

    private final int number = LAST_NUMBER.incrementAndGet();
    private final FrameStream frames;
    private final boolean dialled;
    private final int lane;
    private final Servings servings;
    private final Throttle downloadThrottle;
    private final PeerPdu.PeerHello remoteHello;
    private final Map<Integer, Fetcher> fetchers = new ConcurrentHashMap<>();
    private final BlockingQueue<ByteBuffer> posted = new ArrayBlockingQueue<>(MAX_POSTED);
    private final AtomicInteger lastHandle = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final ByteBuffer fields = ByteBuffer.allocate(PeerPdu.DATA_FIELDS_BYTES);
    private final ByteBuffer unwanted = ByteBuffer.allocateDirect(64 * 1024);
    private volatile long lastWriteNanos = System.nanoTime();
    private volatile String endReason = "the connection ended";
    private volatile boolean ended;

    /**
     * Greets on a new stream.
     *
     * @throws IOException when the other side does not greet as a peer does
     */
    PeerLink(TlsStream stream, boolean dialled, long instance, int lane, Servings servings, Throttle downloadThrottle)
            throws IOException {
        this.frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        this.dialled = dialled;
        this.servings = servings;
        this.downloadThrottle = downloadThrottle;
        frames.sendRequest(0, new PeerPdu.PeerHello(Hello.VERSION, instance, lane, MAX_REQUESTED_BYTES, Self.PROGRAM));
        Header header = frames.readHeader();
        if (header.letter() != 'h' || !(PeerPdu.decode(header, frames.readBody()) instanceof PeerPdu.PeerHello hello)) {
            throw new MalformedPduException("the other side did not greet");
        }
        this.remoteHello = hello;
        this.lane = dialled ? lane : hello.lane();
    }

    /** A number of its own in this process. */
    int number() {
        return number;
    }

    /** Who is at the other end. */
    PeerId remote() {
        return frames.stream().remoteKey().id();
    }

    /** Which process of that peer. */
    long remoteInstance() {
        return remoteHello.instance();
    }

    /** 0 for the usual connection, 1 for a second one beside it; who dialled decides. */
    int lane() {
        return lane;
    }

    /** Whether this side dialled. */
    boolean isDialled() {
        return dialled;
    }

    /** How much data this side may have requested and not yet got. */
    int requestLimitBytes() {
        return remoteHello.maxRequestedBytes();
    }

    /** Whether it can be used. */
    boolean isOpen() {
        return !closed.get();
    }

    /** Data received over it so far. */
    long receivedBytes() {
        return receivedBytes.get();
    }

    /** Whether anybody downloads over it, in either direction. */
    boolean isUsed() {
        return !fetchers.isEmpty() || servings.isServing(number);
    }

    /** Where the other side is. */
    String address() {
        return String.valueOf(frames.stream().remoteAddress());
    }

    /** Opens a content for download. Returns the handle for {@link #post}. */
    int open(ContentId content, Fetcher fetcher) {
        int handle = lastHandle.incrementAndGet();
        fetchers.put(handle, fetcher);
        post(handle, new PeerPdu.Open(content));
        if (ended && fetchers.remove(handle) != null) {
            fetcher.ended("the connection ended");
        }
        return handle;
    }

    /** Ends a download's use of the link. */
    void closeHandle(int handle) {
        if (fetchers.remove(handle) != null) {
            post(handle, new PeerPdu.Close());
        }
    }

    /** Sends a PDU of the downloading side soon, without waiting. */
    void post(int handle, PeerPdu pdu) {
        ByteBuffer frame = encode(pdu);
        pdu.encodeRequest(handle, frame);
        enqueue(frame);
    }

    /** Sends a PDU of the serving side soon, without waiting. */
    void postReply(int handle, Pdu pdu) {
        ByteBuffer frame = encode(pdu);
        pdu.encodeReply(handle, false, frame);
        enqueue(frame);
    }

    /** Sends a frame of data now. Blocks as long as the other side does not read. */
    void writeData(ByteBuffer frame) throws IOException {
        frames.write(frame);
        lastWriteNanos = System.nanoTime();
    }

    /** Says that this side lives when it has said nothing for so long; ends the link when the other side is silent. */
    void keepAlive(long nowNanos, long speakAfterNanos, long silentAfterNanos) {
        if (nowNanos - frames.stream().lastReadNanos() > silentAfterNanos) {
            end("it was silent for too long");
        } else if (nowNanos - lastWriteNanos > speakAfterNanos) {
            post(0, new PeerPdu.KeepAlive());
        }
    }

    /** Reads until the link ends. Runs on the caller's thread. */
    void run() {
        Thread.ofVirtual().name("writer of link " + number).start(this::write);
        servings.linkAdded(this);
        try {
            while (!closed.get()) {
                handle(frames.readHeader());
            }
        } catch (MalformedPduException e) {
            end("it sent something malformed: " + e.getMessage());
            servings.malformed(this, endReason);
        } catch (IOException e) {
            end("the connection ended: " + e.getMessage());
        } finally {
            end("the connection ended");
            servings.linkGone(this);
            finish();
        }
    }

    /** Tells the downloads that nothing more comes. Runs where nothing is read any more. */
    void finish() {
        ended = true;
        fetchers.values().forEach(fetcher -> fetcher.ended(endReason));
        fetchers.clear();
    }

    /** Closes the socket; the reader tells the downloads as soon as it has noticed. */
    @Override
    public void close() {
        end("this side closed it");
    }

    private void end(String reason) {
        if (closed.compareAndSet(false, true)) {
            endReason = reason;
            frames.close();
        }
    }

    private void handle(Header header) throws IOException {
        if (header.reply()) {
            Fetcher fetcher = fetchers.get(header.id());
            if (header.letter() == 'C') {
                data(fetcher);
            } else {
                Pdu pdu = PeerPdu.decode(header, frames.readBody());
                if (fetcher != null) {
                    answer(header.id(), fetcher, pdu);
                }
            }
            return;
        }
        Pdu pdu = PeerPdu.decode(header, frames.readBody());
        switch (pdu) {
            case PeerPdu.KeepAlive alive -> fetchers.values().forEach(Fetcher::alive);
            case PeerPdu.Bye bye -> end("it said good-bye");
            case PeerPdu.PeerHello hello -> throw new MalformedPduException("it greeted twice");
            case PeerPdu.Data data -> throw new MalformedPduException("data without the mark of a reply");
            case PeerPdu request -> servings.handle(this, header.id(), request);
            default -> postReply(header.id(), Failure.of(ErrorCode.UNSUPPORTED, "not understood"));
        }
    }

    private void answer(int handle, Fetcher fetcher, Pdu pdu) {
        switch (pdu) {
            case PeerPdu.ChunkMap map -> fetcher.map(map);
            case PeerPdu.Hashes hashes -> fetcher.hashes(hashes);
            case PeerPdu.Cancel(int chunk, int firstBlock, int blockCount) ->
                fetcher.withdrawn(new BlockRange(chunk, firstBlock, blockCount));
            case Failure failure -> {
                if (failure.detail() == -1) {
                    fetchers.remove(handle);
                }
                fetcher.failed(failure);
            }
            default -> throw new MalformedPduException("'" + pdu.letter() + "' does not come from a serving side");
        }
    }

    private void data(@Nullable Fetcher fetcher) throws IOException {
        frames.readBody(fields.clear());
        fields.flip();
        int chunk = fields.getInt();
        int firstBlock = fields.getShort() & 0xffff;
        int bytes = frames.bodyBytes();
        if (chunk < 0 || bytes == 0 || bytes > PeerPdu.MAX_DATA_BYTES) {
            throw new MalformedPduException("data of chunk " + chunk + ", " + bytes + " bytes");
        }
        BlockRange range =
                new BlockRange(chunk, firstBlock, (bytes + ChunkLayout.BLOCK_BYTES - 1) / ChunkLayout.BLOCK_BYTES);
        ByteBuffer target = fetcher == null ? null : fetcher.target(range, bytes);
        boolean complete = false;
        try {
            if (target != null) {
                frames.readBody(target);
            }
            while (frames.bodyBytes() > 0) {
                frames.readBody(unwanted.clear().limit(Math.min(unwanted.capacity(), frames.bodyBytes())));
            }
            complete = true;
        } finally {
            // Whoever gave the buffer away may have closed the handle meanwhile, and waits to get it back.
            if (!complete && fetcher != null) {
                fetcher.ended("the connection broke in the middle of data");
            }
        }
        receivedBytes.addAndGet(bytes);
        if (fetcher != null) {
            fetcher.dataArrived(range);
        }
        downloadThrottle.acquire(bytes);
    }

    private static ByteBuffer encode(Pdu pdu) {
        int size = switch (pdu) {
            case PeerPdu.Hashes hashes -> 64 + hashes.nodes().length;
            case PeerPdu.MapWindow window -> 64 + window.bits().length;
            case PeerPdu.MoreChunks more -> 64 + 8 * more.runs().size();
            case Failure failure -> 512;
            default -> 320;
        };
        return ByteBuffer.allocate(size).position(Integer.BYTES);
    }

    private void enqueue(ByteBuffer frame) {
        frame.putInt(0, frame.position() - Integer.BYTES);
        if (!posted.offer(frame.flip())) {
            end("it does not read what it is sent");
        }
    }

    private void write() {
        try {
            while (!closed.get()) {
                ByteBuffer frame = posted.poll(1, TimeUnit.SECONDS);
                if (frame != null) {
                    frames.write(gather(frame));
                    lastWriteNanos = System.nanoTime();
                }
            }
        } catch (IOException e) {
            end("the connection ended: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
