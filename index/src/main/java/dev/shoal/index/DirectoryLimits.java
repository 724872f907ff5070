package dev.shoal.index;

/**
 * How large a directory may grow.
 *
 * @param contents most contents; each costs about 70 bytes
 * @param registrations most pairs of a content and a peer; each costs 8 to 10 bytes
 * @param contentsPerPeer most contents of one peer, so that one cannot fill the directory
 * @param unnamed most contents that wait to be named again while their peers state everything; each costs four bytes
 * @param bitmapBytes how much memory the bitmaps of partial sources may take; above, only their chunks are counted
 */
public record DirectoryLimits(int contents, int registrations, int contentsPerPeer, int unnamed, long bitmapBytes) {

    /** What fits into a gigabyte with room for everything else an index does. */
    public static final DirectoryLimits DEFAULT =
            new DirectoryLimits(3_000_000, 20_000_000, 1_000_000, 2_000_000, 64L * 1024 * 1024);
}
