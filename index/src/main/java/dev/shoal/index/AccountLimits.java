package dev.shoal.index;

import java.util.stream.IntStream;

/**
 * How many accounts an index takes, and how much work their passwords may be. Immutable.
 *
 * @param accounts most accounts
 * @param accountsPerAddress most accounts made from one address (a /64 of IPv6) in a day
 * @param devices most keys that act for accounts; each takes about 200 bytes of memory
 * @param devicesPerAccount most keys that act for one account
 * @param invites most invitations that wait to be used
 * @param groupsPerAccount most groups of one account
 * @param membersPerGroup most accounts in one group
 * @param groupMembersPerAccount most accounts in all groups of one account
 * @param audiencesPerAccount most audiences of one account
 * @param readersPerAccount most accounts and groups in all audiences of one account
 * @param passwordsWaiting how many passwords wait to be hashed at most
 */
public record AccountLimits(
        int accounts,
        int accountsPerAddress,
        int devices,
        int devicesPerAccount,
        int invites,
        int groupsPerAccount,
        int membersPerGroup,
        int groupMembersPerAccount,
        int audiencesPerAccount,
        int readersPerAccount,
        int passwordsWaiting) {

    /**
     * A school that signs up in one hour from one address is far below; 100 passwords are some seconds of work, which
     * is less than a peer waits for an answer. Each private version has an audience of its own, and an account may have
     * as many as it may have names.
     */
    public static final AccountLimits DEFAULT =
            new AccountLimits(200_000, 500, 500_000, 32, 10_000, 100, 1_000, 20_000, 100_000, 100_000, 100);

    /** Checks that the numbers mean something. */
    public AccountLimits {
        int least = IntStream.of(
                        accounts,
                        accountsPerAddress,
                        devices,
                        devicesPerAccount,
                        invites,
                        groupsPerAccount,
                        membersPerGroup,
                        groupMembersPerAccount,
                        audiencesPerAccount,
                        readersPerAccount,
                        passwordsWaiting)
                .min()
                .orElseThrow();
        if (least < 1) {
            throw new IllegalArgumentException("limits of accounts are at least one");
        }
    }
}
