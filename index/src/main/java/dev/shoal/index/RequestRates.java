package dev.shoal.index;

import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.Site;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many requests are answered to a session, to all sessions of an address, and to all of an account. Of what an
 * address has, the sessions of one key get a quarter: the rest is left to its neighbours. What a session shares with
 * others it holds itself: a request looks nothing up, unless some key acts for another account since the last one. The
 * caller locks.
 */
final class RequestRates {

    /** Which part of what an address has is a key's. */
    private static final int PARTS = 4;

    private final RequestLimits limits;
    private final int perKey;
    private final SharedRates<Long> sites;
    private final SharedRates<PeerId> keys;
    private final SharedRates<Long> accounts;

    RequestRates(RequestLimits limits) {
        this.limits = limits;
        this.perKey = Math.max(1, limits.perAddress() / PARTS);
        this.sites = new SharedRates<>(limits.perAddress());
        this.keys = new SharedRates<>(perKey);
        this.accounts = new SharedRates<>(limits.perAccount());
    }

    /** How many sessions there are at an address. */
    int sessionsAt(InetAddress address) {
        return sites.holders(Site.of(address));
    }

    /** A session begins where it is seen, or is seen elsewhere. */
    void seen(Session session, InetAddress address, long nowNanos) {
        SharedRates.Share<Long> before = session.site;
        session.site = sites.hold(Site.of(address), nowNanos);
        // Everything on the index's own machine comes from there, a proxy included.
        session.sharesAddress = !address.isLoopbackAddress();
        if (before != null) {
            sites.release(before);
        }
    }

    /** A session is not the only one of its key: alone, none gets as much as a quarter of an address. */
    void sharesKey(Session session, long nowNanos) {
        session.ofKey = keys.hold(session.peer(), nowNanos);
    }

    /** A session ended. */
    void ended(Session session) {
        if (session.ofKey != null) {
            keys.release(session.ofKey);
            session.ofKey = null;
        }
        if (session.site != null) {
            sites.release(session.site);
            session.site = null;
        }
        session.sharesAddress = false;
        bind(session, Optional.empty(), 0);
    }

    /** Why a session is not answered by itself; null when it is. */
    @Nullable
    Failure ofSession(Session session, long nowNanos) {
        int waitMillis = session.requests.take(nowNanos);
        return waitMillis == 0 ? null : busy(waitMillis, limits.perSession(), "in one session");
    }

    /**
     * Why a session is not answered because of those with whom it shares an account, a key or an address; null when it
     * is. The address comes last, so that what an account or a key has too much is not taken from its neighbours.
     */
    @Nullable
    Failure ofOthers(Session session, Access access, long nowNanos) {
        long bindings = access.bindings();
        if (session.bindings != bindings) {
            session.bindings = bindings;
            bind(session, access.accountNumber(session.peer()), nowNanos);
        }
        SharedRates.Share<Long> account = session.account;
        int waitMillis = account == null ? 0 : account.take(nowNanos);
        if (waitMillis > 0) {
            return busy(waitMillis, limits.perAccount(), "of one account");
        }
        Failure refused = session.sharesAddress ? ofAddress(session, nowNanos) : null;
        if (refused != null && account != null) {
            account.giveBack();
        }
        return refused;
    }

    private @Nullable Failure ofAddress(Session session, long nowNanos) {
        SharedRates.Share<PeerId> key = session.ofKey;
        int waitMillis = key == null ? 0 : key.take(nowNanos);
        if (waitMillis > 0) {
            return busy(waitMillis, perKey, "of one key");
        }
        SharedRates.Share<Long> site = session.site;
        waitMillis = site == null ? 0 : site.take(nowNanos);
        if (waitMillis > 0 && key != null) {
            key.giveBack();
        }
        return waitMillis == 0 ? null : busy(waitMillis, limits.perAddress(), "from one address");
    }

    private void bind(Session session, Optional<Long> account, long nowNanos) {
        SharedRates.Share<Long> before = session.account;
        if (before != null && account.isPresent() && before.key().equals(account.get())) {
            return;
        }
        session.account = account.isEmpty() ? null : accounts.hold(account.get(), nowNanos);
        if (before != null) {
            accounts.release(before);
        }
    }

    private static Failure busy(int retryAfterMillis, int perSecond, String where) {
        return Failure.busy(retryAfterMillis, "More than " + perSecond + " requests a second " + where + ".");
    }
}
