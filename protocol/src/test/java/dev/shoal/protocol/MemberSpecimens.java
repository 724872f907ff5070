package dev.shoal.protocol;

import java.util.List;

/** One of every kind of what administrators and owners of groups say and are told. */
final class MemberSpecimens {

    private MemberSpecimens() {}

    static List<Pdu> requests(Samples some) {
        return List.of(
                new AdminRequest.ListAccounts(some.text(255), 1 + some.number(999)),
                new AdminRequest.Ban(target(some), some.text(255)),
                new AdminRequest.Unban(target(some)),
                new AdminRequest.RemoveName(some.name()),
                new AdminRequest.RemoveAccount(some.owner()),
                new AdminRequest.Invite(some.u16(), some.count()),
                new AdminRequest.Policy(some.flag(), some.flag(), some.flag(), some.flag()),
                new AdminRequest.Statistics(),
                new AdminRequest.Audit(some.i64(), 1 + some.number(499)),
                new AdminRequest.Appoint(some.owner(), some.flag()),
                new AdminRequest.ListBans(some.i64(), 1 + some.number(999)),
                new AdminRequest.ListInvites(some.text(255), 1 + some.number(999)),
                new AdminRequest.EndInvite(some.text(AdminRequest.MAX_INVITE_ID_BYTES)),
                new AdminRequest.ListPeers(some.i64(), 1 + some.number(999)),
                new GroupRequest.Create(some.owner()),
                new GroupRequest.Delete(some.owner()),
                new GroupRequest.Add(some.owner(), some.owner()),
                new GroupRequest.Remove(some.owner(), some.owner()),
                new GroupRequest.ListGroups(),
                new GroupRequest.ListMembers(some.owner()),
                new GroupRequest.SetAudience(some.audience(), some.list(1_000, () -> reader(some))),
                new GroupRequest.SetAudience(
                        some.audience(), some.list(100, () -> reader(some)), new AudienceSeed(some.i64(), some.i64())),
                new GroupRequest.ChangeAudience(
                        some.audience(), some.list(100, () -> reader(some)), some.list(100, () -> reader(some))),
                new GroupRequest.DropAudience(some.audience()),
                new GroupRequest.ListAudience(some.audience()));
    }

    static List<Pdu> replies(Samples some) {
        return List.of(
                new AdminReply.Accounts(
                        some.list(
                                1_000,
                                () -> new AdminReply.Account(
                                        some.text(AccountRequest.MAX_USER_BYTES),
                                        some.i64(),
                                        some.flag(),
                                        some.flag(),
                                        some.u16(),
                                        some.count())),
                        some.text(255)),
                new AdminReply.Invitation(some.text(AccountRequest.MAX_INVITE_BYTES)),
                new AdminReply.Policy(some.flag(), some.flag(), some.flag()),
                new AdminReply.Statistics(some.list(100, () -> new AdminReply.Statistic(some.text(255), some.i64()))),
                new AdminReply.Audit(
                        some.list(
                                200,
                                () -> new AdminReply.Entry(
                                        some.i64(), some.i64(), some.text(255), some.text(255), some.text(255))),
                        some.i64()),
                new AdminReply.Bans(
                        some.list(
                                200,
                                () -> new AdminReply.Banned(target(some), some.text(255), some.i64(), some.text(255))),
                        some.i64()),
                new AdminReply.Invites(some.list(200, () -> invite(some)), some.text(255)),
                new AdminReply.Peers(some.list(200, () -> peer(some)), some.i64()),
                new GroupReply.Groups(some.list(
                        1_000, () -> new GroupReply.Group(some.text(AccountRequest.MAX_USER_BYTES), some.u16()))),
                new GroupReply.Members(some.list(1_000, () -> some.text(AccountRequest.MAX_USER_BYTES))),
                new GroupReply.Audience(some.list(1_000, () -> reader(some))));
    }

    private static AdminReply.Invite invite(Samples some) {
        String id = some.text(AdminRequest.MAX_INVITE_ID_BYTES);
        return new AdminReply.Invite(id, some.u16(), some.i64(), some.i64(), some.text(255));
    }

    private static AdminReply.Peer peer(Samples some) {
        PeerId peer = new PeerId(some.hash());
        String address = some.text(255);
        return new AdminReply.Peer(
                peer, some.flag(), some.flag(), some.count(), address, some.text(Hello.MAX_USER_BYTES));
    }

    private static AdminRequest.Target target(Samples some) {
        PeerId peer = new PeerId(some.hash());
        return switch (some.number(2)) {
            case 0 -> new AdminRequest.Target.OfAccount(some.owner());
            case 1 -> new AdminRequest.Target.OfPeer(peer);
            default -> new AdminRequest.Target.OfFingerprint(Fingerprint.of(peer));
        };
    }

    private static GroupRequest.Reader reader(Samples some) {
        return new GroupRequest.Reader(some.flag(), some.owner());
    }
}
