package dev.shoal.protocol;

/**
 * {@code E}: a request failed, or a content's transfer ended. Layout: code (2), retry after in milliseconds (4), detail
 * (8), sentence (2 + n). Immutable. Between peers the detail says what failed: {@link #HANDLE}, {@link #PDU},
 * {@link #SEGMENTS}, or a range by {@link #ofRange} and {@link #ofNodes}.
 *
 * @param code why
 * @param retryAfterMillis when to ask again, in milliseconds; 0 when asking again does not help
 * @param detail a number that the code's description explains, else 0
 * @param sentence for people, in English; at most 300 bytes
 */
public record Failure(ErrorCode code, int retryAfterMillis, long detail, String sentence) implements Pdu {

    /** The longest sentence in bytes. */
    public static final int MAX_SENTENCE_BYTES = 300;

    /** Between peers, the detail that says that the handle has ended, or was not opened. */
    public static final long HANDLE = -1;

    /** Between peers, the detail that says that one PDU could not be read; nothing else has changed. */
    public static final long PDU = -2;

    /** Between peers, the detail that says that no {@code Z} under the handle is answered that was asked by now. */
    public static final long SEGMENTS = -3;

    private static final long NODES = 1L << 62;

    /** Between peers, the detail of a {@code G} that will not be answered. */
    public static long ofRange(int chunk, int firstBlock) {
        return (long) chunk << 16 | firstBlock;
    }

    /** Between peers, the detail of a {@code V} that will not be answered. */
    public static long ofNodes(int level, long firstNode) {
        return NODES | (long) level << 32 | firstNode;
    }

    /** A failure with nothing but a code and a sentence. */
    public static Failure of(ErrorCode code, String sentence) {
        return new Failure(code, 0, 0, sentence);
    }

    /** A failure that may pass. */
    public static Failure busy(int retryAfterMillis, String sentence) {
        return new Failure(ErrorCode.BUSY, retryAfterMillis, 0, sentence);
    }

    /** Between peers, whether this is about a {@code V}; else it is about a {@code G}, if it is about a range. */
    public boolean isOfNodes() {
        return detail >= NODES;
    }

    /** The level of the {@code V} that this is about. */
    public int level() {
        return (int) ((detail ^ NODES) >>> 32);
    }

    /** The first node of the {@code V} that this is about. */
    public long firstNode() {
        return detail & 0xffff_ffffL;
    }

    /** The chunk of the {@code G} that this is about, which may be no chunk of any content. */
    public long chunk() {
        return detail >> 16;
    }

    /** The first block of the {@code G} that this is about. */
    public int firstBlock() {
        return (int) detail & 0xffff;
    }

    static Failure decode(WireReader in) {
        return new Failure(
                ErrorCode.of(in.u16("code")),
                in.count("retry after"),
                in.i64("detail"),
                in.string16("sentence", MAX_SENTENCE_BYTES));
    }

    @Override
    public char letter() {
        return 'E';
    }

    @Override
    public void encodeBody(WireWriter out) {
        out.u16(code.number()).count(retryAfterMillis).i64(detail);
        out.string16(Text.limit(sentence, MAX_SENTENCE_BYTES));
    }
}
