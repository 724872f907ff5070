package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.store.StoredContent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A content that this peer serves, whole or in part, to whom, and how much of it was sent. Thread-safe. */
final class Served {

    /** A disk that fails fails every reading; its owner need not hear of each. */
    private static final long UNREAD_NEWS_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final StoredContent stored;
    private final ShareKey key;
    private volatile long limitBytesPerSecond;
    private volatile long ceilingBytesPerSecond = Rate.UNLIMITED;
    private final AtomicLong uploadedBytes = new AtomicLong();
    private final AtomicLong unreadNanos = new AtomicLong(System.nanoTime() - 2 * UNREAD_NEWS_NANOS);
    private volatile @Nullable Consumer<String> loss;

    /** To everybody, without a limit of its own. */
    Served(StoredContent stored) {
        this(stored, null, Rate.UNLIMITED);
    }

    /**
     * To some, or with a limit.
     *
     * @param circle who may get it; null for everybody
     * @param limitBytesPerSecond most that goes out of it a second; {@link Rate#UNLIMITED} for no limit of its own
     */
    Served(StoredContent stored, @Nullable Circle circle, long limitBytesPerSecond) {
        this.stored = stored;
        this.key = new ShareKey(stored.id(), circle);
        this.limitBytesPerSecond = limitBytesPerSecond;
    }

    /** Who is told, with a sentence, when it turns out not to be what it was; must return at once. */
    void whenLost(Consumer<String> listener) {
        loss = listener;
    }

    /** It turned out not to be what it was. Returns whether somebody was told. */
    boolean isLossTold(String reason) {
        Consumer<String> listener = loss;
        if (listener != null) {
            listener.accept(reason);
        }
        return listener != null;
    }

    /** It could not be read just now. Returns whether that was not told lately. */
    boolean isUnreadNews(long nowNanos) {
        long last = unreadNanos.get();
        return nowNanos - last > UNREAD_NEWS_NANOS && unreadNanos.compareAndSet(last, nowNanos);
    }

    /** What it is. */
    ContentId content() {
        return stored.id();
    }

    /** What it is, and with whom it is shared. */
    ShareKey key() {
        return key;
    }

    /** Where its bytes are. */
    StoredContent stored() {
        return stored;
    }

    /** Most that goes out of it now, in bytes a second, 0 for nothing; empty when nothing limits it. */
    OptionalLong limit() {
        return limited(Math.min(limitBytesPerSecond, ceilingBytesPerSecond));
    }

    /** The limit of its own, whatever the home's limits let go now; empty for none. */
    OptionalLong ownLimit() {
        return limited(limitBytesPerSecond);
    }

    private static OptionalLong limited(long bytesPerSecond) {
        return bytesPerSecond == Rate.UNLIMITED ? OptionalLong.empty() : OptionalLong.of(bytesPerSecond);
    }

    /** Changes the limit; whoever serves it is to be told by {@link Servings#limitChanged}. */
    void limit(long bytesPerSecond) {
        limitBytesPerSecond = bytesPerSecond;
    }

    /**
     * Changes what the home's limits let go out of it, 0 for nothing; the lower of this and its own limit counts.
     *
     * @return whether that is another rate than before
     */
    boolean ceiling(long bytesPerSecond) {
        boolean isOther = ceilingBytesPerSecond != bytesPerSecond;
        ceilingBytesPerSecond = bytesPerSecond;
        return isOther;
    }

    /** How much of it was sent to others. */
    long uploadedBytes() {
        return uploadedBytes.get();
    }

    /** Counts what was sent. */
    void uploaded(int bytes) {
        uploadedBytes.addAndGet(bytes);
    }

    /** The chunks that can be read now; a copy. */
    ChunkSet chunks() {
        return stored.chunks();
    }

    /** The hashes of all chunks, 32 bytes each; null when they are not known yet. */
    byte @Nullable [] chunkRow() {
        return stored.chunkRow().orElse(null);
    }

    /**
     * Fills the buffer from an offset.
     *
     * @throws dev.shoal.store.StoreException when the file is gone or has changed, and the content is no longer served;
     *     or when it cannot be read just now
     */
    void read(long offset, ByteBuffer target) {
        stored.read(offset, target);
    }

    /**
     * Nodes of the hash tree: of the row of chunk hashes, or leaves of one chunk that is here; null for others.
     *
     * @throws dev.shoal.store.StoreException as {@link #read}
     */
    byte @Nullable [] nodes(PeerPdu.GetHashes wanted) {
        ChunkLayout layout = content().layout();
        byte[] row = chunkRow();
        long end = wanted.firstNode() + wanted.nodeCount();
        if (wanted.level() == layout.chunkLevel() && row != null) {
            return end <= layout.chunkCount()
                    ? Arrays.copyOfRange(row, (int) wanted.firstNode() * Hash.BYTES, (int) end * Hash.BYTES)
                    : null;
        }
        return wanted.level() == 0 ? leaves(layout, wanted.firstNode(), end) : null;
    }

    /** Made from the data, as they are asked for only when something went wrong. */
    private byte @Nullable [] leaves(ChunkLayout layout, long first, long end) {
        long chunk = first / layout.blocksPerChunk();
        if (chunk >= layout.chunkCount() || !chunks().contains((int) chunk)) {
            return null;
        }
        long chunkStart = chunk * layout.blocksPerChunk();
        if (end > chunkStart + layout.blocks((int) chunk)) {
            return null;
        }
        int firstBlock = (int) (first - chunkStart);
        ByteBuffer data = ByteBuffer.allocate(layout.size((int) chunk, firstBlock, (int) (end - first)));
        read(first * ChunkLayout.BLOCK_BYTES, data);
        return new HashTree().leaves(data.flip());
    }

    /** Somebody says that a chunk was wrong. Returns whether it is right on the disk. */
    boolean recheck(int chunk) {
        return stored.recheck(chunk);
    }
}
