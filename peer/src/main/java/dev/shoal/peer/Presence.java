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
import java.util.concurrent.CompletableFuture;
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

    /** How long a request may hold up whoever does not insist on it. */
    private static final long BRIEFLY_MILLIS = 2_000;

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
    private volatile boolean away;
    private long lastSession;
    private long leaseMillis = Long.MAX_VALUE;

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

    /**
     * Registers a content under a name that the index knows, without insisting: an index that does not answer soon
     * hears of it when it does again.
     */
    public void announce(Name name, ContentId content, ChunkSet held) {
        briefly(() -> {
            try {
                register(name, content, held, null);
            } catch (PeerException e) {
                if (e.reason() == PeerException.Reason.UNREACHABLE) {
                    // The next heartbeat shows the difference, and then everything is stated again.
                    registrations.registered(content, held);
                }
                events.detail("The index was not told of the new source: " + e.getMessage());
            }
        });
    }

    /** Takes a content away from the index, without insisting: one that does not answer hears of it later. */
    public void withdraw(ContentId content) {
        if (registrations.withdrawn(content) && !away) {
            briefly(() -> {
                try {
                    index.ask(new IndexRequest.DeregisterContent(content), IndexReply.Ack.class);
                } catch (PeerException e) {
                    events.detail("The index was not told: " + e.getMessage());
                }
            });
        }
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
        // Whatever comes of it, it is not to be registered again: a heartbeat tells the index otherwise.
        contents.forEach(registrations::withdrawn);
        return index.ask(request, IndexReply.Ack.class).number();
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
            } catch (RuntimeException e) {
                // Whatever it is: without this thread the peer would silently leave the index.
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
        leaseMillis = reply.leaseMillis();
        double third = leaseMillis / 3.0;
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

    private void failed(RuntimeException cause) {
        if (isClosed || closed.getCount() == 0) {
            isClosed = true;
            return;
        }
        if (!away) {
            String sentence =
                    cause instanceof PeerException ? cause.getMessage() : "The index was not informed: " + cause;
            events.warning(sentence + " Transfers go on; trying again.");
        }
        away = true;
        pause(Math.round(retryMillis * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
        // Back within a lease, so that whoever asks the index then finds this peer again.
        long longest = Math.clamp(leaseMillis / 3, FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
        retryMillis = Math.min(longest, retryMillis * 2);
    }

    private static void briefly(Runnable task) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Thread.ofVirtual().name("message to the index").start(() -> {
            try {
                task.run();
            } finally {
                done.complete(true);
            }
        });
        done.completeOnTimeout(false, BRIEFLY_MILLIS, TimeUnit.MILLISECONDS).join();
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
