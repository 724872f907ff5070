package dev.shoal.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code g}: what an index answers about groups, where {@code A} does not say enough. Layout: kind (1), that of the
 * request, then the fields of the kind.
 */
public sealed interface GroupReply extends IndexReply, PduOfKind
        permits GroupReply.Groups, GroupReply.Members, GroupReply.Audience {

    @Override
    default char letter() {
        return 'g';
    }

    static GroupReply decode(WireReader in) {
        int kind = in.u8("kind");
        return switch (kind) {
            case GroupRequest.ListGroups.KIND -> Groups.decode(in);
            case GroupRequest.ListMembers.KIND -> Members.decode(in);
            case GroupRequest.ListAudience.KIND -> new Audience(GroupRequest.Reader.decodeAll(in));
            default ->
                throw new MalformedPduException(ErrorCode.UNSUPPORTED, "kind: " + kind + " is not known of groups");
        };
    }

    /**
     * A group. Layout: group (1 + n), members (2).
     *
     * @param group its name
     * @param members how many it has
     */
    record Group(String group, int members) {

        /** With an empty name. */
        private static final int MIN_BYTES = 1 + 2;
    }

    /** Kind 4: groups, in the order of their names. Layout: entry count (2), entries. */
    record Groups(List<Group> entries) implements GroupReply {

        static Groups decode(WireReader in) {
            int count = in.entryCount("entry count", IndexRequest.MAX_PAGE_ENTRIES, Group.MIN_BYTES);
            List<Group> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(new Group(in.string8("group", AccountRequest.MAX_USER_BYTES), in.u16("members")));
            }
            return new Groups(List.copyOf(entries));
        }

        @Override
        public int kind() {
            return GroupRequest.ListGroups.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> out.string8(entry.group).u16(entry.members));
        }
    }

    /**
     * Kind 5: the accounts that are members, in the order of their names. Layout: entry count (2), users (1 + n each).
     */
    record Members(List<String> users) implements GroupReply {

        static Members decode(WireReader in) {
            int count = in.entryCount("entry count", IndexRequest.MAX_PAGE_ENTRIES, 1);
            List<String> users = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                users.add(in.string8("user", AccountRequest.MAX_USER_BYTES));
            }
            return new Members(List.copyOf(users));
        }

        @Override
        public int kind() {
            return GroupRequest.ListMembers.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(users.size());
            users.forEach(out::string8);
        }
    }

    /** Kind 8: who may read besides the owner. Layout: reader count (2), readers. */
    record Audience(List<GroupRequest.Reader> readers) implements GroupReply {

        @Override
        public int kind() {
            return GroupRequest.ListAudience.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            GroupRequest.Reader.encodeAll(readers, out);
        }
    }
}
