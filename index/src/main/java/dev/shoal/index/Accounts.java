package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.WrappedKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of an index and the keys that act for them. Passwords are checked elsewhere; here is what lasts. Every
 * answer may come later and on another thread; one that says that something was written comes after that is on the disk
 * and {@link #actingFor} knows of it. A failed answer carries an {@link IndexException}. Thread-safe.
 */
interface Accounts {

    /**
     * Who somebody is. What is here never changes.
     *
     * @param number of the account
     * @param name in normal form C
     * @param key what its versions are signed with
     * @param madeMillis when it was made, since 1970
     */
    record Account(long number, String name, PeerKey key, long madeMillis) {}

    /**
     * An account and what its password opens.
     *
     * @param account the account
     * @param password what is kept of it
     * @param wrapped the private key under the password's other key
     */
    record Found(Account account, PasswordHash password, WrappedKey wrapped) {}

    /**
     * An account to be made.
     *
     * @param name in normal form C
     * @param key its public key
     * @param password what is kept of it
     * @param wrapped the private key under the password's other key
     * @param codes its recovery codes
     * @param admission whether it may be made at all
     */
    record Fresh(
            String name,
            PeerKey key,
            PasswordHash password,
            WrappedKey wrapped,
            List<RecoveryEntry> codes,
            Admission admission) {

        /** What is claimed with it by the first device. */
        Claim claim(Device device) {
            return new Claim(name, key, admission, device.peer(), device.sinceMillis());
        }
    }

    /**
     * A wish for an account, before its password is hashed.
     *
     * @param name in normal form C
     * @param key its public key
     * @param admission whether it may be made at all
     * @param peer the first device
     * @param nowMillis when
     */
    record Claim(String name, PeerKey key, Admission admission, PeerId peer, long nowMillis) {}

    /**
     * Whether somebody may have an account. The first one of an index needs no invitation: it is the one that invites
     * others.
     *
     * @param needsInvite whether an invitation is needed
     * @param invite hash of its code; null for none
     * @param firstAdministers whether the first account administers; else a key does, and the first needs an invitation
     *     as well
     */
    record Admission(boolean needsInvite, @Nullable Hash invite, boolean firstAdministers) {

        /** For everybody. */
        static final Admission FREE = new Admission(false, null, true);
    }

    /**
     * An invitation.
     *
     * @param hash SHA-256 of its code
     * @param uses how many accounts may be made with it
     * @param untilMillis until when
     * @param madeMillis now
     * @param maker name of the administrator
     */
    record Invite(Hash hash, int uses, long untilMillis, long madeMillis, String maker) {}

    /**
     * A new password.
     *
     * @param hash what is kept of it
     * @param wrapped the private key under the password's other key
     */
    record NewPassword(PasswordHash hash, WrappedKey wrapped) {}

    /**
     * A key that is to act for an account.
     *
     * @param peer the key's id
     * @param device what the user calls it
     * @param sinceMillis now
     */
    record Device(PeerId peer, String device, long sinceMillis) {}

    /** The account that a key acts for. At once, from memory: it is asked with every request that needs an account. */
    Optional<Account> actingFor(PeerId peer);

    /** Grows whenever a key acts for somebody else than before. At once, from memory. */
    long bindings();

    /** Whether a key is that of an account, or of one that was removed. At once, from memory. */
    boolean isKeyOfAny(PeerId peer);

    /** The account of a name. */
    CompletableFuture<Optional<Found>> find(String name);

    /** Makes an account, for which a key acts from then on. The answer is an {@code Ack} or a {@code Failure}. */
    CompletableFuture<Pdu> make(Fresh fresh, Device device, InetAddress address);

    /**
     * A key acts for an account from now on. The answer is a {@code LoggedIn} or a {@code Failure}: when the password
     * is no longer that of {@code found}, too.
     */
    CompletableFuture<Pdu> logIn(Found found, Device device, InetAddress address);

    /**
     * Another password, as long as it is still that of {@code found} and the asker acts for the account. The answer is
     * an {@code Ack} or a {@code Failure}.
     */
    CompletableFuture<Pdu> changePassword(Found found, PeerId asker, NewPassword password, Origin from);

    /**
     * Other recovery codes, as long as the password is still that of {@code found} and the asker acts for the account.
     * The answer is an {@code Ack} or a {@code Failure}.
     */
    CompletableFuture<Pdu> replaceCodes(Found found, PeerId asker, List<RecoveryEntry> codes, Origin from);

    /** Why an account cannot be made as things stand; empty when it can. */
    CompletableFuture<Optional<Failure>> reasonAgainst(Claim claim);

    /** A key acts for no account any more. The answer says whether it did. */
    CompletableFuture<Boolean> logOut(PeerId peer, Origin from);

    /** What a key is told of the account that it acts for; empty when there is none. */
    CompletableFuture<Optional<AccountReply.Self>> self(PeerId asker);

    /** The keys that act for an account, the oldest first. */
    CompletableFuture<List<AccountReply.Device>> devices(Account account);

    /**
     * A key no longer acts for the account that the asker acts for. The answer is an {@code Ack} or a {@code Failure}.
     */
    CompletableFuture<Pdu> revoke(PeerId asker, PeerId peer, Origin from);

    /** What a recovery code wraps; empty when the account has no such code. */
    CompletableFuture<Optional<AccountReply.Recovering>> recovering(String name, Hash codeHash);

    /**
     * Uses a recovery code up for another password, and a key acts for the account. The answer is an {@code Ack} or a
     * {@code Failure}.
     */
    CompletableFuture<Pdu> recover(
            String name, Hash codeHash, NewPassword password, Device device, InetAddress address);

    /** How many accounts there are, about. */
    long count();

    /** How many keys act for accounts. */
    long deviceCount();
}
