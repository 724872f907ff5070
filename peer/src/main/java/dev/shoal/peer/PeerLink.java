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
import dev.shoal.transport.Watchdog;
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

    /** Most bytes that wait to be written: the chunk hashes of a content of 16 TiB, which may be asked for at once. */
    private static final long MAX_POSTED_BYTES = 32 * 1024 * 1024 + 1024 * 1024;

    /** How much of what nobody wants is read at a time. */
    private static final int UNWANTED_BYTES = 64 * 1024;

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
        void ended(Ending ending, String reason);
    }

    /** Who ended a link. */
    enum Ending {
        /** This side, for a reason of its own. */
        HERE,
        /** The other side, or the line. */
        THERE,
        /** This side, as the other one broke the rules of the protocol. */
        BREACH
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
    private final AtomicLong postedBytes = new AtomicLong();
    private final AtomicInteger lastHandle = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final ByteBuffer fields = ByteBuffer.allocate(PeerPdu.DATA_FIELDS_BYTES);
    private @Nullable ByteBuffer unwanted;
    private volatile long lastWriteNanos = System.nanoTime();
    private volatile Ending ending = Ending.THERE;
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
        // Whoever says nothing would keep a place for ever.
        try (Watchdog.Guard guard = stream.closeAfter(Watchdog.HANDSHAKE_MILLIS)) {
            frames.sendRequest(
                    0, new PeerPdu.PeerHello(Hello.VERSION, instance, lane, MAX_REQUESTED_BYTES, Self.PROGRAM));
            Header header = frames.readHeader();
            if (header.letter() != 'h'
                    || !(PeerPdu.decode(header, frames.readBody()) instanceof PeerPdu.PeerHello hello)) {
                throw new MalformedPduException("the other side did not greet");
            }
            this.remoteHello = hello;
            guard.release();
        }
        this.lane = dialled ? lane : remoteHello.lane();
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

    /** When bytes last came, by {@link System#nanoTime}. */
    long lastReadNanos() {
        return frames.stream().lastReadNanos();
    }

    /** A handle for {@link #open}. It is taken before, as answers may come before that returns. */
    int newHandle() {
        return lastHandle.incrementAndGet();
    }

    /** Opens a content for download. */
    void open(int handle, ContentId content, Fetcher fetcher) {
        fetchers.put(handle, fetcher);
        post(handle, new PeerPdu.Open(content));
        if (ended && fetchers.remove(handle) != null) {
            fetcher.ended(ending, endReason);
        }
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

    /** When the system last took bytes to be sent, by {@link System#nanoTime}. */
    long lastSentNanos() {
        return frames.stream().lastWrittenNanos();
    }

    /** Ends it as the other side takes nothing although it asked for it. */
    void endUnread() {
        end(Ending.THERE, "it does not read what it asked for");
    }

    /** Says that this side lives when it has said nothing for so long; ends the link when the other side is silent. */
    void keepAlive(long nowNanos, long speakAfterNanos, long silentAfterNanos) {
        if (nowNanos - frames.stream().lastReadNanos() > silentAfterNanos) {
            end(Ending.THERE, "it was silent for too long");
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
            end(Ending.BREACH, String.valueOf(e.getMessage()));
            servings.malformed(this, endReason);
        } catch (IOException e) {
            end(Ending.THERE, "the connection ended: " + e.getMessage());
        } catch (RuntimeException e) {
            end(Ending.HERE, "this side failed: " + e);
            servings.malformed(this, endReason);
        } finally {
            end(Ending.HERE, "the connection ended");
            servings.linkGone(this);
            finish();
        }
    }

    /** Tells the downloads that nothing more comes. Runs where nothing is read any more. */
    void finish() {
        ended = true;
        fetchers.values().forEach(fetcher -> fetcher.ended(ending, endReason));
        fetchers.clear();
    }

    /** Closes the socket; the reader tells the downloads as soon as it has noticed. */
    @Override
    public void close() {
        end(Ending.HERE, "this side closed it");
    }

    private void end(Ending who, String reason) {
        if (closed.compareAndSet(false, true)) {
            endReason = reason;
            ending = who;
            // A good-bye may have to wait for the line; whoever ends a link may hold a lock, or be everybody's timer.
            Thread.ofVirtual().name("end of link " + number).start(frames::close);
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
            case PeerPdu.Bye bye -> end(Ending.THERE, "it said good-bye");
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
                if (failure.detail() == Failure.HANDLE) {
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
            skip();
            complete = true;
        } finally {
            // Whoever gave the buffer away may have closed the handle meanwhile, and waits to get it back.
            if (!complete && fetcher != null) {
                fetcher.ended(ended(), "the connection broke in the middle of data");
            }
        }
        receivedBytes.addAndGet(bytes);
        if (fetcher != null) {
            fetcher.dataArrived(range);
        }
        downloadThrottle.acquire(bytes);
    }

    /** Reads the rest of a frame that nobody wants. */
    private void skip() throws IOException {
        while (frames.bodyBytes() > 0) {
            ByteBuffer sink = unwanted == null ? ByteBuffer.allocate(UNWANTED_BYTES) : unwanted;
            unwanted = sink;
            frames.readBody(sink.clear().limit(Math.min(sink.capacity(), frames.bodyBytes())));
        }
    }

    /** Who ended it, or will be said to have ended it. */
    private Ending ended() {
        return closed.get() ? ending : Ending.THERE;
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
        frame.putInt(0, frame.position() - Integer.BYTES).flip();
        boolean fits = postedBytes.addAndGet(frame.remaining()) <= MAX_POSTED_BYTES;
        if (!fits || !posted.offer(frame)) {
            end(Ending.BREACH, "it does not read what it is sent");
        }
    }

    private void write() {
        try {
            while (!closed.get()) {
                ByteBuffer frame = posted.poll(1, TimeUnit.SECONDS);
                if (frame != null) {
                    ByteBuffer all = gather(frame);
                    postedBytes.addAndGet(-all.remaining());
                    frames.write(all);
                    lastWriteNanos = System.nanoTime();
                }
            }
        } catch (IOException e) {
            end(Ending.THERE, "the connection ended: " + e.getMessage());
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
