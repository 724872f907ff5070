package dev.shoal.index;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Decides how long somebody who gave wrong passwords has to wait: counted for the name of the account, whether there is
 * one or not, so that nobody guesses one password, and for the address, so that nobody tries one password at all
 * accounts. Each failure after the first few doubles the wait. What is longest unused is forgotten above a number of
 * names and addresses. Without clock; for one thread at a time.
 */
final class LogInThrottle {

    /** How many names, and how many addresses, are remembered: some megabytes each. */
    static final int MAX_ENTRIES = 100_000;

    /** After so many wrong passwords of one account the first wait begins: people mistype. */
    static final int FREE_PER_ACCOUNT = 3;

    /** Behind one address there may be a whole class. */
    static final int FREE_PER_SITE = 30;

    static final long MAX_WAIT_NANOS = TimeUnit.MINUTES.toNanos(15);

    private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The wait has reached its limit long before, and shifting further would go wrong. */
    private static final int MAX_DOUBLINGS = 20;

    private static final long FORGET_ACCOUNT_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final long FORGET_SITE_NANOS = TimeUnit.HOURS.toNanos(1);

    private record Count(int failures, long lastNanos, long untilNanos) {}

    /** Failures by what they are counted for. */
    private static final class Counts<K> extends LinkedHashMap<K, Count> {
        private static final long serialVersionUID = 1L;

        private final int free;
        private final long forgetNanos;

        Counts(int free, long forgetNanos) {
            super(16, 0.75f, true);
            this.free = free;
            this.forgetNanos = forgetNanos;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Count> eldest) {
            return size() > MAX_ENTRIES;
        }

        long waitNanos(K key, long nowNanos) {
            Count count = get(key);
            return count == null ? 0 : Math.max(0, count.untilNanos - nowNanos);
        }

        void failed(K key, long nowNanos) {
            Count before = get(key);
            int failures = before == null || nowNanos - before.lastNanos >= forgetNanos ? 1 : before.failures + 1;
            long wait = failures < free
                    ? 0
                    : Math.min(MAX_WAIT_NANOS, FIRST_WAIT_NANOS << Math.min(failures - free, MAX_DOUBLINGS));
            put(key, new Count(failures, nowNanos, nowNanos + wait));
        }
    }

    private final Counts<String> accounts = new Counts<>(FREE_PER_ACCOUNT, FORGET_ACCOUNT_NANOS);
    private final Counts<Long> sites = new Counts<>(FREE_PER_SITE, FORGET_SITE_NANOS);

    /**
     * How long is still to wait; 0 when an attempt may be made now.
     *
     * @param user the name of an account
     * @param site where the asker is, see {@link dev.shoal.transport.Site}
     */
    int waitMillis(String user, long site, long nowNanos) {
        long nanos = Math.max(accounts.waitNanos(user, nowNanos), sites.waitNanos(site, nowNanos));
        return (int) Math.ceilDiv(nanos, Moment.NANOS_PER_MILLI);
    }

    /** An attempt was wrong. */
    void failed(String user, long site, long nowNanos) {
        accounts.failed(user, nowNanos);
        sites.failed(site, nowNanos);
    }

    /** An attempt was right, which says nothing about others from the same address. */
    void succeeded(String user) {
        accounts.remove(user);
    }

    /** How many names and addresses are remembered. */
    int entries() {
        return accounts.size() + sites.size();
    }
}
