package dev.shoal.index;

import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is here: the sessions by their number, by key and process, and by user, about in the order in which their leases
 * end. Without clock and threads; the caller locks. All leases are equally long, so that a renewed one goes to the end
 * of the row and only the row's head is ever looked at. One that was there lately stays where it is, so that a request
 * moves nothing.
 */
final class Sessions {

    /** A session ends after a day and an hour, in which the peer joins anew: fresh keys, as the protocol promises. */
    static final long MAX_AGE_NANOS = 25L * 3600 * 1_000_000_000L;

    /** A session is moved in the row again when it is heard after so many parts of a lease. */
    private static final int MOVED_PARTS = 64;

    private record ProcessKey(PeerId peer, long instance) {}

    private final IndexSettings settings;
    private final RandomGenerator secure;

    /** In the order in which they were moved last. */
    private final SessionTable byId = new SessionTable();

    private final Map<ProcessKey, Session> byProcess = new HashMap<>();
    private final Map<PeerId, Integer> perKey = new HashMap<>();
    private final RequestRates rates;
    private final TreeMap<Integer, Session> users = new TreeMap<>();
    private int lastCursor;

    Sessions(IndexSettings settings, RandomGenerator secure) {
        this.settings = settings;
        this.rates = new RequestRates(settings.requests());
        this.secure = secure;
    }

    /** The session of that number, or null. */
    @Nullable
    Session find(long id) {
        return byId.find(id);
    }

    /** The session that the same process has, or null. */
    @Nullable
    Session of(PeerProfile profile) {
        return byProcess.get(new ProcessKey(profile.key().id(), profile.instance()));
    }

    /** Which limit keeps the process out, in a sentence; null when it may come. */
    @Nullable
    String reasonAgainst(PeerProfile profile, InetAddress observed) {
        if (of(profile) != null) {
            return null;
        }
        if (byId.count() >= settings.sessions()) {
            return "The index is full: it has " + settings.sessions() + " sessions. Try again later.";
        }
        if (perKey.getOrDefault(profile.key().id(), 0) >= settings.sessionsPerKey()) {
            return "This key already has " + settings.sessionsPerKey() + " sessions. End one of its processes.";
        }
        boolean counted = !observed.isLoopbackAddress();
        if (counted && rates.sessionsAt(observed) >= settings.sessionsPerAddress()) {
            return "The address " + observed.getHostAddress() + " already has " + settings.sessionsPerAddress()
                    + " sessions. End some, or ask the operator for more.";
        }
        return null;
    }

    /** Begins a session. The one that the process had must have been ended. */
    Session begin(PeerProfile profile, SessionKeys keys, InetAddress observed, Moment now) {
        long id = secure.nextLong();
        while (id == 0 || byId.find(id) != null) {
            id = secure.nextLong();
        }
        Session session = new Session(
                id, profile, keys, observed, now, settings.requests().perSession());
        session.heardNanos = now.nanos();
        session.movedNanos = now.nanos();
        byId.add(session);
        byProcess.put(new ProcessKey(session.peer(), profile.instance()), session);
        int ofKey = perKey.merge(session.peer(), 1, Integer::sum);
        rates.seen(session, observed, now.nanos());
        if (ofKey > 1) {
            rates.sharesKey(session, now.nanos());
        }
        if (!profile.user().isEmpty()) {
            do {
                lastCursor = lastCursor == Integer.MAX_VALUE ? 1 : lastCursor + 1;
            } while (users.containsKey(lastCursor));
            session.userCursor = lastCursor;
            users.put(lastCursor, session);
        }
        return session;
    }

    /** Ends a session. No effect when it had ended. */
    void end(Session session) {
        if (session.ended) {
            return;
        }
        session.ended = true;
        byId.remove(session);
        byProcess.remove(new ProcessKey(session.peer(), session.profile().instance()), session);
        perKey.computeIfPresent(session.peer(), (peer, count) -> count > 1 ? count - 1 : null);
        rates.ended(session);
        users.remove(session.userCursor, session);
    }

    /** The session was heard. One that is too old is not renewed, and ends with its lease. */
    void renew(Session session, long nowNanos) {
        if (session.ended || nowNanos - session.began().nanos() > MAX_AGE_NANOS) {
            return;
        }
        session.heardNanos = nowNanos;
        if (nowNanos - session.movedNanos > leaseNanos() / MOVED_PARTS) {
            session.movedNanos = nowNanos;
            byId.moveToEnd(session);
        }
    }

    /** The session is now seen elsewhere. */
    void move(Session session, InetAddress observed, long nowNanos) {
        session.observed = observed;
        rates.seen(session, observed, nowNanos);
    }

    /** How many requests are answered. */
    RequestRates rates() {
        return rates;
    }

    /** Ends at most so many of the sessions whose leases ran out, about in the order in which they did. */
    int expire(long nowNanos, int most, Consumer<Session> ended) {
        List<Session> expired = new ArrayList<>();
        Session next = byId.first();
        while (next != null && expired.size() < most && nowNanos - next.movedNanos >= leaseNanos()) {
            if (nowNanos - next.heardNanos >= leaseNanos()) {
                expired.add(next);
            }
            next = next.later;
        }
        for (Session session : expired) {
            end(session);
            ended.accept(session);
        }
        return expired.size();
    }

    /** The users after a cursor in the order in which they joined, at most so many. */
    List<Session> users(int cursor, int limit) {
        return users.tailMap(cursor, false).values().stream().limit(limit).toList();
    }

    /** Shows the sessions in some places, see {@link SessionTable#walk}. */
    int walk(int from, int places, Consumer<Session> visitor) {
        return byId.walk(from, places, visitor);
    }

    /** Whether a key has a session. */
    boolean has(PeerId peer) {
        return perKey.containsKey(peer);
    }

    /** How many sessions there are. */
    int count() {
        return byId.count();
    }

    private long leaseNanos() {
        return settings.leaseMillis() * Moment.NANOS_PER_MILLI;
    }
}
