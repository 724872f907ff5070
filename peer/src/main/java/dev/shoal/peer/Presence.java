package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.ErrorCode;
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

    /** How old a session gets: the index ends it an hour later. */
    static final long SESSION_MILLIS = TimeUnit.HOURS.toMillis(24);

    private final IndexLine index;
    private final PeerEvents events;
    private final IntSupplier runningUploads;
    private final Registrations registrations = new Registrations();
    private final Statements statements;
    private final CountDownLatch closed = new CountDownLatch(1);

    private boolean isClosed;
    private long nextHeartbeatMillis;
    private volatile boolean hasRestored;
    private long nextProbeMillis;
    private long restateAtMillis = Long.MAX_VALUE;
    private long retryMillis = FIRST_RETRY_MILLIS;
    private volatile boolean away;
    private long lastSession;
    /** Whether the session is a new one, in which the index may have heard of the newest chunks only. */
    private boolean chunksOwed;

    private long renewAtMillis = Long.MAX_VALUE;
    private long leaseMillis = Long.MAX_VALUE;

    /** At an index; says nothing by itself before {@link #start}. */
    Presence(IndexLine index, IntSupplier runningUploads, PeerEvents events) {
        this.index = index;
        this.runningUploads = runningUploads;
        this.events = events;
        this.statements = new Statements(registrations, index, events);
    }

    /** Begins to keep the index informed; the first heartbeat finds out whether datagrams get through. */
    Presence start() {
        Thread.ofVirtual().name("presence").start(this::run);
        return this;
    }

    /**
     * Registers something under its name, as a new version when a record comes with it.
     *
     * @throws PeerException when the index refuses, or cannot be reached
     */
    IndexReply.Ack register(NamedShare share, ChunkSet held, @Nullable VersionRecord record) {
        return register(share, held, record, false, null);
    }

    /**
     * The same.
     *
     * @param isPublic whether a private name is meant to be everybody's from this version on
     * @param changedBytes how many of its bytes are not in the version before, at most; null when that is not known
     */
    IndexReply.Ack register(
            NamedShare share,
            ChunkSet held,
            @Nullable VersionRecord record,
            boolean isPublic,
            @Nullable Long changedBytes) {
        IndexRequest.Register request = new IndexRequest.Register(
                !held.isFull(),
                share.content(),
                share.name(),
                record,
                isPublic,
                share.key().audience(),
                changedBytes);
        IndexReply.Ack ack = index.ask(request, IndexReply.Ack.class);
        tellOf(share.key().registered(), held);
        return ack;
    }

    /**
     * Registers this peer as a source of something under a name that the index knows; without the name when it is gone,
     * or means another content by now. What is private is left alone where the name is gone: that is also said to who
     * may not get it any more.
     *
     * @throws PeerException when the index refuses, or cannot be reached
     */
    void registerSource(NamedShare share, ChunkSet held) {
        try {
            register(share, held, null);
        } catch (PeerException e) {
            boolean withoutName = e.isRefusal(ErrorCode.NAME_TAKEN)
                    || (e.isRefusal(ErrorCode.NOT_FOUND) && !share.key().isPrivate());
            if (!withoutName) {
                throw e;
            }
            ContentId content = share.key().registered();
            index.ask(new RegisterChunks(held.isFull(), false, content, List.of()), IndexReply.Ack.class);
            tellOf(content, held);
        }
    }

    private void tellOf(ContentId content, ChunkSet held) {
        registrations.registered(content, held);
        try {
            statements.tellNews(content);
        } catch (PeerException e) {
            events.detail("The index hears later which chunks are here: " + e.getMessage());
        }
    }

    /**
     * Registers something under a name that the index knows, without insisting: an index that does not answer soon
     * hears of it when it does again.
     *
     * @param told runs when the index has answered, or not, however long that took: whoever withdrew the content
     *     meanwhile found nothing to withdraw
     */
    void announce(NamedShare share, ChunkSet held, Runnable told) {
        briefly(() -> {
            try {
                registerSource(share, held);
            } catch (PeerException e) {
                if (e.reason() == PeerException.Reason.UNREACHABLE || e.isRefusal(ErrorCode.UNAVAILABLE)) {
                    // A digest would not show it where the index knows of a part of the content already.
                    registrations.unheard(share.key().registered(), held);
                }
                events.detail("The index was not told of the new source: " + e.getMessage());
            }
            told.run();
        });
    }

    /**
     * What an earlier process had is here again, whole, under names that the index knows: the next heartbeat, at once,
     * shows it that something is missing, and it asks for all of it together.
     */
    void restored(List<ShareKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        for (ShareKey key : keys) {
            registrations.registered(
                    key.registered(), ChunkSet.full(key.content().layout().chunkCount()));
        }
        hasRestored = true;
    }

    /** Takes something away from the index, without insisting: one that does not answer hears of it later. */
    void withdraw(List<ShareKey> keys) {
        List<ContentId> known = keys.stream()
                .map(ShareKey::registered)
                .filter(registrations::withdrawn)
                .toList();
        // When this was closed, the index has heard the good-bye, which takes everything away.
        if (!known.isEmpty() && !away && closed.getCount() > 0) {
            briefly(() -> statements.withdraw(known));
        }
    }

    /** A chunk of a registered content came: the index is told within a second. */
    void chunkCame(ShareKey key, int chunk) {
        registrations.chunkCame(key.registered(), chunk);
    }

    /**
     * Takes a content, all contents of a name, or everything away from the index.
     *
     * @return how many were taken away
     */
    int deregister(IndexRequest.Deregister request, List<ShareKey> keys) {
        // Whatever comes of it, it is not to be registered again: a heartbeat tells the index otherwise.
        keys.stream().map(ShareKey::registered).forEach(registrations::withdrawn);
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

    /** One round, at a time in milliseconds of any clock that only goes forward. */
    void step(long nowMillis) {
        boolean isDue = nowMillis >= renewAtMillis;
        if (isDue) {
            // Also when it fails now: whatever session comes then is a new one.
            renewAtMillis = nowMillis + SESSION_MILLIS;
            index.renew();
        }
        long session = index.sessionNumber();
        if (isDue || session != lastSession) {
            lastSession = session;
            renewAtMillis = nowMillis + SESSION_MILLIS;
            nextProbeMillis = nowMillis;
            nextHeartbeatMillis = nowMillis;
            chunksOwed = true;
        }
        if (hasRestored) {
            hasRestored = false;
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
            // Due until it has come to its end.
            statements.restate();
            restateAtMillis = Long.MAX_VALUE;
            chunksOwed = false;
            nextHeartbeatMillis = nowMillis;
        }
        statements.tellNews();
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
        } else if (!reply.restate() && !statements.isOwed()) {
            restateAtMillis = Long.MAX_VALUE;
            tellChunksAgain();
        }
    }

    /** News that came first in a new session make the digests agree, and nobody asks for what came before them. */
    private void tellChunksAgain() {
        if (chunksOwed) {
            registrations.untellChunks();
            chunksOwed = false;
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
