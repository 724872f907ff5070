package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.content.SegmentCutter;
import dev.shoal.content.SegmentGroup;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import dev.shoal.protocol.Specimen.Way;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The codecs agree with docs/protocol-vectors.json, which other programs test themselves with. */
class VectorsTest {

    static Stream<Vector> pdus() {
        return Stream.concat(Vector.of("peer-index"), Vector.of("peer-peer"));
    }

    static Stream<Vector> goodPdus() {
        return pdus().filter(vector -> vector.error().isEmpty());
    }

    static Stream<Vector> badPdus() {
        return pdus().filter(vector -> !vector.error().isEmpty());
    }

    static Stream<Vector> named(String association, String start) {
        return Vector.of(association).filter(vector -> vector.name().startsWith(start));
    }

    static Stream<Vector> records() {
        return named("record", "record-");
    }

    static Stream<Vector> layouts() {
        return named("tree", "layout-");
    }

    static Stream<Vector> roots() {
        return named("tree", "root-");
    }

    static Stream<Vector> segments() {
        return named("tree", "segments-");
    }

    static Stream<Vector> digests() {
        return named("tree", "digest-");
    }

    static Stream<Vector> shareIds() {
        return named("tree", "share-id-");
    }

    static Stream<Vector> contentIds() {
        return named("tree", "content-id-");
    }

    private static Way way(Vector vector) {
        return switch (vector.direction()) {
            case "peer to index" -> Way.TO_INDEX;
            case "index to peer" -> Way.TO_PEER;
            default -> Way.BETWEEN_PEERS;
        };
    }

    @Test
    void everyKindOfPduHasAVectorAndNamesAreUnique() {
        Set<String> names = new HashSet<>();
        Vector.all()
                .forEach(vector ->
                        assertThat(names.add(vector.name())).as(vector.name()).isTrue());
        Set<String> shown = new HashSet<>();
        goodPdus().forEach(vector -> shown.add(kind(vector)));
        Specimen.each(new SplittableRandom(1), 1)
                .forEach(specimen -> assertThat(shown).contains(kind(specimen.way(), specimen.pdu())));
    }

    static String kind(Vector vector) {
        return kind(way(vector), way(vector).decode(vector.bytes()));
    }

    private static String kind(Way way, Pdu pdu) {
        return way + " " + pdu.letter() + " " + pdu.getClass().getSimpleName();
    }

    @ParameterizedTest
    @MethodSource("goodPdus")
    void pduDecodesToItsFieldsAndEncodesToItsBytes(Vector vector) {
        ByteBuffer buffer = ByteBuffer.wrap(vector.bytes());
        Header header = Header.read(buffer);
        JsonNode expected = vector.json().path("header");
        assertThat(header)
                .isEqualTo(new Header(
                        expected.path("letter").asString().charAt(0),
                        expected.path("reply").asBoolean(),
                        expected.path("truncated").asBoolean(),
                        expected.path("id").asInt()));
        Pdu pdu = way(vector).decode(vector.bytes());
        assertThat(Vector.tree(pdu)).isEqualTo(vector.fields());
        if (!vector.isDecodeOnly()) {
            ByteBuffer encoded = ByteBuffer.allocate(Pdu.MAX_STREAM_BYTES);
            if (header.reply()) {
                pdu.encodeReply(header.id(), header.truncated(), encoded);
            } else {
                pdu.encodeRequest(header.id(), encoded);
            }
            assertThat(hex(Arrays.copyOf(encoded.array(), encoded.position()))).isEqualTo(hex(vector.bytes()));
        }
    }

    @ParameterizedTest
    @MethodSource("badPdus")
    void badPduIsRefusedWithItsCode(Vector vector) {
        assertThatThrownBy(() -> way(vector).decode(vector.bytes()))
                .isInstanceOf(MalformedPduException.class)
                .extracting(e -> ((MalformedPduException) e).code().name())
                .isEqualTo(vector.error().equals("DROP") ? "MALFORMED" : vector.error());
        assertThat(vector.bytes().length < Header.BYTES)
                .isEqualTo(vector.error().equals("DROP"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void recordIsAuthenticAndHasItsHash(Vector vector) {
        VersionRecord record = VersionRecord.decode(vector.bytes());
        assertThat(Vector.tree(record)).isEqualTo(vector.fields());
        assertThat(hex(record.encode())).isEqualTo(hex(vector.bytes()));
        assertThat(record.isAuthentic()).isTrue();
        assertThat(record.hash().hex()).isEqualTo(vector.json().path("hash").asString());
    }

    @Test
    void secondRecordNamesTheFirst() {
        VersionRecord first = VersionRecord.decode(Vector.named("record-first").bytes());
        VersionRecord second =
                VersionRecord.decode(Vector.named("record-second").bytes());
        assertThat(second.previous()).isEqualTo(first.hash());
        assertThat(first.previous()).isEqualTo(Hash.ZERO);
    }

    @ParameterizedTest
    @MethodSource("contentIds")
    void contentIdHasItsText(Vector vector) {
        ContentId content = ContentId.read(ByteBuffer.wrap(vector.bytes()));
        assertThat(content).hasToString(vector.text("text"));
        assertThat(ContentId.parse(vector.text("text"))).isEqualTo(content);
        assertThat(content.root().hex()).isEqualTo(vector.text("root"));
        assertThat(content.length()).isEqualTo(vector.number("length"));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void layoutFollowsFromTheLength(Vector vector) {
        ChunkLayout layout = new ChunkLayout(vector.number("length"));
        int chunks = layout.chunkCount();
        assertThat(layout.chunkBytes()).isEqualTo((int) vector.number("chunkBytes"));
        assertThat(chunks).isEqualTo((int) vector.number("chunkCount"));
        assertThat(layout.blockCount()).isEqualTo(vector.number("blockCount"));
        assertThat(layout.blocksPerChunk()).isEqualTo((int) vector.number("blocksPerChunk"));
        assertThat(chunks == 0 ? 0 : layout.size(chunks - 1)).isEqualTo((int) vector.number("lastChunkBytes"));
        assertThat(layout.height()).isEqualTo((int) vector.number("height"));
        assertThat(layout.chunkLevel()).isEqualTo((int) vector.number("chunkLevel"));
    }

    @ParameterizedTest
    @MethodSource("roots")
    void rootFollowsFromTheSampleData(Vector vector) {
        byte[] data = new byte[(int) vector.number("length")];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31 + (i >> 8) * 17 + (i >> 16) * 7);
        }
        HashTree tree = new HashTree();
        ChunkLayout layout = new ChunkLayout(data.length);
        byte[] row = new byte[layout.chunkCount() * Hash.BYTES];
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            ByteBuffer bytes = ByteBuffer.wrap(data, (int) layout.offset(chunk), layout.size(chunk));
            tree.chunkHash(layout, chunk, bytes).writeTo(row, chunk * Hash.BYTES);
        }
        assertThat(hex(row)).isEqualTo(vector.text("chunkRow"));
        assertThat(tree.root(layout, row).hex()).isEqualTo(vector.text("root")).isEqualTo(hex(vector.bytes()));
    }

    @ParameterizedTest
    @MethodSource("segments")
    void segmentsFollowFromTheSampleData(Vector vector) throws NoSuchAlgorithmException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        int length = (int) vector.number("length");
        ByteBuffer sample = ByteBuffer.allocate(length + Hash.BYTES);
        for (long number = 0; sample.position() < length; number++) {
            sample.put(sha256.digest(
                    ByteBuffer.allocate(Long.BYTES).putLong(number).array()));
        }
        SegmentTable.Builder builder = new SegmentTable.Builder();
        List<Integer> lengths = new ArrayList<>();
        for (int at = 0; at < length; at += lengths.getLast()) {
            lengths.add(SegmentCutter.cut(sample.array(), at, length));
            sha256.update(sample.array(), at, lengths.getLast());
            builder.add(lengths.getLast(), SegmentHash.of(sha256.digest()));
        }
        SegmentTable table = builder.build();
        assertThat(Vector.tree(lengths)).isEqualTo(vector.fields().path("lengths"));
        assertThat(hex(table.encode())).isEqualTo(hex(vector.bytes()));
        List<SegmentGroup> groups =
                IntStream.range(0, table.groupCount()).mapToObj(table::group).toList();
        assertThat(Vector.tree(groups)).isEqualTo(vector.fields().path("groups"));
    }

    @ParameterizedTest
    @MethodSource("digests")
    void digestFollowsFromTheContents(Vector vector) {
        RegistrationDigest digest = new RegistrationDigest();
        for (JsonNode content : vector.fields().path("contents")) {
            digest.add(ContentId.parse(content.asString()));
        }
        assertThat(digest.count()).isEqualTo((int) vector.number("count"));
        assertThat(List.of(digest.high(), digest.low()))
                .containsExactly(vector.number("digestHigh"), vector.number("digestLow"));
        ByteBuffer bytes = ByteBuffer.wrap(vector.bytes());
        assertThat(List.of(bytes.getLong(), bytes.getLong())).containsExactly(digest.high(), digest.low());
    }

    @ParameterizedTest
    @MethodSource("shareIds")
    void shareIdFollowsFromAudienceAndContent(Vector vector) {
        ContentId share =
                ShareId.of(AudienceId.parse(vector.text("audience")), ContentId.parse(vector.text("content")));
        assertThat(share).hasToString(vector.text("share"));
        assertThat(hex(share.toBytes())).isEqualTo(hex(vector.bytes()));
        assertThat(ShareId.isOne(share)).isTrue();
    }

    @Test
    void audienceFollowsFromAccountAndSeed() {
        Vector vector = Vector.named("audience-id-lab");
        AudienceId seed = AudienceId.parse(vector.text("seed"));
        AudienceId audience = new AudienceSeed(seed.high(), seed.low()).audience(PeerKey.of(vector.hex("account")));
        assertThat(audience).hasToString(vector.text("audience"));
        assertThat(hex(audience.toBytes())).isEqualTo(hex(vector.bytes()));
    }

    @Test
    void ticketIsSignedByTheIndexForAShareAndAPeer() {
        Vector vector = Vector.named("access-ticket");
        AccessTicket ticket = AccessTicket.decode(new WireReader(ByteBuffer.wrap(vector.bytes())));
        assertThat(ticket.expiryMillis()).isEqualTo(vector.number("expiryMillis"));
        assertThat(hex(ticket.account().toBytes())).isEqualTo(vector.text("account"));
        assertThat(hex(ticket.signature())).isEqualTo(vector.text("signature"));
        PeerKey index = PeerKey.of(Vector.named("key-index").bytes());
        PeerId peer = PeerKey.of(Vector.named("key-peer").bytes()).id();
        assertThat(index.id().hash().hex()).isEqualTo(vector.text("index"));
        assertThat(peer.hash().hex()).isEqualTo(vector.text("peer"));
        assertThat(ticket.isAuthentic(index, ContentId.parse(vector.text("share")), peer))
                .isTrue();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
