package dev.shoal.swarm;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is not spoken to for a while. When it is full, the oldest entry makes room. Not thread-safe: call it under one
 * lock.
 *
 * @param <K> what is banned, as a peer's id or a pair of peer and content
 */
public final class BanList<K> {

    /** Most entries: 4 096 bans of some 100 bytes each; whoever makes more identities than that only wastes time. */
    public static final int MAX_ENTRIES = 4096;

    private final long durationNanos;
    private final Map<K, Long> sinceNanos = new LinkedHashMap<>();

    /** An empty list whose entries last that long. */
    public BanList(long durationNanos) {
        this.durationNanos = durationNanos;
    }

    /** Bans from now on, anew when it was banned already. */
    public void ban(K who, long nowNanos) {
        sinceNanos.remove(who);
        expire(nowNanos);
        if (sinceNanos.size() >= MAX_ENTRIES) {
            Iterator<K> oldest = sinceNanos.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        sinceNanos.put(who, nowNanos);
    }

    /** Whether it is banned. */
    public boolean isBanned(K who, long nowNanos) {
        expire(nowNanos);
        return sinceNanos.containsKey(who);
    }

    /** How many are banned. */
    public int size(long nowNanos) {
        expire(nowNanos);
        return sinceNanos.size();
    }

    private void expire(long nowNanos) {
        Iterator<Long> times = sinceNanos.values().iterator();
        while (times.hasNext() && nowNanos - times.next() >= durationNanos) {
            times.remove();
        }
    }
}
