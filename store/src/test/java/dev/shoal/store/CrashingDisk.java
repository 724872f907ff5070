package dev.shoal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A file on a disk that loses power. Writes stay in the cache until they are forced; at a crash each piece that was
 * written since turns out to be as it was at any moment since the last force, each for itself, and so does the length.
 * Up to an offset a piece is a page, behind it a few bytes, so that records are torn. Cuts keep their order, as the
 * journal of a file system does: what was written after one is only there if the cut is.
 */
final class CrashingDisk implements BlockFile {

    private static final int PAGE_BYTES = 4096;
    private static final int FINE_BYTES = 16;

    private final int fineFrom;
    private final List<Epoch> epochs = new ArrayList<>();
    private byte[] durable;
    private int durableSize;
    private byte[] cached;
    private int cachedSize;
    private int operationsLeft = Integer.MAX_VALUE;
    private boolean losesForces;
    private String failure = "the power is gone";

    CrashingDisk(long capacity, long fineFrom) {
        this.durable = new byte[Math.toIntExact(capacity)];
        this.cached = durable.clone();
        this.fineFrom = Math.toIntExact(fineFrom);
        forget();
    }

    /** What happened between two cuts. */
    private record Epoch(int cutTo, Map<Integer, List<byte[]>> versions, List<Integer> sizes) {}

    /** After so many more writes, cuts and forces, all of them fail with this message. */
    synchronized void failAfter(int operations, String message) {
        operationsLeft = operations;
        failure = message;
    }

    /** The next force fails and the system forgets, as Linux does, that anything was not written. */
    synchronized void loseNextForce() {
        losesForces = true;
    }

    /** The power comes back; what was not forced is there or not. */
    synchronized void crash(RandomGenerator random) {
        double kept = new double[] {0, 0.05, 0.5, 0.95, 1}[random.nextInt(5)];
        int last = random.nextInt(epochs.size());
        for (int i = 0; i <= last; i++) {
            Epoch epoch = epochs.get(i);
            if (epoch.cutTo < durableSize) {
                durableSize = epoch.cutTo;
                Arrays.fill(durable, durableSize, durable.length, (byte) 0);
            }
            for (Map.Entry<Integer, List<byte[]>> piece : epoch.versions.entrySet()) {
                if (random.nextDouble() < kept) {
                    byte[] version = any(piece.getValue(), random);
                    System.arraycopy(version, 0, durable, piece.getKey(), version.length);
                }
            }
            if (!epoch.sizes.isEmpty() && random.nextDouble() < Math.max(kept, 0.3)) {
                durableSize = any(epoch.sizes, random);
            }
            Arrays.fill(durable, durableSize, durable.length, (byte) 0);
        }
        cached = durable.clone();
        cachedSize = durableSize;
        operationsLeft = Integer.MAX_VALUE;
        forget();
    }

    private static <T> T any(List<T> versions, RandomGenerator random) {
        return random.nextBoolean() ? versions.getLast() : versions.get(random.nextInt(versions.size()));
    }

    /** What a program reads now, to be mutilated. */
    synchronized byte[] image() {
        return Arrays.copyOf(cached, cachedSize);
    }

    /** Puts other bytes in its place, forced. */
    synchronized void replace(byte[] image) {
        durable = Arrays.copyOf(image, durable.length);
        durableSize = image.length;
        cached = durable.clone();
        cachedSize = durableSize;
        forget();
    }

    @Override
    public synchronized int read(ByteBuffer target, long offset) {
        if (offset >= cachedSize) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), cachedSize - offset);
        target.put(cached, (int) offset, count);
        return count;
    }

    @Override
    public synchronized int write(ByteBuffer source, long offset) throws IOException {
        operate();
        int count = source.remaining();
        int from = Math.toIntExact(offset);
        source.get(cached, from, count);
        int at = from;
        while (at < from + count) {
            at = touch(at);
        }
        if (from + count > cachedSize) {
            cachedSize = from + count;
            epochs.getLast().sizes.add(cachedSize);
        }
        return count;
    }

    @Override
    public synchronized void force(boolean withCut) throws IOException {
        operate();
        if (losesForces) {
            losesForces = false;
            forget();
            throw new IOException("Input/output error");
        }
        System.arraycopy(cached, 0, durable, 0, cached.length);
        durableSize = cachedSize;
        forget();
    }

    @Override
    public synchronized void truncate(long size) throws IOException {
        operate();
        if (size < cachedSize) {
            cachedSize = (int) size;
            Arrays.fill(cached, cachedSize, cached.length, (byte) 0);
            epochs.add(new Epoch(cachedSize, new TreeMap<>(), new ArrayList<>()));
        }
    }

    @Override
    public synchronized long size() {
        return cachedSize;
    }

    @Override
    public void close() {}

    private void forget() {
        epochs.clear();
        epochs.add(new Epoch(Integer.MAX_VALUE, new TreeMap<>(), new ArrayList<>()));
    }

    /** Notes what the piece at an offset is now. Returns where the next one starts. */
    private int touch(int offset) {
        int size = offset < fineFrom ? PAGE_BYTES : FINE_BYTES;
        int from = offset / size * size;
        int end = Math.min(cached.length, from + size);
        epochs.getLast()
                .versions
                .computeIfAbsent(from, key -> new ArrayList<>())
                .add(Arrays.copyOfRange(cached, from, end));
        return end;
    }

    private void operate() throws IOException {
        if (operationsLeft == 0) {
            throw new IOException(failure);
        }
        operationsLeft -= operationsLeft == Integer.MAX_VALUE ? 0 : 1;
    }
}
