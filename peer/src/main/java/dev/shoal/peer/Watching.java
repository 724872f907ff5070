package dev.shoal.peer;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.store.Subscription;
import dev.shoal.transport.TransportException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one index: joins it, has it watch their names, again in each new session, and passes on what it
 * says. An index that is away is tried again. One virtual thread; the rest is thread-safe.
 */
final class Watching implements AutoCloseable {

    /** How often it is looked whether there is a new session: a heartbeat's third would do. */
    private static final long LOOK_MILLIS = 1_000;

    private static final long LONGEST_RETRY_MILLIS = 30_000;

    /** How many names it is asked to watch before it has answered the first. */
    private static final int AT_ONCE = 16;

    /** How often an index is asked again for names that it does not have: nothing makes it tell of them. */
    private static final long GONE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** After how many leases it is asked again for all names: nothing makes it tell of one that was taken away. */
    private static final int ASKED_AGAIN_LEASES = 4;

    /** How many it is asked again for at each look, besides those that it was not asked for yet. */
    private static final int MOST_AGAIN = 100;

    /** With which refusals an index means who asks, or now, and not one name. */
    private static final Set<ErrorCode> OF_ALL =
            Set.of(ErrorCode.BUSY, ErrorCode.UNAVAILABLE, ErrorCode.WRONG_STATE, ErrorCode.THROTTLED);

    private final Following following;
    private final PeerNode node;
    private final Subscription.Source source;
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private final Set<Follower> unwatched = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable IndexSession session;
    private final Turns<Follower> again;
    private long watchedSession;

    /**
     * Of an index.
     *
     * @param source any subscription's there
     */
    Watching(Following following, PeerNode node, Subscription.Source source) {
        this.following = following;
        this.node = node;
        this.source = source;
        this.again = new Turns<>(System.nanoTime(), MOST_AGAIN);
    }

    /** Begins, unless it has begun. */
    Watching start() {
        if (started.compareAndSet(false, true)) {
            Thread.ofVirtual().name("watched names").start(this::run);
        }
        return this;
    }

    /** This one's name is to be watched. */
    void add(Follower follower) {
        followers.add(follower);
        unwatched.add(follower);
        IndexSession open = session;
        if (open != null) {
            // At once: somebody may be waiting for it.
            Thread.ofVirtual().name("watch").start(() -> watchQuietly(open, follower));
        }
    }

    /** This one's name is not to be watched any more. */
    void remove(Follower follower) {
        followers.remove(follower);
        unwatched.remove(follower);
        again.forget(follower);
    }

    /**
     * The session; joins when there is none.
     *
     * @throws PeerException when the index cannot be reached
     */
    synchronized IndexSession session() {
        IndexSession open = session;
        if (open == null) {
            open = node.sessions().at(address(), Optional.empty());
            String key = source.indexKey();
            if (!open.index().matches(key)) {
                throw new PeerException(
                        PeerException.Reason.VERIFICATION,
                        "The index at " + source.indexAddress() + " shows another key than that of the subscription.");
            }
            open.client().listen(push -> following.heard(key, push));
            session = open;
        }
        return open;
    }

    /** Where it was, or where this home's index is now, if that has the same key. */
    private IndexAddress address() {
        HostAndPort place = HostAndPort.parse(source.indexAddress());
        IndexAddress known =
                new IndexAddress(place, List.of(), Optional.of(source.indexKey()), Optional.empty(), false);
        return node.usualIndex().map(known::orAt).orElse(known);
    }

    private void run() {
        long retryMillis = LOOK_MILLIS;
        boolean told = false;
        while (true) {
            try {
                look();
                retryMillis = LOOK_MILLIS;
                told = false;
            } catch (PeerException | TransportException e) {
                if (!told && closed.getCount() > 0) {
                    node.events()
                            .info("What this home follows at " + source.indexAddress() + " waits: " + e.getMessage());
                }
                told = true;
                retryMillis = Math.min(LONGEST_RETRY_MILLIS, retryMillis * 2);
            }
            try {
                if (closed.await(retryMillis, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look() {
        IndexSession open = session();
        long number = open.client().sessionNumber();
        if (number != watchedSession) {
            unwatched.addAll(followers);
        }
        unwatched.addAll(again.due(System.nanoTime()));
        Abreast.each(List.copyOf(unwatched), AT_ONCE, follower -> {
            if (closed.getCount() > 0) {
                watch(open, follower);
            }
        });
        watchedSession = number;
    }

    private void watchQuietly(IndexSession open, Follower follower) {
        try {
            watch(open, follower);
        } catch (PeerException | TransportException e) {
            node.events().detail("A name is not watched yet: " + e.getMessage());
        }
    }

    /** Has a name watched; what the index says of it is looked at when it is news, or was not looked at yet. */
    private void watch(IndexSession open, Follower follower) {
        Subscription subscription = follower.file().subscription();
        IndexRequest.Watch request =
                new IndexRequest.Watch(subscription.source().name(), subscription.seen());
        Pdu answer = open.client().exchange(request);
        if (answer instanceof IndexReply.Ack ack) {
            askAgain(
                    follower,
                    ASKED_AGAIN_LEASES
                            * TimeUnit.MILLISECONDS.toNanos(open.client().leaseMillis()));
            if (ack.number() > follower.latest() || follower.rounds() == 0 || follower.isGone()) {
                following.wake(follower, ack.number());
            }
        } else if (answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND) {
            // Nothing is stored for a name that is not there: it is asked for again.
            askAgain(follower, GONE_NANOS);
            follower.gone();
        } else if (answer instanceof Failure failure && !OF_ALL.contains(failure.code())) {
            askAgain(follower, GONE_NANOS);
            refused(follower, IndexClient.refusal(failure));
        } else {
            throw IndexClient.refusal(answer);
        }
    }

    /** It was asked for this one's name, and is again after some time. */
    private void askAgain(Follower follower, long nanos) {
        unwatched.remove(follower);
        again.in(nanos, follower, System.nanoTime());
        if (!followers.contains(follower)) {
            again.forget(follower);
        }
    }

    /** What the index has against one name is in the way of no other; it is said once, as long as it is the same. */
    private void refused(Follower follower, PeerException refusal) {
        RuntimeException before = follower.trouble();
        if (before == null || !String.valueOf(before.getMessage()).equals(refusal.getMessage())) {
            node.events()
                    .warning("The index does not watch "
                            + follower.file().subscription().source().name() + " for this home: "
                            + refusal.getMessage() + " It is asked again now and then.");
        }
        follower.failed(refusal);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
