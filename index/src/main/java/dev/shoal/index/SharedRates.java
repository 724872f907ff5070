package dev.shoal.index;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Lets those who share something make so many requests together. Whoever takes part holds a {@link Share} as long as
 * that lasts, so that a request looks nothing up. One that nobody holds is kept until nothing is missing in it: nobody
 * gets more by going and coming back. For one thread at a time.
 *
 * @param <K> what is shared
 */
final class SharedRates<K> {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** What those have in common who share something. */
    static final class Share<K> {
        private final K key;
        private final TokenBucket bucket;
        private int holders;

        private Share(K key, TokenBucket bucket) {
            this.key = key;
            this.bucket = bucket;
        }

        K key() {
            return key;
        }

        /** Takes a request. Returns 0, or in how many milliseconds there will be one. */
        int take(long nowNanos) {
            return bucket.take(nowNanos);
        }

        /** A request that was taken was not answered. */
        void giveBack() {
            bucket.giveBack();
        }
    }

    private final int perSecond;
    private final Map<K, Share<K>> shares = new HashMap<>();

    /** Those that nobody held at some time, in that order. */
    private final Queue<Share<K>> left = new ArrayDeque<>();

    SharedRates(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Takes part, until {@link #release}. */
    Share<K> hold(K key, long nowNanos) {
        forget(nowNanos);
        Share<K> share = shares.computeIfAbsent(
                key, any -> new Share<>(any, new TokenBucket(perSecond, RequestLimits.burst(perSecond), nowNanos)));
        share.holders++;
        return share;
    }

    /** Takes part no longer. */
    void release(Share<K> share) {
        if (--share.holders == 0) {
            left.add(share);
        }
    }

    /** How many take part. */
    int holders(K key) {
        Share<K> share = shares.get(key);
        return share == null ? 0 : share.holders;
    }

    /** How many are remembered. */
    int count() {
        return shares.size();
    }

    /** Drops what nobody holds and has nothing missing. */
    private void forget(long nowNanos) {
        long refillNanos = RequestLimits.burst(perSecond) * NANOS_PER_SECOND / perSecond;
        for (Share<K> oldest = left.peek(); oldest != null; oldest = left.peek()) {
            if (oldest.holders == 0) {
                if (nowNanos - oldest.bucket.filledNanos() < refillNanos) {
                    return;
                }
                shares.remove(oldest.key, oldest);
            }
            left.remove();
        }
    }
}
