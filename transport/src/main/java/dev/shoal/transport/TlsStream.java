package dev.shoal.transport;

import dev.shoal.protocol.PeerKey;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A TLS connection as a stream of bytes over a blocking socket. Many records are encrypted into one large buffer before
 * one write to the socket, and decrypted out of one large read, straight into the reader's buffer where it has room
 * for a record. One thread may read while others write; writers take turns, a write is one unit. A thread that is stuck
 * is freed by {@link #close}, never by an interrupt. While nothing comes or goes, it holds a small buffer alone,
 * however much came before.
 */
public final class TlsStream implements AutoCloseable {

    /** Room for one encrypted record of 16 KiB with everything around it, as every engine wants to see it. */
    private static final int RECORD_BYTES = 32 * 1024;

    /** Bytes moved to or from the socket at once; measured best between 128 and 512 KiB. */
    private static final int NETWORK_BYTES = 256 * 1024;

    /** Bytes that are written before the clock is looked at, unless the other side takes them quickly. */
    private static final int STEP_BYTES = 64 * 1024;

    /** A write that takes no longer was quick: the next one may be whole, which costs less than four of a quarter. */
    static final long QUICK_NANOS = 20_000_000L;

    /** What is written at once when it is short. */
    private static final int SHORT_NETWORK_BYTES = 2 * RECORD_BYTES;

    /** What a connection waits with: most are idle, and ten thousand must not take the memory of busy ones. */
    private static final int IDLE_BYTES = 4 * 1024;
    /** The buffers of connections with one kind of engine. */
    private record Pools(BufferPool records, BufferPool shorts, BufferPool longs) {
        static final Pools DIRECT = of(true);
        static final Pools HEAP = of(false);

        static Pools of(boolean direct) {
            return new Pools(
                    new BufferPool(RECORD_BYTES, direct),
                    new BufferPool(SHORT_NETWORK_BYTES, direct),
                    new BufferPool(NETWORK_BYTES + RECORD_BYTES, direct));
        }
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final SocketChannel channel;
    private final long site;
    private final SSLEngine engine;
    private final ReentrantLock writing = new ReentrantLock();
    private final Pools pools;
    /** Encrypted bytes to be sent; position is the end of what is there. Nothing while nobody writes. */
    private ByteBuffer outgoing = NOTHING;
    /** What this stream reads into while nothing is there that needs more. */
    private final ByteBuffer small;
    /** Encrypted bytes that came, between position and limit: {@link #small}, or one of a pool. */
    private ByteBuffer incoming;
    /** Plain bytes of a record that its reader had no room for; between position and limit. Mostly nothing. */
    private ByteBuffer spilled = NOTHING;

    /** Room that the engine wants to see before it decrypts a record, even a short one. */
    private final int roomForRecord;

    /** Null until hands are shaken, and always of a program that is no peer. */
    private @Nullable PeerKey remoteKey;

    /** Guarded by {@link #writing}, once hands are shaken. */
    private boolean takesQuickly;

    /** Whether the system was told to take little ahead, as the other side takes it slowly; guarded like that. */
    private boolean unsentLimited;

    private volatile long lastReadNanos = System.nanoTime();
    private volatile long lastWrittenNanos = System.nanoTime();

    /**
     * Shakes hands on a connected socket, and closes it when that fails.
     *
     * @param client whether this side dialled
     * @param protocol name of what is spoken inside, which both sides must name alike
     * @throws TransportException when the other side is not a peer of this kind, or takes longer than
     *     {@link Watchdog#HANDSHAKE_MILLIS}
     */
    public static TlsStream over(SocketChannel channel, Tls tls, boolean client, String protocol) {
        TlsStream stream = null;
        boolean secured = false;
        try (Watchdog.Guard guard = Watchdog.closeAfter(channel, Watchdog.HANDSHAKE_MILLIS)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            stream = new TlsStream(channel, engine(tls, client, protocol), tls.usesDirectBuffers());
            stream.handshake();
            if (tls.isForPeers()) {
                stream.remoteKey = Tls.remoteKey(stream.engine.getSession());
            }
            if (!tls.speaks(protocol, stream.engine.getApplicationProtocol())) {
                throw new TransportException("the other side does not speak " + protocol);
            }
            guard.release();
            secured = true;
            return stream;
        } catch (IOException e) {
            throw new TransportException("the connection could not be secured: " + reason(e), e);
        } finally {
            if (!secured && stream != null) {
                stream.close();
            }
            if (!secured) {
                Watchdog.closeQuietly(channel);
            }
        }
    }

    private static SSLEngine engine(Tls tls, boolean client, String protocol) throws IOException {
        try {
            return tls.engine(client, protocol);
        } catch (RuntimeException e) {
            // So the native engine says that it gets no descriptor or no memory.
            throw new IOException("this machine has no room for it (" + e.getMessage() + ")", e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? "no answer in time" : e.getMessage();
    }

    private TlsStream(SocketChannel channel, SSLEngine engine, boolean direct) {
        this.channel = channel;
        this.site = Site.of(channel.socket().getInetAddress());
        this.engine = engine;
        this.pools = direct ? Pools.DIRECT : Pools.HEAP;
        this.small = allocate(IDLE_BYTES, direct);
        this.incoming = small.flip();
        this.roomForRecord = engine.getSession().getApplicationBufferSize();
    }

    private static ByteBuffer allocate(int bytes, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    /** The key that the other side, which is a peer or an index, proved to hold. */
    public PeerKey remoteKey() {
        return Objects.requireNonNull(remoteKey);
    }

    /** When bytes last came, by {@link System#nanoTime}. */
    public long lastReadNanos() {
        return lastReadNanos;
    }

    /** When the system last took bytes to be sent, by {@link System#nanoTime}. */
    public long lastWrittenNanos() {
        return lastWrittenNanos;
    }

    /** Closes it after some time unless the guard is released before: limits a wait for the other side. */
    public Watchdog.Guard closeAfter(long millis) {
        return Watchdog.closeAfter(channel, millis);
    }

    /** Where the other side is. */
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) channel.socket().getRemoteSocketAddress();
    }

    /** The {@link Site} of the other side. */
    public long site() {
        return site;
    }

    /**
     * Fills the buffer. One thread at a time.
     *
     * @throws EOFException when the stream ends first
     * @throws IOException when the connection breaks
     */
    public void readFully(ByteBuffer target) throws IOException {
        drainSpilled(target);
        while (target.hasRemaining()) {
            boolean roomy = target.remaining() >= roomForRecord;
            SSLEngineResult result = roomy ? engine.unwrap(incoming, target) : unwrapSpilled();
            drainSpilled(target);
            switch (result.getStatus()) {
                case OK -> answerHandshake(result);
                case BUFFER_UNDERFLOW -> receive(target.remaining());
                case BUFFER_OVERFLOW -> throw new SSLException("a record is longer than TLS allows");
                case CLOSED -> throw new EOFException("the other side closed the connection");
            }
        }
    }

    /**
     * Sends all that remains in the buffer, as one unit. Any thread.
     *
     * @throws IOException when the connection breaks
     */
    public void write(ByteBuffer source) throws IOException {
        BufferPool pool = source.remaining() > SHORT_NETWORK_BYTES - RECORD_BYTES ? pools.longs : pools.shorts;
        writing.lock();
        // Inside, as there may be no memory for a buffer: then others still have to get the lock to close the socket.
        try {
            outgoing = pool.take();
            while (source.hasRemaining()) {
                if (outgoing.remaining() < RECORD_BYTES) {
                    flush();
                }
                SSLEngineResult result = engine.wrap(source, outgoing);
                if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                    flush();
                } else if (result.getStatus() != Status.OK) {
                    throw new EOFException("the connection was closed");
                }
            }
            flush();
        } finally {
            written(pool);
            writing.unlock();
        }
    }

    /** Nothing is to be sent any more. */
    private void written(BufferPool pool) {
        ByteBuffer empty = outgoing;
        outgoing = NOTHING;
        pool.give(empty);
    }

    /** Says good-bye where that does not wait, closes the socket, and frees what the engine holds. */
    @Override
    public void close() {
        try {
            sayGoodBye();
        } finally {
            Watchdog.closeQuietly(channel);
            free();
        }
    }

    /**
     * Says that nothing more comes, and waits until the other side has taken everything and ends it. Then it is over.
     *
     * @param quietMillis how long the other side may go by itself before, if it knows when it has everything: many
     *     close their socket over a good-bye that they have not read, which looks as if something had been lost
     * @param millis how long that may take; then it is closed
     * @return whether the other side has ended it
     */
    public boolean finish(int quietMillis, long millis) {
        return Farewell.await(channel, quietMillis, this::sayGoodBye, millis);
    }

    /** Returns whether the system took it. */
    private boolean sayGoodBye() {
        if (writing.tryLock()) {
            try (Watchdog.Guard guard = Watchdog.closeAfter(channel, Watchdog.CLOSE_MILLIS)) {
                outgoing = pools.shorts.take();
                engine.closeOutbound();
                while (channel.isOpen() && engine.wrap(NOTHING, outgoing).bytesProduced() > 0) {
                    flush();
                }
                guard.release();
            } catch (IOException e) {
                // The other side is gone already; there is nobody left to say good-bye to.
                outgoing.clear();
                return false;
            } finally {
                written(pools.shorts);
                writing.unlock();
            }
        }
        return true;
    }

    /**
     * Ends the engine in both directions, so that it gives back its memory outside the heap and its descriptors:
     * thousands of strangers may come and go before the heap needs to be collected. Whoever writes ends soon, as the
     * socket is closed.
     */
    private void free() {
        writing.lock();
        try {
            closeEngine();
            outgoing = pools.shorts.take();
            while (engine.wrap(NOTHING, outgoing.clear()).bytesProduced() > 0) {
                // What was still to be said is only to be out of the way.
                outgoing.clear();
            }
        } catch (SSLException e) {
            // An engine that fails has nothing left to say.
            outgoing.clear();
        } finally {
            written(pools.shorts);
            writing.unlock();
        }
    }

    private void closeEngine() {
        try {
            engine.closeOutbound();
            engine.closeInbound();
        } catch (SSLException e) {
            // No good-bye came from the other side: some engines say so here.
            return;
        }
    }

    private void handshake() throws IOException {
        engine.beginHandshake();
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            status = switch (status) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrapHandshake();
                default -> unwrapHandshake();
            };
        }
    }

    private HandshakeStatus runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus wrapHandshake() throws IOException {
        writing.lock();
        try {
            outgoing = pools.shorts.take();
            SSLEngineResult result = engine.wrap(NOTHING, outgoing);
            flush();
            if (result.getStatus() == Status.CLOSED) {
                throw new SSLException("the other side ended the handshake");
            }
            return result.getHandshakeStatus();
        } finally {
            written(pools.shorts);
            writing.unlock();
        }
    }

    private HandshakeStatus unwrapHandshake() throws IOException {
        SSLEngineResult result;
        try {
            result = unwrapSpilled();
        } catch (SSLException e) {
            sendAlert();
            throw e;
        }
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            receive(0);
        } else if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the other side ended the handshake");
        }
        return result.getHandshakeStatus();
    }

    /** Tells the other side why the handshake failed, which the engine has prepared. */
    private void sendAlert() {
        writing.lock();
        try {
            outgoing = pools.shorts.take();
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                    && engine.wrap(NOTHING, outgoing).bytesProduced() > 0) {
                flush();
            }
        } catch (IOException e) {
            outgoing.clear();
        } finally {
            written(pools.shorts);
            writing.unlock();
        }
    }

    /** A key update leaves a task to run or an answer to send. */
    private void answerHandshake(SSLEngineResult result) throws IOException {
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        } else if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            wrapHandshake();
        }
    }

    /** Decrypts a record for which its reader has no room; nothing is spilled before. */
    private SSLEngineResult unwrapSpilled() throws SSLException {
        spilled = roomForRecord <= RECORD_BYTES ? pools.records.take() : allocate(roomForRecord, incoming.isDirect());
        try {
            return engine.unwrap(incoming, spilled);
        } finally {
            keepSpilled(spilled.flip());
        }
    }

    private void drainSpilled(ByteBuffer target) {
        int moved = Math.min(spilled.remaining(), target.remaining());
        if (moved > 0) {
            target.put(target.position(), spilled, spilled.position(), moved);
            target.position(target.position() + moved);
            keepSpilled(spilled.position(spilled.position() + moved));
        }
    }

    private void keepSpilled(ByteBuffer rest) {
        if (!rest.hasRemaining()) {
            spilled = NOTHING;
            pools.records.give(rest);
        }
    }

    private void flush() throws IOException {
        int end = outgoing.flip().limit();
        while (outgoing.position() < end) {
            // In steps, so that one can see whether the other side takes anything.
            int step = takesQuickly ? outgoing.capacity() : STEP_BYTES;
            outgoing.limit(Math.min(end, outgoing.position() + step));
            long startNanos = System.nanoTime();
            channel.write(outgoing);
            lastWrittenNanos = System.nanoTime();
            takesQuickly = lastWrittenNanos - startNanos < QUICK_NANOS;
            if (!takesQuickly && !unsentLimited) {
                unsentLimited = true;
                limitUnsent();
            }
        }
        outgoing.clear();
    }

    /** Between peers, whose requests would wait behind pieces. An index has many connections and sends little. */
    private void limitUnsent() {
        if (Tls.PEER_PROTOCOL.equals(engine.getApplicationProtocol())) {
            UnsentLimit.apply(channel);
        }
    }

    /** @param wantedBytes how much the reader still waits for */
    private void receive(int wantedBytes) throws IOException {
        makeRoom(wantedBytes);
        int count = channel.read(incoming);
        boolean full = !incoming.hasRemaining();
        incoming.flip();
        if (full && incoming.capacity() < NETWORK_BYTES) {
            // More was there than fits: this is not one of the idle ones.
            moveTo((isSmall(incoming) ? pools.shorts : pools.longs).take());
            incoming.flip();
        }
        if (count < 0) {
            throw new EOFException("the other side broke the connection off");
        }
        lastReadNanos = System.nanoTime();
    }

    /**
     * Makes room for what comes next. In the middle of a long frame a large buffer stays; else there is no more than an
     * idle stream may keep, as the next frame may be long in coming. What is left is the beginning of a record at most,
     * so that hardly anything is copied.
     */
    private void makeRoom(int wantedBytes) {
        boolean fits = incoming.remaining() <= IDLE_BYTES / 2;
        boolean isLong = incoming.capacity() > pools.shorts.bytes();
        boolean stays = isSmall(incoming) ? fits : isLong ? wantedBytes >= SHORT_NETWORK_BYTES : !fits;
        if (stays) {
            incoming.compact();
        } else {
            moveTo(fits ? small.clear() : pools.shorts.take());
        }
    }

    /** Goes on in another buffer, which is left ready to be read into. */
    private void moveTo(ByteBuffer other) {
        ByteBuffer left = incoming;
        incoming = other.put(left);
        giveBack(left);
    }

    private void giveBack(ByteBuffer left) {
        if (!isSmall(left)) {
            (left.capacity() == pools.shorts.bytes() ? pools.shorts : pools.longs).give(left);
        }
    }

    private static boolean isSmall(ByteBuffer buffer) {
        return buffer.capacity() == IDLE_BYTES;
    }

    /** How much memory it holds for what comes, in bytes. For the thread that reads. */
    int heldBytes() {
        return incoming.capacity() + (isSmall(incoming) ? 0 : IDLE_BYTES) + spilled.capacity();
    }
}
