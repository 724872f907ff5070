package dev.shoal.index;

import dev.shoal.content.Name;
import dev.shoal.protocol.IndexPush.NewVersion;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.Retransmission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions of watching keys are here, and what they were told and have not acknowledged. Only memory: what is
 * lost here, or given up, is found again in the database when the session's next heartbeat comes. Without clock,
 * threads and sockets. Thread-safe.
 */
final class Nudges {

    /** How many a session is told before it has acknowledged the first of them. */
    static final int MAX_PER_SESSION = 256;

    /** How many are under way at all: some hundred bytes each. */
    static final int MAX_UNDER_WAY = 300_000;

    /** How often each is sent, as a request is. */
    static final int MAX_SENT = 6;

    /** How many are sent again at a time. */
    private static final int SENT_AGAIN_AT_ONCE = 20_000;

    /** What is to be sent. */
    record Send(Session session, int id, NewVersion push) {}

    /**
     * What an acknowledgement was for.
     *
     * @param told what the session knows now
     * @param wantsMore whether it was the last one, and there was more than fitted
     */
    record Acknowledged(NewVersion told, boolean wantsMore) {}

    /** What one session was told. */
    private static final class Listener {
        final Session session;
        final Map<Integer, UnderWay> byId = new HashMap<>();
        final Map<Name, UnderWay> byName = new HashMap<>();
        int lastId;

        /** After which name there is more to tell; null when there is nothing more. */
        @Nullable
        String more;

        Listener(Session session) {
            this.session = session;
            // Another one in each session, so that a late acknowledgement means nothing in the next.
            this.lastId = (int) session.id();
        }
    }

    private static final class UnderWay {
        final Listener listener;
        final int id;
        final NewVersion push;
        int sent = 1;
        long dueNanos;

        UnderWay(Listener listener, int id, NewVersion push, long dueNanos) {
            this.listener = listener;
            this.id = id;
            this.push = push;
            this.dueNanos = dueNanos;
        }
    }

    private final RandomGenerator random;
    private final Map<PeerId, List<Listener>> listeners = new HashMap<>();
    private final Map<Session, Listener> bySession = new HashMap<>();
    private final PriorityQueue<UnderWay> due =
            new PriorityQueue<>(Comparator.comparingLong((UnderWay each) -> each.dueNanos));
    private int underWay;

    Nudges(RandomGenerator random) {
        this.random = random;
    }

    /** A session of a key that watches something is here. The same again changes nothing. */
    synchronized void here(Session session) {
        if (!bySession.containsKey(session)) {
            Listener listener = new Listener(session);
            bySession.put(session, listener);
            listeners
                    .computeIfAbsent(session.peer(), peer -> new ArrayList<>(1))
                    .add(listener);
        }
    }

    /** The sessions of a key. */
    synchronized List<Session> sessions(PeerId peer) {
        List<Listener> here = listeners.get(peer);
        return here == null
                ? List.of()
                : here.stream()
                        .map(listener -> listener.session)
                        .filter(session -> !session.ended)
                        .toList();
    }

    /**
     * A session is to be told of a version. Empty when it was told already and has not acknowledged it yet, or is not
     * here; also when too much is under way: then its next heartbeat has it looked up again.
     */
    synchronized Optional<Send> tell(Session session, Name name, int number, long nowNanos) {
        Listener listener = bySession.get(session);
        if (listener == null || session.ended) {
            return Optional.empty();
        }
        UnderWay before = listener.byName.get(name);
        if (before != null && before.push.number() >= number) {
            return Optional.empty();
        }
        if (before != null) {
            remove(before);
        }
        if (listener.byId.size() >= MAX_PER_SESSION || underWay >= MAX_UNDER_WAY) {
            session.caughtUp = false;
            return Optional.empty();
        }
        int id = ++listener.lastId == 0 ? ++listener.lastId : listener.lastId;
        UnderWay told = new UnderWay(listener, id, new NewVersion(name, number), nowNanos + wait(0));
        listener.byId.put(id, told);
        listener.byName.put(name, told);
        due.add(told);
        underWay++;
        return Optional.of(new Send(session, id, told.push));
    }

    /** After which name a session is to be told more, when it has acknowledged all that it was told. */
    synchronized void more(Session session, @Nullable String after) {
        Listener listener = bySession.get(session);
        if (listener != null) {
            listener.more = after;
        }
    }

    /** A session acknowledged something. Empty when nothing of that number is under way. */
    synchronized Optional<Acknowledged> acknowledged(Session session, int id) {
        Listener listener = bySession.get(session);
        UnderWay told = listener == null ? null : listener.byId.get(id);
        if (listener == null || told == null) {
            return Optional.empty();
        }
        remove(told);
        return Optional.of(new Acknowledged(told.push, listener.byId.isEmpty() && listener.more != null));
    }

    /** After which name a session is told more now; null when there is nothing more. */
    synchronized @Nullable String takeMore(Session session) {
        Listener listener = bySession.get(session);
        String after = listener == null ? null : listener.more;
        if (listener != null) {
            listener.more = null;
        }
        return after;
    }

    /** What is to be sent again now. What was sent often enough rests until the session's next heartbeat. */
    synchronized List<Send> due(long nowNanos) {
        List<Send> again = new ArrayList<>();
        while (again.size() < SENT_AGAIN_AT_ONCE && !due.isEmpty() && nowNanos - due.element().dueNanos >= 0) {
            UnderWay told = due.remove();
            if (told.listener.byId.get(told.id) != told) {
                continue;
            }
            if (told.sent == MAX_SENT || told.listener.session.ended) {
                remove(told);
                told.listener.session.caughtUp = false;
            } else {
                told.dueNanos = nowNanos + wait(told.sent);
                told.sent++;
                due.add(told);
                again.add(new Send(told.listener.session, told.id, told.push));
            }
        }
        return again;
    }

    /** All that are here are to be looked up again at their next heartbeats. */
    synchronized void lookUpAgain() {
        bySession.keySet().forEach(session -> session.caughtUp = false);
    }

    /** Forgets the sessions that have ended. */
    synchronized void tidy() {
        bySession.values().removeIf(listener -> {
            if (listener.session.ended) {
                underWay -= listener.byId.size();
                listener.byId.clear();
                listeners.computeIfPresent(listener.session.peer(), (peer, here) -> {
                    here.remove(listener);
                    return here.isEmpty() ? null : here;
                });
            }
            return listener.session.ended;
        });
    }

    /** How many are under way. */
    synchronized int underWay() {
        return underWay;
    }

    /** It stays in the row of what is due, whose head is looked at when its time has come. */
    private void remove(UnderWay told) {
        told.listener.byId.remove(told.id);
        told.listener.byName.remove(told.push.name(), told);
        underWay--;
    }

    private long wait(int sent) {
        return Retransmission.REQUEST.waitMillis(sent, random) * Moment.NANOS_PER_MILLI;
    }
}
