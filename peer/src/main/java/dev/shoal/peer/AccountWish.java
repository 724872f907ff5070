package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person asks of a peer that concerns accounts of an index. Immutable. */
public sealed interface AccountWish extends Request
        permits AccountWish.SignUp,
                AccountWish.LogIn,
                AccountWish.LogOut,
                AccountWish.WhoAmI,
                AccountWish.ChangePassword,
                AccountWish.ListDevices,
                AccountWish.RevokeDevice,
                AccountWish.Recover,
                AccountWish.Give,
                AccountWish.Accept,
                AccountWish.ReplaceCodes,
                AccountWish.Allow,
                AdminWish,
                GroupWish {

    /**
     * A user name as it is kept, in normal form C.
     *
     * @throws PeerException with reason NOT_ALLOWED when it cannot be one
     */
    static String checkedUser(String user) {
        return checked(user, "an account, as names of files begin with it");
    }

    /**
     * The name of a group as it is kept, in normal form C.
     *
     * @throws PeerException with reason NOT_ALLOWED when it cannot be one
     */
    static String checkedGroup(String group) {
        return checked(group, "a group, which is written as that of an account");
    }

    private static String checked(String name, String of) {
        try {
            return Name.checkOwner(name);
        } catch (InvalidNameException e) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "This cannot be the name of " + of + ": " + e.getMessage() + ". Choose another.",
                    e);
        }
    }

    /** The same of another index. */
    AccountWish at(@Nullable String other);

    /**
     * Makes an account, for which this home acts from then on. Answered by {@link AccountReport.SignedUp}.
     *
     * @param user name of the account
     * @param device what the device is called; null for the name of the machine
     * @param invite an invitation of the index's administrator; null for none
     */
    record SignUp(
            @Nullable String index,
            String user,
            Secret password,
            @Nullable String device,
            @Nullable Secret invite) implements AccountWish {

        /** Checks the name. */
        public SignUp {
            user = checkedUser(user);
        }

        @Override
        public SignUp at(@Nullable String other) {
            return new SignUp(other, user, password, device, invite);
        }
    }

    /**
     * This home acts for an account from now on. Answered by {@link AccountReport.LoggedIn}.
     *
     * @param user name of the account
     * @param device what the device is called; null for the name of the machine
     */
    record LogIn(
            @Nullable String index,
            String user,
            Secret password,
            @Nullable String device) implements AccountWish {

        /** Checks the name. */
        public LogIn {
            user = checkedUser(user);
        }

        @Override
        public LogIn at(@Nullable String other) {
            return new LogIn(other, user, password, device);
        }
    }

    /** This home acts for no account any more. Answered by {@link AccountReport.LoggedOut}. */
    record LogOut(@Nullable String index) implements AccountWish {
        @Override
        public LogOut at(@Nullable String other) {
            return new LogOut(other);
        }
    }

    /** Which account this home acts for, if any. Answered by {@link AccountReport.WhoAmI}. */
    record WhoAmI(@Nullable String index) implements AccountWish {
        @Override
        public WhoAmI at(@Nullable String other) {
            return new WhoAmI(other);
        }
    }

    /** Another password for the account. Answered by {@link AccountReport.PasswordChanged}. */
    record ChangePassword(@Nullable String index, Secret old, Secret fresh) implements AccountWish {
        @Override
        public ChangePassword at(@Nullable String other) {
            return new ChangePassword(other, old, fresh);
        }
    }

    /** The devices that act for the account. Answered by {@link AccountReport.Device}s. */
    record ListDevices(@Nullable String index) implements AccountWish {
        @Override
        public ListDevices at(@Nullable String other) {
            return new ListDevices(other);
        }
    }

    /**
     * A device no longer acts for the account. Answered by {@link AccountReport.DeviceRevoked}.
     *
     * @param key its key's text form, or how that begins
     */
    record RevokeDevice(@Nullable String index, String key) implements AccountWish {
        @Override
        public RevokeDevice at(@Nullable String other) {
            return new RevokeDevice(other, key);
        }
    }

    /**
     * Another password by a recovery code; this home acts for the account from then on. Answered by
     * {@link AccountReport.Recovered}.
     *
     * @param user name of the account
     * @param device what the device is called; null for the name of the machine
     */
    record Recover(
            @Nullable String index,
            String user,
            Secret code,
            Secret password,
            @Nullable String device) implements AccountWish {

        /** Checks the name. */
        public Recover {
            user = checkedUser(user);
        }

        @Override
        public Recover at(@Nullable String other) {
            return new Recover(other, user, code, password, device);
        }
    }

    /**
     * Gives a name, or all names that begin with an owner, to another account. Answered by
     * {@link AccountReport.Given}.
     *
     * @param subject a name, whole or without the owner; or an owner with a slash at its end
     * @param user name of the other account
     * @param key fingerprint of that account's key, or how it begins, as the other one told it; null to believe the
     *     index, unless names under {@code user} were another key's before
     */
    record Give(
            @Nullable String index,
            String subject,
            String user,
            @Nullable String key) implements AccountWish {

        /** Checks the name of the account. */
        public Give {
            user = checkedUser(user);
        }

        @Override
        public Give at(@Nullable String other) {
            return new Give(other, subject, user, key);
        }
    }

    /**
     * Takes what was given to the account. Answered by {@link AccountReport.Accepted}.
     *
     * @param subject as with {@link Give}
     */
    record Accept(@Nullable String index, String subject) implements AccountWish {
        @Override
        public Accept at(@Nullable String other) {
            return new Accept(other, subject);
        }
    }

    /**
     * Changes who may get what is shared privately under a name; without anybody to change, only tells who may.
     * Answered by {@link AccountReport.Allowed}.
     *
     * @param name name, whole or without the owner, or with a version as {@code NAME@3}
     * @param more who may from now on: accounts, and groups with an @ before them
     * @param less who may no longer
     */
    record Allow(@Nullable String index, String name, List<String> more, List<String> less) implements AccountWish {

        /** Checks the names. */
        public Allow {
            more = Readers.of(more).names();
            less = Readers.of(less).names();
            List<String> both =
                    Readers.of(more).names().stream().filter(less::contains).toList();
            if (!both.isEmpty()) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        "Say of " + both.getFirst() + " either --to or --not: both at once means nothing.");
            }
        }

        @Override
        public Allow at(@Nullable String other) {
            return new Allow(other, name, more, less);
        }
    }

    /** Other recovery codes in place of those that there are. Answered by {@link AccountReport.CodesReplaced}. */
    record ReplaceCodes(@Nullable String index, Secret password) implements AccountWish {
        @Override
        public ReplaceCodes at(@Nullable String other) {
            return new ReplaceCodes(other, password);
        }
    }
}
