package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.Specimen.Way;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The largest of what has to fit a datagram fits, and the largest of the rest fits a frame. */
class DatagramSizeTest {

    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), ContentId.MAX_LENGTH);
    private static final Name LONGEST_NAME = new Name("o".repeat(64) + "/" + "n".repeat(190));

    private static int size(Pdu pdu) {
        return new Specimen(Way.TO_INDEX, true, pdu).encode(1).length;
    }

    private static VersionRecord longestRecord() {
        Samples samples = new Samples(new SplittableRandom(1), 1);
        return new VersionRecord(
                VersionRecord.Kind.FILE,
                1,
                CONTENT,
                0,
                Hash.ZERO,
                samples.key(),
                LONGEST_NAME,
                "n".repeat(255),
                new byte[PeerKey.SIGNATURE_BYTES]);
    }

    private static VersionList.Entry longestEntry() {
        AudienceId audience = new Samples(new SplittableRandom(1), 1).audience();
        return new VersionList.Entry(longestRecord(), 1, 1, audience, 1L);
    }

    private static Endpoint endpoint(int bytes) throws UnknownHostException {
        byte[] address = new byte[bytes];
        address[0] = 0x20;
        return new Endpoint(InetAddress.getByAddress(address), 1);
    }

    @Test
    void sealingAddsThirtyThreeBytes() {
        assertThat(Pdu.MAX_DATAGRAM_BYTES).isEqualTo(1_200 - 1 - 8 - 8 - 16);
    }

    @Test
    void largestRequestsFitADatagram() {
        assertThat(longestRecord().encode()).hasSize(VersionRecord.MAX_BYTES);
        assertThat(size(new IndexRequest.Register(true, CONTENT, LONGEST_NAME, longestRecord())))
                .isEqualTo(1_032)
                .isLessThanOrEqualTo(Pdu.MAX_DATAGRAM_BYTES);
        List<ChunkRun> runs = IntStream.range(0, IndexRequest.MAX_RUNS)
                .mapToObj(i -> new ChunkRun(2 * i, 1))
                .toList();
        assertThat(size(new IndexRequest.RegisterChunks(false, false, CONTENT, runs)))
                .isEqualTo(1_073)
                .isLessThanOrEqualTo(Pdu.MAX_DATAGRAM_BYTES);
        assertThat(size(bulk(IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM)))
                .isEqualTo(1_161)
                .isLessThanOrEqualTo(Pdu.MAX_DATAGRAM_BYTES);
        assertThat(size(bulk(IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM + 1))).isGreaterThan(Pdu.MAX_DATAGRAM_BYTES);
        assertThat(size(new IndexRequest.Search("é".repeat(127), 0, 1))).isLessThan(Pdu.MAX_DATAGRAM_BYTES);
    }

    private static RegisterBulk bulk(int entries) {
        return new RegisterBulk(1, Collections.nCopies(entries, new RegisterBulk.Entry(CONTENT, true)), true);
    }

    @Test
    void commonAnswersFitADatagram() throws UnknownHostException {
        PeerId peer = new PeerId(new Hash(1, 2, 3, 4));
        IndexReply.Source usual = new IndexReply.Source(peer, 255, 9, List.of(endpoint(4), endpoint(4)), List.of());
        assertThat(size(new IndexReply.Locations(false, 1, 1, Collections.nCopies(16, usual))))
                .isEqualTo(817)
                .isLessThanOrEqualTo(Pdu.MAX_DATAGRAM_BYTES);
        assertThat(size(new IndexReply.Version(longestRecord(), 1, 1, 1))).isLessThan(Pdu.MAX_DATAGRAM_BYTES);
        VersionList.Entry longest = longestEntry();
        assertThat(longest.encodedBytes()).isEqualTo(VersionList.Entry.MAX_BYTES);
        assertThat(size(new VersionList(List.of(longest), true)))
                .isEqualTo(Header.BYTES + 3 + VersionList.Entry.MAX_BYTES)
                .isLessThan(Pdu.MAX_DATAGRAM_BYTES);
        assertThat(size(new IndexPush.NewVersion(LONGEST_NAME, 1))).isLessThan(Pdu.MAX_DATAGRAM_BYTES);
        assertThat(size(Failure.of(ErrorCode.LIMIT, "é".repeat(300))))
                .isEqualTo(322)
                .isLessThan(Pdu.MAX_DATAGRAM_BYTES);
    }

    @Test
    void answerToARejoinIsNoLongerThanItsCause() throws UnknownHostException {
        byte[] key = new byte[Welcome.KEY_BYTES];
        Welcome longest = new Welcome(
                1,
                1,
                key,
                key,
                key,
                new byte[Welcome.SECRET_BYTES],
                new byte[Welcome.MAX_TICKET_BYTES],
                1,
                1,
                endpoint(16),
                1,
                "p".repeat(255));
        assertThat(1 + 16 + 16 + size(longest) + 16).isLessThanOrEqualTo(1_000);
    }

    @Test
    void largestFramesFitAStream() {
        assertThat(size(new PeerPdu.Data(0, 0, new byte[PeerPdu.MAX_DATA_BYTES])))
                .isLessThanOrEqualTo(Pdu.MAX_STREAM_BYTES);
        assertThat(size(new PeerPdu.Hashes(0, 0, new byte[PeerPdu.MAX_HASHES * Hash.BYTES])))
                .isLessThanOrEqualTo(Pdu.MAX_STREAM_BYTES);
        assertThat(size(new PeerPdu.MapWindow(0, PeerPdu.MAX_MAP_CHUNKS, new byte[PeerPdu.MAX_MAP_CHUNKS / 8])))
                .isLessThanOrEqualTo(Pdu.MAX_STREAM_BYTES);
        assertThat(size(new VersionList(Collections.nCopies(100, longestEntry()), true)))
                .as("all versions that are kept, usually")
                .isLessThanOrEqualTo(Pdu.MAX_STREAM_BYTES);
        assertThat(size(bulk(IndexRequest.MAX_BULK_ENTRIES))).isLessThanOrEqualTo(Pdu.MAX_STREAM_BYTES);
    }
}
