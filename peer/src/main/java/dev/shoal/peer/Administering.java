package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.content.SafePath;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AdminRequest.Target.OfAccount;
import dev.shoal.protocol.AdminRequest.Target.OfFingerprint;
import dev.shoal.protocol.AdminRequest.Target.OfPeer;
import dev.shoal.protocol.Fingerprint;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Asks an index what its administrators may. Blocks its caller. */
final class Administering {

    /** How many entries to ask for at a time. */
    private static final int PAGE = 500;

    /** How many characters a whole key has as text; its fingerprint is the beginning. */
    private static final int WHOLE_LENGTH = 52;

    private final AccountLine line;
    private final Consumer<Report> reports;

    Administering(AccountLine line, Consumer<Report> reports) {
        this.line = line;
        this.reports = reports;
    }

    void run(AdminWish wish) {
        switch (wish) {
            case AdminWish.Accounts all -> accounts();
            case AdminWish.Ban ban ->
                done(new AdminRequest.Ban(online(ban.who(), ban.isKey()), ban.reason()), "banned", ban.who());
            case AdminWish.Unban unban ->
                done(new AdminRequest.Unban(banned(unban.who(), unban.isKey())), "unbanned", unban.who());
            case AdminWish.Bans bans -> bans();
            case AdminWish.RemoveName remove ->
                done(new AdminRequest.RemoveName(name(remove.name())), "removed", remove.name());
            case AdminWish.RemoveAccount remove ->
                done(new AdminRequest.RemoveAccount(remove.user()), "removed", remove.user());
            case AdminWish.Invite invite -> {
                AdminReply.Invitation made =
                        line.ask(new AdminRequest.Invite(invite.uses(), invite.seconds()), AdminReply.Invitation.class);
                String code = SafePath.visible(made.code());
                reports.accept(new AdminReport.Invitation(code, invite.uses(), invite.seconds()));
            }
            case AdminWish.Invites all -> invites();
            case AdminWish.Uninvite end -> {
                String id = invitation(end.id());
                done(new AdminRequest.EndInvite(id), "ended", "Invitation " + id);
            }
            case AdminWish.Peers all -> peers();
            case AdminWish.Policy policy -> policy(policy);
            case AdminWish.Statistics statistics ->
                line.ask(new AdminRequest.Statistics(), AdminReply.Statistics.class)
                        .entries()
                        .forEach(entry -> reports.accept(
                                new AdminReport.Statistic(SafePath.visible(entry.what()), entry.value())));
            case AdminWish.Audit audit -> audit(audit.limit());
            case AdminWish.Appoint appoint ->
                done(
                        new AdminRequest.Appoint(appoint.user(), appoint.administrator()),
                        appoint.administrator() ? "appointed" : "dismissed",
                        appoint.user());
        }
    }

    private void done(AdminRequest request, String action, String subject) {
        int count = line.ask(request, IndexReply.Ack.class).number();
        reports.accept(new AdminReport.Done(action, subject, count > 0));
    }

    private void accounts() {
        String cursor = "";
        do {
            AdminReply.Accounts page = line.ask(new AdminRequest.ListAccounts(cursor, PAGE), AdminReply.Accounts.class);
            page.entries()
                    .forEach(account -> reports.accept(new AdminReport.Account(
                            SafePath.visible(account.user()),
                            account.madeMillis(),
                            account.administrator(),
                            account.banned(),
                            account.devices(),
                            account.names())));
            Queries.checkMoved(!page.cursor().equals(cursor) || cursor.isEmpty());
            cursor = page.cursor();
        } while (!cursor.isEmpty());
    }

    private void bans() {
        eachBan(banned -> reports.accept(new AdminReport.Banned(
                banned.target() instanceof OfAccount(String user)
                        ? SafePath.visible(user)
                        : fingerprint(banned.target()),
                !(banned.target() instanceof OfAccount),
                SafePath.visible(banned.reason()),
                banned.timeMillis(),
                SafePath.visible(banned.maker()))));
    }

    private void eachBan(Consumer<AdminReply.Banned> action) {
        long cursor = 0;
        do {
            AdminReply.Bans page = line.ask(new AdminRequest.ListBans(cursor, PAGE), AdminReply.Bans.class);
            page.entries().forEach(action);
            Queries.checkMoved(page.cursor() == 0 || page.cursor() != cursor);
            cursor = page.cursor();
        } while (cursor != 0);
    }

    private void invites() {
        eachInvite(invite -> reports.accept(new AdminReport.Invite(
                SafePath.visible(invite.id()),
                invite.uses(),
                invite.madeMillis(),
                invite.untilMillis(),
                SafePath.visible(invite.maker()))));
    }

    private void eachInvite(Consumer<AdminReply.Invite> action) {
        String cursor = "";
        do {
            AdminReply.Invites page = line.ask(new AdminRequest.ListInvites(cursor, PAGE), AdminReply.Invites.class);
            page.entries().forEach(action);
            Queries.checkMoved(!page.cursor().equals(cursor) || cursor.isEmpty());
            cursor = page.cursor();
        } while (!cursor.isEmpty());
    }

    /** The id of the only invitation that begins so. */
    private String invitation(String start) {
        Set<String> found = new LinkedHashSet<>();
        eachInvite(invite -> {
            if (begins(invite.id(), start)) {
                found.add(invite.id());
            }
        });
        if (found.size() != 1) {
            throw new PeerException(
                    found.isEmpty() ? PeerException.Reason.NOT_FOUND : PeerException.Reason.USAGE,
                    (found.isEmpty() ? "No invitation" : "More than one invitation") + " begins with \""
                            + SafePath.visible(start) + "\". `shoal admin invites` lists them.");
        }
        return found.iterator().next();
    }

    private void peers() {
        long cursor = 0;
        do {
            AdminReply.Peers page = line.ask(new AdminRequest.ListPeers(cursor, PAGE), AdminReply.Peers.class);
            page.entries()
                    .forEach(peer -> reports.accept(new AdminReport.Peer(
                            peer.peer().fingerprint(),
                            SafePath.visible(peer.callsItself()),
                            peer.online(),
                            peer.banned(),
                            peer.names(),
                            SafePath.visible(peer.address()))));
            Queries.checkMoved(page.cursor() == 0 || page.cursor() != cursor);
            cursor = page.cursor();
        } while (cursor != 0);
    }

    private void policy(AdminWish.Policy wish) {
        AdminReply.Policy policy = line.ask(
                new AdminRequest.Policy(wish.change(), wish.accounts(), wish.inviteOnly(), wish.membersOnly()),
                AdminReply.Policy.class);
        reports.accept(new AdminReport.Policy(policy.accounts(), policy.inviteOnly(), policy.membersOnly()));
    }

    private void audit(int limit) {
        long before = 0;
        int left = limit;
        do {
            AdminReply.Audit page =
                    line.ask(new AdminRequest.Audit(before, Math.min(left, PAGE)), AdminReply.Audit.class);
            page.entries()
                    .forEach(entry -> reports.accept(new AdminReport.Change(
                            entry.number(),
                            entry.timeMillis(),
                            SafePath.visible(entry.who()),
                            SafePath.visible(entry.address()),
                            SafePath.visible(entry.what()))));
            Queries.checkMoved(page.cursor() == 0 || page.cursor() != before);
            left -= Math.max(1, page.entries().size());
            before = page.cursor();
        } while (before != 0 && left > 0);
    }

    /** An account by its name, a peer by its fingerprint, or by how its key begins when it is on-line with a user. */
    private AdminRequest.Target online(String who, boolean isKey) {
        if (!isKey) {
            return new OfAccount(AccountWish.checkedUser(who));
        }
        if (who.length() == PeerId.FINGERPRINT_LENGTH || who.length() == WHOLE_LENGTH) {
            return new OfFingerprint(parsed(who.substring(0, PeerId.FINGERPRINT_LENGTH)));
        }
        Set<PeerId> found = new LinkedHashSet<>();
        int cursor = 0;
        do {
            IndexReply.Users page = line.ask(new IndexRequest.ListUsers(cursor, PAGE), IndexReply.Users.class);
            page.entries().stream()
                    .map(IndexReply.User::peer)
                    .filter(peer -> begins(peer.toString(), who))
                    .forEach(found::add);
            Queries.checkMoved(page.cursor() == 0 || page.cursor() > cursor);
            cursor = page.cursor();
        } while (cursor != 0);
        return new OfPeer(only(found, who, "is on-line with"));
    }

    private AdminRequest.Target banned(String who, boolean isKey) {
        if (!isKey) {
            return new OfAccount(AccountWish.checkedUser(who));
        }
        Set<Fingerprint> found = new LinkedHashSet<>();
        String start = who.substring(0, Math.min(who.length(), PeerId.FINGERPRINT_LENGTH));
        eachBan(banned -> {
            if (!(banned.target() instanceof OfAccount) && begins(fingerprint(banned.target()), start)) {
                found.add(Fingerprint.parse(fingerprint(banned.target())));
            }
        });
        return new OfFingerprint(only(found, who, "is banned with"));
    }

    /** What people see of a peer. */
    private static String fingerprint(AdminRequest.Target target) {
        return target.text().substring(0, PeerId.FINGERPRINT_LENGTH);
    }

    private static Fingerprint parsed(String fingerprint) {
        try {
            return Fingerprint.parse(fingerprint);
        } catch (IllegalArgumentException e) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "\"" + SafePath.visible(fingerprint) + "\" is no fingerprint: " + e.getMessage() + ".",
                    e);
        }
    }

    private static boolean begins(String key, String start) {
        return !start.isEmpty() && key.startsWith(start.toLowerCase(Locale.ROOT));
    }

    private static <T> T only(Set<T> found, String who, String what) {
        if (found.size() != 1) {
            throw new PeerException(
                    found.isEmpty() ? PeerException.Reason.NOT_FOUND : PeerException.Reason.USAGE,
                    (found.isEmpty() ? "No peer " : "More than one peer ") + what + " a key that begins with \""
                            + SafePath.visible(who) + "\".");
        }
        return found.iterator().next();
    }

    private static Name name(String text) {
        try {
            return new Name(text);
        } catch (InvalidNameException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
    }
}
