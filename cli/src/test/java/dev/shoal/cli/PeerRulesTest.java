package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the protocol between peers, seen from outside of a real peer that shares one content. */
class PeerRulesTest {

    private static final int HANDLE = 7;
    private static final int REQUESTED_BYTES = 16 * 1024 * 1024;

    /** A frame that came. */
    private record Came(Header header, Pdu pdu) {}

    @TempDir
    Path folder;

    private final Tls tls = new Tls(Identity.generate());
    private final Sample sample = Sample.of(1, 20 * 65_536 + 5);
    private final List<FrameStream> open = new ArrayList<>();
    private Network network;
    private Network.Peer alice;
    private int port;

    @BeforeEach
    void share() throws Exception {
        network = new Network(folder);
        alice = network.peer("alice", "10Mbit/s", PeerEvents.NONE);
        alice.share(sample.write(folder.resolve("original"))).next(Report.Shared.class);
        port = alice.ask(new Request.Status(null), Report.State.class)
                .getFirst()
                .listenPort();
    }

    @AfterEach
    void end() {
        open.forEach(FrameStream::close);
        network.close();
    }

    @Test
    void whatCannotBeReadIsAnsweredUnderItsHandleAndTheConnectionGoesOn() throws Exception {
        FrameStream frames = opened();
        for (char letter : new char[] {'~', 'W', 'A', 'J'}) {
            frames.write(frame(letter, false, HANDLE, new byte[9]));
            refusal(frames, ErrorCode.UNSUPPORTED, Failure.PDU, true, HANDLE);
        }
        frames.write(frame('G', false, HANDLE, new byte[8]));
        refusal(frames, ErrorCode.MALFORMED, Failure.PDU, true, HANDLE);
        frames.write(frame('V', false, HANDLE, new byte[13]));
        refusal(frames, ErrorCode.MALFORMED, Failure.PDU, true, HANDLE);
        frames.write(frame('D', false, HANDLE, new byte[3]));
        refusal(frames, ErrorCode.MALFORMED, Failure.PDU, true, HANDLE);
        frames.sendRequest(HANDLE, new PeerPdu.AllChunks());
        refusal(frames, ErrorCode.MALFORMED, Failure.PDU, true, HANDLE);
        frames.write(frame('G', true, HANDLE, new byte[] {0, 0, 0, 0, 0, 0, 0, 1}));
        refusal(frames, ErrorCode.UNSUPPORTED, Failure.PDU, false, HANDLE);
        frames.write(frame('~', true, 99, new byte[2]));
        refusal(frames, ErrorCode.UNSUPPORTED, Failure.PDU, false, 99);
        isServed(frames);
    }

    @Test
    void whoSendsWhatCannotBeReadAgainAndAgainIsLetGo() throws Exception {
        FrameStream frames = opened();
        for (int i = 0; i < 16; i++) {
            frames.write(frame('G', false, HANDLE, new byte[8]));
            refusal(frames, ErrorCode.MALFORMED, Failure.PDU, true, HANDLE);
        }
        frames.write(frame('G', false, HANDLE, new byte[8]));
        saysGoodBye(frames);
    }

    @Test
    void anErrorIsNeverAnswered() throws Exception {
        FrameStream frames = opened();
        Failure failure = new Failure(ErrorCode.MALFORMED, 0, Failure.PDU, "what?");
        frames.sendRequest(HANDLE, failure);
        frames.sendReply(HANDLE, failure);
        frames.sendRequest(0, failure);
        frames.sendReply(99, failure);
        frames.write(frame('E', false, HANDLE, new byte[3]));
        frames.write(frame('E', true, HANDLE, new byte[3]));
        isServed(frames);
    }

    @Test
    void underAHandleThatIsNotOpenOnlyRequestsAreAnswered() throws Exception {
        FrameStream frames = greet();
        frames.sendRequest(HANDLE, new PeerPdu.Cancel(0, 0, 1));
        frames.sendRequest(HANDLE, new PeerPdu.Complaint(0));
        frames.sendRequest(HANDLE, new PeerPdu.MoreChunks(List.of(new ChunkRun(0, 1))));
        frames.sendRequest(HANDLE, new PeerPdu.Close());
        frames.sendReply(HANDLE, new PeerPdu.AllChunks());
        frames.sendRequest(HANDLE, new PeerPdu.Get(0, 0, 1));
        refusal(frames, ErrorCode.WRONG_STATE, Failure.HANDLE, true, HANDLE);
        frames.sendRequest(HANDLE, new PeerPdu.GetHashes(2, 0, 1));
        refusal(frames, ErrorCode.WRONG_STATE, Failure.HANDLE, true, HANDLE);
    }

    @Test
    void blocksThatAreRequestedTwiceComeOnce() throws Exception {
        FrameStream frames = opened();
        for (int chunk = 0; chunk < 4; chunk++) {
            frames.sendRequest(HANDLE, new PeerPdu.Get(chunk, 0, 4));
        }
        frames.sendRequest(HANDLE, new PeerPdu.Get(4, 1, 2));
        frames.sendRequest(HANDLE, new PeerPdu.Get(4, 0, 4));
        frames.sendRequest(HANDLE, new PeerPdu.Get(4, 0, 4));
        frames.sendRequest(HANDLE, new PeerPdu.Get(5, 0, 4));
        int blocks = 0;
        while (blocks < 6 * 4) {
            Came came = next(frames);
            assertThat(came.pdu).isInstanceOf(PeerPdu.Data.class);
            blocks += ((PeerPdu.Data) came.pdu).bytes().length / ChunkLayout.BLOCK_BYTES;
        }
        assertThat(blocks).isEqualTo(6 * 4);
        frames.sendRequest(HANDLE, new PeerPdu.GetHashes(0, 0, 1));
        assertThat(next(frames).pdu).isInstanceOf(PeerPdu.Hashes.class);
    }

    @Test
    void leavesAreServedForAnyRangeInsideOfOneChunk() throws Exception {
        FrameStream frames = opened();
        byte[] leaves = new HashTree().leaves(ByteBuffer.wrap(sample.bytes()));
        for (int[] range : new int[][] {{0, 4}, {1, 2}, {5, 1}, {7, 1}, {80, 1}}) {
            frames.sendRequest(HANDLE, new PeerPdu.GetHashes(0, range[0], range[1]));
            byte[] nodes = Arrays.copyOfRange(leaves, range[0] * Hash.BYTES, (range[0] + range[1]) * Hash.BYTES);
            assertThat(next(frames).pdu).isEqualTo(new PeerPdu.Hashes(0, range[0], nodes));
        }
        for (int[] range : new int[][] {{3, 2}, {0, 5}, {80, 2}, {81, 1}, {84, 1}}) {
            frames.sendRequest(HANDLE, new PeerPdu.GetHashes(0, range[0], range[1]));
            refusal(frames, ErrorCode.NOT_FOUND, Failure.ofNodes(0, range[0]), true, HANDLE);
        }
        frames.sendRequest(HANDLE, new PeerPdu.GetHashes(3, 0, 1));
        refusal(frames, ErrorCode.NOT_FOUND, Failure.ofNodes(3, 0), true, HANDLE);
    }

    @Test
    void whoAsksForTheLeavesOfTooMuchDataIsToldWhenToAskAgain() throws Exception {
        FrameStream frames = opened();
        Pdu answer = null;
        // 64 MiB at once, and then 1 MiB a second.
        for (int asked = 0; asked < 20_000 && !(answer instanceof Failure); asked++) {
            frames.sendRequest(HANDLE, new PeerPdu.GetHashes(0, 4L * (asked % 20), 4));
            answer = next(frames).pdu;
        }
        assertThat(answer).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(failure.retryAfterMillis()).isPositive();
            assertThat(failure.level()).isZero();
        });
        frames.sendRequest(HANDLE, new PeerPdu.GetHashes(2, 0, 1));
        assertThat(next(frames).pdu).isInstanceOf(PeerPdu.Hashes.class);
        isServed(frames);
    }

    @Test
    void aHandleInUseThatIsOpenedAgainEndsTheConnection() throws Exception {
        FrameStream frames = opened();
        frames.sendRequest(HANDLE, new PeerPdu.Open(sample.id()));
        saysGoodBye(frames);
        FrameStream zero = greet();
        zero.sendRequest(0, new PeerPdu.Open(sample.id()));
        saysGoodBye(zero);
        FrameStream unknown = opened();
        unknown.sendRequest(HANDLE, new PeerPdu.Open(new ContentId(new Hash(1, 2, 3, 4), 5)));
        saysGoodBye(unknown);
    }

    @Test
    void aContentIsOpenOnceAndCanBeOpenedAgainWhenItWasClosed() throws Exception {
        FrameStream frames = opened();
        frames.sendRequest(HANDLE + 1, new PeerPdu.Open(sample.id()));
        refusal(frames, ErrorCode.LIMIT, Failure.HANDLE, true, HANDLE + 1);
        frames.sendRequest(HANDLE, new PeerPdu.Close());
        frames.sendRequest(HANDLE + 1, new PeerPdu.Open(sample.id()));
        assertThat(next(frames).pdu).isEqualTo(new PeerPdu.AllChunks());
    }

    @Test
    void aGreetingWithNumbersThatItMayNotHaveEndsTheConnection() throws Exception {
        for (PeerPdu.PeerHello hello : List.of(
                new PeerPdu.PeerHello(0, 5, 0, REQUESTED_BYTES, ""),
                new PeerPdu.PeerHello(Hello.VERSION, 0, 0, REQUESTED_BYTES, ""),
                new PeerPdu.PeerHello(Hello.VERSION, 5, 2, REQUESTED_BYTES, ""),
                new PeerPdu.PeerHello(Hello.VERSION, 5, 0, 262_143, ""))) {
            saysGoodBye(greet(hello));
        }
        FrameStream newer = greet(new PeerPdu.PeerHello(9, 5, 1, 262_144, ""));
        newer.sendRequest(HANDLE, new PeerPdu.Open(sample.id()));
        assertThat(next(newer).pdu).isEqualTo(new PeerPdu.AllChunks());
    }

    @Test
    void aSecondGreetingAndDataThatNobodyAskedForEndTheConnection() throws Exception {
        FrameStream twice = greet();
        twice.sendRequest(0, new PeerPdu.PeerHello(Hello.VERSION, 5, 0, REQUESTED_BYTES, ""));
        saysGoodBye(twice);
        FrameStream data = greet();
        data.sendReply(1, new PeerPdu.Data(0, 0, new byte[] {1}));
        saysGoodBye(data);
    }

    @Test
    void aNewConnectionOfTheSameProcessTakesThePlaceOfTheOld() throws Exception {
        FrameStream old = greet(new PeerPdu.PeerHello(Hello.VERSION, 5, 0, REQUESTED_BYTES, ""));
        FrameStream other = greet(new PeerPdu.PeerHello(Hello.VERSION, 5, 1, REQUESTED_BYTES, ""));
        FrameStream fresh = greet(new PeerPdu.PeerHello(Hello.VERSION, 5, 0, REQUESTED_BYTES, ""));
        saysGoodBye(old);
        for (FrameStream frames : List.of(other, fresh)) {
            frames.sendRequest(HANDLE, new PeerPdu.Open(sample.id()));
            assertThat(next(frames).pdu).isEqualTo(new PeerPdu.AllChunks());
        }
    }

    @Test
    void whoSaysGoodByeIsGoneAtOnceAndAPeerThatEndsSaysIt() throws Exception {
        FrameStream leaving = opened();
        leaving.sendRequest(0, new PeerPdu.Bye());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> alice.ask(new Request.Status(null), Report.State.class)
                                .getFirst()
                                .connections()
                        == 0);
        FrameStream staying = opened();
        alice.service().close();
        saysGoodBye(staying);
    }

    private void isServed(FrameStream frames) throws IOException {
        frames.sendRequest(HANDLE, new PeerPdu.Get(0, 0, 1));
        assertThat(next(frames).pdu).isEqualTo(new PeerPdu.Data(0, 0, sample.blocks(0, 0, 1)));
    }

    private static void refusal(FrameStream frames, ErrorCode code, long detail, boolean reply, int handle)
            throws IOException {
        Came came = next(frames);
        assertThat(came.pdu).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).as(failure.sentence()).isEqualTo(code);
            assertThat(failure.detail()).isEqualTo(detail);
        });
        assertThat(came.header.reply()).isEqualTo(reply);
        assertThat(came.header.id()).isEqualTo(handle);
    }

    private static void saysGoodBye(FrameStream frames) throws IOException {
        assertThat(next(frames)).isEqualTo(new Came(new Header('B', false, false, 0), new PeerPdu.Bye()));
    }

    private FrameStream greet() throws IOException {
        FrameStream frames = ScriptedPeer.greet(tls, port);
        open.add(frames);
        return frames;
    }

    private FrameStream greet(PeerPdu.PeerHello hello) throws IOException {
        FrameStream frames = ScriptedPeer.greet(tls, port, hello);
        open.add(frames);
        return frames;
    }

    private FrameStream opened() throws IOException {
        FrameStream frames = greet();
        frames.sendRequest(HANDLE, new PeerPdu.Open(sample.id()));
        assertThat(next(frames).pdu).isEqualTo(new PeerPdu.AllChunks());
        return frames;
    }

    /** The next frame but keep-alives. */
    private static Came next(FrameStream frames) throws IOException {
        while (true) {
            Header header = frames.readHeader();
            Pdu pdu = PeerPdu.decode(header, frames.readBody());
            if (!(pdu instanceof PeerPdu.KeepAlive)) {
                return new Came(header, pdu);
            }
        }
    }

    private static ByteBuffer frame(char letter, boolean reply, int handle, byte[] body) {
        ByteBuffer frame = ByteBuffer.allocate(4 + Header.BYTES + body.length).putInt(Header.BYTES + body.length);
        new Header(letter, reply, false, handle).write(frame);
        return frame.put(body).flip();
    }
}
