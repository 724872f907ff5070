package dev.shoal.index;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions by their numbers, and in a row to whose end one can be moved. Numbers are random, so that they are their own
 * hashes; they are kept apart from the sessions, so that finding one looks at no other. For one thread at a time.
 */
final class SessionTable {

    private static final int FIRST_SLOTS = 64;

    /** Open addressing; where there is no session, there is no number. */
    private long[] ids = new long[FIRST_SLOTS];

    private @Nullable Session[] sessions = new Session[FIRST_SLOTS];
    private int count;
    private @Nullable Session first;
    private @Nullable Session last;

    /** The session of a number, or null. */
    @Nullable
    Session find(long id) {
        int mask = ids.length - 1;
        for (int slot = (int) id & mask; sessions[slot] != null; slot = (slot + 1) & mask) {
            if (ids[slot] == id) {
                return sessions[slot];
            }
        }
        return null;
    }

    /** Takes a session in whose number is not there, at the end of the row. */
    void add(Session session) {
        if (2 * (count + 1) > ids.length) {
            grow();
        }
        insert(session.id(), session);
        append(session);
        count++;
    }

    /** Takes a session out that is there. */
    void remove(Session session) {
        unlink(session);
        int mask = ids.length - 1;
        int hole = (int) session.id() & mask;
        while (ids[hole] != session.id() || sessions[hole] == null) {
            hole = (hole + 1) & mask;
        }
        sessions[hole] = null;
        for (int slot = (hole + 1) & mask; sessions[slot] != null; slot = (slot + 1) & mask) {
            int home = (int) ids[slot] & mask;
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                ids[hole] = ids[slot];
                sessions[hole] = sessions[slot];
                sessions[slot] = null;
                hole = slot;
            }
        }
        count--;
    }

    /** Moves a session that is there to the end of the row. */
    void moveToEnd(Session session) {
        if (session != last) {
            unlink(session);
            append(session);
        }
    }

    /**
     * Shows the sessions in some places, in no order. They move when the table grows.
     *
     * @return the place after them; 0 when these were the last
     */
    int walk(int from, int places, Consumer<Session> visitor) {
        int end = (int) Math.min(sessions.length, (long) from + places);
        for (int slot = from; slot < end; slot++) {
            Session session = sessions[slot];
            if (session != null) {
                visitor.accept(session);
            }
        }
        return end < sessions.length ? end : 0;
    }

    /** The first of the row, or null; the others follow by {@link Session#later}. */
    @Nullable
    Session first() {
        return first;
    }

    int count() {
        return count;
    }

    private void append(Session session) {
        session.earlier = last;
        if (last == null) {
            first = session;
        } else {
            last.later = session;
        }
        last = session;
    }

    private void unlink(Session session) {
        Session earlier = session.earlier;
        Session later = session.later;
        if (earlier == null) {
            first = later;
        } else {
            earlier.later = later;
        }
        if (later == null) {
            last = earlier;
        } else {
            later.earlier = earlier;
        }
        session.earlier = null;
        session.later = null;
    }

    private void grow() {
        long[] oldIds = ids;
        @Nullable Session[] old = sessions;
        ids = new long[2 * oldIds.length];
        sessions = new Session[2 * oldIds.length];
        for (int slot = 0; slot < old.length; slot++) {
            if (old[slot] != null) {
                insert(oldIds[slot], Objects.requireNonNull(old[slot]));
            }
        }
    }

    private void insert(long id, Session session) {
        int mask = ids.length - 1;
        int slot = (int) id & mask;
        while (sessions[slot] != null) {
            slot = (slot + 1) & mask;
        }
        ids[slot] = id;
        sessions[slot] = session;
    }
}
