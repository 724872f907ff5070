package dev.shoal.peer;

import java.math.BigInteger;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A plain HTTPS link as the home keeps it. Immutable.
 *
 * @param id its number
 * @param secret what is in its address, and nowhere else; never logged
 * @param share what it is for, as {@link KeptTask#key} writes it
 * @param name what that is called in the index
 * @param content which content that was when the link was made, as text
 * @param sinceMillis when it was made
 * @param untilMillis when it ends
 * @param times how many downloads it is good for; 0 for any number
 * @param wholes how many there were that took all of it in one go
 * @param partBytes how much went out in parts, or broke off
 * @param partLength how long the content was of which that is counted; 0 for what it is asked about
 * @param sentBytes how much went out in all
 * @param privateToo whether it gives what only some may get by its name
 */
record KeptWebLink(
        long id,
        String secret,
        String share,
        String name,
        String content,
        long sinceMillis,
        long untilMillis,
        int times,
        int wholes,
        long partBytes,
        long partLength,
        long sentBytes,
        boolean privateToo) {

    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{32}");

    /** The end of the year 9999: what is later was never meant, and cannot be reckoned with. */
    private static final long MOST_UNTIL_MILLIS = 253_402_300_799_999L;

    /**
     * Checks all of it, as it may come from a file that somebody has changed.
     *
     * @throws IllegalArgumentException when it cannot be the one of a link
     */
    KeptWebLink {
        Objects.requireNonNull(share);
        Objects.requireNonNull(name);
        Objects.requireNonNull(content);
        boolean isTimed = sinceMillis >= 0
                && untilMillis >= sinceMillis
                && untilMillis <= MOST_UNTIL_MILLIS
                && untilMillis - sinceMillis <= WebLinkWish.MOST_MILLIS;
        boolean isCounted = times >= 0
                && times <= WebLinkWish.MOST_TIMES
                && wholes >= 0
                && partBytes >= 0
                && partLength >= 0
                && sentBytes >= 0;
        if (id <= 0 || !SECRET.matcher(secret).matches() || !isTimed || !isCounted) {
            throw new IllegalArgumentException("no download link");
        }
    }

    /** Something went out of a content of a length. */
    KeptWebLink sent(long bytes, long length, boolean isWhole) {
        return new KeptWebLink(
                id,
                secret,
                share,
                name,
                content,
                sinceMillis,
                untilMillis,
                times,
                isWhole ? wholes + 1 : wholes,
                isWhole ? partBytes : partBytes(length) + bytes,
                isWhole ? partLength : length,
                sentBytes + bytes,
                privateToo);
    }

    /**
     * How many downloads there were of what has a length: each in one go is one, and parts that are together as long
     * are one. What is empty has no parts.
     *
     * @param length of the content as it is now
     */
    int used(long length) {
        return (int) Math.min(Integer.MAX_VALUE, wholes + (length == 0 ? 0 : partBytes(length) / length));
    }

    /** A third of an older version is a third of one of another length, whichever is longer. */
    private long partBytes(long length) {
        if (partLength == 0 || partLength == length) {
            return partBytes;
        }
        return BigInteger.valueOf(partBytes)
                .multiply(BigInteger.valueOf(length))
                .divide(BigInteger.valueOf(partLength))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    /** Of what is good for some downloads only, how many bytes may go out still of a content of a length. */
    long leftBytes(long length) {
        long downloads = Math.max(0, times - (long) wholes);
        boolean isMore = length > 0 && downloads > Long.MAX_VALUE / length;
        return isMore ? Long.MAX_VALUE : Math.max(0, downloads * length - partBytes(length));
    }

    boolean isLimited() {
        return times > 0;
    }

    @Override
    public String toString() {
        return "KeptWebLink[" + id + " to " + name + "]";
    }
}
