package dev.shoal.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/** Makes the next version of a file: bytes come in near its start, and everything behind them moves. */
final class Insertion {

    private static final long OFFSET = 1 << 20;

    private Insertion() {}

    /** Writes a file that is another one with so many random bytes inserted, and forces it. */
    static void make(Path before, Path after, int insertedBytes, long seed) throws IOException {
        byte[] inserted = new byte[insertedBytes];
        new SplittableRandom(seed).nextBytes(inserted);
        try (FileChannel in = FileChannel.open(before, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(after, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long at = Math.min(OFFSET, in.size());
            copy(in, 0, at, out);
            out.write(ByteBuffer.wrap(inserted));
            copy(in, at, in.size(), out);
            // Else the system would write it while something is measured.
            out.force(true);
        }
    }

    private static void copy(FileChannel in, long from, long to, FileChannel out) throws IOException {
        for (long at = from; at < to; ) {
            at += in.transferTo(at, to - at, out);
        }
    }
}
