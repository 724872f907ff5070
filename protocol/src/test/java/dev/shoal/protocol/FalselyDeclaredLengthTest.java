package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.Specimen.Way;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A length that claims more than is there, or more than is allowed, is refused without allocating what it claims. The
 * last of four suites about the codecs.
 */
class FalselyDeclaredLengthTest {

    /** Far below what any of the claimed lengths would take: the least of them is 255 bytes of many. */
    private static final long MAX_ALLOCATED_BYTES = 32 * 1024;

    private record Claim(Way way, byte[] bytes) {}

    private final Map<String, Claim> claims = new LinkedHashMap<>();

    private void claim(String what, Way way, char letter, Consumer<WireWriter> body) {
        ByteBuffer buffer = ByteBuffer.allocate(Pdu.MAX_STREAM_BYTES);
        new Header(letter, way != Way.TO_INDEX, false, 1).write(buffer);
        body.accept(new WireWriter(buffer));
        claims.put(what, new Claim(way, Arrays.copyOf(buffer.array(), buffer.position())));
    }

    private void claimsOfRequests() {
        byte[] some = new byte[50];
        claim(
                "user of h",
                Way.TO_INDEX,
                'h',
                out -> out.u16(1).i64(1).i64(1).u8(255).bytes(some));
        claim(
                "endpoints of h",
                Way.TO_INDEX,
                'h',
                out -> out.u16(1).i64(1).i64(1).u8(0).u16(1).u8(255).bytes(some));
        claim(
                "name of R",
                Way.TO_INDEX,
                'R',
                out -> out.u8(0).contentId(ContentId.EMPTY).u8(255).bytes(some));
        claim(
                "record of R",
                Way.TO_INDEX,
                'R',
                out -> out.u8(0)
                        .contentId(ContentId.EMPTY)
                        .string8("a/b")
                        .u16(0xffff)
                        .bytes(some));
        claim(
                "record of R at its limit",
                Way.TO_INDEX,
                'R',
                out -> out.u8(0)
                        .contentId(ContentId.EMPTY)
                        .string8("a/b")
                        .u16(VersionRecord.MAX_BYTES)
                        .bytes(some));
        claim(
                "runs of K",
                Way.TO_INDEX,
                'K',
                out -> out.u8(0).contentId(ContentId.EMPTY).u16(0xffff).bytes(some));
        claim(
                "runs of K at their limit",
                Way.TO_INDEX,
                'K',
                out -> out.u8(0)
                        .contentId(ContentId.EMPTY)
                        .u16(IndexRequest.MAX_RUNS)
                        .bytes(some));
        claim("entries of b", Way.TO_INDEX, 'b', out -> out.count(1).u16(0xffff).bytes(some));
        claim(
                "entries of b at their limit",
                Way.TO_INDEX,
                'b',
                out -> out.count(1).u16(IndexRequest.MAX_BULK_ENTRIES).bytes(some));
        claim("text of S", Way.TO_INDEX, 'S', out -> out.u8(255).bytes(some));
    }

    private void claimsOfAccounts() {
        byte[] some = new byte[50];
        byte[] key = new byte[PeerKey.BYTES];
        key[0] = 4;
        claim("user of a log-in", Way.TO_INDEX, 'a', out -> out.u8(1).u8(255).bytes(some));
        claim(
                "device of a log-in",
                Way.TO_INDEX,
                'a',
                out -> out.u8(1)
                        .string8("ada")
                        .bytes(new byte[AccountProof.BYTES])
                        .u8(255)
                        .bytes(some));
        for (int codes : new int[] {AccountRequest.MAX_CODES, AccountRequest.MAX_CODES + 1, 255}) {
            claim(
                    codes + " codes of a sign-up",
                    Way.TO_INDEX,
                    'a',
                    out -> out.u8(0)
                            .string8("ada")
                            .bytes(key)
                            .bytes(new byte[AccountProof.BYTES + WrappedKey.BYTES + PeerKey.SIGNATURE_BYTES])
                            .string8("")
                            .u8(codes)
                            .bytes(some));
        }
        claim(
                "entries of devices",
                Way.TO_PEER,
                'a',
                out -> out.u8(5).u16(0xffff).bytes(some));
        claim(
                "entries of devices at their limit",
                Way.TO_PEER,
                'a',
                out -> out.u8(5).u16(IndexRequest.MAX_PAGE_ENTRIES).bytes(some));
    }

    private void claimsOfAudiences() {
        byte[] some = new byte[50];
        for (int readers : new int[] {GroupRequest.MAX_READERS, GroupRequest.MAX_READERS + 1, 0xffff}) {
            claim(
                    readers + " readers of an audience",
                    Way.TO_INDEX,
                    'g',
                    out -> out.u8(6)
                            .bytes(new byte[AudienceId.BYTES])
                            .u16(readers)
                            .bytes(some));
            claim(
                    readers + " readers to be taken out of an audience",
                    Way.TO_INDEX,
                    'g',
                    out -> out.u8(9)
                            .bytes(new byte[AudienceId.BYTES])
                            .u16(0)
                            .u16(readers)
                            .bytes(some));
            claim(
                    readers + " readers of an audience that is listed",
                    Way.TO_PEER,
                    'g',
                    out -> out.u8(8).u16(readers).bytes(some));
        }
    }

    private void claimsOfReplies() {
        byte[] some = new byte[50];
        for (char letter : "SOLUv".toCharArray()) {
            claim(
                    "entries of " + letter,
                    Way.TO_PEER,
                    letter,
                    out -> out.u16(0xffff).bytes(some));
            claim(
                    "entries of " + letter + " at their limit",
                    Way.TO_PEER,
                    letter,
                    out -> out.u16(IndexRequest.MAX_PAGE_ENTRIES).bytes(some));
        }
        claim(
                "ticket of w",
                Way.TO_PEER,
                'w',
                out -> out.bytes(new byte[90]).u16(0xffff).bytes(some));
    }

    private void claimsOfLocations() {
        byte[] some = new byte[50];
        claim(
                "entries of F",
                Way.TO_PEER,
                'F',
                out -> out.u8(0).count(1).count(1).u16(0xffff).bytes(some));
        claim(
                "entries of F at their limit",
                Way.TO_PEER,
                'F',
                out -> out.u8(1).count(1).count(1).u16(1000).bytes(some));
        claim(
                "endpoints of a source",
                Way.TO_PEER,
                'F',
                out -> out.u8(0)
                        .count(1)
                        .count(1)
                        .u16(1)
                        .bytes(new byte[35])
                        .u8(255)
                        .bytes(some));
        claim(
                "runs of a source",
                Way.TO_PEER,
                'F',
                out -> out.u8(1)
                        .count(1)
                        .count(1)
                        .u16(1)
                        .bytes(new byte[36])
                        .u16(2048)
                        .bytes(some));
    }

    private void claimsOfOtherReplies() {
        byte[] some = new byte[50];
        claim(
                "record of I",
                Way.TO_PEER,
                'I',
                out -> out.u16(VersionRecord.MAX_BYTES).bytes(some));
        claim(
                "sentence of E",
                Way.TO_PEER,
                'E',
                out -> out.u16(1).count(0).i64(0).u16(0xffff).bytes(some));
        claim(
                "sentence of E at its limit",
                Way.TO_PEER,
                'E',
                out -> out.u16(1)
                        .count(0)
                        .i64(0)
                        .u16(Failure.MAX_SENTENCE_BYTES)
                        .bytes(some));
    }

    private void claimsBetweenPeers() {
        byte[] some = new byte[50];
        claim(
                "bitmap of M",
                Way.BETWEEN_PEERS,
                'M',
                out -> out.u8(1).i32(0).i32(-1).bytes(some));
        claim(
                "bitmap of M above its limit",
                Way.BETWEEN_PEERS,
                'M',
                out -> out.u8(1).i32(0).i32(PeerPdu.MAX_MAP_CHUNKS + 1).bytes(some));
        claim(
                "bitmap of M at its limit",
                Way.BETWEEN_PEERS,
                'M',
                out -> out.u8(1).i32(0).i32(PeerPdu.MAX_MAP_CHUNKS).bytes(some));
        claim("runs of M", Way.BETWEEN_PEERS, 'M', out -> out.u8(2).u16(0xffff).bytes(some));
        claim(
                "runs of M at their limit",
                Way.BETWEEN_PEERS,
                'M',
                out -> out.u8(2).u16(PeerPdu.MAX_RUNS).bytes(some));
        claim(
                "nodes of V",
                Way.BETWEEN_PEERS,
                'V',
                out -> out.u8(2).i64(0).i32(-1).bytes(some));
        claim(
                "nodes of V at their limit",
                Way.BETWEEN_PEERS,
                'V',
                out -> out.u8(2).i64(0).i32(PeerPdu.MAX_HASHES).bytes(some));
    }

    @Test
    void nothingIsAllocatedForWhatIsOnlyClaimed() {
        claimsOfRequests();
        claimsOfAccounts();
        claimsOfAudiences();
        claimsOfReplies();
        claimsOfLocations();
        claimsOfOtherReplies();
        claimsBetweenPeers();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        claims.forEach((what, claim) -> {
            refuse(what, claim);
            long before = threads.getCurrentThreadAllocatedBytes();
            refuse(what, claim);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for the %s", what)
                    .isLessThan(MAX_ALLOCATED_BYTES);
        });
    }

    private static void refuse(String what, Claim claim) {
        try {
            claim.way.decode(claim.bytes);
        } catch (MalformedPduException e) {
            return;
        }
        throw new AssertionError("the " + what + " were taken");
    }

    @Test
    void listsAtTheirLimitsAreTakenAndOneMoreIsNot() {
        assertThat(bulk(IndexRequest.MAX_BULK_ENTRIES).entries()).hasSize(IndexRequest.MAX_BULK_ENTRIES);
        assertThatThrownBy(() -> bulk(IndexRequest.MAX_BULK_ENTRIES + 1))
                .isInstanceOf(MalformedPduException.class)
                .hasMessage("entry count: 5001 entries are more than 5000");
    }

    private static IndexRequest.RegisterBulk bulk(int entries) {
        ByteBuffer buffer = ByteBuffer.allocate(entries * 41 + 12);
        new Header('b', false, false, 1).write(buffer);
        WireWriter out = new WireWriter(buffer).count(1).u16(entries);
        for (int i = 0; i < entries; i++) {
            out.contentId(ContentId.EMPTY).u8(0);
        }
        return (IndexRequest.RegisterBulk) Way.TO_INDEX.decode(buffer.array());
    }
}
