package dev.shoal.peer;

import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.PeerId;
import java.util.Optional;

/**
 * Who this home is at an index. It is logged in when two facts come together: the index says that the key of this home
 * acts for an account, and the private key of that account is here. A process that was killed may leave one without the
 * other; whatever was to be done is then done by the same command once more. Immutable.
 *
 * @param bound what the index says of the account that the key of this home acts for
 * @param account the account, when its private key is here
 */
record Membership(Optional<AccountReply.Self> bound, Optional<KeptAccount> account) {

    private static final Membership NONE = new Membership(Optional.empty(), Optional.empty());

    /** Asks the index, and ends what was begun when that turns out to be done. */
    static Membership at(AccountLine line, AccountFiles files) {
        Optional<AccountReply.Self> bound = line.self();
        if (bound.isEmpty()) {
            return NONE;
        }
        PeerId index = line.index();
        Optional<KeptAccount> pending =
                files.pending(index).filter(account -> account.isOf(bound.get().accountKey()));
        if (pending.isPresent()) {
            files.settle(index);
        }
        return new Membership(
                bound,
                pending.or(() -> files.kept(index)
                        .filter(account -> account.isOf(bound.get().accountKey()))));
    }

    /** The same for whoever only wants to publish: the index is not asked where no account's key is here. */
    static Membership ofPublisher(AccountLine line, AccountFiles files, PeerEvents events) {
        if (files.isEmpty(line.index())) {
            return NONE;
        }
        Membership membership;
        try {
            membership = at(line, files);
        } catch (PeerException e) {
            if (e.reason() == PeerException.Reason.UNREACHABLE || e.reason() == PeerException.Reason.DISK) {
                throw e;
            }
            events.warning("Published without an account: " + e.getMessage());
            return NONE;
        }
        Optional<KeptAccount> kept = files.kept(line.index());
        if (membership.account.isEmpty() && kept.isPresent()) {
            String user = kept.get().user();
            events.warning("This device no longer acts for the account " + user + " at the index " + line.address()
                    + ", so that it publishes with its own key. `shoal login " + user
                    + "` logs in again, `shoal logout`"
                    + " ends this warning.");
        }
        return membership;
    }
}
