package dev.shoal.protocol;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an index answers; a {@link Failure} can stand in the place of each. */
public sealed interface IndexReply extends Pdu
        permits Welcome,
                AccountReply,
                AdminReply,
                GroupReply,
                IndexReply.Ack,
                IndexReply.Names,
                IndexReply.Users,
                IndexReply.Version,
                VersionList,
                IndexReply.Locations,
                PackedLocations,
                IndexReply.HeartbeatReply,
                IndexReply.Challenge {

    /**
     * Decodes what follows the header of a reply.
     *
     * @return an {@link IndexReply} or a {@link Failure}
     * @throws MalformedPduException when the bytes are not that PDU, or the letter is not known
     */
    static Pdu decode(Header header, ByteBuffer buffer) {
        WireReader in = new WireReader(buffer);
        return switch (header.letter()) {
            case 'w' -> Welcome.decode(in);
            case 'A' -> Ack.decode(in);
            case 'S', 'O', 'L' -> Names.decode(header.letter(), in);
            case 'U' -> Users.decode(in);
            case 'I' -> Version.decode(in);
            case 'v' -> VersionList.decode(in);
            case 'F' -> Locations.decode(in);
            case 'H' -> HeartbeatReply.decode(in);
            case 'a' -> AccountReply.decode(in);
            case 'g' -> GroupReply.decode(in);
            case 'J' -> AdminReply.decode(in);
            case 'Y' -> new Challenge(in.i64("cookie"));
            case 'E' -> Failure.decode(in);
            default -> throw in.unknownLetter(header.letter());
        };
    }

    /**
     * {@code A}: done. Layout: outcome (1), number (4).
     *
     * @param outcome what happened
     * @param number of {@code R}: the version; of {@code T}: how many were taken away; of {@code W}: the latest
     *     version; else 0
     */
    record Ack(Outcome outcome, int number) implements IndexReply {

        /** What an acknowledged request did. */
        public enum Outcome {
            /** Nothing that needs a word; also what an unknown number reads as. */
            DONE(0),
            /** {@code R} made the name. */
            NAME_MADE(1),
            /** {@code R} made a new version of the name. */
            VERSION_MADE(2),
            /** {@code R} added the peer as a source. */
            SOURCE_ADDED(3),
            /** {@code R} found everything as it asked for. */
            UNCHANGED(4);

            private final int number;

            Outcome(int number) {
                this.number = number;
            }

            static Outcome of(int number) {
                return Stream.of(values())
                        .filter(outcome -> outcome.number == number)
                        .findFirst()
                        .orElse(DONE);
            }
        }

        /** Acknowledges without a word. */
        public static final Ack DONE = new Ack(Outcome.DONE, 0);

        static Ack decode(WireReader in) {
            return new Ack(Outcome.of(in.u8("outcome")), in.count("number"));
        }

        @Override
        public char letter() {
            return 'A';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8(outcome.number).count(number);
        }
    }

    /**
     * One line of a list: the latest version of a name. Layout: name (1 + n), content (40), flags (1; bit 0: a folder,
     * bit 1: private), version (4), time (8), seeds (4), sources (4).
     *
     * @param name the name
     * @param content the latest version's content
     * @param folder whether the content is a folder's listing
     * @param isPrivate whether only some see it
     * @param version number of the latest version
     * @param publishedMillis when it was published, since 1970
     * @param seeds how many peers have all chunks
     * @param sources how many peers have at least one chunk, seeds included
     */
    record Listing(
            Name name,
            ContentId content,
            boolean folder,
            boolean isPrivate,
            int version,
            long publishedMillis,
            int seeds,
            int sources) {

        /** With a name of three bytes, the shortest. */
        private static final int MIN_BYTES = 65;

        /** One that everybody sees. */
        public Listing(
                Name name,
                ContentId content,
                boolean folder,
                int version,
                long publishedMillis,
                int seeds,
                int sources) {
            this(name, content, folder, false, version, publishedMillis, seeds, sources);
        }

        static Listing decode(WireReader in) {
            Name name = in.name("name");
            ContentId content = in.contentId("content");
            int flags = in.u8("flags");
            return new Listing(
                    name,
                    content,
                    (flags & 1) != 0,
                    (flags & 2) != 0,
                    in.count("version"),
                    in.i64("time"),
                    in.count("seeds"),
                    in.count("sources"));
        }

        void encode(WireWriter out) {
            out.string8(name.text())
                    .contentId(content)
                    .u8((folder ? 1 : 0) | (isPrivate ? 2 : 0))
                    .count(version)
                    .i64(publishedMillis);
            out.count(seeds).count(sources);
        }
    }

    /**
     * {@code S}, {@code O} or {@code L}: a page of names. Layout: entry count (2), entries, cursor (1 + n; empty when
     * this is the last page). For {@code S} the next page is asked for by the number of entries read so far.
     *
     * @param letter that of the request
     * @param entries the lines
     * @param cursor what to send for the next page
     */
    record Names(char letter, List<Listing> entries, String cursor) implements IndexReply {

        static Names decode(char letter, WireReader in) {
            int count = in.entryCount("entry count", IndexRequest.MAX_PAGE_ENTRIES, Listing.MIN_BYTES);
            List<Listing> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(Listing.decode(in));
            }
            return new Names(letter, List.copyOf(entries), in.string8("cursor"));
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> entry.encode(out));
            out.string8(cursor);
        }
    }

    /**
     * One user on-line. Layout: user (1 + n), peer (32), instance (8), since (8), contents (4), uploads (2).
     *
     * @param user what it calls itself, which nobody checked
     * @param peer id of the peer
     * @param instance number of the process
     * @param sinceMillis when it joined, since 1970
     * @param contents how many contents it has registered
     * @param uploads how many downloads of others it serves
     * @param account the account that it acts for, which the index vouches for; empty for none
     */
    record User(String user, PeerId peer, long instance, long sinceMillis, int contents, int uploads, String account) {

        /** With an empty name. */
        private static final int MIN_BYTES = 55;

        static User decode(WireReader in) {
            return new User(
                    in.string8("user", Hello.MAX_USER_BYTES),
                    new PeerId(in.hash("peer")),
                    in.i64("instance"),
                    in.i64("since"),
                    in.count("contents"),
                    in.u16("uploads"),
                    "");
        }

        User of(String owner) {
            return new User(user, peer, instance, sinceMillis, contents, uploads, owner);
        }

        void encode(WireWriter out) {
            out.string8(user)
                    .hash(peer.hash())
                    .i64(instance)
                    .i64(sinceMillis)
                    .count(contents)
                    .u16(uploads);
        }
    }

    /**
     * {@code U}: a page of users. Layout: entry count (2), entries, cursor (4; 0 when this is the last page), the
     * account of each entry (1 + n each; all may be missing).
     */
    record Users(List<User> entries, int cursor) implements IndexReply {

        static Users decode(WireReader in) {
            int count = in.entryCount("entry count", IndexRequest.MAX_PAGE_ENTRIES, User.MIN_BYTES);
            List<User> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(User.decode(in));
            }
            int cursor = in.count("cursor");
            if (in.remaining() > 0) {
                entries.replaceAll(entry -> entry.of(in.string8("account", AccountRequest.MAX_USER_BYTES)));
            }
            return new Users(List.copyOf(entries), cursor);
        }

        @Override
        public char letter() {
            return 'U';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> entry.encode(out));
            out.count(cursor);
            entries.forEach(entry -> out.string8(entry.account));
        }
    }

    /**
     * {@code I}: a version of a name. Layout: record (2 + n), latest version (4), seeds (4), sources (4), {@link
     * Ownership}, flags (1; bit 0: private), when private audience (16). The last three may be missing.
     *
     * @param record the signed record
     * @param latest number of the latest version
     * @param seeds how many peers have all chunks of this version
     * @param sources how many have at least one
     * @param ownership through which hands the name came; null when it has its first owner
     * @param audience who may get it; null for everybody
     */
    record Version(
            VersionRecord record,
            int latest,
            int seeds,
            int sources,
            @Nullable Ownership ownership,
            @Nullable AudienceId audience)
            implements IndexReply {

        /** Of a public name that has its first owner. */
        public Version(VersionRecord record, int latest, int seeds, int sources) {
            this(record, latest, seeds, sources, null);
        }

        /** Of a public name. */
        public Version(VersionRecord record, int latest, int seeds, int sources, @Nullable Ownership ownership) {
            this(record, latest, seeds, sources, ownership, null);
        }

        static Version decode(WireReader in) {
            return new Version(
                    VersionRecord.decode(in.bytes16("record", VersionRecord.MAX_BYTES)),
                    in.count("latest version"),
                    in.count("seeds"),
                    in.count("sources"),
                    Ownership.decode(in),
                    in.remaining() > 0 && (in.u8("flags") & 1) != 0 ? AudienceId.decode(in) : null);
        }

        @Override
        public char letter() {
            return 'I';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.bytes16(record.encode()).count(latest).count(seeds).count(sources);
            Ownership.encode(ownership, out);
            out.u8(audience == null ? 0 : 1);
            if (audience != null) {
                audience.encode(out);
            }
        }
    }

    /**
     * One source of a content. Layout: peer (32), completeness (1), load (2), endpoints (1 + n); with chunks: run count
     * (2) and runs.
     *
     * @param peer id of the peer, which its key must match
     * @param completeness share of the chunks it has, 0 to 254; 255 for all
     * @param load how many downloads the index believes it to serve
     * @param endpoints where to dial it, side by side
     * @param chunks what it has, when that was asked for; else empty
     */
    record Source(PeerId peer, int completeness, int load, List<Endpoint> endpoints, List<ChunkRun> chunks) {

        /** The completeness of a seed. */
        public static final int SEED = 255;

        /** Most runs that are named of one source: a map of single chunks of the largest content of 4 096 chunks. */
        public static final int MAX_RUNS = 2_048;

        /** Where in an entry the completeness is. */
        public static final int COMPLETENESS_OFFSET = Hash.BYTES;

        /** Where in an entry the load is. */
        public static final int LOAD_OFFSET = COMPLETENESS_OFFSET + 1;

        /** Without endpoints and chunks. */
        private static final int MIN_BYTES = 36;

        /** With all endpoints, without chunks. */
        public static final int MAX_BYTES = MIN_BYTES + Endpoint.MAX_PER_PEER * Endpoint.MAX_BYTES;

        /** Whether it has all chunks. */
        public boolean isSeed() {
            return completeness == SEED;
        }

        static Source decode(WireReader in, boolean withChunks) {
            PeerId peer = new PeerId(in.hash("peer"));
            int completeness = in.u8("completeness");
            int load = in.u16("load");
            List<Endpoint> endpoints = Endpoint.decodeAll(in);
            List<ChunkRun> chunks = withChunks ? Runs.decode(in, MAX_RUNS, PeerPdu.MAX_CHUNKS) : List.of();
            return new Source(peer, completeness, load, endpoints, chunks);
        }

        /** The entry of an answer without chunks. */
        public byte[] toBytes() {
            ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
            encode(new WireWriter(buffer), false);
            return Arrays.copyOf(buffer.array(), buffer.position());
        }

        void encode(WireWriter out, boolean withChunks) {
            out.hash(peer.hash()).u8(completeness).u16(load);
            Endpoint.encodeAll(endpoints, out);
            if (withChunks) {
                Runs.encode(chunks, out);
            }
        }
    }

    /**
     * {@code F}: who has a content. Layout: flags (1; bit 0: with chunks; bit 1: with a ticket), seeds (4), sources
     * (4), entry count (2), entries; with a ticket {@link AccessTicket}. Without chunks the entries are a sample, best
     * first; with chunks a page in a fixed order.
     *
     * @param withChunks whether the entries name chunks
     * @param seeds how many peers have all chunks
     * @param sources how many peers have at least one chunk
     * @param entries the sources
     * @param ticket what the sources of a private share want to see; null for public ones
     */
    record Locations(
            boolean withChunks,
            int seeds,
            int sources,
            List<Source> entries,
            @Nullable AccessTicket ticket) implements IndexReply {

        /** Of a public share. */
        public Locations(boolean withChunks, int seeds, int sources, List<Source> entries) {
            this(withChunks, seeds, sources, entries, null);
        }

        /** The same with a ticket. */
        public Locations with(AccessTicket shown) {
            return new Locations(withChunks, seeds, sources, entries, shown);
        }

        static Locations decode(WireReader in) {
            int flags = in.u8("flags");
            boolean withChunks = (flags & 1) != 0;
            int seeds = in.count("seeds");
            int sources = in.count("sources");
            int count = in.entryCount("entry count", IndexRequest.MAX_PAGE_ENTRIES, Source.MIN_BYTES);
            List<Source> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(Source.decode(in, withChunks));
            }
            AccessTicket ticket = (flags & 2) == 0 ? null : AccessTicket.decode(in);
            return new Locations(withChunks, seeds, sources, List.copyOf(entries), ticket);
        }

        @Override
        public char letter() {
            return 'F';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8((withChunks ? 1 : 0) | (ticket == null ? 0 : 2));
            out.count(seeds).count(sources).u16(entries.size());
            entries.forEach(entry -> entry.encode(out, withChunks));
            if (ticket != null) {
                ticket.encode(out);
            }
        }
    }

    /**
     * {@code H}: the index heard. Layout: flags (1; bit 0: register everything again), after (4), lease (4), observed
     * endpoint (7 or 19).
     *
     * @param restate whether what the index knows differs from the heartbeat
     * @param restateAfterMillis when to register again, in milliseconds from now
     * @param leaseMillis the lease, which may have changed
     * @param observed where the datagram came from
     */
    record HeartbeatReply(boolean restate, int restateAfterMillis, int leaseMillis, Endpoint observed)
            implements IndexReply {

        static HeartbeatReply decode(WireReader in) {
            return new HeartbeatReply(
                    (in.u8("flags") & 1) != 0, in.count("after"), in.count("lease"), Endpoint.decode(in));
        }

        @Override
        public char letter() {
            return 'H';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8(restate ? 1 : 0).count(restateAfterMillis).count(leaseMillis);
            observed.encode(out);
        }
    }

    /** {@code Y}: the datagram came from a new address; return this cookie from it. Layout: cookie (8). */
    record Challenge(long cookie) implements IndexReply {
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
