package dev.shoal.index;

import dev.shoal.protocol.Failure;
import dev.shoal.transport.Site;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many requests are answered to a session, to all sessions of an address, and to all of an account. What a session
 * shares with others it holds itself: a request looks nothing up, unless some key acts for another account since the
 * last one. The caller locks.
 */
final class RequestRates {

    private final RequestLimits limits;
    private final SharedRates<Long> sites;
    private final SharedRates<Long> accounts;

    RequestRates(RequestLimits limits) {
        this.limits = limits;
        this.sites = new SharedRates<>(limits.perAddress());
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

    /** A session ended. */
    void ended(Session session) {
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

    /** Why a session is not answered because of those with whom it shares an address or an account; null when it is. */
    @Nullable
    Failure ofOthers(Session session, Access access, long nowNanos) {
        SharedRates.Share<Long> site = session.site;
        if (session.sharesAddress && site != null) {
            int waitMillis = site.take(nowNanos);
            if (waitMillis > 0) {
                return busy(waitMillis, limits.perAddress(), "from one address");
            }
        }
        long bindings = access.bindings();
        if (session.bindings != bindings) {
            session.bindings = bindings;
            bind(session, access.accountNumber(session.peer()), nowNanos);
        }
        SharedRates.Share<Long> account = session.account;
        int waitMillis = account == null ? 0 : account.take(nowNanos);
        return waitMillis == 0 ? null : busy(waitMillis, limits.perAccount(), "of one account");
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
