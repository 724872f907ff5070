package dev.shoal.store;

import dev.shoal.content.SegmentCutter;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The cutting of one content by several threads. Where a segment begins depends on the one before, but two runs of cuts
 * that once meet never part: each thread cuts stripes as if one began with a segment, and whoever joins them cuts anew
 * from the true end of the stripe before until it meets a cut that was found. The table is that of one thread.
 */
final class SegmentRun {

    /** So much is cut by one thread at a time: long against the few segments that are cut twice. */
    static final int STRIPE_BYTES = 32 * 1024 * 1024;

    /** What is read at once. */
    private static final int READ_BYTES = 1024 * 1024;

    private final long length;
    private final SegmentBytes bytes;
    private final int stripeBytes;
    private final Stripe[] stripes;
    private final AtomicInteger nextStripe = new AtomicInteger();

    SegmentRun(long length, SegmentBytes bytes) {
        this(length, bytes, STRIPE_BYTES);
    }

    /** With stripes of another length, so that a test needs less. */
    SegmentRun(long length, SegmentBytes bytes, int stripeBytes) {
        if (length / SegmentCutter.USUAL_BYTES > SegmentTable.MAX_SEGMENTS) {
            throw new IllegalArgumentException("a content of " + length + " bytes has too many segments for a table");
        }
        this.length = length;
        this.bytes = bytes;
        this.stripeBytes = stripeBytes;
        this.stripes = new Stripe[(int) ((length + stripeBytes - 1) / stripeBytes)];
    }

    /** Cuts everything; the caller waits. */
    SegmentTable run(Executor workers, int threads) {
        int tasks = Math.min(threads, stripes.length);
        if (tasks <= 1) {
            work();
        } else {
            workOn(workers, tasks);
        }
        return join();
    }

    private void workOn(Executor workers, int tasks) {
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Crew.work(workers, tasks, () -> work(failure), e -> stop(failure, e));
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private void work(AtomicReference<@Nullable RuntimeException> failure) {
        try {
            work();
        } catch (RuntimeException e) {
            stop(failure, e);
        } catch (Error e) {
            stop(failure, new IllegalStateException(e));
        }
    }

    private void stop(AtomicReference<@Nullable RuntimeException> failure, RuntimeException why) {
        failure.compareAndSet(null, why);
        nextStripe.set(stripes.length);
    }

    private void work() {
        Cutter cutter = new Cutter();
        for (int stripe = nextStripe.getAndIncrement();
                stripe < stripes.length;
                stripe = nextStripe.getAndIncrement()) {
            stripes[stripe] = cutter.cut((long) stripe * stripeBytes);
        }
    }

    private SegmentTable join() {
        SegmentTable.Builder table = new SegmentTable.Builder();
        Cutter cutter = new Cutter();
        long at = 0;
        for (Stripe stripe : stripes) {
            SegmentTable segments = stripe.segments;
            int found = 0;
            long foundStart = stripe.start;
            while (at < stripe.end) {
                while (found < segments.count() && foundStart < at) {
                    foundStart += segments.length(found++);
                }
                if (found < segments.count() && foundStart == at) {
                    table.add(segments.entriesFrom(found));
                    at = stripe.start + segments.length();
                } else {
                    at += cutter.one(at, table);
                }
            }
        }
        return table.build();
    }

    /** The segments that begin in a stripe, if the first one begins with it. */
    private record Stripe(long start, long end, SegmentTable segments) {}

    /** Reads and cuts; for one thread. */
    private final class Cutter {
        private final byte[] data = new byte[(int) Math.min(READ_BYTES + SegmentCutter.MAX_BYTES, length)];
        private final MessageDigest sha256 = newSha256();
        private long dataStart;
        private int dataBytes;

        Stripe cut(long start) {
            SegmentTable.Builder segments = new SegmentTable.Builder();
            long end = Math.min(length, start + stripeBytes);
            long at = start;
            while (at < end) {
                at += one(at, segments);
            }
            return new Stripe(start, end, segments.build());
        }

        /** Cuts the segment that begins there; returns its length. */
        int one(long at, SegmentTable.Builder table) {
            long needed = Math.min(length, at + SegmentCutter.MAX_BYTES);
            if (at < dataStart || needed > dataStart + dataBytes) {
                load(at);
            }
            int from = (int) (at - dataStart);
            int segmentBytes = SegmentCutter.cut(data, from, dataBytes);
            sha256.update(data, from, segmentBytes);
            table.add(segmentBytes, SegmentHash.of(sha256.digest()));
            return segmentBytes;
        }

        /** Reads from an offset on, keeping what is there already. */
        private void load(long at) {
            int kept = at >= dataStart ? (int) Math.max(0, dataStart + dataBytes - at) : 0;
            System.arraycopy(data, dataBytes - kept, data, 0, kept);
            int wanted = (int) Math.min(data.length, length - at);
            if (wanted > kept) {
                bytes.read(at + kept, ByteBuffer.wrap(data, kept, wanted - kept));
            }
            dataStart = at;
            dataBytes = Math.max(kept, wanted);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
