package dev.shoal.protocol;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two peers say to each other on a TLS connection. Each is a frame: length (4), then the PDU. The id in the header
 * is the handle of a content, chosen by the side that opens it to download; the reply flag tells whether the serving
 * side of that handle speaks, so both sides may use the same numbers.
 */
public sealed interface PeerPdu extends Pdu
        permits PeerPdu.PeerHello,
                PeerPdu.Open,
                PeerPdu.Renewal,
                PeerPdu.ChunkMap,
                PeerPdu.GetHashes,
                PeerPdu.Hashes,
                SegmentPdu,
                PeerPdu.Get,
                PeerPdu.Data,
                PeerPdu.Cancel,
                PeerPdu.Complaint,
                PeerPdu.Close,
                PeerPdu.KeepAlive,
                PeerPdu.Bye {

    /** Most bytes of data in one {@code C}. */
    int MAX_DATA_BYTES = 256 * 1024;

    /** Bytes of a {@code C} between its header and its data. */
    int DATA_FIELDS_BYTES = 6;

    /** Most hashes in one {@code V}. */
    int MAX_HASHES = 4_096;

    /** Most runs in one {@code M}. */
    int MAX_RUNS = 1_024;

    /** Most bits in one window of {@code M}. */
    int MAX_MAP_CHUNKS = 1 << 20;

    /** Most chunks of any content: those of the longest one. */
    int MAX_CHUNKS = (int) (ContentId.MAX_LENGTH / ChunkLayout.MAX_CHUNK_BYTES);

    /** Most blocks of any chunk. */
    int MAX_BLOCKS = ChunkLayout.MAX_CHUNK_BYTES / ChunkLayout.BLOCK_BYTES;

    /** The highest level of any hash tree, that of the root of the longest content. */
    int MAX_LEVEL = 32;

    /**
     * Decodes what follows the header.
     *
     * @return a {@link PeerPdu} or a {@link Failure}
     * @throws MalformedPduException when the bytes are not that PDU, or the letter is not known
     */
    static Pdu decode(Header header, ByteBuffer buffer) {
        WireReader in = new WireReader(buffer);
        return switch (header.letter()) {
            case 'h' -> PeerHello.decode(in);
            case 'D' -> Open.decode(in);
            case 't' -> new Renewal(AccessTicket.decode(in));
            case 'M' -> ChunkMap.decode(in);
            case 'V' -> header.reply() ? Hashes.decode(in) : GetHashes.decode(in);
            case 'Z' -> SegmentPdu.decode(header.reply(), in);
            case 'G' -> Get.decode(in);
            case 'C' -> Data.decode(in);
            case 'c' -> Cancel.decode(in);
            case 'p' -> new Complaint(chunk(in));
            case 'q' -> new Close();
            case 'k' -> new KeepAlive();
            case 'B' -> new Bye();
            case 'E' -> Failure.decode(in);
            default -> throw in.unknownLetter(header.letter());
        };
    }

    private static int chunk(WireReader in) {
        return in.count("chunk", MAX_CHUNKS - 1);
    }

    private static int blockCount(WireReader in, int firstBlock) {
        int count = in.u16("block count");
        if (count == 0 || firstBlock + count > MAX_BLOCKS) {
            throw in.malformed("block count", count + " blocks from " + firstBlock + " on are not inside a chunk");
        }
        return count;
    }

    /**
     * {@code h}, the first frame of each side. Layout: protocol version (2), instance (8), lane (1), most requested
     * bytes (4), program (1 + n).
     *
     * @param version protocol version
     * @param instance number of the process
     * @param lane 0 for the usual connection, 1 for a second one beside it, which keeps a second processor busy; who
     * dials
     *     says which it is
     * @param maxRequestedBytes how many bytes of data the other side may have requested and not yet received
     * @param program name and version, for people
     */
    record PeerHello(int version, long instance, int lane, int maxRequestedBytes, String program) implements PeerPdu {

        static PeerHello decode(WireReader in) {
            return new PeerHello(
                    in.u16("protocol version"),
                    in.i64("instance"),
                    in.u8("lane"),
                    in.count("most requested bytes"),
                    in.string8("program"));
        }

        @Override
        public char letter() {
            return 'h';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u16(version).i64(instance).u8(lane).count(maxRequestedBytes).string8(program);
        }
    }

    /**
     * {@code D}: opens a content for download under a new handle. Layout: content (40), flags (1; bit 0:
     * private; may be missing), when private audience (16) and {@link AccessTicket}. Answered by {@code M}.
     *
     * @param content the content
     * @param pass what opens a private share; null for a public one
     */
    record Open(ContentId content, @Nullable Pass pass) implements PeerPdu {

        /**
         * What opens a private share.
         *
         * @param audience whom it is shared with
         * @param ticket of the index
         */
        public record Pass(AudienceId audience, AccessTicket ticket) {}

        /** Of a public share. */
        public Open(ContentId content) {
            this(content, null);
        }

        static Open decode(WireReader in) {
            ContentId content = in.contentId("content");
            boolean isPrivate = in.remaining() > 0 && (in.u8("flags") & 1) != 0;
            return new Open(content, isPrivate ? new Pass(AudienceId.decode(in), AccessTicket.decode(in)) : null);
        }

        @Override
        public char letter() {
            return 'D';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.contentId(content).u8(pass == null ? 0 : 1);
            if (pass != null) {
                pass.audience.encode(out);
                pass.ticket.encode(out);
            }
        }
    }

    /**
     * {@code t}: the downloader's next ticket, under the handle of a private share. Layout: {@link AccessTicket}. Not
     * answered.
     */
    record Renewal(AccessTicket ticket) implements PeerPdu {
        @Override
        public char letter() {
            return 't';
        }

        @Override
        public void encodeBody(WireWriter out) {
            ticket.encode(out);
        }
    }

    /**
     * {@code M}: chunks that the serving side has. Layout: form (1), then for form 0 (all chunks) nothing; for form 1
     * (a window of the bitmap) first chunk (4), chunk count (4), ⌈count/8⌉ bytes; for form 2 (more chunks) runs (2 +
     * n). Chunks are only ever added; a source that loses chunks ends the handle with {@code E} and code GONE.
     */
    sealed interface ChunkMap extends PeerPdu {

        static ChunkMap decode(WireReader in) {
            int form = in.u8("form");
            return switch (form) {
                case 0 -> new AllChunks();
                case 1 -> MapWindow.decode(in);
                case 2 -> new MoreChunks(Runs.decode(in, MAX_RUNS, MAX_CHUNKS));
                default -> throw in.malformed("form", form + " is not known");
            };
        }

        @Override
        default char letter() {
            return 'M';
        }
    }

    /** {@code M}: all chunks. */
    record AllChunks() implements ChunkMap {
        @Override
        public void encodeBody(WireWriter out) {
            out.u8(0);
        }
    }

    /**
     * {@code M}: a window of the bitmap, of which bit 7 of the first byte is the first chunk. Bits past the last chunk
     * are zero.
     */
    record MapWindow(int firstChunk, int chunkCount, byte[] bits) implements ChunkMap {

        /** Checks the length of the bitmap. */
        public MapWindow {
            if (bits.length != (chunkCount + 7) / 8) {
                throw new IllegalArgumentException(bits.length + " bytes for " + chunkCount + " chunks");
            }
        }

        static MapWindow decode(WireReader in) {
            int first = in.count("first chunk", MAX_CHUNKS);
            int count = in.count("chunk count", Math.min(MAX_MAP_CHUNKS, MAX_CHUNKS - first));
            if (count == 0) {
                throw in.malformed("chunk count", "a window has a chunk at least");
            }
            byte[] bits = in.bytes("bitmap", (count + 7) / 8);
            if (count % 8 != 0 && (bits[bits.length - 1] & (0xff >> (count % 8))) != 0) {
                throw in.malformed("bitmap", "a bit past the last chunk is set");
            }
            return new MapWindow(first, count, bits);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof MapWindow window
                    && firstChunk == window.firstChunk
                    && chunkCount == window.chunkCount
                    && Arrays.equals(bits, window.bits);
        }

        @Override
        public int hashCode() {
            return 31 * firstChunk + Arrays.hashCode(bits);
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8(1).count(firstChunk).count(chunkCount).bytes(bits);
        }
    }

    /** {@code M}: chunks that have come since. */
    record MoreChunks(List<ChunkRun> runs) implements ChunkMap {
        @Override
        public void encodeBody(WireWriter out) {
            out.u8(2);
            Runs.encode(runs, out);
        }
    }

    /**
     * {@code V} as a request: nodes of a row of the hash tree. Layout: level (1), first node (8), node count (4). A
     * source answers for the row of the chunk hashes, and for level 0 within one chunk that it has.
     */
    record GetHashes(int level, long firstNode, int nodeCount) implements PeerPdu {

        static GetHashes decode(WireReader in) {
            int level = in.u8("level");
            long firstNode = in.i64("first node");
            int count = in.count("node count", MAX_HASHES);
            long lastFirst = level > MAX_LEVEL ? -1 : (1L << (MAX_LEVEL - level)) - count;
            if (count == 0 || firstNode < 0 || firstNode > lastFirst) {
                throw in.malformed("nodes", count + " from " + firstNode + " on at level " + level + " are in no tree");
            }
            return new GetHashes(level, firstNode, count);
        }

        @Override
        public char letter() {
            return 'V';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8(level).i64(firstNode).count(nodeCount);
        }
    }

    /** {@code V} as a reply: the nodes. Layout: level (1), first node (8), node count (4), 32 bytes each. */
    record Hashes(int level, long firstNode, byte[] nodes) implements PeerPdu {

        /** Checks that the nodes are whole. */
        public Hashes {
            if (nodes.length % Hash.BYTES != 0) {
                throw new IllegalArgumentException(nodes.length + " bytes are no row of hashes");
            }
        }

        static Hashes decode(WireReader in) {
            GetHashes which = GetHashes.decode(in);
            return new Hashes(which.level, which.firstNode, in.bytes("nodes", which.nodeCount * Hash.BYTES));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Hashes hashes
                    && level == hashes.level
                    && firstNode == hashes.firstNode
                    && Arrays.equals(nodes, hashes.nodes);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(firstNode) + Arrays.hashCode(nodes);
        }

        @Override
        public char letter() {
            return 'V';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.u8(level).i64(firstNode).count(nodes.length / Hash.BYTES).bytes(nodes);
        }
    }

    /** {@code G}: a range of blocks of one chunk. Layout: chunk (4), first block (2), block count (2). */
    record Get(int chunk, int firstBlock, int blockCount) implements PeerPdu {

        static Get decode(WireReader in) {
            int chunk = PeerPdu.chunk(in);
            int firstBlock = in.u16("first block");
            return new Get(chunk, firstBlock, PeerPdu.blockCount(in, firstBlock));
        }

        @Override
        public char letter() {
            return 'G';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.count(chunk).u16(firstBlock).u16(blockCount);
        }
    }

    /**
     * {@code C}: data of a range that was requested, in rising order, at most {@link #MAX_DATA_BYTES} each. Layout:
     * chunk (4), first block (2), then the data to the end of the frame. Programs that move much data write the first
     * fields by {@link #encodeFields} and the data from the file.
     */
    record Data(int chunk, int firstBlock, byte[] bytes) implements PeerPdu {

        static Data decode(WireReader in) {
            int chunk = PeerPdu.chunk(in);
            int firstBlock = in.u16("first block");
            int dataBytes = in.remaining();
            if (dataBytes == 0 || dataBytes > MAX_DATA_BYTES) {
                throw in.malformed("data", dataBytes + " bytes are not 1 to " + MAX_DATA_BYTES);
            }
            if (firstBlock * ChunkLayout.BLOCK_BYTES + dataBytes > ChunkLayout.MAX_CHUNK_BYTES) {
                throw in.malformed("data", dataBytes + " bytes from block " + firstBlock + " on leave the chunk");
            }
            return new Data(chunk, firstBlock, in.bytes("data", in.remaining()));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Data data
                    && chunk == data.chunk
                    && firstBlock == data.firstBlock
                    && Arrays.equals(bytes, data.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * chunk + Arrays.hashCode(bytes);
        }

        /** Writes length, header and fields of a frame whose data the caller appends. */
        public static void encodeFields(int handle, int chunk, int firstBlock, int dataBytes, ByteBuffer buffer) {
            buffer.putInt(Header.BYTES + DATA_FIELDS_BYTES + dataBytes);
            new Header('C', true, false, handle).write(buffer);
            new WireWriter(buffer).count(chunk).u16(firstBlock);
        }

        @Override
        public char letter() {
            return 'C';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.count(chunk).u16(firstBlock).bytes(bytes);
        }
    }

    /**
     * {@code c}: a requested range is no longer wanted; data already on its way may still come. Layout as {@code G}.
     */
    record Cancel(int chunk, int firstBlock, int blockCount) implements PeerPdu {

        static Cancel decode(WireReader in) {
            int chunk = PeerPdu.chunk(in);
            int firstBlock = in.u16("first block");
            return new Cancel(chunk, firstBlock, PeerPdu.blockCount(in, firstBlock));
        }

        @Override
        public char letter() {
            return 'c';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.count(chunk).u16(firstBlock).u16(blockCount);
        }
    }

    /** {@code p}: a chunk that came from this source alone does not match its hash. Layout: chunk (4). */
    record Complaint(int chunk) implements PeerPdu {
        @Override
        public char letter() {
            return 'p';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.count(chunk);
        }
    }

    /** {@code q}: the downloading side is done with a handle. No fields. */
    record Close() implements PeerPdu {
        @Override
        public char letter() {
            return 'q';
        }

        @Override
        public void encodeBody(WireWriter out) {}
    }

    /** {@code k}: nothing to say, still here. No fields; id 0. */
    record KeepAlive() implements PeerPdu {
        @Override
        public char letter() {
            return 'k';
        }

        @Override
        public void encodeBody(WireWriter out) {}
    }

    /** {@code B}: this side ends the connection. No fields; id 0. */
    record Bye() implements PeerPdu {
        @Override
        public char letter() {
            return 'B';
        }

        @Override
        public void encodeBody(WireWriter out) {}
    }
}
