package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.VersionRecord;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an index informed as long as this process lives: registers, tells of new chunks at most once a second, sends
 * heartbeats every third of the lease, states everything again when the index asks for it, and finds the index again
 * after it was away. One virtual thread; the public methods are safe on any.
 */
public final class Presence implements AutoCloseable {

    /** How long new chunks are collected before the index is told. */
    private static final long TELL_CHUNKS_MILLIS = 1_000;

    /** Wait before the first new attempt to reach an index that is away; it doubles up to the longest. */
    private static final long FIRST_RETRY_MILLIS = 500;

    private static final long LONGEST_RETRY_MILLIS = 10_000;

    /** How often a path that does not carry datagrams is tried again. */
    private static final long PROBE_AGAIN_MILLIS = TimeUnit.MINUTES.toMillis(5);

    private final IndexClient index;
    private final PeerEvents events;
    private final IntSupplier runningUploads;
    private final Registrations registrations = new Registrations();
    private final CountDownLatch closed = new CountDownLatch(1);

    private boolean isClosed;
    private long nextHeartbeatMillis;
    private long nextProbeMillis;
    private long restateAtMillis = Long.MAX_VALUE;
    private long retryMillis = FIRST_RETRY_MILLIS;
    private boolean away;
    private long lastSession;

    /** Starts at once; the first heartbeat finds out whether datagrams get through. */
    public Presence(IndexClient index, IntSupplier runningUploads, PeerEvents events) {
        this.index = index;
        this.runningUploads = runningUploads;
        this.events = events;
        Thread.ofVirtual().name("presence").start(this::run);
    }

    /**
     * Registers a content under a name, as a new version when a record comes with it.
     *
     * @throws PeerException when the index refuses, or cannot be reached
     */
    public IndexReply.Ack register(Name name, ContentId content, ChunkSet held, @Nullable VersionRecord record) {
        IndexRequest.Register request = new IndexRequest.Register(!held.isFull(), content, name, record);
        IndexReply.Ack ack = index.ask(request, IndexReply.Ack.class);
        registrations.registered(content, held);
        if (!held.isFull()) {
            held.runs().forEach(run -> tell(new RegisterChunks(false, false, content, List.of(run))));
        }
        return ack;
    }

    /** A chunk of a registered content came: the index is told within a second. */
    public void chunkCame(ContentId content, int chunk) {
        registrations.chunkCame(content, chunk);
    }

    /**
     * Takes a content, all contents of a name, or everything away from the index.
     *
     * @return how many were taken away
     */
    public int deregister(IndexRequest.Deregister request, List<ContentId> contents) {
        int count = index.ask(request, IndexReply.Ack.class).number();
        contents.forEach(registrations::withdrawn);
        return count;
    }

    /** How many contents are registered. */
    public int count() {
        return registrations.count();
    }

    /** Ends the thread; what is registered stays until the index is told or the lease ends. */
    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        while (!isClosed) {
            try {
                step(System.nanoTime() / 1_000_000);
                if (away) {
                    events.info("The index at " + index.address() + " is back.");
                }
                away = false;
                retryMillis = FIRST_RETRY_MILLIS;
                pause(TELL_CHUNKS_MILLIS);
            } catch (PeerException e) {
                failed(e);
            }
        }
    }

    private void step(long nowMillis) {
        long session = index.sessionNumber();
        if (session != lastSession) {
            lastSession = session;
            nextProbeMillis = nowMillis;
            nextHeartbeatMillis = nowMillis;
        }
        if (nowMillis >= nextProbeMillis && !index.usesDatagrams()) {
            nextProbeMillis = nowMillis + PROBE_AGAIN_MILLIS;
            index.probeDatagrams(registrations.heartbeat(runningUploads.getAsInt()));
        }
        if (nowMillis >= nextHeartbeatMillis) {
            heartbeat(nowMillis);
        }
        if (nowMillis >= restateAtMillis) {
            restateAtMillis = Long.MAX_VALUE;
            registrations.restatement().forEach(request -> index.ask(request, IndexReply.Ack.class));
            nextHeartbeatMillis = nowMillis;
        }
        registrations.untold().forEach(this::tell);
    }

    private void heartbeat(long nowMillis) {
        IndexReply.HeartbeatReply reply =
                index.ask(registrations.heartbeat(runningUploads.getAsInt()), IndexReply.HeartbeatReply.class);
        // A tenth of variation, so that peers that started together do not stay together.
        double third = reply.leaseMillis() / 3.0;
        nextHeartbeatMillis =
                nowMillis + Math.round(third * ThreadLocalRandom.current().nextDouble(0.9, 1.0));
        if (reply.restate() && restateAtMillis == Long.MAX_VALUE) {
            restateAtMillis = nowMillis + reply.restateAfterMillis();
        } else if (!reply.restate()) {
            restateAtMillis = Long.MAX_VALUE;
        }
    }

    private void tell(RegisterChunks request) {
        try {
            if (index.exchange(request) instanceof Failure failure) {
                events.detail("The index did not take new chunks: " + failure.sentence());
            }
        } catch (PeerException e) {
            registrations.untell(request);
            throw e;
        }
    }

    private void failed(PeerException cause) {
        if (isClosed) {
            return;
        }
        if (!away) {
            events.warning(cause.getMessage() + " Transfers go on; trying again.");
        }
        away = true;
        pause(Math.round(retryMillis * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
        retryMillis = Math.min(LONGEST_RETRY_MILLIS, retryMillis * 2);
    }

    private void pause(long millis) {
        try {
            isClosed = closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isClosed = true;
        }
    }
}
