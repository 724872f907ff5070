package dev.shoal.protocol;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer asks of an index. Every request is idempotent, so that it can be sent again until it is answered. */
public sealed interface IndexRequest extends Pdu
        permits Hello,
                AccountRequest,
                AdminRequest,
                GroupRequest,
                IndexRequest.Register,
                IndexRequest.RegisterChunks,
                IndexRequest.RegisterBulk,
                IndexRequest.Deregister,
                IndexRequest.Quit,
                IndexRequest.Search,
                IndexRequest.ListOnline,
                IndexRequest.ListAll,
                IndexRequest.ListUsers,
                IndexRequest.Inspect,
                ListVersions,
                IndexRequest.Watch,
                IndexRequest.Unwatch,
                IndexRequest.Locate,
                IndexRequest.Heartbeat,
                IndexRequest.EchoCookie {

    /** Most entries that a page may be asked to have. */
    int MAX_PAGE_ENTRIES = 1_000;

    /** The longest cursor of a paged list, in bytes. */
    int MAX_CURSOR_BYTES = 255;

    /** Most runs of one {@link RegisterChunks}, so that it fits a datagram. */
    int MAX_RUNS = 128;

    /** Most entries of one {@link RegisterBulk} over TLS. */
    int MAX_BULK_ENTRIES = 5_000;

    /** Most entries of one {@link RegisterBulk} in a datagram. */
    int MAX_BULK_ENTRIES_PER_DATAGRAM = 28;

    /**
     * Decodes what follows the header of a request.
     *
     * @throws MalformedPduException when the bytes are not that PDU, or the letter is not known
     */
    static IndexRequest decode(Header header, ByteBuffer buffer) {
        WireReader in = new WireReader(buffer);
        return switch (header.letter()) {
            case 'h' -> Hello.decode(in);
            case 'R' -> Register.decode(in);
            case 'K' -> RegisterChunks.decode(in);
            case 'b' -> RegisterBulk.decode(in);
            case 'T' -> Deregister.decode(in);
            case 'Q' -> new Quit();
            case 'S' -> new Search(in.string8("text"), in.count("skip"), limit(in));
            case 'O' -> new ListOnline(in.string8("cursor"), limit(in));
            case 'L' -> new ListAll(in.string8("cursor"), limit(in));
            case 'U' -> new ListUsers(in.count("cursor"), limit(in));
            case 'I' -> new Inspect(in.name("name"), in.count("version"));
            case 'v' -> ListVersions.decode(in);
            case 'W' -> new Watch(in.name("name"), in.count("seen"));
            case 'X' -> new Unwatch(in.name("name"));
            case 'F' -> Locate.decode(in);
            case 'H' -> Heartbeat.decode(in);
            case 'a' -> AccountRequest.decode(in);
            case 'g' -> GroupRequest.decode(in);
            case 'J' -> AdminRequest.decode(in);
            case 'Y' -> new EchoCookie(in.i64("cookie"));
            default -> throw in.unknownLetter(header.letter());
        };
    }

    private static int limit(WireReader in) {
        int limit = in.u16("limit");
        if (limit == 0 || limit > MAX_PAGE_ENTRIES) {
            throw in.malformed("limit", limit + " is not in 1 to " + MAX_PAGE_ENTRIES);
        }
        return limit;
    }

    /**
     * {@code R}: the peer has a content, or publishes a version of a name. Layout: flags (1; bit 0: not all chunks
     * yet; bit 1: privately; bit 2: for everybody, though the name is private; bit 3: changed bytes), content (40),
     * name (1 + n), record (2 + n, empty for none); privately, audience (16); where bit 3 says so, changed bytes (8).
     * Answered by {@code A}.
     *
     * @param partial whether the peer has only some chunks, which {@code K} will name
     * @param content what it has
     * @param name the name it is known under
     * @param record the signed record when the peer owns the name; without it, the name's content must be this one
     * @param isPublic whether everybody is meant to see the name from now on, though only some did
     * @param audience whom the peer shares it with; null for everybody
     * @param changedBytes how many bytes of the content are not in the version before, at most, as who publishes it
     *     says; null when he does not know
     */
    record Register(
            boolean partial,
            ContentId content,
            Name name,
            @Nullable VersionRecord record,
            boolean isPublic,
            @Nullable AudienceId audience,
            @Nullable Long changedBytes)
            implements IndexRequest {

        /** Shared with everybody, unless the name is private. */
        public Register(boolean partial, ContentId content, Name name, @Nullable VersionRecord record) {
            this(partial, content, name, record, false, null, null);
        }

        /** Shared with an audience. */
        public Register(
                boolean partial,
                ContentId content,
                Name name,
                @Nullable VersionRecord record,
                @Nullable AudienceId audience) {
            this(partial, content, name, record, false, audience, null);
        }

        static Register decode(WireReader in) {
            int flags = in.u8("flags");
            ContentId content = in.contentId("content");
            Name name = in.name("name");
            byte[] record = in.bytes16("record", VersionRecord.MAX_BYTES);
            AudienceId audience = (flags & 2) == 0 ? null : AudienceId.decode(in);
            Long changed = (flags & 8) == 0 ? null : in.upTo("changed bytes", content.length());
            return new Register(
                    (flags & 1) != 0,
                    content,
                    name,
                    record.length == 0 ? null : VersionRecord.decode(record),
                    (flags & 4) != 0,
                    audience,
                    changed);
        }

        @Override
        public char letter() {
            return 'R';
        }

        @Override
        public void encodeBody(WireWriter out) {
            int isChangeKnown = changedBytes == null ? 0 : 8;
            out.u8((partial ? 1 : 0) | (audience == null ? 0 : 2) | (isPublic ? 4 : 0) | isChangeKnown)
                    .contentId(content)
                    .string8(name.text());
            out.bytes16(record == null ? new byte[0] : record.encode());
            if (audience != null) {
                audience.encode(out);
            }
            if (changedBytes != null) {
                out.i64(changedBytes);
            }
        }
    }

    /**
     * {@code K}: the peer has more chunks of a content, of which it becomes a source if it was not. Layout: flags (1;
     * bit 0: all chunks; bit 1: these chunks and no others), content (40), run count (2), runs (first 4, count 4).
     * Answered by {@code A}.
     *
     * @param complete whether the peer now has every chunk
     * @param replace whether the runs replace what was registered, else they are added
     * @param content the content
     * @param runs the chunks, at most {@link #MAX_RUNS} runs
     */
    record RegisterChunks(boolean complete, boolean replace, ContentId content, List<ChunkRun> runs)
            implements IndexRequest {

        static RegisterChunks decode(WireReader in) {
            int flags = in.u8("flags");
            ContentId content = in.contentId("content");
            List<ChunkRun> runs = Runs.decode(in, MAX_RUNS, content.layout().chunkCount());
            return new RegisterChunks((flags & 1) != 0, (flags & 2) != 0, content, runs);
        }

        @Override
        public char letter() {
            return 'K';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8((complete ? 1 : 0) | (replace ? 2 : 0)).contentId(content);
            Runs.encode(runs, out);
        }
    }

    /**
     * {@code b}: everything that the peer has, in pages. Layout: generation (4), entry count (2), entries (content 40,
     * flags 1; bit 0: not all chunks), flags (1; bit 0: more pages follow; 0 where it is missing). The page after which
     * no more follow takes away what was registered before and was not named; a page of a lower generation changes
     * nothing. Answered by {@code A}.
     *
     * @param generation number of this statement, higher than that of the one before in the session
     * @param entries at most {@link #MAX_BULK_ENTRIES}
     * @param more whether further pages of the same generation follow
     */
    record RegisterBulk(int generation, List<Entry> entries, boolean more) implements IndexRequest {

        /** One content of the statement. */
        public record Entry(ContentId content, boolean partial) {

            private static final int BYTES = ContentId.BYTES + 1;
        }

        static RegisterBulk decode(WireReader in) {
            int generation = in.count("generation");
            int count = in.entryCount("entry count", MAX_BULK_ENTRIES, Entry.BYTES);
            List<Entry> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(new Entry(in.contentId("content"), (in.u8("flags") & 1) != 0));
            }
            boolean more = in.remaining() > 0 && (in.u8("flags") & 1) != 0;
            return new RegisterBulk(generation, List.copyOf(entries), more);
        }

        @Override
        public char letter() {
            return 'b';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.count(generation).u16(entries.size());
            entries.forEach(entry -> out.contentId(entry.content).u8(entry.partial ? 1 : 0));
            out.u8(more ? 1 : 0);
        }
    }

    /**
     * {@code T}: the peer no longer shares. Layout: scope (1), then for scope 0 a name (1 + n), for scope 1 a content
     * (40), for scope 2 nothing. The owner of a name takes the name away with it; anybody else only withdraws as a
     * source. Answered by {@code A} whose number says how many were taken away.
     */
    sealed interface Deregister extends IndexRequest {

        static Deregister decode(WireReader in) {
            int scope = in.u8("scope");
            return switch (scope) {
                case 0 -> new DeregisterName(in.name("name"));
                case 1 -> new DeregisterContent(in.contentId("content"));
                case 2 -> new DeregisterAll();
                default -> throw in.malformed("scope", scope + " is not known");
            };
        }

        @Override
        default char letter() {
            return 'T';
        }
    }

    /** {@code T} of a name. */
    record DeregisterName(Name name) implements Deregister {
        @Override
        public void encodeBody(WireWriter out) {
            out.u8(0).string8(name.text());
        }
    }

    /** {@code T} of a content, under whatever names it is known. */
    record DeregisterContent(ContentId content) implements Deregister {
        @Override
        public void encodeBody(WireWriter out) {
            out.u8(1).contentId(content);
        }
    }

    /** {@code T} of everything that the peer registered, its names included. */
    record DeregisterAll() implements Deregister {
        @Override
        public void encodeBody(WireWriter out) {
            out.u8(2);
        }
    }

    /** {@code Q}: this instance ends. No fields, no answer. Names stay, their contents lose this source. */
    record Quit() implements IndexRequest {
        @Override
        public char letter() {
            return 'Q';
        }

        @Override
        public void encodeBody(WireWriter out) {}
    }

    /**
     * {@code S}: names that match a text, exact names first. Layout: text (1 + n), skip (4), limit (2). Answered by
     * {@code S}.
     *
     * @param text words to look for
     * @param skip how many of the best matches to leave out, for the next page
     * @param limit most entries of the answer
     */
    record Search(String text, int skip, int limit) implements IndexRequest {
        @Override
        public char letter() {
            return 'S';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.string8(text).count(skip).u16(limit);
        }
    }

    /**
     * {@code O}: names that can be fetched now, in the order of their bytes. Layout: cursor (1 + n), limit (2).
     * Answered by {@code O}.
     *
     * @param cursor where to go on, from the page before; empty for the first
     * @param limit most entries of the answer
     */
    record ListOnline(String cursor, int limit) implements IndexRequest {
        @Override
        public char letter() {
            return 'O';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.string8(cursor).u16(limit);
        }
    }

    /**
     * {@code L}: all names, whether they can be fetched now or not; fields and answer as {@code O}, letter {@code L}.
     */
    record ListAll(String cursor, int limit) implements IndexRequest {
        @Override
        public char letter() {
            return 'L';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.string8(cursor).u16(limit);
        }
    }

    /** {@code U}: users on-line. Layout: cursor (4; 0 for the first page), limit (2). Answered by {@code U}. */
    record ListUsers(int cursor, int limit) implements IndexRequest {
        @Override
        public char letter() {
            return 'U';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.count(cursor).u16(limit);
        }
    }

    /** {@code I}: one version of a name. Layout: name (1 + n), version (4; 0 for the latest). Answered by {@code I}. */
    record Inspect(Name name, int version) implements IndexRequest {
        @Override
        public char letter() {
            return 'I';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.string8(name.text()).count(version);
        }
    }

    /**
     * {@code W}: tell this peer of new versions of a name, by {@link IndexPush.NewVersion}, until it says otherwise.
     * Layout: name (1 + n), seen (4). Answered by {@code A} with the number of the latest version.
     *
     * @param name the name
     * @param seen the highest number that the peer knows of; 0 for none
     */
    record Watch(Name name, int seen) implements IndexRequest {
        @Override
        public char letter() {
            return 'W';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.string8(name.text()).count(seen);
        }
    }

    /** {@code X}: no longer tell of a name. Layout: name (1 + n). Answered by {@code A}, watched or not. */
    record Unwatch(Name name) implements IndexRequest {
        @Override
        public char letter() {
            return 'X';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.string8(name.text());
        }
    }

    /**
     * {@code F}: who has a content. Layout: flags (1; bit 0: with the chunks of each, over TLS only; bit 1: of an
     * audience), content (40), skip (4), limit (2); of an audience, that (16). Answered by {@code F}.
     *
     * @param withChunks whether to name each source's chunks
     * @param content the content
     * @param skip with chunks: how many sources to leave out, for the next page; else 0
     * @param limit most sources of the answer
     * @param audience whose private shares of it are meant; null for the public ones
     */
    record Locate(
            boolean withChunks,
            ContentId content,
            int skip,
            int limit,
            @Nullable AudienceId audience) implements IndexRequest {

        /** Of public shares. */
        public Locate(boolean withChunks, ContentId content, int skip, int limit) {
            this(withChunks, content, skip, limit, null);
        }

        static Locate decode(WireReader in) {
            int flags = in.u8("flags");
            return new Locate(
                    (flags & 1) != 0,
                    in.contentId("content"),
                    in.count("skip"),
                    IndexRequest.limit(in),
                    (flags & 2) == 0 ? null : AudienceId.decode(in));
        }

        @Override
        public char letter() {
            return 'F';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8((withChunks ? 1 : 0) | (audience == null ? 0 : 2))
                    .contentId(content)
                    .count(skip)
                    .u16(limit);
            if (audience != null) {
                audience.encode(out);
            }
        }
    }

    /**
     * {@code H}: the peer lives. Layout: count (4), digest (16), running uploads (2). Answered by {@code H}.
     *
     * @param contents how many contents the peer believes to have registered
     * @param digestHigh first half of their digest, see {@link RegistrationDigest}
     * @param digestLow second half
     * @param uploads how many downloads of others it serves now
     */
    record Heartbeat(int contents, long digestHigh, long digestLow, int uploads) implements IndexRequest {

        static Heartbeat decode(WireReader in) {
            return new Heartbeat(in.count("contents"), in.i64("digest"), in.i64("digest"), in.u16("uploads"));
        }

        @Override
        public char letter() {
            return 'H';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.count(contents).i64(digestHigh).i64(digestLow).u16(uploads);
        }
    }

    /** {@code Y}: returns the cookie of a challenge, which shows that the address is the peer's. Layout: cookie (8). */
    record EchoCookie(long cookie) implements IndexRequest {
        @Override
        public char letter() {
            return 'Y';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.i64(cookie);
        }
    }
}
