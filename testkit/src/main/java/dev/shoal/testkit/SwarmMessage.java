package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.BlockRange;
import java.util.List;

/** What simulated peers say to each other, with what it costs on the wire. */
sealed interface SwarmMessage {

    /** Frame length, header, and a TLS record's own bytes. */
    int FRAME_BYTES = 4 + Header.BYTES + 22;

    int bytes();

    /** {@code M} with a bitmap. */
    record Map(ChunkSet chunks) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 9 + (chunks.isFull() ? 0 : (chunks.size() + 7) / 8);
        }
    }

    /** {@code M} with runs. */
    record More(List<ChunkRun> runs) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 3 + 8 * runs.size();
        }
    }

    /** {@code G}. */
    record Get(BlockRange range) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 8;
        }
    }

    /** {@code c}. */
    record Stop(BlockRange range) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 8;
        }
    }

    /** {@code c} as a reply. */
    record Stopped(BlockRange range) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 8;
        }
    }

    /** {@code C}; instead of data, whether its first block is wrong. */
    record Data(BlockRange range, int dataBytes, boolean wrong) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + PeerPdu.DATA_FIELDS_BYTES + dataBytes;
        }
    }

    /** {@code E} to a request; with a time to ask again when its sender is only busy. */
    record Refuse(BlockRange range, long retryAfterNanos) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 40;
        }
    }

    /** {@code V} for the leaves of a chunk. */
    record AskLeaves(int chunk) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 13;
        }
    }

    /** {@code V} with the leaves of a chunk. */
    record Leaves(int chunk, int blockCount) implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES + 13 + 32 * blockCount;
        }
    }

    /** {@code k}. */
    record Alive() implements SwarmMessage {
        @Override
        public int bytes() {
            return FRAME_BYTES;
        }
    }
}
