package dev.shoal.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * A secure channel over an {@link SSLEngine} of any provider and a blocking {@link SocketChannel}. Many records are
 * encrypted into one large buffer before one write to the socket, and decrypted out of one large read. For one reader
 * and one writer.
 */
final class EngineSecureChannel implements SecureChannel {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** What an engine wants to see free before it makes or opens a record. */
    private static final int LARGEST_RECORD_BYTES = 17 * 1024;

    private final SocketChannel channel;
    private final SSLEngine engine;

    /** Encrypted bytes to be sent; the position is their end. */
    private final ByteBuffer outgoing;

    /** Encrypted bytes that came, between position and limit. */
    private final ByteBuffer incoming;

    /** Plain bytes of a record that did not fit its target, between position and limit. */
    private final ByteBuffer spilled;

    /**
     * Shakes hands with a configured engine, and closes the channel when that fails.
     *
     * @param networkBytes how much is moved to or from the socket at once
     * @param direct whether buffers are outside the heap
     */
    EngineSecureChannel(SocketChannel channel, SSLEngine engine, int networkBytes, boolean direct) throws IOException {
        this.channel = channel;
        this.engine = engine;
        this.outgoing = allocate(networkBytes + LARGEST_RECORD_BYTES, direct);
        this.incoming = allocate(networkBytes, direct).flip();
        this.spilled = allocate(LARGEST_RECORD_BYTES, direct).flip();
        boolean secured = false;
        try {
            engine.beginHandshake();
            handshake();
            secured = true;
        } finally {
            if (!secured) {
                channel.close();
            }
        }
    }

    /** Memory for data, where the engine likes it. */
    static ByteBuffer allocate(int bytes, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    @Override
    public void writeFully(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            if (outgoing.remaining() < LARGEST_RECORD_BYTES) {
                flush();
            }
            SSLEngineResult result = engine.wrap(source, outgoing);
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                flush();
            } else if (result.getStatus() != Status.OK) {
                throw new SSLException("nothing can be encrypted: " + result);
            }
        }
        flush();
    }

    @Override
    public void readAtLeast(ByteBuffer target, int neededBytes) throws IOException {
        int wantedPosition = target.position() + neededBytes;
        drainSpilled(target);
        while (target.position() < wantedPosition) {
            SSLEngineResult result = engine.unwrap(incoming, target);
            switch (result.getStatus()) {
                case OK -> answerHandshake(result);
                case BUFFER_UNDERFLOW -> receive();
                case BUFFER_OVERFLOW -> unwrapThroughSpilled(target);
                case CLOSED -> throw new EOFException("the other side closed the connection");
            }
        }
    }

    @Override
    public String description() {
        return engine.getSession().getProtocol() + " " + engine.getSession().getCipherSuite();
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            engine.closeOutbound();
            while (!engine.isOutboundDone() && engine.wrap(NOTHING, outgoing).bytesProduced() > 0) {
                flush();
            }
        } catch (IOException e) {
            // The other side is gone already; there is nobody left to say good-bye to.
            outgoing.clear();
        }
    }

    private void handshake() throws IOException {
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
        SSLEngineResult result = engine.wrap(NOTHING, outgoing);
        flush();
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the other side ended the handshake");
        }
        return result.getHandshakeStatus();
    }

    private HandshakeStatus unwrapHandshake() throws IOException {
        SSLEngineResult result = engine.unwrap(incoming, spilled.clear());
        spilled.flip();
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            receive();
        } else if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the other side ended the handshake");
        }
        return result.getHandshakeStatus();
    }

    /** A key update or a session ticket leaves a task to run or an answer to send. */
    private void answerHandshake(SSLEngineResult result) throws IOException {
        HandshakeStatus status = result.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
            handshake();
        }
    }

    /** Some engines keep the rest of a record for the next call, some refuse: both end up here. */
    private void unwrapThroughSpilled(ByteBuffer target) throws IOException {
        SSLEngineResult result = engine.unwrap(incoming, spilled.clear());
        spilled.flip();
        if (result.getStatus() == Status.CLOSED) {
            throw new EOFException("the other side closed the connection");
        }
        if (result.getStatus() == Status.BUFFER_UNDERFLOW && !spilled.hasRemaining()) {
            receive();
        }
        drainSpilled(target);
    }

    private void drainSpilled(ByteBuffer target) {
        int moved = Math.min(spilled.remaining(), target.remaining());
        if (moved > 0) {
            target.put(target.position(), spilled, spilled.position(), moved);
            target.position(target.position() + moved);
            spilled.position(spilled.position() + moved);
        }
    }

    private void flush() throws IOException {
        outgoing.flip();
        while (outgoing.hasRemaining()) {
            channel.write(outgoing);
        }
        outgoing.clear();
    }

    private void receive() throws IOException {
        incoming.compact();
        int count = channel.read(incoming);
        incoming.flip();
        if (count < 0) {
            throw new EOFException("the other side broke the connection off");
        }
    }
}
