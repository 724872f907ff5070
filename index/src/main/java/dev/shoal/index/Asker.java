package dev.shoal.index;

import dev.shoal.protocol.PeerKey;
import org.jspecify.annotations.Nullable;

/**
 * Who wants something of the names, and what the index asks of everybody. Immutable.
 *
 * @param key the key of the session
 * @param member the account that it acts for; null for none
 * @param needsAccount whether names are made by accounts only
 * @param ownsByKey whether the session's key owns anything: not when it is that of an account, which only the
 *     account's devices act for
 */
public record Asker(PeerKey key, @Nullable Member member, boolean needsAccount, boolean ownsByKey) {

    /**
     * An account.
     *
     * @param name its name
     * @param key what its versions are signed with
     */
    public record Member(String name, PeerKey key) {}

    /** With a key of its own. */
    public Asker(PeerKey key, @Nullable Member member, boolean needsAccount) {
        this(key, member, needsAccount, true);
    }

    /** Without an account, where none is needed. */
    public static Asker of(PeerKey key) {
        return new Asker(key, null, false);
    }

    /** Whether what belongs to a key belongs to the asker. */
    boolean is(PeerKey owner) {
        return (ownsByKey && key.equals(owner))
                || (member != null && member.key().equals(owner));
    }

    /** What the asker owns by the session's key, for a statement; null for nothing. */
    byte @Nullable [] ownKey() {
        return ownsByKey ? key.toBytes() : null;
    }

    /** What the asker owns by its account, for a statement; null for nothing. */
    byte @Nullable [] memberKey() {
        return member == null ? null : member.key().toBytes();
    }
}
