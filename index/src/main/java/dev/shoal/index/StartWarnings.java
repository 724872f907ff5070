package dev.shoal.index;

import java.util.Optional;

/** What who starts an index should know of how it will run. Holds nothing; any thread. */
final class StartWarnings {

    private StartWarnings() {}

    /**
     * On who administers the index.
     *
     * @param hasKey whether a key does that was given at the start
     * @param accounts how many accounts there are
     * @param administrators how many of them administer and are not banned
     */
    static Optional<String> onAdministrators(boolean hasKey, long accounts, long administrators) {
        if (hasKey || administrators > 0) {
            return Optional.empty();
        }
        return Optional.of(
                accounts == 0
                        ? "Nobody administers this index yet: the first account will, whoever makes it."
                                + " --admin KEY gives it to a peer's key instead."
                        : "Nobody administers this index: none of its accounts does. Start it with --admin KEY, the"
                                + " fingerprint of your peer's key, and appoint one with `shoal admin appoint USER`.");
    }

    /**
     * On a policy that the start takes back.
     *
     * @param present what was in force until now
     * @param wanted what the index is told at its start
     */
    static Optional<String> onPolicy(AccessPolicy present, AccessPolicy wanted) {
        boolean loosens = (present.accounts() && !wanted.accounts())
                || (present.inviteOnly() && !wanted.inviteOnly())
                || (present.membersOnly() && !wanted.membersOnly());
        return loosens
                ? Optional.of(
                        "This start lets more people in: the policy was \"" + present + "\", and is now \"" + wanted
                                + "\". --mode says it anew at each start; without it, what administrators chose stays.")
                : Optional.empty();
    }
}
