package dev.shoal.protocol;

import dev.shoal.content.Name;

/**
 * {@code J}: what an administrator asks of an index, over TLS only. Layout: kind (1), then the fields of the kind. Who
 * administers is an account, or a key that the index was given at its start.
 */
public sealed interface AdminRequest extends IndexRequest, PduOfKind
        permits AdminRequest.ListAccounts,
                AdminRequest.Ban,
                AdminRequest.Unban,
                AdminRequest.RemoveName,
                AdminRequest.RemoveAccount,
                AdminRequest.Invite,
                AdminRequest.Policy,
                AdminRequest.Statistics,
                AdminRequest.Audit,
                AdminRequest.Appoint,
                AdminRequest.ListBans,
                AdminRequest.ListInvites,
                AdminRequest.EndInvite,
                AdminRequest.ListPeers {

    /** Most entries of a page of the audit log, whose lines are long. */
    int MAX_AUDIT_ENTRIES = 500;

    /** How long an invitation is good at most: 366 days. */
    int MAX_INVITE_SECONDS = 366 * 24 * 60 * 60;

    /** Longest id of an invitation in bytes: one has eight letters, which is enough to tell all of them apart. */
    int MAX_INVITE_ID_BYTES = 32;

    @Override
    default char letter() {
        return 'J';
    }

    static AdminRequest decode(WireReader in) {
        int kind = in.u8("kind");
        return switch (kind) {
            case ListAccounts.KIND -> new ListAccounts(in.string8("cursor"), limit(in, MAX_PAGE_ENTRIES));
            case Ban.KIND -> new Ban(Target.decode(in), in.string8("reason"));
            case Unban.KIND -> new Unban(Target.decode(in));
            case RemoveName.KIND -> new RemoveName(in.name("name"));
            case RemoveAccount.KIND -> new RemoveAccount(in.owner("user"));
            case Invite.KIND -> new Invite(in.u16("uses"), in.count("seconds"));
            case Policy.KIND -> Policy.decode(in);
            case Statistics.KIND -> new Statistics();
            case Audit.KIND -> new Audit(in.i64("before"), limit(in, MAX_AUDIT_ENTRIES));
            case Appoint.KIND -> new Appoint(in.owner("user"), (in.u8("flags") & 1) != 0);
            case ListBans.KIND -> new ListBans(in.i64("cursor"), limit(in, MAX_PAGE_ENTRIES));
            case ListInvites.KIND -> new ListInvites(in.string8("cursor"), limit(in, MAX_PAGE_ENTRIES));
            case EndInvite.KIND -> new EndInvite(in.string8("id", MAX_INVITE_ID_BYTES));
            case ListPeers.KIND -> new ListPeers(in.i64("cursor"), limit(in, MAX_PAGE_ENTRIES));
            default ->
                throw new MalformedPduException(
                        ErrorCode.UNSUPPORTED, "kind: " + kind + " is not known of administration");
        };
    }

    private static int limit(WireReader in, int max) {
        int limit = in.u16("limit");
        if (limit == 0 || limit > max) {
            throw in.malformed("limit", limit + " is not in 1 to " + max);
        }
        return limit;
    }

    /**
     * Who is banned. Layout: what (1; 0 an account, 1 a peer, 2 a peer of which no more is known), then user (1 + n),
     * peer (32) or fingerprint (20).
     */
    sealed interface Target {

        /** The text form: the account's name, or the peer's id or fingerprint. */
        String text();

        static Target decode(WireReader in) {
            int what = in.u8("target");
            return switch (what) {
                case 0 -> new OfAccount(in.owner("user"));
                case 1 -> new OfPeer(new PeerId(in.hash("peer")));
                case 2 -> new OfFingerprint(Fingerprint.decode(in));
                default -> throw in.malformed("target", what + " is not known");
            };
        }

        static void encode(Target target, WireWriter out) {
            switch (target) {
                case OfAccount(String user) -> out.u8(0).string8(user);
                case OfPeer(PeerId peer) -> out.u8(1).hash(peer.hash());
                case OfFingerprint(Fingerprint fingerprint) -> fingerprint.encode(out.u8(2));
            }
        }

        /** An account, on whichever device. */
        record OfAccount(String user) implements Target {
            @Override
            public String text() {
                return user;
            }
        }

        /** A key, in whichever session. */
        record OfPeer(PeerId peer) implements Target {
            @Override
            public String text() {
                return peer.toString();
            }
        }

        /** A key of which only that is known, in whichever session, and when it is not here. */
        record OfFingerprint(Fingerprint fingerprint) implements Target {
            @Override
            public String text() {
                return fingerprint.toString();
            }
        }
    }

    /**
     * Kind 0: the accounts, in the order of their names. Layout: cursor (1 + n), limit (2). Answered by {@link
     * AdminReply.Accounts}.
     *
     * @param cursor the last name of the page before, or empty
     * @param limit most entries
     */
    record ListAccounts(String cursor, int limit) implements AdminRequest {

        static final int KIND = 0;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(cursor).u16(limit);
        }
    }

    /**
     * Kind 1: an account or a peer may not use the index any more. Layout: target, reason (1 + n). Answered by {@code
     * A}.
     *
     * @param target who
     * @param reason why, for other administrators
     */
    record Ban(Target target, String reason) implements AdminRequest {

        static final int KIND = 1;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            Target.encode(target, out);
            out.string8(reason);
        }
    }

    /**
     * Kind 2: they may again. Layout: target. Answered by {@code A}.
     *
     * @param target who
     */
    record Unban(Target target) implements AdminRequest {

        static final int KIND = 2;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            Target.encode(target, out);
        }
    }

    /**
     * Kind 3: takes a name away, whoever owns it. Layout: name (1 + n). Answered by {@code A}.
     *
     * @param name the name
     */
    record RemoveName(Name name) implements AdminRequest {

        static final int KIND = 3;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(name.text());
        }
    }

    /**
     * Kind 4: takes an account away, with its devices and codes; its names stay. Layout: user (1 + n). Answered by
     * {@code A}.
     *
     * @param user the account's name
     */
    record RemoveAccount(String user) implements AdminRequest {

        static final int KIND = 4;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user);
        }
    }

    /**
     * Kind 5: makes an invitation. Layout: uses (2), seconds (4). Answered by {@link AdminReply.Invitation}.
     *
     * @param uses how many accounts may be made with it
     * @param seconds how long it is good
     */
    record Invite(int uses, int seconds) implements AdminRequest {

        static final int KIND = 5;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(uses).count(seconds);
        }
    }

    /**
     * Kind 6: who may use the index, read or changed. Layout: flags (1; bit 0 change, bit 1 accounts, bit 2 invite
     * only, bit 3 members only). Answered by {@link AdminReply.Policy}.
     *
     * @param change whether it is to be as the others say; else they mean nothing
     * @param accounts whether names are of accounts only
     * @param inviteOnly whether signing up needs an invitation
     * @param membersOnly whether reading needs an account
     */
    record Policy(boolean change, boolean accounts, boolean inviteOnly, boolean membersOnly) implements AdminRequest {

        static final int KIND = 6;

        static Policy decode(WireReader in) {
            int flags = in.u8("flags");
            return new Policy((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0);
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u8((change ? 1 : 0) | (accounts ? 2 : 0) | (inviteOnly ? 4 : 0) | (membersOnly ? 8 : 0));
        }
    }

    /** Kind 7: how much there is of what. No fields. Answered by {@link AdminReply.Statistics}. */
    record Statistics() implements AdminRequest {

        static final int KIND = 7;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {}
    }

    /**
     * Kind 8: what was changed, the latest first. Layout: before (8), limit (2). Answered by {@link AdminReply.Audit}.
     *
     * @param before number of the last entry of the page before; 0 to begin with the latest
     * @param limit most entries
     */
    record Audit(long before, int limit) implements AdminRequest {

        static final int KIND = 8;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.i64(before).u16(limit);
        }
    }

    /**
     * Kind 9: an account is an administrator, or no longer. Layout: user (1 + n), flags (1; bit 0 administrator).
     * Answered by {@code A}.
     *
     * @param user the account's name
     * @param administrator whether it is one
     */
    record Appoint(String user, boolean administrator) implements AdminRequest {

        static final int KIND = 9;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user).u8(administrator ? 1 : 0);
        }
    }

    /**
     * Kind 10: who is banned, the longest banned first. Layout: cursor (8), limit (2). Answered by {@link
     * AdminReply.Bans}.
     *
     * @param cursor as the page before said; 0 to begin
     * @param limit most entries
     */
    record ListBans(long cursor, int limit) implements AdminRequest {

        static final int KIND = 10;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.i64(cursor).u16(limit);
        }
    }

    /**
     * Kind 11: the invitations that may still be used, in the order of their ids. Layout: cursor (1 + n), limit (2).
     * Answered by {@link AdminReply.Invites}.
     *
     * @param cursor as the page before said, or empty
     * @param limit most entries
     */
    record ListInvites(String cursor, int limit) implements AdminRequest {

        static final int KIND = 11;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(cursor).u16(limit);
        }
    }

    /**
     * Kind 12: nobody signs up with an invitation any more. Layout: id (1 + n). Answered by {@code A}.
     *
     * @param id as the list names it
     */
    record EndInvite(String id) implements AdminRequest {

        static final int KIND = 12;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(id);
        }
    }

    /**
     * Kind 13: the peers that act for no account: who own names, then who are on-line and own none. Layout: cursor (8),
     * limit (2). Answered by {@link AdminReply.Peers}.
     *
     * @param cursor as the page before said; 0 to begin
     * @param limit most entries
     */
    record ListPeers(long cursor, int limit) implements AdminRequest {

        static final int KIND = 13;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.i64(cursor).u16(limit);
        }
    }
}
