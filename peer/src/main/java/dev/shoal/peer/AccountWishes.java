package dev.shoal.peer;

import dev.shoal.transport.Identity;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries out one {@link AccountWish} at an index. Blocks its caller. */
final class AccountWishes {

    private final AccountLine line;
    private final AccountFiles files;
    private final Identity identity;
    private final KnownKeys known;
    private final Consumer<Report> reports;
    private final Enrolling enrolling;
    private final Devices devices;

    AccountWishes(
            IndexClient client, AccountFiles files, Identity identity, KnownKeys known, Consumer<Report> reports) {
        this.line = new AccountLine(client);
        this.files = files;
        this.identity = identity;
        this.known = known;
        this.reports = reports;
        this.enrolling = new Enrolling(line, files, identity, reports);
        this.devices = new Devices(line, files, identity.id(), reports);
    }

    private KeptAccount account() {
        return Membership.at(line, files).account().orElseThrow(line::notLoggedIn);
    }

    private Giving giving() {
        KeptAccount account = account();
        return new Giving(line, new Owners(identity, Optional.of(account), account.user()), known, reports);
    }

    void run(AccountWish wish) {
        switch (wish) {
            case AccountWish.SignUp signUp -> enrolling.signUp(signUp);
            case AccountWish.LogIn logIn -> enrolling.logIn(logIn);
            case AccountWish.LogOut logOut -> enrolling.logOut();
            case AccountWish.ChangePassword change -> enrolling.changePassword(change);
            case AccountWish.Recover recover -> enrolling.recover(recover);
            case AccountWish.ReplaceCodes replace -> enrolling.replaceCodes(replace);
            case AccountWish.Give give -> giving().give(give);
            case AccountWish.Accept accept -> giving().accept(accept);
            case AccountWish.Allow allow -> new Allowing(line, account().user(), reports).run(allow);
            case AdminWish admin -> new Administering(line, reports).run(admin);
            case GroupWish group -> new Grouping(line, reports).run(group);
            case AccountWish.WhoAmI who -> devices.whoAmI();
            case AccountWish.ListDevices list -> devices.list();
            case AccountWish.RevokeDevice revoke -> devices.revoke(revoke.key());
        }
    }
}
