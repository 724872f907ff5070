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
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What comes over a TLS connection: a greeting, then requests, several of which may wait for their answers. Runs on the
 * connection's thread until it ends.
 */
final class StreamRequests {

    /** The longest request: a bulk registration of 5 000 entries. */
    private static final int MAX_REQUEST_BYTES = 256 * 1024;

    /** How many requests of one connection may wait for the database at a time. */
    private static final int MAX_WAITING = 32;

    private final IndexService service;
    private final Consumer<Session> joined;

    /**
     * Answers from a service.
     *
     * @param joined hears of every session that begins
     */
    StreamRequests(IndexService service, Consumer<Session> joined) {
        this.service = service;
        this.joined = joined;
    }

    void serve(TlsStream stream) {
        FrameStream frames = new FrameStream(stream, MAX_REQUEST_BYTES);
        Semaphore free = new Semaphore(MAX_WAITING);
        try {
            Session session = greet(frames, stream);
            while (session != null) {
                Header header = frames.readHeader();
                free.acquire();
                answer(session, header, frames, stream.remoteAddress(), free);
            }
        } catch (IOException | MalformedPduException e) {
            // The peer is done, or broke off; a session outlives its connections.
            stream.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Session greet(FrameStream frames, TlsStream stream) throws IOException {
        Header header;
        IndexRequest first;
        try (Watchdog.Guard guard = stream.closeAfter(Watchdog.HANDSHAKE_MILLIS)) {
            header = frames.readHeader();
            first = IndexRequest.decode(header, frames.readBody());
            guard.release();
        }
        if (!(first instanceof Hello hello)) {
            frames.sendReply(header.id(), Failure.of(ErrorCode.WRONG_STATE, "Greet first."));
            return null;
        }
        PeerKey key = stream.remoteKey();
        if (hello.session() != 0) {
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

    private void answer(Session session, Header header, FrameStream frames, InetSocketAddress from, Semaphore free)
            throws IOException {
        IndexRequest request;
        try {
            request = IndexRequest.decode(header, frames.readBody());
        } catch (MalformedPduException e) {
            free.release();
            frames.sendReply(header.id(), Failure.of(ErrorCode.MALFORMED, String.valueOf(e.getMessage())));
            return;
        }
        service.handle(session, header.id(), request, from, true, Moment.now()).thenAccept(answer -> {
            free.release();
            Pdu reply = answer.pdu();
            try {
                if (reply != null) {
                    frames.sendReply(header.id(), reply);
                }
            } catch (IOException e) {
                frames.close();
            }
        });
    }
}
