package dev.shoal.cli;

import dev.shoal.cli.AccountText.Row;
import dev.shoal.cli.Table.Column;
import dev.shoal.content.SafePath;
import dev.shoal.peer.AdminReport;
import java.util.List;
import java.util.Optional;

/** Answers about an index's administration as lines for people. Pure functions. */
final class AdminText {

    private static final List<Column> ACCOUNTS = List.of(
            Column.text("USER"),
            Column.number("DEVICES"),
            Column.number("NAMES"),
            Column.text("MADE"),
            Column.text("STATE"));

    private static final List<Column> BANS =
            List.of(Column.text("BANNED"), Column.text("SINCE"), Column.text("BY"), Column.text("REASON"));

    private static final List<Column> INVITES = List.of(
            Column.text("INVITATION"),
            Column.number("USES LEFT"),
            Column.text("MADE"),
            Column.text("BY"),
            Column.text("GOOD UNTIL"));

    private static final List<Column> PEERS = List.of(
            Column.text("PEER WITHOUT ACCOUNT"),
            Column.text("CALLS ITSELF"),
            Column.number("NAMES"),
            Column.text("FROM"),
            Column.text("STATE"));

    private static final List<Column> CHANGES =
            List.of(Column.text("WHEN"), Column.text("WHO"), Column.text("FROM"), Column.text("WHAT"));

    private static final List<Column> STATISTICS = List.of(Column.text("WHAT"), Column.number("HOW MANY"));

    private static final long SECONDS_PER_DAY = 86_400;

    private AdminText() {}

    /** What is told of an answer that is no row of a table. */
    static List<String> lines(AdminReport report) {
        return switch (report) {
            case AdminReport.Invitation made ->
                List.of(
                        SafePath.visible(made.code()),
                        "Good for " + HumanText.count(made.uses(), "account", "accounts") + " and "
                                + HumanText.count(made.seconds() / SECONDS_PER_DAY, "day", "days")
                                + "; told this once. They type: shoal signup USER --invite, and this when asked.");
            case AdminReport.Policy policy -> List.of(policy(policy));
            case AdminReport.Done done ->
                List.of(SafePath.visible(done.subject()) + (done.changed() ? " is " : " was already ") + done.action()
                        + ".");
            default -> List.of();
        };
    }

    /** A bare answer. */
    static List<String> bare(AdminReport report) {
        return switch (report) {
            case AdminReport.Invitation made -> List.of(SafePath.visible(made.code()));
            case AdminReport.Account account -> List.of(SafePath.visible(account.user()));
            case AdminReport.Banned banned -> List.of(SafePath.visible(banned.who()));
            case AdminReport.Invite invite -> List.of(SafePath.visible(invite.id()));
            case AdminReport.Peer peer -> List.of(SafePath.visible(peer.peer()));
            case AdminReport.Change change -> List.of(SafePath.visible(change.what()));
            case AdminReport.Statistic statistic -> List.of(Long.toString(statistic.value()));
            case AdminReport.Policy policy -> List.of(policy.accounts() ? IndexCommand.ACCOUNTS : IndexCommand.OPEN);
            case AdminReport.Done done -> List.of();
        };
    }

    /** A row of a table; empty for what is none. */
    static Optional<Row> row(AdminReport report, long nowMillis) {
        return switch (report) {
            case AdminReport.Account account ->
                Optional.of(new Row(
                        ACCOUNTS,
                        List.of(
                                SafePath.visible(account.user()),
                                Integer.toString(account.devices()),
                                Integer.toString(account.names()),
                                HumanText.ago(account.madeMillis(), nowMillis),
                                account.administrator() ? "administrator" : account.banned() ? "banned" : "-")));
            case AdminReport.Banned banned ->
                Optional.of(new Row(
                        BANS,
                        List.of(
                                (banned.isKey() ? "key " : "") + SafePath.visible(banned.who()),
                                HumanText.ago(banned.sinceMillis(), nowMillis),
                                SafePath.visible(banned.by()),
                                banned.reason().isEmpty() ? "-" : SafePath.visible(banned.reason()))));
            case AdminReport.Invite invite -> Optional.of(invite(invite, nowMillis));
            case AdminReport.Peer peer -> Optional.of(peer(peer));
            case AdminReport.Change change ->
                Optional.of(new Row(
                        CHANGES,
                        List.of(
                                HumanText.moment(change.timeMillis()),
                                SafePath.visible(change.who()),
                                SafePath.visible(change.address()),
                                SafePath.visible(change.what()))));
            case AdminReport.Statistic statistic ->
                Optional.of(new Row(
                        STATISTICS, List.of(SafePath.visible(statistic.what()), HumanText.number(statistic.value()))));
            default -> Optional.empty();
        };
    }

    private static Row invite(AdminReport.Invite invite, long nowMillis) {
        return new Row(
                INVITES,
                List.of(
                        SafePath.visible(invite.id()),
                        Integer.toString(invite.uses()),
                        HumanText.ago(invite.madeMillis(), nowMillis),
                        SafePath.visible(invite.by()),
                        HumanText.moment(invite.untilMillis())));
    }

    /** The whole fingerprint: it is what the peer is banned by. */
    private static Row peer(AdminReport.Peer peer) {
        return new Row(
                PEERS,
                List.of(
                        SafePath.visible(peer.peer()),
                        peer.callsItself().isEmpty() ? "-" : SafePath.visible(peer.callsItself()),
                        Integer.toString(peer.names()),
                        peer.online() ? SafePath.visible(peer.address()) : "-",
                        peer.banned() ? "banned" : peer.online() ? "on-line" : "off-line"));
    }

    private static String policy(AdminReport.Policy policy) {
        if (!policy.accounts()) {
            return "open: any peer makes names, and everybody reads";
        }
        return "accounts: names are made by accounts, each under its own; "
                + (policy.inviteOnly() ? "signing up needs an invitation" : "everybody may sign up") + "; "
                + (policy.membersOnly() ? "reading needs an account" : "everybody reads");
    }
}
