package dev.shoal.index;

import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexPush.NewVersion;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexRequest.Unwatch;
import dev.shoal.protocol.IndexRequest.Watch;
import dev.shoal.protocol.PeerId;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Answers who wants to watch a name, and tells the sessions of those who do when it has a new version. What was told is
 * in the database; what is being told is in {@link Nudges}. Without threads and clock of its own: versions are told on
 * the threads that read names, and again when {@link #again} is called. Thread-safe.
 */
final class Watching {

    /** How many acknowledgements wait to be written at most; whose is lost is told again in its next session. */
    private static final int MAX_UNWRITTEN = 300_000;

    /** How many of them are written in one task: some milliseconds of the thread that also writes names. */
    private static final int WRITTEN_AT_ONCE = 1_000;

    private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private record Known(PeerId peer, Name name) {}

    /**
     * How much there is.
     *
     * @param watches pairs of a key and a name
     * @param pending versions that sessions were told of and did not acknowledge
     * @param sent how often sessions were told
     * @param acknowledged how often they said that they heard of it
     */
    record Load(long watches, long pending, long sent, long acknowledged) {}

    /** Null where nothing lasts, and so nobody watches. */
    private final @Nullable SqliteWatches watches;

    private final Access access;
    private final Nudges nudges;
    private final LongAdder sent = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();

    /** Guarded by itself. */
    private final Map<Known, Integer> unwritten = new LinkedHashMap<>();

    private long tidiedNanos;

    /** Beside what lasts; null where nothing does. */
    Watching(@Nullable SqliteWatches watches, Access access, MeterRegistry registry, RandomGenerator random) {
        this.watches = watches;
        this.access = access;
        this.nudges = new Nudges(random);
        if (watches != null) {
            show(watches, registry);
        }
    }

    /** Shows how much of it there is. Names that only some see are in it: so not exactly. */
    private void show(SqliteWatches shown, MeterRegistry registry) {
        gauge(registry, "watches", "Pairs of a key and a name that it watches: fewer than", shown::count);
        gauge(
                registry,
                "nudges.pending",
                "New versions that sessions were told of and did not acknowledge yet: fewer than",
                nudges::underWay);
        counter(registry, "sent", "New versions that sessions were told of, repetitions included", sent::sum);
        counter(
                registry,
                "acknowledged",
                "New versions of which sessions said that they heard of them",
                acknowledged::sum);
    }

    private static void gauge(MeterRegistry registry, String what, String description, LongSupplier exact) {
        CoarseCount count = new CoarseCount(exact, System::nanoTime);
        Gauge.builder("shoal.index." + what + ".below", count::below)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private static void counter(MeterRegistry registry, String what, String description, LongSupplier exact) {
        FunctionCounter.builder(
                        "shoal.index.nudges." + what, new CoarseCount(exact, System::nanoTime), CoarseCount::full)
                .description(description + ", in full hundreds")
                .register(registry);
    }

    /** What there is now. */
    Load load() {
        return new Load(watches == null ? 0 : watches.count(), nudges.underWay(), sent.sum(), acknowledged.sum());
    }

    /** {@code W}. */
    CompletableFuture<Answer> watch(Session session, Watch request, InetAddress address, Moment now) {
        if (watches == null) {
            return unsupported();
        }
        // Before it is written: whoever publishes right after that finds the session.
        nudges.here(session);
        return watches.watch(session.peer(), request, () -> access.asker(session.key()), address, now.millis())
                .thenApply(Answer::of);
    }

    /** {@code X}. */
    CompletableFuture<Answer> unwatch(Session session, Unwatch request) {
        return watches == null
                ? unsupported()
                : watches.unwatch(session.peer(), request.name()).thenApply(done -> Answer.of(Ack.DONE));
    }

    /** A session's heartbeat came: at the first one, and after something was given up, it is told what it missed. */
    void heard(Session session, Moment now) {
        if (watches != null && !session.caughtUp && watches.mayWatch(session.peer())) {
            session.caughtUp = true;
            nudges.here(session);
            catchUp(session, "", now);
        }
    }

    /** A version is on the disk. */
    void published(Name name, int number, Moment now) {
        if (watches != null) {
            tell(watches, name, number, 0, now);
        }
    }

    /** A session acknowledged what it was told under a number. */
    void acknowledged(Session session, int id, Moment now) {
        nudges.acknowledged(session, id).ifPresent(told -> {
            acknowledged.increment();
            keep(session.peer(), told.told());
            String more = told.wantsMore() ? nudges.takeMore(session) : null;
            if (more != null) {
                catchUp(session, more, now);
            }
        });
    }

    /** Tells again what was not acknowledged, and writes what was. To be called ten times a second. */
    void again(Moment now) {
        nudges.due(now.nanos()).forEach(this::send);
        write(WRITTEN_AT_ONCE);
        if (now.nanos() - tidiedNanos >= TIDY_NANOS) {
            tidiedNanos = now.nanos();
            nudges.tidy();
        }
    }

    /** Writes all that was acknowledged, before the index ends. */
    void finish() {
        write(MAX_UNWRITTEN);
    }

    /** Forgets the watches of keys that were not here for long. */
    CompletableFuture<Integer> expire(Moment now) {
        return watches == null ? CompletableFuture.completedFuture(0) : watches.expire(now.millis());
    }

    private void tell(SqliteWatches from, Name name, int number, long afterId, Moment now) {
        from.addressees(name, number, afterId, this::here).whenComplete((to, e) -> {
            if (e != null) {
                // There was no time for it now: everybody's next heartbeat has it looked up.
                nudges.lookUpAgain();
                return;
            }
            for (PeerId peer : to.peers()) {
                nudges.sessions(peer).forEach(session -> tell(session, name, to.number(), now));
            }
            if (to.lastId() != 0) {
                tell(from, name, number, to.lastId(), now);
            }
        });
    }

    private void tell(Session session, Name name, int number, Moment now) {
        nudges.tell(session, name, number, now.nanos()).ifPresent(this::send);
    }

    /** Who a key is, when it has a session that may know of names. */
    private Optional<Asker> here(PeerId peer) {
        return nudges.sessions(peer).stream()
                .findFirst()
                .filter(this::mayHear)
                .map(session -> access.asker(session.key()));
    }

    private boolean mayHear(Session session) {
        return !access.isClosedTo(session.peer()) && !access.isBanned(session.peer());
    }

    private void catchUp(Session session, String after, Moment now) {
        if (watches == null || !mayHear(session)) {
            // It may be let in before its next heartbeat.
            session.caughtUp = false;
            return;
        }
        watches.unseen(session.peer(), access.asker(session.key()), after, now.millis())
                .whenComplete((unseen, e) -> {
                    if (e != null) {
                        session.caughtUp = false;
                        return;
                    }
                    String more = unseen.more();
                    nudges.more(session, more);
                    unseen.versions().forEach(each -> tell(session, each.name(), each.number(), now));
                    if (more != null && unseen.versions().isEmpty()) {
                        catchUp(session, more, now);
                    }
                });
    }

    private void send(Nudges.Send told) {
        PushWay way = told.session().pushWay;
        if (way != null) {
            sent.increment();
            way.push(told.session(), told.id(), told.push());
        }
    }

    private void keep(PeerId peer, NewVersion told) {
        synchronized (unwritten) {
            Known known = new Known(peer, told.name());
            if (unwritten.size() < MAX_UNWRITTEN || unwritten.containsKey(known)) {
                unwritten.merge(known, told.number(), Math::max);
            }
        }
    }

    private void write(int most) {
        List<WatchTables.Told> some = new ArrayList<>();
        synchronized (unwritten) {
            Iterator<Map.Entry<Known, Integer>> each = unwritten.entrySet().iterator();
            while (each.hasNext() && some.size() < most) {
                Map.Entry<Known, Integer> next = each.next();
                Known known = next.getKey();
                some.add(new WatchTables.Told(known.peer(), known.name(), next.getValue()));
                each.remove();
            }
        }
        if (watches != null && !some.isEmpty()) {
            // What cannot be written is told again.
            watches.note(some);
        }
    }

    private static CompletableFuture<Answer> unsupported() {
        return CompletableFuture.completedFuture(
                Answer.of(Failure.of(ErrorCode.UNSUPPORTED, "Nobody watches names at this index.")));
    }
}
