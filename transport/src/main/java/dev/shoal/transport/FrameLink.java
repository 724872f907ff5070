package dev.shoal.transport;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A peer's TLS connection to its index: requests and answers as frames, matched by id, any number under way. One
 * virtual thread reads; requests run on their callers' threads. Thread-safe.
 */
public final class FrameLink implements AutoCloseable {

    /** How long a connection may take to come about. */
    private static final int CONNECT_MILLIS = 10_000;

    private final FrameStream frames;
    private final Pushes pushes;
    private final PendingReplies pending = new PendingReplies();
    private volatile boolean open = true;

    private FrameLink(FrameStream frames, Pushes pushes) {
        this.frames = frames;
        this.pushes = pushes;
        Thread.ofPlatform().daemon().name("frames from the index").start(this::receive);
    }

    /**
     * Dials an index.
     *
     * @throws TransportException when it does not answer, or does not speak Shoal
     */
    public static FrameLink connect(InetSocketAddress index, Tls tls) {
        return connect(index, tls, new Pushes());
    }

    /**
     * The same.
     *
     * @param pushes hears what the index says without being asked
     */
    public static FrameLink connect(InetSocketAddress index, Tls tls, Pushes pushes) {
        TlsStream stream = dial(index, tls, Tls.INDEX_PROTOCOL, CONNECT_MILLIS);
        return new FrameLink(new FrameStream(stream, Pdu.MAX_STREAM_BYTES), pushes);
    }

    /**
     * Dials any party and shakes hands.
     *
     * @throws TransportException when nobody answers in time, or somebody who does not speak the protocol
     */
    public static TlsStream dial(InetSocketAddress address, Tls tls, String protocol, int timeoutMillis) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            try (Watchdog.Guard guard = Watchdog.closeAfter(channel, timeoutMillis)) {
                channel.connect(address);
                guard.release();
            }
        } catch (IOException | UnresolvedAddressException e) {
            if (channel != null) {
                Watchdog.closeQuietly(channel);
            }
            String reason = e instanceof AsynchronousCloseException
                    ? "no answer within " + timeoutMillis + " ms"
                    : e instanceof UnresolvedAddressException
                            ? "there is no host of that name"
                            : String.valueOf(e.getMessage());
            throw new TransportException("no connection to " + text(address) + ": " + reason, e);
        }
        return TlsStream.over(channel, tls, true, protocol);
    }

    /** Who answered. */
    public PeerId remote() {
        return remoteKey().id();
    }

    /** The same with its key. */
    public PeerKey remoteKey() {
        return frames.stream().remoteKey();
    }

    /** Whether the connection stands, as far as is known. */
    public boolean isOpen() {
        return open;
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws TransportException when the connection ends or the answer takes longer than the limit
     */
    public Reply exchange(IndexRequest request, long timeoutMillis) {
        return exchange(request, timeoutMillis, pending.nextId());
    }

    /**
     * The same with a number that was used before, so that the index knows the request as the one that came in another
     * way; then all numbers on this connection come from the caller.
     */
    public Reply exchange(IndexRequest request, long timeoutMillis, int id) {
        PendingReplies.Ticket ticket = pending.open(id);
        try {
            frames.sendRequest(ticket.id(), request);
            if (!open) {
                throw new TransportException("the index closed the connection");
            }
            return ticket.reply().get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw new TransportException("the connection to the index broke: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new TransportException("the index did not answer within " + timeoutMillis + " ms", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TransportException cause
                    ? cause
                    : new TransportException("the request failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException("interrupted while waiting for the index", e);
        } finally {
            pending.close(ticket);
        }
    }

    /** Sends a request that has no answer. */
    public void send(IndexRequest request) {
        try {
            frames.sendRequest(0, request);
        } catch (IOException e) {
            throw new TransportException("the connection to the index broke: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        open = false;
        frames.close();
        pending.fail(new TransportException("the connection to the index was closed"));
    }

    private void receive() {
        try {
            while (open) {
                Header header = frames.readHeader();
                answered(header, frames.readBody());
            }
        } catch (IOException | MalformedPduException e) {
            open = false;
            pending.fail(new TransportException("the connection to the index ended: " + e.getMessage(), e));
            frames.close();
        }
    }

    /** A frame whose content makes no sense concerns one request; the connection goes on. */
    private void answered(Header header, ByteBuffer body) {
        if (!header.reply()) {
            pushed(header, body);
            return;
        }
        try {
            pending.arrived(header.id(), new Reply(IndexReply.decode(header, body), header.truncated()));
        } catch (MalformedPduException e) {
            pending.failed(header.id(), new MalformedAnswerException(e));
        }
    }

    private void pushed(Header header, ByteBuffer body) {
        if (pushes.came(header, body)) {
            // Not on this thread: an index that waits until its answers are read does not read meanwhile.
            Thread.ofVirtual().name("answer to the index").start(() -> acknowledge(header.id()));
        }
    }

    private void acknowledge(int id) {
        try {
            frames.sendReply(id, IndexReply.Ack.DONE);
        } catch (IOException e) {
            // The connection is over, which its reader finds out; the index says it again.
            return;
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
