package dev.shoal.cli;

import dev.shoal.cli.Table.Column;
import dev.shoal.content.SafePath;
import dev.shoal.peer.AccountReport;
import dev.shoal.peer.AdminReport;
import dev.shoal.peer.GroupReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers about accounts as lines for people. What others wrote is made safe for a terminal. Pure functions. */
final class AccountText {

    /** The columns of a list of devices. */
    private static final List<Column> DEVICES =
            List.of(Column.text("DEVICE"), Column.text("KEY"), Column.text("SINCE"), Column.text(""));

    private static final List<Column> GROUPS = List.of(Column.text("GROUP"), Column.number("MEMBERS"));

    private AccountText() {}

    /** What is told of an answer; a device is a row of its own. */
    static List<String> lines(AccountReport report, long nowMillis, Paint paint) {
        return switch (report) {
            case AccountReport.SignedUp signedUp -> signedUp(signedUp, paint);
            case AccountReport.LoggedIn loggedIn ->
                List.of("This home acts for " + paint.bold(SafePath.visible(loggedIn.user())) + " at "
                        + SafePath.visible(loggedIn.index()) + " from now on.");
            case AccountReport.LoggedOut loggedOut ->
                List.of("This home acts for "
                        + (loggedOut.user() == null ? "no account" : SafePath.visible(loggedOut.user()))
                        + " at " + SafePath.visible(loggedOut.index())
                        + (loggedOut.user() == null ? " any more." : " no longer; its key is removed."));
            case AccountReport.PasswordChanged changed ->
                List.of(SafePath.visible(changed.user()) + " has a new password at " + SafePath.visible(changed.index())
                        + ".");
            case AccountReport.Recovered recovered -> recovered(recovered, paint);
            case AccountReport.DeviceRevoked revoked ->
                List.of(SafePath.visible(revoked.device()) + ", key " + ReportText.brief(revoked.key())
                        + ", no longer acts for the account.");
            case AccountReport.CodesReplaced replaced -> {
                List<String> lines = codes(replaced.user(), replaced.recoveryCodes());
                lines.add(
                        "Those from before have ended. When these get lost, run `shoal codes` again: it makes others.");
                yield lines;
            }
            case AccountReport.Given given -> List.of(given(given));
            case AccountReport.Accepted accepted -> List.of(what(accepted.subject()) + " is yours from now on.");
            case AccountReport.Allowed allowed ->
                List.of(paint.bold(SafePath.visible(allowed.name())) + " is private. Who may get it: "
                        + ReportText.readers(allowed.readers()) + ".");
            case AccountReport.WhoAmI who -> whoAmI(who, nowMillis, paint);
            case AdminReport admin -> AdminText.lines(admin);
            case GroupReport.Member member -> List.of(SafePath.visible(member.user()));
            case GroupReport.Changed changed -> List.of(changed(changed));
            case GroupReport.Group group -> List.of();
            case AccountReport.Device device -> List.of();
        };
    }

    /** The bare result of an answer. */
    static List<String> bare(AccountReport report) {
        return switch (report) {
            case AccountReport.SignedUp signedUp -> signedUp.recoveryCodes();
            case AccountReport.CodesReplaced replaced -> replaced.recoveryCodes();
            case AccountReport.WhoAmI who -> who.user() == null ? List.of() : List.of(SafePath.visible(who.user()));
            case AccountReport.Device device -> List.of(SafePath.visible(device.key()));
            case AccountReport.Allowed allowed -> allowed.readers();
            case AdminReport admin -> AdminText.bare(admin);
            case GroupReport.Group group -> List.of(SafePath.visible(group.group()));
            case GroupReport.Member member -> List.of(SafePath.visible(member.user()));
            default -> List.of();
        };
    }

    /**
     * A row of a table.
     *
     * @param columns of the table
     * @param cells one for each
     */
    record Row(List<Column> columns, List<String> cells) {}

    /** The row that an answer is; empty for what is none. */
    static Optional<Row> row(AccountReport report, long nowMillis) {
        return switch (report) {
            case AccountReport.Device device ->
                Optional.of(new Row(
                        DEVICES,
                        List.of(
                                device.device().isEmpty() ? "-" : SafePath.visible(device.device()),
                                ReportText.brief(device.key()),
                                HumanText.ago(device.sinceMillis(), nowMillis),
                                device.current() ? "this one" : "")));
            case GroupReport.Group group ->
                Optional.of(
                        new Row(GROUPS, List.of(SafePath.visible(group.group()), Integer.toString(group.members()))));
            case AdminReport admin -> AdminText.row(admin, nowMillis);
            default -> Optional.empty();
        };
    }

    private static List<String> signedUp(AccountReport.SignedUp signedUp, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold(SafePath.visible(signedUp.user())) + " is signed up at "
                + SafePath.visible(signedUp.index()) + ", and this home acts for it from now on.");
        lines.addAll(codes(signedUp.user(), signedUp.recoveryCodes()));
        return lines;
    }

    private static List<String> codes(String user, List<String> codes) {
        List<String> lines = new ArrayList<>();
        lines.add("Recovery codes, told this once. When the password is forgotten, or all devices are gone, each of");
        lines.add("them sets a new password (`shoal recover " + SafePath.visible(user)
                + "`), once. Write them down, and keep them apart from this machine:");
        codes.forEach(code -> lines.add("  " + SafePath.visible(code)));
        return lines;
    }

    private static String changed(GroupReport.Changed changed) {
        String group = "Group " + SafePath.visible(changed.group());
        return switch (changed.action()) {
            case "added" -> group + " has " + HumanText.count(changed.count(), "new member.", "new members.");
            case "removed" -> group + " has " + HumanText.count(changed.count(), "member", "members") + " less.";
            default ->
                group + (changed.count() > 0 ? " is " : " was already ") + SafePath.visible(changed.action()) + ".";
        };
    }

    private static String given(AccountReport.Given given) {
        String user = SafePath.visible(given.user());
        String subject = SafePath.visible(given.subject());
        String key = " (key " + ReportText.brief(given.userKey()) + ")";
        return given.waits()
                ? what(given.subject()) + " will be " + user + "'s" + key + " as soon as `shoal accept " + subject
                        + "` was said there. Until then, `shoal give` to yourself takes it back."
                : what(given.subject()) + " is " + user + "'s" + key + " from now on.";
    }

    private static String what(String subject) {
        String visible = SafePath.visible(subject);
        return isOwner(subject) ? "Everything under " + visible : visible;
    }

    private static boolean isOwner(String subject) {
        return subject.endsWith("/");
    }

    private static List<String> recovered(AccountReport.Recovered recovered, Paint paint) {
        return List.of(
                paint.bold(SafePath.visible(recovered.user())) + " has a new password at "
                        + SafePath.visible(recovered.index()) + ", and this home acts for it from now on.",
                "That code is used up; " + HumanText.count(recovered.codesLeft(), "code is", "codes are")
                        + " left. Other devices still act for the account: `shoal devices` lists them.");
    }

    private static List<String> whoAmI(AccountReport.WhoAmI who, long nowMillis, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add("account   " + (who.user() == null ? "none: not logged in" : paint.bold(SafePath.visible(who.user())))
                + (who.user() == null || who.loggedIn()
                        ? ""
                        : ", but its key is not in this home: `shoal login` fetches it, `shoal logout` ends it"));
        lines.add("index     " + SafePath.visible(who.index()) + ", key " + SafePath.visible(who.indexKey()));
        lines.add("device    key " + SafePath.visible(who.device())
                + (who.user() == null ? "" : ", since " + HumanText.ago(who.sinceMillis(), nowMillis)));
        if (who.user() != null) {
            lines.add("owner     key " + SafePath.visible(String.valueOf(who.accountKey())) + ", made "
                    + HumanText.ago(who.madeMillis(), nowMillis));
            lines.add("recovery  " + HumanText.count(who.codesLeft(), "code", "codes") + " left");
        }
        return lines;
    }
}
