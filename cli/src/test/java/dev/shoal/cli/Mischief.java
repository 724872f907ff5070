package dev.shoal.cli;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.Hash;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.PeerPdu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What a bad source may do, and what a downloader should say of it. */
enum Mischief implements ScriptedPeer.Conduct {
    WRONG_BYTES_IN_ONE_BLOCK("sent wrong data") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            byte[] bytes = line.sample().blocks(ask.chunk(), ask.firstBlock(), ask.blockCount());
            bytes[bytes.length - 1] ^= 1;
            line.data(ask.chunk(), ask.firstBlock(), bytes);
        }
    },
    WRONG_BYTES_EVERYWHERE("sent wrong data") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            line.data(
                    ask.chunk(),
                    ask.firstBlock(),
                    new byte[line.sample().layout().size(ask.chunk(), ask.firstBlock(), ask.blockCount())]);
        }
    },
    WRONG_HASHES("sent wrong data", false) {
        @Override
        public void hashes(ScriptedPeer.Line line, PeerPdu.GetHashes ask) throws IOException {
            line.reply(new PeerPdu.Hashes(ask.level(), ask.firstNode(), new byte[ask.nodeCount() * Hash.BYTES]));
        }

        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) {
            // So that it is asked for hashes, and not only judged by its data.
        }

        @Override
        String verdictWithoutHashes() {
            return SILENT;
        }
    },
    CLAIMS_ALL_AND_REFUSES("refused chunks that it said to have") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            line.reply(new Failure(
                    ErrorCode.NOT_FOUND, 0, Failure.ofRange(ask.chunk(), ask.firstBlock()), "not here, after all"));
        }
    },
    CLAIMS_ALL_AND_NEVER_ANSWERS("sent nothing for too long", false) {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) {
            // That is all it does.
        }
    },
    DOES_NOT_HAVE_IT("does not have it") {
        @Override
        public void opened(ScriptedPeer.Line line) throws IOException {
            line.reply(new Failure(ErrorCode.NOT_FOUND, 0, Failure.HANDLE, "never heard of it"));
        }
    },
    STALLS_IN_THE_MIDDLE_OF_DATA("sent nothing for too long") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            beginData(line, ask);
            while (true) {
                // Whatever else it is asked for, it stays in the middle of that frame.
                line.frames().readHeader();
                line.frames().readBody();
            }
        }
    },
    CLOSES_IN_THE_MIDDLE_OF_DATA("broke off") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            beginData(line, ask);
            line.frames().close();
        }
    },
    SENDS_WHAT_NOBODY_ASKED_FOR("sent data that was not requested") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            int chunk = (ask.chunk() + 1) % line.sample().layout().chunkCount();
            for (int i = 0; i < 100; i++) {
                line.data(
                        chunk,
                        0,
                        line.sample().blocks(chunk, 0, line.sample().layout().blocks(chunk)));
            }
        }
    },
    UNKNOWN_LETTERS("sent nothing for too long", false) {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            sendSenseless(line, '~');
        }
    },
    GARBAGE("broke the rules") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            for (int i = 0; i < 20; i++) {
                sendSenseless(line, 'M');
            }
        }
    },
    IS_GONE_AGAIN_AND_AGAIN("does not have it") {
        @Override
        public void hashes(ScriptedPeer.Line line, PeerPdu.GetHashes ask) throws IOException {
            get(line, new PeerPdu.Get(0, 0, 1));
        }

        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            line.reply(new Failure(ErrorCode.GONE, 0, Failure.HANDLE, "the file has changed"));
        }
    },
    IS_BUSY_FOR_EVERYBODY("is busy") {
        @Override
        public void opened(ScriptedPeer.Line line) throws IOException {
            line.reply(new Failure(ErrorCode.BUSY, 300, Failure.HANDLE, "come again"));
        }
    },
    IS_BUSY_WITH_EACH_REQUEST("was busy for too long", false) {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            line.reply(new Failure(ErrorCode.BUSY, 1, Failure.ofRange(ask.chunk(), ask.firstBlock()), "come again"));
        }
    },
    HAS_NO_HASHES("did not give the hashes", false) {
        @Override
        public void hashes(ScriptedPeer.Line line, PeerPdu.GetHashes ask) throws IOException {
            line.reply(new Failure(
                    ErrorCode.NOT_FOUND, 0, Failure.ofNodes(ask.level(), ask.firstNode()), "no hashes here"));
        }

        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) {
            // So that it is asked for hashes, and not only judged by its data.
        }

        @Override
        String verdictWithoutHashes() {
            return SILENT;
        }
    },
    SAYS_GOOD_BYE("said good-bye") {
        @Override
        public void opened(ScriptedPeer.Line line) throws IOException {
            line.frames().sendRequest(0, new PeerPdu.Bye());
        }
    },
    NEVER_SAYS_WHAT_IT_HAS("sent nothing for too long", false) {
        @Override
        public void opened(ScriptedPeer.Line line) {
            // That is all it does.
        }
    },
    MORE_CHUNKS_BEFORE_THE_MAP("broke the rules") {
        @Override
        public void opened(ScriptedPeer.Line line) throws IOException {
            line.reply(new PeerPdu.MoreChunks(List.of(new ChunkRun(0, 1))));
        }
    },
    IMPOSSIBLE_LENGTH("broke the rules") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            line.frames().write(ByteBuffer.allocate(20).putInt(0, Integer.MAX_VALUE));
        }
    },
    DATA_OUTSIDE_OF_THE_CONTENT("broke the rules") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            line.data(line.sample().layout().chunkCount(), 0, new byte[ChunkLayout.BLOCK_BYTES]);
        }
    },
    DATA_OF_ANOTHER_LENGTH("broke the rules") {
        @Override
        public void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            line.data(ask.chunk(), ask.firstBlock(), new byte[ChunkLayout.BLOCK_BYTES - 1]);
        }
    },
    MAP_OUTSIDE_OF_THE_CONTENT("broke the rules") {
        @Override
        public void opened(ScriptedPeer.Line line) throws IOException {
            line.reply(new PeerPdu.MapWindow(0, 80_000, new byte[10_000]));
        }
    };

    private static final String SILENT = "sent nothing for too long";

    private final String verdict;
    private final boolean isAlwaysNoticed;

    Mischief(String verdict) {
        this(verdict, true);
    }

    Mischief(String verdict, boolean isAlwaysNoticed) {
        this.verdict = verdict;
        this.isAlwaysNoticed = isAlwaysNoticed;
    }

    /** Whether it shows beside an honest source too, which may give the hashes, or be done before a deadline. */
    boolean isAlwaysNoticed() {
        return isAlwaysNoticed;
    }

    /** Part of what is said of such a source. */
    String verdict() {
        return verdict;
    }

    /** The same where the honest source was asked for the hashes, and this one for data alone. */
    String verdictWithoutHashes() {
        return verdict;
    }

    /** A PDU that its downloader cannot read. */
    private static void sendSenseless(ScriptedPeer.Line line, char letter) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(4 + Header.BYTES + 3).putInt(Header.BYTES + 3);
        new Header(letter, true, false, line.handle()).write(frame);
        line.frames().write(frame.put(new byte[] {9, 2, 3}).flip());
    }

    private static void beginData(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
        byte[] bytes = line.sample().blocks(ask.chunk(), ask.firstBlock(), ask.blockCount());
        ByteBuffer frame = ByteBuffer.allocate(64 + bytes.length);
        PeerPdu.Data.encodeFields(line.handle(), ask.chunk(), ask.firstBlock(), bytes.length, frame);
        line.frames().write(frame.put(bytes, 0, bytes.length / 2).flip());
    }
}
