package dev.shoal.peer;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rates as people write them: {@code 500k}, {@code 2MiB/s}, {@code 20Mbit/s}, {@code unlimited}. */
public final class Rate {

    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Below this a connection would starve: a keep-alive and a request must get through. */
    private static final long MIN_BYTES_PER_SECOND = 1_024;

    /** Above this there is nothing to limit, and what is counted would not fit its numbers. */
    private static final double MAX_BYTES_PER_SECOND = 1e15;

    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?)(i?)(b|byte|bytes|bit|bits)?(?:/s|ps)?");

    private Rate() {}

    /**
     * Bytes a second. Without a unit, bytes; k, M, G are powers of 1000, with an i powers of 1024; {@code 0} and
     * {@code unlimited} mean no limit.
     *
     * @throws IllegalArgumentException when the text is not a rate, or one below 1 KiB/s or above 1000 TB/s
     */
    public static long parse(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.equals("unlimited") || plain.equals("0")) {
            return UNLIMITED;
        }
        Matcher matcher = FORM.matcher(plain);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("write a rate as 2MiB/s, 500kB/s, 20Mbit/s or unlimited");
        }
        double base = matcher.group(3).isEmpty() ? 1_000 : 1_024;
        double factor = Math.pow(base, matcher.group(2).isEmpty() ? 0 : " kmgt".indexOf(matcher.group(2)));
        String unit = matcher.group(4);
        double bits = unit != null && unit.startsWith("bit") ? 8 : 1;
        double rate = Double.parseDouble(matcher.group(1)) * factor / bits;
        if (rate < MIN_BYTES_PER_SECOND) {
            throw new IllegalArgumentException("a limit is at least 1 KiB/s");
        }
        if (rate > MAX_BYTES_PER_SECOND) {
            throw new IllegalArgumentException("that is too large for a limit; unlimited is none");
        }
        return Math.round(rate);
    }

    /**
     * The limit that a request names, in bytes a second.
     *
     * @param text null for none
     * @throws PeerException with reason USAGE when the text is not a rate
     */
    static long ofRequest(@Nullable String text) {
        try {
            return text == null ? UNLIMITED : parse(text);
        } catch (IllegalArgumentException e) {
            throw new PeerException(
                    PeerException.Reason.USAGE, "\"" + text + "\" is no limit: " + e.getMessage() + ".", e);
        }
    }

    static String check(String text) {
        return parse(text) == UNLIMITED ? "unlimited" : text.strip();
    }
}
