package dev.shoal.peer;

import dev.shoal.content.HashTree;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import dev.shoal.swarm.BlockRange;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One link's part in a download: hands what comes over the link to the {@link Transfer}, under a number of its own. Its
 * methods run on the link's reader, which hashes and writes the chunks that it completes.
 */
final class SourceUse implements PeerLink.Fetcher {

    /** How long nothing may come in the middle of a frame of data: nobody else can send these blocks meanwhile. */
    private static final long MID_FRAME_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long a source may take to say which chunks it has. */
    private static final long MAP_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final int number;
    private final PeerLink link;
    private final Transfer transfer;
    private final HashTree tree = new HashTree();
    private final int handle;
    private final int mark;
    private final Maps maps;
    private final long sinceNanos = System.nanoTime();
    private boolean receiving;
    private long receivingSinceNanos;
    private boolean useful;

    /**
     * Over a link.
     *
     * @param mark the number that its peer has for people
     */
    SourceUse(int number, PeerLink link, Transfer transfer, int mark) {
        this.number = number;
        this.mark = mark;
        this.link = link;
        this.transfer = transfer;
        this.maps = new Maps(transfer.entitlement().key().content().layout().chunkCount());
        this.handle = link.newHandle();
    }

    /** Its number in the download's decisions. */
    int number() {
        return number;
    }

    /** The number of its peer in {@link Origins}. */
    int mark() {
        return mark;
    }

    /** Who it is. */
    PeerId peer() {
        return link.remote();
    }

    /** The link it comes over. */
    PeerLink link() {
        return link;
    }

    /** For hashing on the reader's thread. */
    HashTree tree() {
        return tree;
    }

    /** What it says of its chunks. Guarded by the transfer's lock. */
    Maps maps() {
        return maps;
    }

    /** Whether it has not said for too long which chunks it has. Guarded by the transfer's lock. */
    boolean isMapLate(long nowNanos) {
        return !maps.isComplete() && nowNanos - sinceNanos > MAP_NANOS;
    }

    /** Whether its reader writes into a chunk's buffer now. Guarded by the transfer's lock. */
    boolean isReceiving() {
        return receiving;
    }

    /** The reader begins or ends to write into a chunk's buffer. Guarded by the transfer's lock. */
    void receiving(boolean now) {
        receiving = now;
        receivingSinceNanos = System.nanoTime();
    }

    /** Whether nothing has come for too long in the middle of data. Guarded by the transfer's lock. */
    boolean isStuck(long nowNanos) {
        return receiving
                && nowNanos - receivingSinceNanos > MID_FRAME_NANOS
                && nowNanos - link.lastReadNanos() > MID_FRAME_NANOS;
    }

    /** Whether nothing at all has come over its link for so long. */
    boolean isSilent(long limitNanos) {
        return System.nanoTime() - link.lastReadNanos() > limitNanos;
    }

    /** Whether it has sent data that was wanted. Guarded by the transfer's lock. */
    boolean isUseful() {
        return useful;
    }

    /** It has sent data that was wanted. Guarded by the transfer's lock. */
    void wasUseful() {
        useful = true;
    }

    /** Opens the content on the link. */
    void open() {
        link.open(handle, transfer.entitlement().opening(), this);
    }

    /** Sends something of the downloading side. */
    void post(PeerPdu pdu) {
        link.post(handle, pdu);
    }

    /** No more of this content over this link. */
    void close() {
        link.closeHandle(handle);
    }

    @Override
    public @Nullable ByteBuffer target(BlockRange range, int bytes) {
        return transfer.target(this, range, bytes);
    }

    @Override
    public void dataArrived(BlockRange range) {
        transfer.dataArrived(this, range);
    }

    @Override
    public void map(PeerPdu.ChunkMap map) {
        transfer.map(this, map);
    }

    @Override
    public void hashes(PeerPdu.Hashes hashes) {
        transfer.hashes(this, hashes);
    }

    @Override
    public void segments(SegmentPdu segments) {
        transfer.likeness().answered(this, segments);
    }

    @Override
    public void withdrawn(BlockRange range) {
        transfer.withdrawn(this, range);
    }

    @Override
    public void failed(Failure failure) {
        transfer.failed(this, failure);
    }

    @Override
    public void alive() {
        transfer.alive(this);
    }

    @Override
    public void ended(PeerLink.Ending ending, String reason) {
        transfer.ended(this, ending, reason);
    }
}
