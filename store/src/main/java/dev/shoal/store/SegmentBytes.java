package dev.shoal.store;

import java.nio.ByteBuffer;

/** Bytes that can be read anywhere, by several threads at once. */
@FunctionalInterface
public interface SegmentBytes {

    /** Fills the buffer with what is at the offset, or throws what then ends the cutting. */
    void read(long offset, ByteBuffer target);
}
