package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.Specimen.Way;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is right comes through unchanged. The first of four suites about the codecs. */
class CorrectTest {

    @Test
    void everyPduComesBackAsItWas() {
        for (long seed = 0; seed < 60; seed++) {
            int maxEntries = seed % 20 == 0 ? Integer.MAX_VALUE : 20;
            for (Specimen specimen : Specimen.each(new SplittableRandom(seed), maxEntries)) {
                byte[] bytes = specimen.encode(77);
                Pdu decoded = specimen.decode(bytes);
                assertThat(decoded).as("seed %d", seed).isEqualTo(specimen.pdu());
                assertThat(decoded).as("seed %d", seed).hasSameHashCodeAs(specimen.pdu());
                assertThat(new Specimen(specimen.way(), specimen.reply(), decoded).encode(77))
                        .as("seed %d, %s", seed, specimen.pdu())
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void bytesOfNewerVersionsAreIgnored() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (Specimen specimen : Specimen.each(random, 10)) {
                if (!specimen.isOpenEnded()) {
                    byte[] bytes = specimen.encode(1);
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
                    for (int i = bytes.length; i < longer.length; i++) {
                        longer[i] = (byte) random.nextInt();
                    }
                    assertThat(specimen.decode(longer)).as("seed %d", seed).isEqualTo(specimen.pdu());
                }
            }
        }
    }

    @Test
    void everyLetterIsTried() {
        assertThat(letters(Way.TO_INDEX)).isEqualTo("FHIJKLOQRSTUWXYabghv");
        assertThat(letters(Way.TO_PEER)).isEqualTo("AEFHIJLNOSUYagvw");
        assertThat(letters(Way.BETWEEN_PEERS)).isEqualTo("BCDEGMVZchkpqt");
    }

    private static String letters(Way way) {
        return Specimen.each(new SplittableRandom(1), 1).stream()
                .filter(specimen -> specimen.way() == way)
                .map(specimen -> String.valueOf(specimen.pdu().letter()))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining());
    }

    @Test
    void everyFlagOfAHeaderComesBack() {
        for (int bits = 0; bits < 4; bits++) {
            Header header = new Header('F', (bits & 1) != 0, (bits & 2) != 0, -7);
            ByteBuffer buffer = ByteBuffer.allocate(Header.BYTES);
            header.write(buffer);
            assertThat(Header.read(buffer.flip())).isEqualTo(header);
            buffer.put(1, (byte) (bits | 0xfc)).rewind();
            assertThat(Header.read(buffer)).as("unknown flags are ignored").isEqualTo(header);
        }
    }

    @Test
    void dataFrameWrittenInTwoPartsIsTheSameAsInOne() {
        PeerPdu.Data data = new PeerPdu.Data(3, 5, new byte[] {1, 2, 3});
        ByteBuffer frame = ByteBuffer.allocate(100);
        PeerPdu.Data.encodeFields(9, 3, 5, 3, frame);
        frame.put(data.bytes()).flip();
        byte[] whole = new Specimen(Way.BETWEEN_PEERS, true, data).encode(9);
        assertThat(frame.getInt()).isEqualTo(whole.length);
        assertThat(frame).isEqualTo(ByteBuffer.wrap(whole));
    }

    @Test
    void pdusAreEqualOnlyWhenTheirArraysAre() {
        assertThat(new PeerPdu.Data(1, 2, new byte[] {3})).isNotEqualTo(new PeerPdu.Data(1, 2, new byte[] {4}));
        assertThat(new PeerPdu.MapWindow(0, 8, new byte[] {3})).isNotEqualTo(new PeerPdu.MapWindow(0, 8, new byte[1]));
        assertThat(new PeerPdu.Hashes(1, 2, new byte[32])).isNotEqualTo(new PeerPdu.Hashes(1, 2, new byte[64]));
        Specimen welcome = Specimen.each(new SplittableRandom(5), 5).stream()
                .filter(specimen -> specimen.pdu() instanceof Welcome)
                .findFirst()
                .orElseThrow();
        byte[] bytes = welcome.encode(1);
        for (int at = Header.BYTES; at < Header.BYTES + 90; at++) {
            bytes[at] ^= 1;
            assertThat(welcome.decode(bytes)).as("byte %d", at).isNotEqualTo(welcome.pdu());
            bytes[at] ^= 1;
        }
        assertThat(welcome.pdu().toString()).contains("secrets not shown");
    }

    @Test
    void listsOfDecodedPdusCannotBeChanged() {
        ContentId content = new ContentId(new Samples(new SplittableRandom(1), 1).hash(), 1L << 30);
        List<Pdu> pdus = List.of(
                new IndexRequest.RegisterBulk(1, List.of(new IndexRequest.RegisterBulk.Entry(content, true)), false),
                new IndexRequest.RegisterChunks(false, false, content, List.of(new ChunkRun(0, 1))));
        for (Pdu pdu : pdus) {
            List<?> list = switch (new Specimen(Way.TO_INDEX, false, pdu).decode(bytes(pdu))) {
                case IndexRequest.RegisterBulk bulk -> bulk.entries();
                case IndexRequest.RegisterChunks chunks -> chunks.runs();
                default -> throw new AssertionError(pdu);
            };
            assertThat(list).isUnmodifiable();
        }
    }

    private static byte[] bytes(Pdu pdu) {
        return new Specimen(Way.TO_INDEX, false, pdu).encode(1);
    }

    @Test
    void sentencesAreCutBetweenCharacters() {
        Failure failure = Failure.of(ErrorCode.LIMIT, "€".repeat(101));
        Failure decoded = (Failure) Way.TO_PEER.decode(new Specimen(Way.TO_PEER, true, failure).encode(1));
        assertThat(decoded.sentence()).isEqualTo("€".repeat(100));
        assertThat(Text.limit("a😀b", 4)).isEqualTo("a");
        assertThat(Text.limit("a😀b", 5)).isEqualTo("a😀");
        assertThat(Text.limit("aéb", 2)).isEqualTo("a");
        assertThat(Text.limit("", 0)).isEmpty();
    }

    @Test
    void detailsOfFailuresBetweenPeersAreThoseOfTheVectors() {
        assertThat(Vector.named("error-range").number("detail")).isEqualTo(Failure.ofRange(1, 2));
        assertThat(Vector.named("error-nodes").number("detail")).isEqualTo(Failure.ofNodes(2, 0));
        assertThat(Vector.named("error-handle").number("detail")).isEqualTo(Failure.HANDLE);
        Failure nodes = new Failure(ErrorCode.BUSY, 0, Failure.ofNodes(32, 0xffff_ffffL), "");
        assertThat(nodes.isOfNodes()).isTrue();
        assertThat(nodes.level()).isEqualTo(32);
        assertThat(nodes.firstNode()).isEqualTo(0xffff_ffffL);
        Failure range = new Failure(ErrorCode.BUSY, 0, Failure.ofRange(PeerPdu.MAX_CHUNKS - 1, 1023), "");
        assertThat(range.isOfNodes()).isFalse();
        assertThat(range.chunk()).isEqualTo(PeerPdu.MAX_CHUNKS - 1);
        assertThat(range.firstBlock()).isEqualTo(1023);
        assertThat(Failure.ofRange(PeerPdu.MAX_CHUNKS, PeerPdu.MAX_BLOCKS)).isLessThan(Failure.ofNodes(0, 0));
    }

    @Test
    void longestNamesComeThrough() {
        Name name = new Name("o".repeat(64) + "/" + "é".repeat(95));
        assertThat(name.text().getBytes(StandardCharsets.UTF_8)).hasSize(255);
        IndexRequest.Inspect inspect = new IndexRequest.Inspect(name, 0);
        assertThat(Way.TO_INDEX.decode(bytes(inspect))).isEqualTo(inspect);
    }
}
