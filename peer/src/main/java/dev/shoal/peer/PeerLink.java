package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import dev.shoal.swarm.BlockRange;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    /** How long the other side may take to end a connection that was replaced. */
    private static final long REPLACED_MILLIS = 1_000;

    /** Whoever sends more than this that cannot be read does not speak the protocol. */
    private static final int MAX_MALFORMED = 16;

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

        /** Parts of a segment table that were asked for. */
        void segments(SegmentPdu segments);

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
        /** The other side, with a good-bye. */
        BYE,
        /** The other side without one, or the line. */
        THERE,
        /** This side, as the other one broke the rules of the protocol. */
        BREACH
    }

    private final int number = LAST_NUMBER.incrementAndGet();
    private final FrameStream frames;
    private final PeerId remote;
    private final boolean dialled;
    private final int lane;
    private final Servings servings;
    private final PeerPdu.PeerHello remoteHello;
    private final Map<Integer, Fetcher> fetchers = new ConcurrentHashMap<>();
    private final Outbox outbox;
    private final CompletableFuture<Boolean> parted = new CompletableFuture<>();
    private final AtomicInteger lastHandle = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final ByteBuffer fields = ByteBuffer.allocate(PeerPdu.DATA_FIELDS_BYTES);
    private @Nullable ByteBuffer unwanted;
    private int malformed;
    private volatile long lastUsedNanos = System.nanoTime();
    private volatile long lastAskedNanos = System.nanoTime();
    private volatile boolean replaced;
    private volatile Ending ending = Ending.THERE;
    private volatile String endReason = "the connection ended";
    private volatile boolean ended;

    /**
     * Greets on a new stream.
     *
     * @throws IOException when the other side does not greet as a peer does
     */
    PeerLink(TlsStream stream, boolean dialled, long instance, int lane, Servings servings) throws IOException {
        this.frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        this.remote = stream.remoteKey().id();
        this.outbox =
                new Outbox(frames, servings.backlog(), () -> end(Ending.THERE, "it does not read what it is sent"));
        this.dialled = dialled;
        this.servings = servings;
        // Whoever says nothing would keep a place for ever.
        try (Watchdog.Guard guard = stream.closeAfter(Watchdog.HANDSHAKE_MILLIS)) {
            frames.sendRequest(
                    0, new PeerPdu.PeerHello(Hello.VERSION, instance, lane, MAX_REQUESTED_BYTES, Self.PROGRAM));
            this.remoteHello = Greeting.read(frames);
            guard.release();
        } catch (MalformedPduException e) {
            outbox.sayBye();
            throw e;
        }
        this.lane = dialled ? lane : remoteHello.lane();
    }

    /** A number of its own in this process. */
    int number() {
        return number;
    }

    /** Who is at the other end. */
    PeerId remote() {
        return remote;
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

    /** How much data each download here may have requested over it and not yet got. */
    int requestLimitBytes() {
        return remoteHello.maxRequestedBytes() / Math.max(1, fetchers.size());
    }

    /** Whether it can be used. */
    boolean isOpen() {
        return !closed.get();
    }

    /** Data received over it so far. */
    long receivedBytes() {
        return receivedBytes.get();
    }

    /** Whether another connection with the same peer takes its place. */
    boolean isReplaced() {
        return replaced;
    }

    /** Another connection takes its place: who dialled it ends it, and the other side does when that takes long. */
    void replace() {
        replaced = true;
        if (dialled) {
            close();
        } else {
            CompletableFuture.delayedExecutor(REPLACED_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(this::close);
        }
    }

    /** Where the other side is. */
    String address() {
        return String.valueOf(frames.stream().remoteAddress());
    }

    /** Which {@link dev.shoal.transport.Site} the other side belongs to. */
    long site() {
        return frames.stream().site();
    }

    /** When bytes last came, by {@link System#nanoTime}. */
    long lastReadNanos() {
        return frames.stream().lastReadNanos();
    }

    /** When the other side last asked for anything, by {@link System#nanoTime}; at first, when it came. */
    long lastAskedNanos() {
        return lastAskedNanos;
    }

    /** Whether the other side dialled and nothing is got over it here: it makes room when places are short. */
    boolean isIdle() {
        return !dialled && fetchers.isEmpty() && isOpen();
    }

    /** A handle for {@link #open}. It is taken before, as answers may come before that returns. */
    int newHandle() {
        return lastHandle.incrementAndGet();
    }

    /** Opens a content for download. */
    void open(int handle, PeerPdu.Open opening, Fetcher fetcher) {
        fetchers.put(handle, fetcher);
        post(handle, opening);
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
    void post(int handle, Pdu pdu) {
        outbox.post(handle, pdu, false);
    }

    /** Sends a PDU of the serving side soon, without waiting. */
    void postReply(int handle, Pdu pdu) {
        outbox.post(handle, pdu, true);
    }

    /** Sends a reply soon that is made when its turn comes, on the link's writer. */
    void postReplyLater(int handle, Supplier<Pdu> pdu) {
        outbox.postLater(handle, pdu);
    }

    /** Sends a frame of data now. Blocks as long as the other side does not read. */
    void writeData(ByteBuffer frame) throws IOException {
        outbox.write(frame);
    }

    /** When the system last took bytes to be sent, by {@link System#nanoTime}. */
    long lastSentNanos() {
        return frames.stream().lastWrittenNanos();
    }

    /** Ends it as the other side takes nothing although it asked for it. */
    void endUnread() {
        end(Ending.THERE, "it does not read what it asked for");
    }

    /**
     * Says that this side lives when it has said nothing for so long; ends the link when the other side is silent, or
     * nobody downloads over it in either direction.
     */
    void keepAlive(long nowNanos, long speakAfterNanos, long silentAfterNanos, long idleAfterNanos) {
        if (!fetchers.isEmpty() || servings.isServing(number)) {
            lastUsedNanos = nowNanos;
        }
        if (nowNanos - frames.stream().lastReadNanos() > silentAfterNanos) {
            end(Ending.THERE, "it was silent for too long");
        } else if (nowNanos - lastUsedNanos > idleAfterNanos) {
            end(Ending.HERE, "nobody uses it");
        } else if (nowNanos - outbox.lastWriteNanos() > speakAfterNanos) {
            post(0, new PeerPdu.KeepAlive());
        }
    }

    /** Reads until the link ends. Runs on the caller's thread. */
    void run() {
        (dialled ? Thread.ofPlatform().daemon() : Thread.ofVirtual())
                .name("writer of link " + number)
                .start(this::write);
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
        } catch (RuntimeException | OutOfMemoryError e) {
            // Where this one's memory does not suffice, ending it gives some back to the others.
            end(Ending.HERE, "this side failed: " + e);
            servings.malformed(this, endReason);
        } finally {
            end(Ending.HERE, "the connection ended");
            servings.linkGone(this);
            finish();
            // Whoever runs this closes the socket next.
            awaitParted();
        }
    }

    /** Tells the downloads that nothing more comes. Runs where nothing is read any more. */
    void finish() {
        ended = true;
        fetchers.values().forEach(fetcher -> fetcher.ended(ending, endReason));
        fetchers.clear();
    }

    /** Says good-bye and closes the socket; the reader tells the downloads as soon as it has noticed. */
    @Override
    public void close() {
        end(Ending.HERE, "this side closed it");
    }

    private void end(Ending who, String reason) {
        if (closed.compareAndSet(false, true)) {
            endReason = reason;
            ending = who;
            // A good-bye may have to wait for the line; whoever ends a link may hold a lock, or be everybody's timer.
            Thread.ofVirtual().name("end of link " + number).start(this::part);
        }
    }

    private void part() {
        if (ending == Ending.HERE || ending == Ending.BREACH) {
            outbox.sayBye();
        }
        outbox.discard();
        frames.close();
        parted.complete(true);
    }

    /** Waits until the good-bye is said and the socket closed, which takes a moment at most. */
    void awaitParted() {
        parted.completeOnTimeout(false, REPLACED_MILLIS, TimeUnit.MILLISECONDS).join();
    }

    private void handle(Header header) throws IOException {
        if (header.letter() == 'C' && header.reply()) {
            if (Integer.compareUnsigned(header.id() - 1, lastHandle.get()) >= 0) {
                throw new MalformedPduException("data under a handle that was never opened");
            }
            data(fetchers.get(header.id()));
            return;
        }
        ByteBuffer body = frames.readBody();
        Pdu pdu;
        try {
            pdu = PeerPdu.decode(header, body);
        } catch (MalformedPduException e) {
            unreadable(header, e.code(), String.valueOf(e.getMessage()));
            return;
        }
        if (header.reply()) {
            answer(header, pdu);
        } else {
            request(header, pdu);
        }
    }

    /** What cannot be read is answered, unless it is an error itself, and the connection goes on. */
    private void unreadable(Header header, ErrorCode code, String sentence) {
        if (header.letter() == 'E') {
            return;
        }
        if (code == ErrorCode.MALFORMED && ++malformed > MAX_MALFORMED) {
            throw new MalformedPduException("it sends what cannot be read again and again: " + sentence);
        }
        outbox.post(header.id(), new Failure(code, 0, Failure.PDU, sentence), !header.reply());
    }

    private void request(Header header, Pdu pdu) {
        switch (pdu) {
            case PeerPdu.KeepAlive alive -> fetchers.values().forEach(Fetcher::alive);
            case PeerPdu.Bye bye -> end(Ending.BYE, "it said good-bye");
            case PeerPdu.PeerHello hello -> throw new MalformedPduException("it greeted twice");
            case PeerPdu.Data data -> unreadable(header, ErrorCode.UNSUPPORTED, "data comes from a source only");
            case PeerPdu.AllChunks all -> unreadable(header, ErrorCode.MALFORMED, "a downloader uses form 2");
            case PeerPdu.MapWindow window -> unreadable(header, ErrorCode.MALFORMED, "a downloader uses form 2");
            case PeerPdu request -> {
                lastAskedNanos = System.nanoTime();
                servings.handle(this, header.id(), request);
            }
            default -> {
                // An error says what this side sent wrongly as a source; it is never answered.
            }
        }
    }

    private void answer(Header header, Pdu pdu) {
        Fetcher fetcher = fetchers.get(header.id());
        switch (pdu) {
            case PeerPdu.ChunkMap map -> tell(fetcher, known -> known.map(map));
            case PeerPdu.Hashes hashes -> tell(fetcher, known -> known.hashes(hashes));
            case SegmentPdu segments -> tell(fetcher, known -> known.segments(segments));
            case PeerPdu.Cancel(int chunk, int firstBlock, int blockCount) ->
                tell(fetcher, known -> known.withdrawn(new BlockRange(chunk, firstBlock, blockCount)));
            case Failure failure -> {
                if (failure.detail() == Failure.HANDLE) {
                    fetchers.remove(header.id());
                }
                tell(fetcher, known -> known.failed(failure));
            }
            default -> unreadable(header, ErrorCode.UNSUPPORTED, "'" + pdu.letter() + "' comes from no source");
        }
    }

    /** What comes under a handle that was closed here was on its way then, and is of no interest. */
    private static void tell(@Nullable Fetcher fetcher, Consumer<Fetcher> what) {
        if (fetcher != null) {
            what.accept(fetcher);
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

    private void write() {
        try {
            outbox.run(this::isOpen);
        } catch (IOException e) {
            end(Ending.THERE, "the connection ended: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | OutOfMemoryError e) {
            end(Ending.HERE, "this side failed: " + e);
            servings.malformed(this, endReason);
        }
    }
}
