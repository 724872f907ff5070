package dev.shoal.index;

/**
 * Who may use an index, and for what. Immutable.
 *
 * @param accounts whether names are made by accounts only, each under its own name; else by any key, under a first
 *     component that is free
 * @param inviteOnly whether an account needs an invitation
 * @param membersOnly whether reading needs an account
 */
public record AccessPolicy(boolean accounts, boolean inviteOnly, boolean membersOnly) {

    /** Everybody, for everything. */
    public static final AccessPolicy OPEN = new AccessPolicy(false, false, false);

    /** Checks that the parts go together. */
    public AccessPolicy {
        if (!accounts && (inviteOnly || membersOnly)) {
            throw new IllegalArgumentException("An open index has no members: choose accounts.");
        }
    }

    /** As people read it. */
    @Override
    public String toString() {
        if (!accounts) {
            return "open";
        }
        return "accounts" + (inviteOnly ? ", by invitation only" : "") + (membersOnly ? ", for members only" : "");
    }
}
