package dev.shoal.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code g}: what an account asks of an index about its groups and its audiences, over TLS only. Layout: kind (1), then
 * the fields of the kind. A group has accounts as its members, and a name that is its owner's: nobody else sees or
 * changes it. An audience has accounts and groups, and is who may get what its owner shares privately.
 */
public sealed interface GroupRequest extends IndexRequest, PduOfKind
        permits GroupRequest.Create,
                GroupRequest.Delete,
                GroupRequest.Add,
                GroupRequest.Remove,
                GroupRequest.ListGroups,
                GroupRequest.ListMembers,
                GroupRequest.SetAudience,
                GroupRequest.DropAudience,
                GroupRequest.ListAudience,
                GroupRequest.ChangeAudience {

    /** Most accounts and groups of an audience. */
    int MAX_READERS = 1_000;

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
            case SetAudience.KIND -> SetAudience.decode(in);
            case DropAudience.KIND -> new DropAudience(AudienceId.decode(in));
            case ListAudience.KIND -> new ListAudience(AudienceId.decode(in));
            case ChangeAudience.KIND -> ChangeAudience.decode(in);
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

    /**
     * A reader: an account, or all members of a group of the audience's owner. Layout: flags (1; bit 0: a group), name
     * (1 + n).
     *
     * @param isGroup whether it is a group
     * @param name of the account, or of the group
     */
    record Reader(boolean isGroup, String name) {

        /** With a name of one byte. */
        static final int MIN_BYTES = 1 + 1 + 1;

        static Reader decode(WireReader in) {
            return new Reader((in.u8("flags") & 1) != 0, in.owner("reader"));
        }

        void encode(WireWriter out) {
            out.u8(isGroup ? 1 : 0).string8(name);
        }

        static List<Reader> decodeAll(WireReader in) {
            int count = in.entryCount("reader count", MAX_READERS, MIN_BYTES);
            List<Reader> readers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                readers.add(decode(in));
            }
            return List.copyOf(readers);
        }

        static void encodeAll(List<Reader> readers, WireWriter out) {
            out.u16(readers.size());
            readers.forEach(reader -> reader.encode(out));
        }
    }

    /**
     * Kind 6: makes an audience, or gives it other readers. Layout: audience (16), reader count (2), readers, flags (1;
     * bit 0: with a seed; 0 where it is missing), with one: seed (16). Answered by {@code A}.
     *
     * @param audience the asker's; a new one follows from the account's key and the seed
     * @param readers who may read besides its owner, at most {@link #MAX_READERS}
     * @param seed needed to make one; null to change one
     */
    record SetAudience(
            AudienceId audience,
            List<Reader> readers,
            @Nullable AudienceSeed seed) implements GroupRequest {

        static final int KIND = 6;

        /** Of one that is there. */
        public SetAudience(AudienceId audience, List<Reader> readers) {
            this(audience, readers, null);
        }

        static SetAudience decode(WireReader in) {
            AudienceId audience = AudienceId.decode(in);
            List<Reader> readers = Reader.decodeAll(in);
            boolean isSeeded = in.remaining() > 0 && (in.u8("flags") & 1) != 0;
            return new SetAudience(audience, readers, isSeeded ? AudienceSeed.decode(in) : null);
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            audience.encode(out);
            Reader.encodeAll(readers, out);
            out.u8(seed == null ? 0 : 1);
            if (seed != null) {
                seed.encode(out);
            }
        }
    }

    /** Kind 7: takes an audience away; what is shared with it nobody else gets. Layout: audience (16). */
    record DropAudience(AudienceId audience) implements GroupRequest {

        static final int KIND = 7;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            audience.encode(out);
        }
    }

    /** Kind 8: who is in an audience. Layout: audience (16). Answered by {@link GroupReply.Audience}. */
    record ListAudience(AudienceId audience) implements GroupRequest {

        static final int KIND = 8;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            audience.encode(out);
        }
    }

    /**
     * Kind 9: lets some more into an audience, and takes some out, at once. Layout: audience (16), reader count (2),
     * readers to put in, reader count (2), readers to take out. Answered by {@code A}.
     *
     * @param audience the asker's
     * @param more who is in it from now on, at most {@link #MAX_READERS}
     * @param less who is not, also when put in by the same request, at most as many
     */
    record ChangeAudience(AudienceId audience, List<Reader> more, List<Reader> less) implements GroupRequest {

        static final int KIND = 9;

        static ChangeAudience decode(WireReader in) {
            return new ChangeAudience(AudienceId.decode(in), Reader.decodeAll(in), Reader.decodeAll(in));
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            audience.encode(out);
            Reader.encodeAll(more, out);
            Reader.encodeAll(less, out);
        }
    }
}
