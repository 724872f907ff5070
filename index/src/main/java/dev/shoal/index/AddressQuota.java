package dev.shoal.index;

import dev.shoal.transport.Site;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts what each address did on a day. Remembers a bounded number of addresses. Thread-safe. */
final class AddressQuota {

    /** Some megabytes. Who has more addresses than this is not stopped by a limit for each. */
    static final int MAX_ADDRESSES = 50_000;

    private final int perDay;

    private final Map<Long, Integer> counts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private int day = Integer.MIN_VALUE;

    AddressQuota(int perDay) {
        this.perDay = perDay;
    }

    /** Counts one more. Returns whether the address may have it. */
    synchronized boolean take(InetAddress address, int today) {
        if (today != day) {
            counts.clear();
            day = today;
        }
        return counts.merge(Site.of(address), 1, Integer::sum) <= perDay;
    }

    /** What was counted on a day came to nothing. */
    synchronized void giveBack(InetAddress address, int today) {
        if (today == day) {
            counts.computeIfPresent(Site.of(address), (site, count) -> count - 1);
        }
    }
}
