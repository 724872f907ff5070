package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes over a TLS connection: a greeting, then requests, several of which may wait for their answers. Runs on the
 * connection's thread until it ends.
 */
final class StreamRequests {

    /** How many requests of one connection may wait for the database at a time. */
    private static final int MAX_WAITING = 32;

    /** How long a peer may take to read an answer: a page of 256 KiB on a line of 5 kB a second. */
    private static final long SEND_MILLIS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(StreamRequests.class);

    /** A request as it came; the body is valid until the next one is read. */
    private record Frame(Header header, ByteBuffer body) {}

    /**
     * A connection.
     *
     * @param free as many as may still wait for the database
     * @param pushes its way for what nobody asked for
     */
    private record Connection(FrameStream frames, Semaphore free, PushWay pushes) {}

    private final IndexService service;
    private final long idleMillis;
    private final Consumer<Session> joined;

    /**
     * Answers from a service.
     *
     * @param idleMillis how long a connection may be without a request before it is closed; its session goes on
     * @param joined hears of every session that begins
     */
    StreamRequests(IndexService service, long idleMillis, Consumer<Session> joined) {
        this.service = service;
        this.idleMillis = idleMillis;
        this.joined = joined;
    }

    /** Answers over a connection until it ends. Says once its first frame has come, whatever that is. */
    void serve(TlsStream stream, Runnable greeted) {
        FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        Connection connection = new Connection(frames, new Semaphore(MAX_WAITING), new StreamPushes(frames));
        Session session = null;
        try {
            session = greet(frames, stream, greeted);
            while (session != null) {
                Frame frame = next(frames, idleMillis);
                if (frame.header.isRequest()) {
                    connection.free.acquire();
                    answer(session, frame, connection);
                } else if (frame.header.letter() == 'A') {
                    service.acknowledged(session, frame.header.id(), Moment.now());
                }
            }
        } catch (IOException | MalformedPduException e) {
            // The peer is done, or broke off; a session outlives its connections.
            stream.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("A connection failed", e);
        } finally {
            if (session != null && connection.pushes.equals(session.pushWay)) {
                session.pushWay = null;
            }
        }
    }

    /**
     * Waits for a frame. A peer that vanished without a word leaves its connection open; without a limit it would stay
     * so for ever.
     */
    private static Frame next(FrameStream frames, long limitMillis) throws IOException {
        try (Watchdog.Guard guard = frames.stream().closeAfter(limitMillis)) {
            Frame frame = new Frame(frames.readHeader(), frames.readBody());
            guard.release();
            return frame;
        }
    }

    /** Null when the first frame is refused: then that is said, and the connection ends. */
    private @Nullable Session greet(FrameStream frames, TlsStream stream, Runnable greeted) throws IOException {
        Frame frame = next(frames, Watchdog.HANDSHAKE_MILLIS);
        greeted.run();
        Header header = frame.header;
        if (!header.isRequest()) {
            return null;
        }
        IndexRequest first;
        try {
            first = IndexRequest.decode(header, frame.body);
        } catch (MalformedPduException e) {
            boolean asIs = header.letter() == 'h' || e.code() == ErrorCode.UNSUPPORTED;
            frames.sendReply(header.id(), asIs ? Failure.of(e.code(), String.valueOf(e.getMessage())) : greetFirst());
            return null;
        }
        if (!(first instanceof Hello hello)) {
            frames.sendReply(header.id(), greetFirst());
            return null;
        }
        PeerKey key = stream.remoteKey();
        if (hello.session() != 0 && hello.version() > 0) {
            Session known = service.attach(hello.session(), key).orElse(null);
            frames.sendReply(
                    header.id(),
                    known == null
                            ? Failure.of(ErrorCode.WRONG_STATE, "There is no such session. Join anew.")
                            : IndexReply.Ack.DONE);
            return known;
        }
        return switch (service.join(hello, key, stream.remoteAddress(), Moment.now())) {
            case JoinResult.Joined(Session session, var welcome) -> {
                frames.sendReply(header.id(), welcome);
                joined.accept(session);
                yield session;
            }
            case JoinResult.Refused(Failure failure) -> {
                frames.sendReply(header.id(), failure);
                yield null;
            }
        };
    }

    private static Failure greetFirst() {
        return Failure.of(ErrorCode.WRONG_STATE, "Greet first.");
    }

    private void answer(Session session, Frame frame, Connection connection) {
        Header header = frame.header;
        FrameStream frames = connection.frames;
        Semaphore free = connection.free;
        InetSocketAddress from = frames.stream().remoteAddress();
        IndexRequest request;
        try {
            request = IndexRequest.decode(header, frame.body);
        } catch (MalformedPduException e) {
            Failure failure = Failure.of(e.code(), String.valueOf(e.getMessage()));
            send(header.id(), service.unreadable(session, failure, from, true, Moment.now()), frames, free);
            return;
        }
        if (request instanceof IndexRequest.Heartbeat) {
            session.pushWay = connection.pushes;
        }
        CompletableFuture<Answer> answer = service.handle(session, header.id(), request, from, true, Moment.now());
        if (answer.isDone()) {
            send(header.id(), answer.join(), frames, free);
        } else {
            // Not on the thread that answers, which is the database's: a peer that does not read would hold it up.
            answer.thenAccept(
                    late -> Thread.ofVirtual().name("answer").start(() -> send(header.id(), late, frames, free)));
        }
    }

    private static void send(int id, Answer answer, FrameStream frames, Semaphore free) {
        Pdu reply = answer.pdu();
        try (Watchdog.Guard guard = frames.stream().closeAfter(SEND_MILLIS)) {
            if (reply != null) {
                frames.sendReply(id, reply);
            }
            guard.release();
        } catch (IOException e) {
            frames.close();
        } catch (RuntimeException e) {
            LOG.error("An answer could not be sent", e);
            frames.close();
        } finally {
            free.release();
        }
    }
}
