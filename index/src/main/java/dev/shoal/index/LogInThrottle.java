package dev.shoal.index;

import dev.shoal.protocol.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides how long somebody who gave wrong passwords has to wait: counted for the name of the account, whether there is
 * one or not, so that nobody guesses one password, and for the address, so that nobody tries one password at all
 * accounts. Each failure after the first few doubles the wait. Nobody is kept out of an account by the failures of
 * others: a device of the account is counted by its key alone, wherever it is, and an address from which the password
 * was right before has a count of its own in place of the account's. What is longest unused is forgotten above a number
 * of names, devices and addresses. Without clock; for one thread at a time.
 */
final class LogInThrottle {

    /** How many names, how many devices, and how many addresses are remembered: some megabytes each. */
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

    /** How long an address is known from which a password was right. */
    private static final long KNOWN_NANOS = TimeUnit.DAYS.toNanos(90);

    /**
     * Somebody who tries a password.
     *
     * @param user the name of the account
     * @param site where the asker is, see {@link dev.shoal.transport.Site}
     * @param device the asker's key when it acts for that account; null for anybody else
     */
    record Attempt(String user, long site, @Nullable PeerId device) {}

    private record Place(String user, long site) {

        static Place of(Attempt attempt) {
            return new Place(attempt.user, attempt.site);
        }
    }

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
    private final Counts<Place> places = new Counts<>(FREE_PER_ACCOUNT, FORGET_ACCOUNT_NANOS);
    private final Counts<PeerId> devices = new Counts<>(FREE_PER_ACCOUNT, FORGET_ACCOUNT_NANOS);
    private final Counts<Long> sites = new Counts<>(FREE_PER_SITE, FORGET_SITE_NANOS);

    /** When a password was right last. */
    private final Map<Place, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Long> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** How long is still to wait; 0 when an attempt may be made now. */
    int waitMillis(Attempt attempt, long nowNanos) {
        if (attempt.device != null) {
            return millis(devices.waitNanos(attempt.device, nowNanos));
        }
        long nanos = isKnown(attempt, nowNanos)
                ? places.waitNanos(Place.of(attempt), nowNanos)
                : accounts.waitNanos(attempt.user, nowNanos);
        return millis(Math.max(nanos, sites.waitNanos(attempt.site, nowNanos)));
    }

    /** The same for something that is too long to be guessed, so that only the address counts. */
    int waitMillis(long site, long nowNanos) {
        return millis(sites.waitNanos(site, nowNanos));
    }

    /** An attempt was wrong. One of a device is about its own account alone, and says nothing of its address. */
    void failed(Attempt attempt, long nowNanos) {
        if (attempt.device != null) {
            devices.failed(attempt.device, nowNanos);
            return;
        }
        if (isKnown(attempt, nowNanos)) {
            places.failed(Place.of(attempt), nowNanos);
        } else {
            accounts.failed(attempt.user, nowNanos);
        }
        failed(attempt.site, nowNanos);
    }

    /** Something that is too long to be guessed was wrong. */
    void failed(long site, long nowNanos) {
        sites.failed(site, nowNanos);
    }

    /** An attempt was right, which says nothing about other accounts from the same address. */
    void succeeded(Attempt attempt, long nowNanos) {
        if (attempt.device != null) {
            devices.remove(attempt.device);
        } else if (isKnown(attempt, nowNanos)) {
            places.remove(Place.of(attempt));
        } else {
            accounts.remove(attempt.user);
        }
        known.put(Place.of(attempt), nowNanos);
    }

    /** How many names, devices and addresses are remembered. */
    int entries() {
        return accounts.size() + places.size() + devices.size() + sites.size() + known.size();
    }

    private boolean isKnown(Attempt attempt, long nowNanos) {
        Long lastNanos = known.get(Place.of(attempt));
        return lastNanos != null && nowNanos - lastNanos < KNOWN_NANOS;
    }

    private static int millis(long nanos) {
        return (int) Math.ceilDiv(nanos, Moment.NANOS_PER_MILLI);
    }
}
