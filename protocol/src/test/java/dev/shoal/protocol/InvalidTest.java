package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.Specimen.Way;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be meant is refused with a sentence that names the field. The third of four suites about the codecs. */
class InvalidTest {

    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 10L * 64 * 1024);

    private static byte[] pdu(char letter, boolean reply, Consumer<WireWriter> body) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * Pdu.MAX_STREAM_BYTES);
        new Header(letter, reply, false, 1).write(buffer);
        body.accept(new WireWriter(buffer));
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static void refused(Way way, char letter, String field, Consumer<WireWriter> body) {
        assertThatThrownBy(() -> way.decode(pdu(letter, way != Way.TO_INDEX, body)))
                .isInstanceOf(MalformedPduException.class)
                .hasMessageStartingWith(field + ":")
                .extracting(e -> ((MalformedPduException) e).code())
                .isEqualTo(ErrorCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(chars = {'z', 'N', 'P', '\0', 'é', '\u00ff'})
    void unknownLettersAreUnsupportedRatherThanMalformed(char letter) {
        for (Way way : Way.values()) {
            assertThatThrownBy(
                            () -> way.decode(pdu(letter, true, out -> out.i64(0).i64(0))))
                    .isInstanceOf(MalformedPduException.class)
                    .hasMessageContaining("letter")
                    .extracting(e -> ((MalformedPduException) e).code())
                    .isEqualTo(ErrorCode.UNSUPPORTED);
        }
    }

    @Test
    void unknownKindsAreRefused() {
        refused(
                Way.TO_INDEX,
                'T',
                "scope",
                out -> out.u8(3).i64(0).i64(0).i64(0).i64(0).i64(0));
        refused(Way.BETWEEN_PEERS, 'M', "form", out -> out.u8(3).i64(0));
        refused(
                Way.TO_PEER,
                'H',
                "address family",
                out -> out.u8(0).count(1).count(1).u8(5).i64(0).i64(0).i64(0));
        refused(Way.TO_PEER, 'I', "record format", out -> out.bytes16(new byte[300]));
        byte[] record = new Samples(new SplittableRandom(1), 1).record().encode();
        record[1] = 2;
        refused(
                Way.TO_PEER,
                'I',
                "record kind",
                out -> out.bytes16(record).count(1).count(1).count(1));
    }

    @Test
    void ipv4InTheFormOfIpv6IsRefused() {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 127;
        refused(
                Way.TO_PEER,
                'H',
                "address",
                out -> out.u8(0).count(1).count(1).u8(6).bytes(mapped).u16(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c328", "ff", "c0af", "eda080", "f4908080", "e282", "80"})
    void wrongUtf8IsRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        refused(
                Way.TO_INDEX,
                'S',
                "text",
                out -> out.u8(bytes.length).bytes(bytes).count(0).u16(1));
        refused(
                Way.TO_INDEX,
                'I',
                "name",
                out -> out.u8(bytes.length).bytes(bytes).count(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/etc/passwd",
                "a/../../b",
                "a/./b",
                "a//b",
                "a/b/",
                "a/b\\c",
                "a/\u0000",
                "a/\u001b[2J",
                "a/nul",
                "a/COM1.txt",
                "a/b.",
                "a/\u202eb",
                "a/\udb40\udc41",
                "a/e\u0301"
            })
    void hostileNamesAreRefused(String name) {
        refused(Way.TO_INDEX, 'I', "name", out -> out.string8(name).count(0));
        refused(
                Way.TO_INDEX,
                'R',
                "name",
                out -> out.u8(0).contentId(CONTENT).string8(name).u16(0));
        refused(Way.TO_PEER, 'O', "name", out -> out.u16(1).string8(name).bytes(new byte[100]));
    }

    @Test
    void impossibleNumbersAreRefused() {
        refused(Way.TO_INDEX, 'O', "limit", out -> out.string8("").u16(0));
        refused(Way.TO_INDEX, 'O', "limit", out -> out.string8("").u16(1001));
        refused(Way.TO_INDEX, 'U', "cursor", out -> out.i32(-1).u16(1));
        refused(Way.TO_INDEX, 'H', "contents", out -> out.i32(-1).i64(0).i64(0).u16(0));
        refused(
                Way.TO_INDEX,
                'h',
                "user",
                out -> out.u16(1)
                        .i64(1)
                        .i64(0)
                        .string8("u".repeat(65))
                        .u16(1)
                        .u8(0)
                        .u8(0));
        refused(
                Way.TO_INDEX,
                'h',
                "instance",
                out -> out.u16(1).i64(0).i64(0).u8(0).u16(1).u8(0).u8(0));
        refused(
                Way.BETWEEN_PEERS,
                'G',
                "chunk",
                out -> out.i32(PeerPdu.MAX_CHUNKS).u16(0).u16(1));
        refused(Way.BETWEEN_PEERS, 'G', "block count", out -> out.i32(0).u16(0).u16(0));
        refused(Way.BETWEEN_PEERS, 'G', "block count", out -> out.i32(0).u16(1).u16(1024));
        refused(
                Way.BETWEEN_PEERS,
                'c',
                "block count",
                out -> out.i32(0).u16(0xffff).u16(0xffff));
        refused(Way.BETWEEN_PEERS, 'p', "chunk", out -> out.i32(-1));
        refused(Way.BETWEEN_PEERS, 'C', "data", out -> out.i32(0).u16(0));
        refused(Way.BETWEEN_PEERS, 'C', "data", out -> out.i32(0).u16(0).bytes(new byte[PeerPdu.MAX_DATA_BYTES + 1]));
        refused(Way.BETWEEN_PEERS, 'C', "data", out -> out.i32(0).u16(1023).bytes(new byte[16_385]));
        refused(Way.BETWEEN_PEERS, 'V', "nodes", out -> out.u8(33).i64(0).i32(1).bytes(new byte[32]));
        refused(Way.BETWEEN_PEERS, 'V', "nodes", out -> out.u8(2).i64(-1).i32(1).bytes(new byte[32]));
        refused(Way.BETWEEN_PEERS, 'V', "nodes", out -> out.u8(2).i64(0).i32(0));
        refused(
                Way.BETWEEN_PEERS,
                'V',
                "nodes",
                out -> out.u8(32).i64(Long.MAX_VALUE).i32(1).bytes(new byte[32]));
        refused(
                Way.BETWEEN_PEERS,
                'M',
                "first chunk",
                out -> out.u8(1).i32(-8).i32(8).u8(0));
        refused(
                Way.BETWEEN_PEERS,
                'M',
                "chunk count",
                out -> out.u8(1).i32(PeerPdu.MAX_CHUNKS).i32(1).u8(0));
        refused(Way.BETWEEN_PEERS, 'M', "chunk count", out -> out.u8(1).i32(0).i32(0));
        refused(Way.BETWEEN_PEERS, 'M', "bitmap", out -> out.u8(1).i32(0).i32(7).u8(1));
    }

    @Test
    void impossibleContentsAreRefused() {
        refused(
                Way.BETWEEN_PEERS,
                'D',
                "content",
                out -> out.hash(new Hash(1, 0, 0, 0)).i64(-1));
        refused(
                Way.BETWEEN_PEERS,
                'D',
                "content",
                out -> out.hash(new Hash(1, 0, 0, 0)).i64(0));
        refused(Way.BETWEEN_PEERS, 'D', "content", out -> out.hash(Hash.ZERO).i64(ContentId.MAX_LENGTH + 1));
    }

    @Test
    void runsThatOverlapFallOrLeaveTheContentAreRefused() {
        runs("run", 0, 11);
        runs("run", 10, 1);
        runs("run", 3, 0);
        runs("run", 0, 5, 4, 1);
        runs("run", 5, 1, 0, 1);
        runs("run", 0, 10, 0, 10);
        runs("run", 1, Integer.MAX_VALUE);
        runs("first chunk", -1, 1);
        runs("chunk count", 0, -1);
        refused(
                Way.BETWEEN_PEERS,
                'M',
                "run",
                out -> out.u8(2).u16(1).i32(PeerPdu.MAX_CHUNKS).i32(1));
    }

    private static void runs(String field, int... numbers) {
        refused(Way.TO_INDEX, 'K', field, out -> {
            out.u8(0).contentId(CONTENT).u16(numbers.length / 2);
            for (int number : numbers) {
                out.i32(number);
            }
        });
    }

    @Test
    void recordsWithBytesTooManyAreRefused() {
        byte[] record = new Samples(new SplittableRandom(1), 1).record().encode();
        refused(
                Way.TO_PEER,
                'I',
                "record",
                out -> out.bytes16(Arrays.copyOf(record, record.length + 1))
                        .count(1)
                        .count(1)
                        .count(1));
        record[5] = 0;
        Arrays.fill(record, 2, 6, (byte) 0);
        refused(
                Way.TO_PEER,
                'I',
                "record",
                out -> out.bytes16(record).count(1).count(1).count(1));
    }

    @Test
    void changedBytesEitherDecodeOrAreRefused() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (Specimen specimen : Specimen.each(random, 3)) {
                byte[] bytes = specimen.encode(1);
                for (int change = random.nextInt(1, 4); change > 0; change--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                decodesOrIsRefused(specimen.way(), bytes, seed);
            }
        }
    }

    @Test
    void noiseEitherDecodesOrIsRefused() {
        String letters = "ABCDEFGHIJKLMNOQRSTUVWXYabcghkpqtvw";
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) letters.charAt(random.nextInt(letters.length()));
            }
            for (Way way : Way.values()) {
                decodesOrIsRefused(way, bytes, seed);
            }
        }
    }

    private static void decodesOrIsRefused(Way way, byte[] bytes, long seed) {
        try {
            assertThat(way.decode(bytes)).as("seed %d", seed).isNotNull();
        } catch (MalformedPduException e) {
            assertThat(e).as("seed %d", seed).hasMessageContaining(": ");
        }
    }
}
