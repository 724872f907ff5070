package dev.shoal.cli;

import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.content.SegmentCutter;
import dev.shoal.content.SegmentGroup;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a source that is honest about data may do when it is asked for its segment table. */
enum TableMischief implements ScriptedPeer.Conduct {
    NEVER_ANSWERS {
        @Override
        void segments(ScriptedPeer.Line line, SegmentPdu ask) {
            // That is all it does.
        }
    },
    IS_ALWAYS_BUSY {
        @Override
        void segments(ScriptedPeer.Line line, SegmentPdu ask) throws IOException {
            line.reply(new Failure(ErrorCode.BUSY, 100, Failure.SEGMENTS, "soon"));
        }
    },
    HAS_NONE {
        @Override
        void segments(ScriptedPeer.Line line, SegmentPdu ask) throws IOException {
            line.reply(new Failure(ErrorCode.NOT_FOUND, 0, Failure.SEGMENTS, "none"));
        }
    },
    DOES_NOT_KNOW_OF_TABLES {
        @Override
        void segments(ScriptedPeer.Line line, SegmentPdu ask) throws IOException {
            line.reply(new Failure(ErrorCode.UNSUPPORTED, 0, Failure.PDU, "'Z' is not known here"));
        }
    },
    GIVES_THE_TABLE_OF_WHAT_WAS_BEFORE {
        @Override
        SegmentTable table(byte[] bytes) {
            // The length is right; every chunk that is put together by it is wrong.
            return honest(Arrays.copyOf(before(bytes), bytes.length));
        }
    },
    HAS_HASHES_OF_NOTHING {
        @Override
        SegmentTable table(byte[] bytes) {
            SegmentTable.Builder table = new SegmentTable.Builder();
            for (int left = bytes.length; left > 0; left -= 5_000) {
                table.add(Math.min(left, 5_000), new SegmentHash(left, left));
            }
            return table.build();
        }
    },
    IS_TOO_LONG {
        @Override
        void segments(ScriptedPeer.Line line, SegmentPdu ask) throws IOException {
            List<SegmentGroup> groups = new ArrayList<>();
            for (int i = 0; i < SegmentPdu.MAX_GROUPS; i++) {
                groups.add(new SegmentGroup(new SegmentHash(i, i), 1, 1));
            }
            line.reply(new SegmentPdu.Groups(0, SegmentPdu.MAX_TABLE_GROUPS, groups));
        }
    },
    GIVES_OTHER_SEGMENTS_THAN_IT_SAID {
        @Override
        void segments(ScriptedPeer.Line line, SegmentPdu ask) throws IOException {
            if (ask instanceof SegmentPdu.GetSegments get) {
                int group = get.groups().getFirst().first();
                line.reply(new SegmentPdu.Segments(group, new byte[3 * SegmentTable.ENTRY_BYTES]));
            } else {
                super.segments(line, ask);
            }
        }
    },
    GIVES_WRONG_LEAVES {
        @Override
        byte[] leaves(ScriptedPeer.Line line, PeerPdu.GetHashes ask) {
            return new byte[ask.nodeCount() * Hash.BYTES];
        }
    },
    IS_HONEST;

    /** How many bytes are inserted at the start of the content to make the next version of it. */
    static final int INSERTED = 7;

    /** What the downloader has: the content without what was inserted. */
    static byte[] before(byte[] bytes) {
        return Arrays.copyOfRange(bytes, INSERTED, bytes.length);
    }

    @Override
    public void heard(ScriptedPeer.Line line, Pdu pdu) throws IOException {
        if (pdu instanceof SegmentPdu ask) {
            segments(line, ask);
        }
    }

    @Override
    public void hashes(ScriptedPeer.Line line, PeerPdu.GetHashes ask) throws IOException {
        if (ask.level() == 0) {
            line.reply(new PeerPdu.Hashes(0, ask.firstNode(), leaves(line, ask)));
        } else {
            ScriptedPeer.Conduct.super.hashes(line, ask);
        }
    }

    /** Answers as its table says. */
    void segments(ScriptedPeer.Line line, SegmentPdu ask) throws IOException {
        SegmentTable table = table(line.sample().bytes());
        switch (ask) {
            case SegmentPdu.GetGroups get -> {
                List<SegmentGroup> groups = new ArrayList<>();
                for (int group = get.firstGroup(); group < table.groupCount(); group++) {
                    groups.add(table.group(group));
                }
                line.reply(new SegmentPdu.Groups(get.firstGroup(), table.groupCount(), groups));
            }
            case SegmentPdu.GetSegments get -> {
                for (var run : get.groups()) {
                    for (int group = run.first(); group < run.end(); group++) {
                        line.reply(new SegmentPdu.Segments(group, table.groupEntries(group)));
                    }
                }
            }
            default -> throw new AssertionError(ask);
        }
    }

    /** The table that it gives. */
    SegmentTable table(byte[] bytes) {
        return honest(bytes);
    }

    /** The leaf hashes that it gives. */
    byte[] leaves(ScriptedPeer.Line line, PeerPdu.GetHashes ask) {
        byte[] all =
                new HashTree().leaves(line.sample().bytes(), 0, line.sample().bytes().length);
        int from = (int) ask.firstNode() * Hash.BYTES;
        return Arrays.copyOfRange(all, from, from + ask.nodeCount() * Hash.BYTES);
    }

    private static SegmentTable honest(byte[] bytes) {
        SegmentTable.Builder table = new SegmentTable.Builder();
        for (int at = 0; at < bytes.length; ) {
            int length = SegmentCutter.cut(bytes, at, bytes.length);
            table.add(length, SegmentHash.of(Sample.sha256(Arrays.copyOfRange(bytes, at, at + length))));
            at += length;
        }
        return table.build();
    }
}
