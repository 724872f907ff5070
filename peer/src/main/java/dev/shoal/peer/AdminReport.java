package dev.shoal.peer;

/** An answer to an {@link AdminWish}. Times are in milliseconds since 1970. Immutable. */
public sealed interface AdminReport extends AccountReport {

    /** An account of the index. */
    record Account(String user, long madeMillis, boolean administrator, boolean banned, int devices, int names)
            implements AdminReport {}

    /**
     * Somebody who is banned.
     *
     * @param who name of the account, or fingerprint of the key
     * @param isKey whether it is a key
     * @param by the administrator
     */
    record Banned(String who, boolean isKey, String reason, long sinceMillis, String by) implements AdminReport {}

    /**
     * An invitation, for who is invited.
     *
     * @param code what to sign up with
     * @param uses how many accounts may be made with it
     * @param seconds how long it is good
     */
    record Invitation(String code, int uses, int seconds) implements AdminReport {
        @Override
        public String toString() {
            return "Invitation[not shown]";
        }
    }

    /**
     * An invitation that may still be used. Its code is known to nobody but those who were given it.
     *
     * @param id what it is named by
     * @param uses how many accounts may still be made with it
     * @param by the administrator who made it
     */
    record Invite(String id, int uses, long madeMillis, long untilMillis, String by) implements AdminReport {}

    /**
     * A peer that acts for no account.
     *
     * @param peer fingerprint of its key
     * @param callsItself the name that it gave, which nobody checked; may be empty
     * @param names how many names it owns that everybody sees
     * @param address where the index sees it; empty when it is not on-line
     */
    record Peer(String peer, String callsItself, boolean online, boolean banned, int names, String address)
            implements AdminReport {}

    /** Who may use the index. */
    record Policy(boolean accounts, boolean inviteOnly, boolean membersOnly) implements AdminReport {}

    /** How much there is of something. */
    record Statistic(String what, long value) implements AdminReport {}

    /**
     * A change that an administrator made.
     *
     * @param number which rises
     * @param who account or key
     * @param address where from
     */
    record Change(long number, long timeMillis, String who, String address, String what) implements AdminReport {}

    /**
     * Something was done.
     *
     * @param action what: banned, unbanned, removed, appointed, dismissed, ended
     * @param subject to whom or what
     * @param changed whether it was not so before
     */
    record Done(String action, String subject, boolean changed) implements AdminReport {}
}
