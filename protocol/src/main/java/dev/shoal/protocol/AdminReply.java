package dev.shoal.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code J}: what an index answers an administrator, where {@code A} does not say enough. Layout: kind (1), that of the
 * request, then the fields of the kind.
 */
public sealed interface AdminReply extends IndexReply, PduOfKind
        permits AdminReply.Accounts,
                AdminReply.Invitation,
                AdminReply.Policy,
                AdminReply.Statistics,
                AdminReply.Audit,
                AdminReply.Bans,
                AdminReply.Invites,
                AdminReply.Peers {

    @Override
    default char letter() {
        return 'J';
    }

    static AdminReply decode(WireReader in) {
        int kind = in.u8("kind");
        return switch (kind) {
            case AdminRequest.ListAccounts.KIND ->
                new Accounts(
                        list(in, IndexRequest.MAX_PAGE_ENTRIES, Account.MIN_BYTES, Account::decode),
                        in.string8("cursor"));
            case AdminRequest.Invite.KIND -> new Invitation(in.string8("code", AccountRequest.MAX_INVITE_BYTES));
            case AdminRequest.Policy.KIND -> Policy.decode(in);
            case AdminRequest.Statistics.KIND ->
                new Statistics(list(in, Statistics.MAX_ENTRIES, Statistic.MIN_BYTES, Statistic::decode));
            case AdminRequest.Audit.KIND ->
                new Audit(list(in, AdminRequest.MAX_AUDIT_ENTRIES, Entry.MIN_BYTES, Entry::decode), in.i64("cursor"));
            case AdminRequest.ListBans.KIND ->
                new Bans(list(in, IndexRequest.MAX_PAGE_ENTRIES, Banned.MIN_BYTES, Banned::decode), in.i64("cursor"));
            case AdminRequest.ListInvites.KIND ->
                new Invites(
                        list(in, IndexRequest.MAX_PAGE_ENTRIES, Invite.MIN_BYTES, Invite::decode),
                        in.string8("cursor"));
            case AdminRequest.ListPeers.KIND ->
                new Peers(list(in, IndexRequest.MAX_PAGE_ENTRIES, Peer.MIN_BYTES, Peer::decode), in.i64("cursor"));
            default ->
                throw new MalformedPduException(
                        ErrorCode.UNSUPPORTED, "kind: " + kind + " is not known of administration");
        };
    }

    private static <T> List<T> list(WireReader in, int max, int minBytes, Function<WireReader, T> entry) {
        int count = in.entryCount("entry count", max, minBytes);
        List<T> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(entry.apply(in));
        }
        return List.copyOf(entries);
    }

    /**
     * An account. Layout: user (1 + n), made (8), flags (1; bit 0 administrator, bit 1 banned), devices (2), names (4).
     *
     * @param user its name
     * @param madeMillis when it was made, since 1970
     * @param administrator whether it is one
     * @param banned whether it is
     * @param devices how many keys act for it
     * @param names how many names it has
     */
    record Account(String user, long madeMillis, boolean administrator, boolean banned, int devices, int names) {

        /** With an empty name. */
        private static final int MIN_BYTES = 1 + 8 + 1 + 2 + 4;

        static Account decode(WireReader in) {
            String user = in.string8("user", AccountRequest.MAX_USER_BYTES);
            long madeMillis = in.i64("made");
            int flags = in.u8("flags");
            return new Account(
                    user, madeMillis, (flags & 1) != 0, (flags & 2) != 0, in.u16("devices"), in.count("names"));
        }

        void encode(WireWriter out) {
            out.string8(user).i64(madeMillis).u8((administrator ? 1 : 0) | (banned ? 2 : 0));
            out.u16(devices).count(names);
        }
    }

    /**
     * Kind 0: accounts. Layout: entry count (2), entries, cursor (1 + n).
     *
     * @param entries in the order of their names
     * @param cursor where the next page begins; empty when there is none
     */
    record Accounts(List<Account> entries, String cursor) implements AdminReply {
        @Override
        public int kind() {
            return AdminRequest.ListAccounts.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> entry.encode(out));
            out.string8(cursor);
        }
    }

    /**
     * Kind 5: an invitation. Layout: code (1 + n).
     *
     * @param code what to give to who is invited; the index does not know it any more
     */
    record Invitation(String code) implements AdminReply {
        @Override
        public int kind() {
            return AdminRequest.Invite.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(code);
        }

        /** Without the code, which is good for who reads it in a log. */
        @Override
        public String toString() {
            return "Invitation[not shown]";
        }
    }

    /**
     * Kind 6: who may use the index. Layout: flags (1; bit 1 accounts, bit 2 invite only, bit 3 members only).
     *
     * @param accounts whether names are of accounts only
     * @param inviteOnly whether signing up needs an invitation
     * @param membersOnly whether reading needs an account
     */
    record Policy(boolean accounts, boolean inviteOnly, boolean membersOnly) implements AdminReply {

        static Policy decode(WireReader in) {
            int flags = in.u8("flags");
            return new Policy((flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0);
        }

        @Override
        public int kind() {
            return AdminRequest.Policy.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u8((accounts ? 2 : 0) | (inviteOnly ? 4 : 0) | (membersOnly ? 8 : 0));
        }
    }

    /**
     * How much there is of something. Layout: what (1 + n), value (8).
     *
     * @param what a word or two, for people
     * @param value how much
     */
    record Statistic(String what, long value) {

        /** With no word. */
        private static final int MIN_BYTES = 1 + 8;

        static Statistic decode(WireReader in) {
            return new Statistic(in.string8("what"), in.i64("value"));
        }
    }

    /** Kind 7: how much there is of what. Layout: entry count (2), entries. */
    record Statistics(List<Statistic> entries) implements AdminReply {

        static final int MAX_ENTRIES = 100;

        @Override
        public int kind() {
            return AdminRequest.Statistics.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> out.string8(entry.what).i64(entry.value));
        }
    }

    /**
     * One line of the audit log. Layout: number (8), time (8), who (1 + n), address (1 + n), what (1 + n).
     *
     * @param number of the line, which rises
     * @param timeMillis when, since 1970
     * @param who account or key
     * @param address where from
     * @param what for people
     */
    record Entry(long number, long timeMillis, String who, String address, String what) {

        /** Without texts. */
        private static final int MIN_BYTES = 8 + 8 + 1 + 1 + 1;

        static Entry decode(WireReader in) {
            return new Entry(
                    in.i64("number"), in.i64("time"), in.string8("who"), in.string8("address"), in.string8("what"));
        }
    }

    /**
     * Kind 8: lines of the audit log, the latest first. Layout: entry count (2), entries, cursor (8).
     *
     * @param entries the lines
     * @param cursor where the next page begins; 0 when there is none
     */
    record Audit(List<Entry> entries, long cursor) implements AdminReply {
        @Override
        public int kind() {
            return AdminRequest.Audit.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> out.i64(entry.number)
                    .i64(entry.timeMillis)
                    .string8(entry.who)
                    .string8(entry.address)
                    .string8(entry.what));
            out.i64(cursor);
        }
    }

    /**
     * Somebody who is banned. Layout: target, reason (1 + n), time (8), maker (1 + n).
     *
     * @param target who
     * @param reason why
     * @param timeMillis since when, since 1970
     * @param maker the administrator
     */
    record Banned(AdminRequest.Target target, String reason, long timeMillis, String maker) {

        /** Of an account, without texts. */
        private static final int MIN_BYTES = 1 + 2 + 1 + 8 + 1;

        static Banned decode(WireReader in) {
            return new Banned(
                    AdminRequest.Target.decode(in), in.string8("reason"), in.i64("time"), in.string8("maker"));
        }
    }

    /**
     * Kind 10: who is banned. Layout: entry count (2), entries, cursor (8).
     *
     * @param entries the longest banned first
     * @param cursor where the next page begins; 0 when there is none
     */
    record Bans(List<Banned> entries, long cursor) implements AdminReply {
        @Override
        public int kind() {
            return AdminRequest.ListBans.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> {
                AdminRequest.Target.encode(entry.target, out);
                out.string8(entry.reason).i64(entry.timeMillis).string8(entry.maker);
            });
            out.i64(cursor);
        }
    }

    /**
     * An invitation that may still be used. Layout: id (1 + n), uses (2), made (8), until (8), maker (1 + n).
     *
     * @param id what it is named by, from which its code does not follow
     * @param uses how many accounts may still be made with it
     * @param madeMillis when it was made, since 1970
     * @param untilMillis until when it is good, since 1970
     * @param maker the administrator
     */
    record Invite(String id, int uses, long madeMillis, long untilMillis, String maker) {

        /** Without texts. */
        private static final int MIN_BYTES = 1 + 2 + 8 + 8 + 1;

        static Invite decode(WireReader in) {
            return new Invite(
                    in.string8("id", AdminRequest.MAX_INVITE_ID_BYTES),
                    in.u16("uses"),
                    in.i64("made"),
                    in.i64("until"),
                    in.string8("maker"));
        }
    }

    /**
     * Kind 11: invitations. Layout: entry count (2), entries, cursor (1 + n).
     *
     * @param entries in the order of their ids
     * @param cursor where the next page begins; empty when there is none
     */
    record Invites(List<Invite> entries, String cursor) implements AdminReply {
        @Override
        public int kind() {
            return AdminRequest.ListInvites.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> out.string8(entry.id)
                    .u16(entry.uses)
                    .i64(entry.madeMillis)
                    .i64(entry.untilMillis)
                    .string8(entry.maker));
            out.string8(cursor);
        }
    }

    /**
     * A peer without account. Layout: peer (32), flags (1; bit 0 on-line, bit 1 banned), names (4), address (1 + n),
     * calls itself (1 + n).
     *
     * @param peer its key's id
     * @param online whether it is here
     * @param banned whether it is
     * @param names how many names it owns
     * @param address where it is seen; empty when it is not here
     * @param callsItself what it says that it is called, which nobody checked; may be empty
     */
    record Peer(PeerId peer, boolean online, boolean banned, int names, String address, String callsItself) {

        /** Without texts. */
        private static final int MIN_BYTES = 32 + 1 + 4 + 1 + 1;

        static Peer decode(WireReader in) {
            PeerId peer = new PeerId(in.hash("peer"));
            int flags = in.u8("flags");
            return new Peer(
                    peer,
                    (flags & 1) != 0,
                    (flags & 2) != 0,
                    in.count("names"),
                    in.string8("address"),
                    in.string8("calls itself", Hello.MAX_USER_BYTES));
        }

        void encode(WireWriter out) {
            out.hash(peer.hash()).u8((online ? 1 : 0) | (banned ? 2 : 0)).count(names);
            out.string8(address).string8(callsItself);
        }
    }

    /**
     * Kind 13: peers without account. Layout: entry count (2), entries, cursor (8).
     *
     * @param entries one for each process of a peer that is here and owns no names
     * @param cursor where the next page begins; 0 when there is none
     */
    record Peers(List<Peer> entries, long cursor) implements AdminReply {
        @Override
        public int kind() {
            return AdminRequest.ListPeers.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> entry.encode(out));
            out.i64(cursor);
        }
    }
}
