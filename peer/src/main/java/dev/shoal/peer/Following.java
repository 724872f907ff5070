package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.store.DiskFullException;
import dev.shoal.store.StoreException;
import dev.shoal.store.Subscribed;
import dev.shoal.store.SubscribedFile;
import dev.shoal.store.SubscribedFolder;
import dev.shoal.store.Subscription;
import dev.shoal.store.SubscriptionList;
import dev.shoal.transport.TransportException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files and folders of this home's subscriptions in step, as long as the process runs: watches their names at
 * their indexes, hears of new versions, has them fetched and put there, a few at a time, and tries again what failed. A
 * virtual thread an index, and one for each subscription about which something is due. Thread-safe.
 */
final class Following implements AutoCloseable {

    /** How many versions are fetched at a time: more only take each other's bandwidth. */
    private static final int AT_A_TIME = 3;

    /** Who has been fetching for so long has sources that are slow, and leaves bandwidth to others. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How many are fetched at a time, those from slow sources included. */
    private static final int MOST_AT_A_TIME = 32;

    /** When that many are fetched, one that has been for so long goes on later, and what waits has its turn. */
    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Wait before what failed is tried again; it doubles up to the longest. */
    private static final long FIRST_RETRY_MILLIS = 1_000;

    private static final long LONGEST_RETRY_MILLIS = 60_000;

    /** How long an end waits for what is being put somewhere. */
    private static final long CLOSE_MILLIS = 5_000;

    private final PeerNode node;
    private final Places places = new Places(AT_A_TIME, MOST_AT_A_TIME, SLOW_NANOS, TURN_NANOS);
    private final Map<String, Watching> indexes = new ConcurrentHashMap<>();
    private final Map<Long, Follower> followers = new ConcurrentHashMap<>();
    private final List<Hearing> listeners = new CopyOnWriteArrayList<>();
    private @Nullable SubscriptionList list;
    private boolean begun;
    private volatile boolean closed;

    Following(PeerNode node) {
        this.node = node;
    }

    /** The list of this home's subscriptions; made when there is none. */
    synchronized SubscriptionList list() {
        SubscriptionList open = list;
        if (open == null) {
            open = SubscriptionList.open(node.home().subscriptionsFile());
            list = open;
        }
        return open;
    }

    /** Begins to follow what this home follows, unless that has begun; where that is nothing, nothing is opened. */
    synchronized void begin() {
        if (begun || closed) {
            return;
        }
        begun = true;
        if (Files.notExists(node.home().subscriptionsFile())) {
            return;
        }
        try {
            open();
            all().forEach(this::watch);
        } catch (StoreException e) {
            node.events().warning("What this home follows is not known, so nothing of it is: " + e.getMessage());
        }
    }

    /** Knows what this home follows, without following it: for who only wants to change something. */
    synchronized void open() {
        if (Files.exists(node.home().subscriptionsFile())) {
            list().all().forEach(this::follower);
        }
    }

    /** Knows a subscription of the list from now on, and follows it if this process follows any. */
    synchronized Follower add(Subscription subscription) {
        Follower follower = follower(subscription);
        if (begun) {
            watch(follower);
        }
        return follower;
    }

    private void watch(Follower follower) {
        watching(follower.file().subscription()).start().add(follower);
    }

    private Follower follower(Subscription subscription) {
        return followers.computeIfAbsent(subscription.id(), id -> made(subscription));
    }

    private Follower made(Subscription subscription) {
        Consumer<Path> told = aside -> setAside(subscription, aside);
        Subscribed file = subscription.folder() == null
                ? new SubscribedFile(list(), subscription, node.hasher(), told)
                : new SubscribedFolder(list(), subscription, node.hasher(), told);
        Follower follower = new Follower(file);
        try {
            file.recover();
            LeftOvers.deleteParts(file.history(), Instant.now(), node.events());
        } catch (StoreException e) {
            // It is tried again with the first version.
            follower.failed(e);
        }
        return follower;
    }

    private Watching watching(Subscription subscription) {
        Subscription.Source source = subscription.source();
        return indexes.computeIfAbsent(source.indexKey(), key -> new Watching(this, node, source));
    }

    /** The one that follows a name, at one index or, when it is null, at any. */
    Optional<Follower> find(@Nullable String indexKey, Name name) {
        return followers.values().stream()
                .filter(follower -> {
                    Subscription.Source source = follower.file().subscription().source();
                    return source.name().equals(name)
                            && (indexKey == null || source.indexKey().equals(indexKey));
                })
                .findFirst();
    }

    /** All that are followed, in the order in which they were made. */
    List<Follower> all() {
        return followers.values().stream()
                .sorted((one, other) -> Long.compare(
                        one.file().subscription().id(),
                        other.file().subscription().id()))
                .toList();
    }

    /** Follows one no longer; what is fetched for it is given up. The list and the files are left as they are. */
    void remove(Follower follower) {
        Subscription subscription = follower.file().subscription();
        followers.remove(subscription.id());
        Watching watching = indexes.get(subscription.source().indexKey());
        if (watching != null) {
            watching.remove(follower);
        }
        stop(follower);
        unshare(follower);
    }

    private static void stop(Follower follower) {
        follower.cancellation().cancel();
        interrupt(follower);
        follower.signal();
        follower.awaitIdle(CLOSE_MILLIS);
    }

    private static void interrupt(Follower follower) {
        Downloading downloading = follower.downloading();
        if (downloading != null) {
            downloading.interrupt();
        }
    }

    /** Serves the file of one no longer: it is about to become another. */
    void unshare(Follower follower) {
        PeerNode.Shared shared = follower.shared();
        if (shared != null) {
            follower.shares(null);
            node.unshare(List.of(shared));
        }
    }

    /** Hears what an index says. On a thread that receives, so that nothing is waited for. */
    void heard(String indexKey, IndexPush push) {
        if (push instanceof IndexPush.NewVersion fresh) {
            Optional<Follower> follower = find(indexKey, fresh.name());
            if (follower.isPresent()) {
                wake(follower.get(), fresh.number());
            } else {
                // It was unsubscribed while the index could not be asked.
                Watching watching = indexes.get(indexKey);
                if (watching != null) {
                    Thread.ofVirtual().name("unwatch").start(() -> unwatch(watching, fresh.name()));
                }
            }
        }
    }

    /** Tells an index that a name is not followed any more, if it can be told now; else it hears so when it nudges. */
    void unwatch(Subscription.Source source) {
        unwatch(indexes.computeIfAbsent(source.indexKey(), key -> new Watching(this, node, source)), source.name());
    }

    private void unwatch(Watching watching, Name name) {
        try {
            watching.session().client().ask(new IndexRequest.Unwatch(name), IndexReply.Ack.class);
        } catch (PeerException | TransportException e) {
            node.events().detail("The index still watches " + name + " for this peer: " + e.getMessage());
        }
    }

    /** Something may be due about one: that is looked after, soon. */
    void wake(Follower follower, int number) {
        if (follower.wake(number) && !closed) {
            Thread.ofVirtual()
                    .name("subscription to "
                            + follower.file().subscription().source().name())
                    .start(() -> follow(follower));
        }
    }

    /** Something else is allowed: what was paused and is not any more is looked after. */
    void goOn() {
        for (Follower follower : followers.values()) {
            if (follower.goesOn(paused(follower))) {
                wake(follower, 0);
            }
        }
    }

    /** Something else is to stay free on the disks: what waits for room is looked after now. */
    void roomChanged() {
        for (Follower follower : followers.values()) {
            if (follower.trouble() instanceof DiskFullException) {
                wake(follower, 0);
            }
        }
    }

    /** Why nothing is fetched for one, in words that follow "paused"; null when it is not paused. */
    @Nullable
    String paused(Follower follower) {
        return node.pacing()
                .of(follower.file().subscription().source().name(), Flow.DOWNLOAD)
                .why();
    }

    /** Whether nothing is to be fetched for one now; then it is woken when something is. */
    boolean isPaused(Follower follower) {
        if (paused(follower) == null) {
            return false;
        }
        follower.goesOn(paused(follower));
        // If it went on in this moment, nobody has woken it.
        return paused(follower) != null;
    }

    private void follow(Follower follower) {
        long retryMillis = FIRST_RETRY_MILLIS;
        String told = "";
        while (follower.takeDue()) {
            try {
                round(follower);
                retryMillis = FIRST_RETRY_MILLIS;
                told = "";
            } catch (PeerException | StoreException | TransportException e) {
                if (follower.cancellation().isCancelled()) {
                    continue;
                }
                follower.failed(e);
                told = complain(follower, e, told);
                follower.awaitRetry(retryMillis);
                retryMillis = Math.min(LONGEST_RETRY_MILLIS, retryMillis * 2);
            } catch (RuntimeException e) {
                // Without this, one subscription that something is wrong with would end in silence.
                follower.failed(e);
                told = complain(follower, e, told);
                follower.awaitRetry(LONGEST_RETRY_MILLIS);
            }
        }
    }

    /** Says what is in the way, once, as long as it is the same. */
    private String complain(Follower follower, RuntimeException trouble, String told) {
        String sentence = String.valueOf(trouble.getMessage());
        // A sentence may count bytes, which are others each time.
        String kind = trouble instanceof PeerException known
                ? known.reason().name()
                : trouble.getClass().getName();
        if (!kind.equals(told)) {
            Name name = follower.file().subscription().source().name();
            tell(name, new Report.Said("WARNING", "Following " + name + ": " + sentence + " Trying again."));
        }
        return kind;
    }

    private void round(Follower follower) {
        Watching watching = watching(follower.file().subscription());
        IndexSession session = watching.session();
        Places.Place place;
        try {
            place = places.take(() -> interrupt(follower));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException(PeerException.Reason.FAILED, "Interrupted while waiting for other versions.", e);
        }
        try (place) {
            new Updating(node, this, session, follower).run();
        } finally {
            if (place.isAsked()) {
                // What came is kept. It is at the end of those who wait now.
                follower.wake(0);
            }
        }
    }

    private void setAside(Subscription subscription, Path aside) {
        Name name = subscription.source().name();
        tell(
                name,
                new SubscriptionReport.Conflict(
                        name.text(),
                        subscription.file().toString(),
                        subscription.seen(),
                        aside.toString(),
                        "It was written to in the moment in which a new version took its place. What was written is in "
                                + aside + "."));
    }

    /**
     * Tells whoever listens to a subscription; where nobody does, a sentence goes where the events of this process go.
     */
    void tell(Name name, Report report) {
        boolean heard = false;
        for (Hearing hearing : listeners) {
            heard |= hearing.told(name, report);
        }
        if (heard || report instanceof Report.Progress) {
            return;
        }
        switch (report) {
            case Report.Said said
            when said.level().equals("WARNING") -> node.events().warning(said.text());
            case SubscriptionReport.Updated updated ->
                node.events().info(updated.name() + " is now version " + updated.version() + ": " + updated.path());
            case SubscriptionReport.Conflict conflict ->
                node.events().warning(conflict.name() + ": " + conflict.text());
            default -> node.events().detail(report.toString());
        }
    }

    /**
     * From now on, this one hears what happens, one thing at a time, until that is closed.
     *
     * @param only with which name; null for all
     */
    Hearing listen(Consumer<Report> listener, @Nullable Name only) {
        Hearing hearing = new Hearing(listener, only);
        listeners.add(hearing);
        return hearing;
    }

    /** Somebody who hears what happens; nobody waits for him. */
    final class Hearing implements AutoCloseable {
        private final Telling telling;
        private final @Nullable Name only;

        private Hearing(Consumer<Report> listener, @Nullable Name only) {
            this.telling = new Telling(listener, this::broken);
            this.only = only;
        }

        private boolean told(Name name, Report report) {
            return (only == null || only.equals(name)) && telling.tell(report);
        }

        /** Who cannot be told hears nothing more. */
        private void broken(RuntimeException cause) {
            listeners.remove(this);
            node.events().detail("Nobody hears any more of what is followed: " + cause);
        }

        /** Tells something to this one alone. */
        void report(Report report) {
            telling.tell(report);
        }

        /** Something may be due about one. */
        void wake(Follower follower) {
            Following.this.wake(follower, 0);
        }

        /** Waits until all that happened was told. */
        @Override
        public void close() {
            listeners.remove(this);
            telling.close();
        }
    }

    /** The process is about to end: nothing new is begun, and nothing more is told. Waits for nobody. */
    void leave() {
        closed = true;
        indexes.values().forEach(Watching::close);
        followers.values().forEach(follower -> follower.cancellation().cancel());
    }

    @Override
    public void close() {
        leave();
        new ArrayList<>(followers.values()).forEach(Following::stop);
        synchronized (this) {
            if (list != null) {
                list.close();
            }
        }
    }
}
