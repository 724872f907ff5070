package dev.shoal.peer;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long what was downloaded is passed on by a peer that stays up: as long, and as often, as these say, whichever is
 * reached first. Pure, immutable.
 *
 * @param spanMillis how long from the end of the download on; {@link #UNLIMITED} for ever
 * @param ratio how many times its own length is sent; infinite for as often as it is asked for
 */
record SeedLimits(long spanMillis, double ratio) {

    /** Without an end. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private static final String NO_END = "unlimited";
    private static final Pattern SPAN = Pattern.compile("(\\d{1,6})\\s*(min|m|h|d)");
    private static final Pattern RATIO = Pattern.compile("\\d{1,6}(\\.\\d{1,3})?");

    /** What two settings say, which were checked. */
    static SeedLimits of(String span, String ratio) {
        return new SeedLimits(span(span), ratio(ratio));
    }

    /** What a download says, and where it says nothing, two settings; all were checked. */
    static SeedLimits of(Request.Get.@Nullable Seeding own, String span, String ratio) {
        return of(
                own == null ? span : Objects.requireNonNullElse(own.span(), span),
                own == null ? ratio : Objects.requireNonNullElse(own.ratio(), ratio));
    }

    /**
     * Reads a span of time.
     *
     * @return in milliseconds
     * @throws IllegalArgumentException when the text is none
     */
    static long span(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.equals(NO_END)) {
            return UNLIMITED;
        }
        Matcher matcher = SPAN.matcher(plain);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("write a span of time as 30min, 12h, 7d or unlimited");
        }
        TimeUnit unit = switch (matcher.group(2)) {
            case "h" -> TimeUnit.HOURS;
            case "d" -> TimeUnit.DAYS;
            default -> TimeUnit.MINUTES;
        };
        return unit.toMillis(Long.parseLong(matcher.group(1)));
    }

    /**
     * Reads how many times something is sent.
     *
     * @throws IllegalArgumentException when the text is no such number
     */
    static double ratio(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.equals(NO_END)) {
            return Double.POSITIVE_INFINITY;
        }
        if (!RATIO.matcher(plain).matches()) {
            throw new IllegalArgumentException("write a ratio as 1.5, 2 or unlimited");
        }
        return Double.parseDouble(plain);
    }

    /** Whether there is no end at all. */
    boolean isUnlimited() {
        return spanMillis == UNLIMITED && Double.isInfinite(ratio);
    }

    /**
     * Why something has been passed on enough; empty as long as it has not.
     *
     * @param sinceMillis when its download had ended
     * @param sentBytes how much of it was sent
     * @param length how long it is; what is empty has no ratio
     */
    Optional<String> reached(long sinceMillis, long sentBytes, long length, long nowMillis) {
        // By division: a product may not fit.
        if (length > 0 && sentBytes / (double) length >= ratio) {
            return Optional.of("sent " + number(ratio) + " times, as seed-ratio says; not served any more");
        }
        if (spanMillis != UNLIMITED && nowMillis - sinceMillis >= spanMillis) {
            return Optional.of("served as long as seed-for says; not served any more");
        }
        return Optional.empty();
    }

    private static String number(double ratio) {
        return ratio == Math.rint(ratio) ? Long.toString((long) ratio) : Double.toString(ratio);
    }
}
