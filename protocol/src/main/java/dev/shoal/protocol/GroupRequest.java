package dev.shoal.protocol;

/**
 * {@code g}: what an account asks of an index about its groups, over TLS only. Layout: kind (1), then the fields of the
 * kind. A group has accounts as its members, and a name that is its owner's: nobody else sees or changes it.
 */
public sealed interface GroupRequest extends IndexRequest, PduOfKind
        permits GroupRequest.Create,
                GroupRequest.Delete,
                GroupRequest.Add,
                GroupRequest.Remove,
                GroupRequest.ListGroups,
                GroupRequest.ListMembers {

    @Override
    default char letter() {
        return 'g';
    }

    static GroupRequest decode(WireReader in) {
        int kind = in.u8("kind");
        return switch (kind) {
            case Create.KIND -> new Create(in.owner("group"));
            case Delete.KIND -> new Delete(in.owner("group"));
            case Add.KIND -> new Add(in.owner("group"), in.owner("user"));
            case Remove.KIND -> new Remove(in.owner("group"), in.owner("user"));
            case ListGroups.KIND -> new ListGroups();
            case ListMembers.KIND -> new ListMembers(in.owner("group"));
            default ->
                throw new MalformedPduException(ErrorCode.UNSUPPORTED, "kind: " + kind + " is not known of groups");
        };
    }

    /**
     * Kind 0: makes a group without members. Layout: group (1 + n). Answered by {@code A}.
     *
     * @param group its name, by the rules of an account's
     */
    record Create(String group) implements GroupRequest {

        static final int KIND = 0;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(group);
        }
    }

    /**
     * Kind 1: takes a group away. Layout: group (1 + n). Answered by {@code A}.
     *
     * @param group its name
     */
    record Delete(String group) implements GroupRequest {

        static final int KIND = 1;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(group);
        }
    }

    /**
     * Kind 2: an account is a member. Layout: group (1 + n), user (1 + n). Answered by {@code A}.
     *
     * @param group its name
     * @param user the account's name
     */
    record Add(String group, String user) implements GroupRequest {

        static final int KIND = 2;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(group).string8(user);
        }
    }

    /**
     * Kind 3: an account is no member any more. Layout: group (1 + n), user (1 + n). Answered by {@code A}.
     *
     * @param group its name
     * @param user the account's name
     */
    record Remove(String group, String user) implements GroupRequest {

        static final int KIND = 3;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(group).string8(user);
        }
    }

    /** Kind 4: the asker's groups. No fields. Answered by {@link GroupReply.Groups}. */
    record ListGroups() implements GroupRequest {

        static final int KIND = 4;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {}
    }

    /**
     * Kind 5: a group's members. Layout: group (1 + n). Answered by {@link GroupReply.Members}.
     *
     * @param group its name
     */
    record ListMembers(String group) implements GroupRequest {

        static final int KIND = 5;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(group);
        }
    }
}
