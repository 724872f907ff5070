package dev.shoal.peer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a content somebody wants, as {@code Range} of RFC 9110 says it. Several ranges at once are not served:
 * whoever asks for them gets all of it, as RFC 9110 allows. Pure.
 *
 * @param first the first byte, from 0 on
 * @param end the first byte that is not wanted; not above the length
 */
record ByteRange(long first, long end) {

    /** Longer numbers are above every length. */
    private static final int MOST_DIGITS = 18;

    private static final Pattern FORM = Pattern.compile("bytes=(\\d*)-(\\d*)", Pattern.CASE_INSENSITIVE);

    /** All of it. */
    static ByteRange whole(long length) {
        return new ByteRange(0, length);
    }

    /**
     * What a header asks for.
     *
     * @return the range; all of it when the header says nothing that is served; empty when there is nothing there
     */
    static Optional<ByteRange> of(String header, long length) {
        Matcher form = FORM.matcher(header.strip());
        if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
            return Optional.of(whole(length));
        }
        if (form.group(1).isEmpty()) {
            long last = Math.min(number(form.group(2)), length);
            return last == 0 ? Optional.empty() : Optional.of(new ByteRange(length - last, length));
        }
        long first = number(form.group(1));
        long last = form.group(2).isEmpty() ? Long.MAX_VALUE : number(form.group(2));
        if (last < first) {
            return Optional.of(whole(length));
        }
        return first >= length
                ? Optional.empty()
                : Optional.of(new ByteRange(first, last >= length ? length : last + 1));
    }

    private static long number(String digits) {
        return digits.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    long length() {
        return end - first;
    }
}
