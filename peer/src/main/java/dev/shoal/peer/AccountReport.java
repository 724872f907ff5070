package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer to an {@link AccountWish}. An index is named by its address, its key and all other keys by their
 * fingerprints; times are in milliseconds since 1970. Immutable.
 */
public sealed interface AccountReport extends Report
        permits AccountReport.SignedUp,
                AccountReport.LoggedIn,
                AccountReport.LoggedOut,
                AccountReport.WhoAmI,
                AccountReport.PasswordChanged,
                AccountReport.Device,
                AccountReport.DeviceRevoked,
                AccountReport.Recovered,
                AccountReport.Given,
                AccountReport.Accepted,
                AccountReport.CodesReplaced,
                AccountReport.Allowed,
                AdminReport,
                GroupReport {

    /**
     * There is a new account, and this home acts for it. Whoever has shown the codes says so with
     * {@link Request.CodesShown}; until then they are kept in the home.
     *
     * @param recoveryCodes each sets another password once; told this time only
     */
    record SignedUp(String user, String index, String indexKey, String accountKey, List<String> recoveryCodes)
            implements AccountReport {
        @Override
        public String toString() {
            return "SignedUp[user=" + user + ", index=" + index + ", codes not shown]";
        }
    }

    /** This home acts for an account. */
    record LoggedIn(String user, String index, String indexKey, String accountKey) implements AccountReport {}

    /**
     * This home acts for no account at the index.
     *
     * @param user the account that it acted for; null when only the index knew that
     */
    record LoggedOut(@Nullable String user, String index) implements AccountReport {}

    /**
     * Who this home is at an index.
     *
     * @param user name of the account that its key acts for; null when for none
     * @param loggedIn whether the account's private key is here as well, so that versions are published as the account
     * @param device key of this home
     * @param accountKey key of the account; null for none
     * @param madeMillis when the account was made; 0 for none
     * @param sinceMillis since when this home acts for it; 0 for none
     * @param codesLeft recovery codes that are not used up
     */
    record WhoAmI(
            @Nullable String user,
            boolean loggedIn,
            String index,
            String indexKey,
            String device,
            @Nullable String accountKey,
            long madeMillis,
            long sinceMillis,
            int codesLeft)
            implements AccountReport {}

    /** The account has another password. */
    record PasswordChanged(String user, String index) implements AccountReport {}

    /**
     * A device that acts for the account.
     *
     * @param key its key
     * @param device what it is called
     * @param sinceMillis since when it acts for the account
     * @param current whether it is this one
     */
    record Device(String key, String device, long sinceMillis, boolean current) implements AccountReport {}

    /** A device no longer acts for the account. */
    record DeviceRevoked(String key, String device) implements AccountReport {}

    /**
     * The account has another password, and this home acts for it.
     *
     * @param codesLeft recovery codes that are not used up
     */
    record Recovered(String user, String index, String indexKey, String accountKey, int codesLeft)
            implements AccountReport {}

    /**
     * Names were given away.
     *
     * @param subject a name; or, with a slash at its end, the owner that names begin with
     * @param user name of the account that gets them
     * @param userKey fingerprint of its key
     * @param waits whether that account has to accept them first
     */
    record Given(String subject, String user, String userKey, String index, boolean waits) implements AccountReport {}

    /** Names that were given to the account belong to it. */
    record Accepted(String subject, String index) implements AccountReport {}

    /**
     * Who may get what is shared privately under a name.
     *
     * @param access always private, as {@link Report#access} writes it
     * @param readers who may besides the owner: accounts, and groups with an @ before them
     */
    record Allowed(String name, String access, List<String> readers) implements AccountReport {}

    /**
     * The account has other recovery codes.
     *
     * @param recoveryCodes each sets another password once; told this time only
     */
    record CodesReplaced(String user, String index, List<String> recoveryCodes) implements AccountReport {
        @Override
        public String toString() {
            return "CodesReplaced[user=" + user + ", index=" + index + ", codes not shown]";
        }
    }
}
