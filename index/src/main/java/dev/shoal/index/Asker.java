package dev.shoal.index;

import dev.shoal.protocol.PeerKey;
import org.jspecify.annotations.Nullable;

/**
 * Who wants something of the names, and what the index asks of everybody. Immutable.
 *
 * @param key the key of the session
 * @param member the account that it acts for; null for none
 * @param needsAccount whether names are made by accounts only
 */
public record Asker(PeerKey key, @Nullable Member member, boolean needsAccount) {

    /**
     * An account.
     *
     * @param name its name
     * @param key what its versions are signed with
     */
    public record Member(String name, PeerKey key) {}

    /** Without an account, where none is needed. */
    public static Asker of(PeerKey key) {
        return new Asker(key, null, false);
    }

    /** Whether what belongs to a key belongs to the asker. */
    boolean is(PeerKey owner) {
        return key.equals(owner) || (member != null && member.key().equals(owner));
    }
}
