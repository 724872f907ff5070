package dev.shoal.peer;

import dev.shoal.content.SafePath;
import org.jspecify.annotations.Nullable;

/** What an administrator asks of an index. Immutable. */
public sealed interface AdminWish extends AccountWish {

    @Override
    AdminWish at(@Nullable String other);

    /** The accounts. Answered by {@link AdminReport.Account}s. */
    record Accounts(@Nullable String index) implements AdminWish {
        @Override
        public Accounts at(@Nullable String other) {
            return new Accounts(other);
        }
    }

    /**
     * An account or a peer may not use the index any more. Answered by {@link AdminReport.Done}.
     *
     * @param who an account, or the fingerprint of a peer, or how it begins when that is on-line with a user
     * @param isKey whether it is a key
     * @param reason why, for other administrators; may be empty
     */
    record Ban(@Nullable String index, String who, boolean isKey, String reason) implements AdminWish {

        /** Checks the reason. */
        public Ban {
            Request.checkLength("The reason", reason, MAX_TEXT_BYTES);
            reason = SafePath.visible(reason);
        }

        @Override
        public Ban at(@Nullable String other) {
            return new Ban(other, who, isKey, reason);
        }
    }

    /**
     * They may again. Answered by {@link AdminReport.Done}.
     *
     * @param who an account, or how the key of a peer begins that is banned
     * @param isKey whether it is a key
     */
    record Unban(@Nullable String index, String who, boolean isKey) implements AdminWish {
        @Override
        public Unban at(@Nullable String other) {
            return new Unban(other, who, isKey);
        }
    }

    /** Who is banned. Answered by {@link AdminReport.Banned}. */
    record Bans(@Nullable String index) implements AdminWish {
        @Override
        public Bans at(@Nullable String other) {
            return new Bans(other);
        }
    }

    /** Takes a name away, whoever owns it. Answered by {@link AdminReport.Done}. */
    record RemoveName(@Nullable String index, String name) implements AdminWish {
        @Override
        public RemoveName at(@Nullable String other) {
            return new RemoveName(other, name);
        }
    }

    /** Takes an account away; its names stay. Answered by {@link AdminReport.Done}. */
    record RemoveAccount(@Nullable String index, String user) implements AdminWish {

        /** Checks the name. */
        public RemoveAccount {
            user = AccountWish.checkedUser(user);
        }

        @Override
        public RemoveAccount at(@Nullable String other) {
            return new RemoveAccount(other, user);
        }
    }

    /**
     * Makes an invitation. Answered by {@link AdminReport.Invitation}.
     *
     * @param uses how many accounts may be made with it
     * @param seconds how long it is good
     */
    record Invite(@Nullable String index, int uses, int seconds) implements AdminWish {
        @Override
        public Invite at(@Nullable String other) {
            return new Invite(other, uses, seconds);
        }
    }

    /** The invitations that may still be used. Answered by {@link AdminReport.Invite}s. */
    record Invites(@Nullable String index) implements AdminWish {
        @Override
        public Invites at(@Nullable String other) {
            return new Invites(other);
        }
    }

    /**
     * Nobody signs up with an invitation any more. Answered by {@link AdminReport.Done}.
     *
     * @param id of the invitation, or how it begins
     */
    record Uninvite(@Nullable String index, String id) implements AdminWish {
        @Override
        public Uninvite at(@Nullable String other) {
            return new Uninvite(other, id);
        }
    }

    /** The peers that act for no account. Answered by {@link AdminReport.Peer}s. */
    record Peers(@Nullable String index) implements AdminWish {
        @Override
        public Peers at(@Nullable String other) {
            return new Peers(other);
        }
    }

    /**
     * Who may use the index. Answered by {@link AdminReport.Policy}.
     *
     * @param change whether it is to be as the others say; else they mean nothing
     * @param accounts whether names are of accounts only
     * @param inviteOnly whether signing up needs an invitation
     * @param membersOnly whether reading needs an account
     */
    record Policy(@Nullable String index, boolean change, boolean accounts, boolean inviteOnly, boolean membersOnly)
            implements AdminWish {
        @Override
        public Policy at(@Nullable String other) {
            return new Policy(other, change, accounts, inviteOnly, membersOnly);
        }
    }

    /** How much there is of what. Answered by {@link AdminReport.Statistic}s. */
    record Statistics(@Nullable String index) implements AdminWish {
        @Override
        public Statistics at(@Nullable String other) {
            return new Statistics(other);
        }
    }

    /**
     * What was changed, the latest first. Answered by {@link AdminReport.Change}s.
     *
     * @param limit most lines
     */
    record Audit(@Nullable String index, int limit) implements AdminWish {
        @Override
        public Audit at(@Nullable String other) {
            return new Audit(other, limit);
        }
    }

    /**
     * An account is an administrator, or no longer. Answered by {@link AdminReport.Done}.
     *
     * @param administrator whether it is one
     */
    record Appoint(@Nullable String index, String user, boolean administrator) implements AdminWish {

        /** Checks the name. */
        public Appoint {
            user = AccountWish.checkedUser(user);
        }

        @Override
        public Appoint at(@Nullable String other) {
            return new Appoint(other, user, administrator);
        }
    }
}
