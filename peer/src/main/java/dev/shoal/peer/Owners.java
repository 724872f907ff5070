package dev.shoal.peer;

import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.Identity;
import java.security.PrivateKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys that versions can be signed with here: that of the account, when this home acts for one, and its own, to
 * which names belong that were made without an account. Immutable.
 */
final class Owners {

    /** A key, and what signs with it. */
    record Owner(PeerKey key, PrivateKey privateKey) {}

    private final Owner own;
    private final @Nullable Owner account;
    private final String user;

    /**
     * Those of this home.
     *
     * @param user who it goes by without an account
     */
    Owners(Identity identity, Optional<KeptAccount> account, String user) {
        this.own = new Owner(identity.key(), identity.privateKey());
        this.account = account.map(KeptAccount::key)
                .map(key -> new Owner(key.key(), key.privateKey()))
                .orElse(null);
        this.user = account.map(KeptAccount::user).orElse(user);
    }

    /** Whether this home acts for an account. */
    boolean haveAccount() {
        return account != null;
    }

    /** What names begin with that are written without an owner: the account's name, else that of the user. */
    String user() {
        return user;
    }

    /** Who owns what is new. */
    Owner first() {
        return account == null ? own : account;
    }

    /** Who else may own it, when it turns out not to be the first one's; empty for nobody. */
    Optional<Owner> second() {
        return account == null ? Optional.empty() : Optional.of(own);
    }

    /** The owner with a key, if it is one of these. */
    Optional<Owner> with(PeerKey key) {
        if (account != null && account.key.equals(key)) {
            return Optional.of(account);
        }
        return own.key.equals(key) ? Optional.of(own) : Optional.empty();
    }
}
