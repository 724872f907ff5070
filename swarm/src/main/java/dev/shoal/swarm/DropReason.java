package dev.shoal.swarm;

/** Why a source is no longer used. */
public enum DropReason {
    /** It sent nothing for too long although data was requested. */
    STALLED("sent nothing for too long"),
    /** It sent data that does not match the content's hashes. */
    WRONG_DATA("sent wrong data"),
    /** It refused chunks that it had said to have. */
    REFUSES("refused chunks that it said to have"),
    /** It did not give the row of chunk hashes, which whoever has a chunk has. */
    NO_HASHES("did not give the hashes of its chunks"),
    /** It was busy each time that it was asked. */
    BUSY("was busy for too long"),
    /** It sent much that nobody had asked for. */
    FLOODS("sent data that was not requested"),
    /** Its connection or its handle ended. */
    GONE("left"),
    /** There are more sources than are tracked. */
    TOO_MANY("was one source too many");

    private final String sentence;

    DropReason(String sentence) {
        this.sentence = sentence;
    }

    /** For people: what the source did. */
    public String sentence() {
        return sentence;
    }
}
