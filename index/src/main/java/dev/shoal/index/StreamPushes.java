package dev.shoal.index;

import dev.shoal.protocol.IndexPush;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Says something over one TLS connection without being asked, on a thread of its own each time: whoever tells it to
 * does not wait for a peer that does not read. Thread-safe.
 */
final class StreamPushes implements PushWay {

    /** How long a peer may take to read it. */
    private static final long SEND_MILLIS = 60_000;

    /** How many wait until the peer reads; what is too much is said again later, as if it had been lost. */
    private static final int MAX_WAITING = Nudges.MAX_PER_SESSION;

    private final FrameStream frames;
    private final Semaphore free = new Semaphore(MAX_WAITING);

    StreamPushes(FrameStream frames) {
        this.frames = frames;
    }

    @Override
    public void push(Session session, int id, IndexPush push) {
        if (free.tryAcquire()) {
            Thread.ofVirtual().name("push").start(() -> send(id, push));
        }
    }

    private void send(int id, IndexPush push) {
        try (Watchdog.Guard guard = frames.stream().closeAfter(SEND_MILLIS)) {
            frames.sendRequest(id, push);
            guard.release();
        } catch (IOException e) {
            frames.close();
        } finally {
            free.release();
        }
    }
}
