package dev.shoal.index;

import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Looks through the sessions that there are, some of them under each hold of the index's lock. Thread-safe. */
final class OnlinePeers {

    /** How many places are looked at under one hold of the lock: some ten microseconds. */
    private static final int PLACES_AT_ONCE = 1_024;

    /**
     * A session, as somebody sees it who looks through all.
     *
     * @param key its key
     * @param callsItself the name that it gave; may be empty
     * @param address where it is seen
     */
    record Seen(PeerKey key, String callsItself, InetAddress address) {}

    /**
     * Some sessions.
     *
     * @param next where the next page begins; 0 when there is none
     */
    record Page(List<Seen> seen, int next) {}

    private final ReentrantLock lock;
    private final Sessions sessions;

    OnlinePeers(ReentrantLock lock, Sessions sessions) {
        this.lock = lock;
        this.sessions = sessions;
    }

    /**
     * The sessions from a place on, of whom is wanted. Which begin or end meanwhile may be missing.
     *
     * @param wanted asked without the lock
     */
    Page page(int from, int most, Predicate<PeerId> wanted) {
        List<Seen> seen = new ArrayList<>();
        List<Seen> some = new ArrayList<>();
        int next = from;
        do {
            some.clear();
            lock.lock();
            try {
                // No more than what is left, so that none is looked at that has no room.
                int places = Math.min(PLACES_AT_ONCE, most - seen.size());
                next = sessions.walk(
                        next,
                        places,
                        session -> some.add(
                                new Seen(session.key(), session.profile().user(), session.observed)));
            } finally {
                lock.unlock();
            }
            some.stream().filter(each -> wanted.test(each.key().id())).forEach(seen::add);
        } while (next != 0 && seen.size() < most);
        return new Page(seen, next);
    }

    /** Whether a key has a session. */
    boolean isOnline(PeerId peer) {
        lock.lock();
        try {
            return sessions.has(peer);
        } finally {
            lock.unlock();
        }
    }
}
