package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limit of a home that holds at some times. Pure, immutable.
 *
 * @param number by which it can be taken away
 * @param name what it is about; null for everything together
 * @param upload most that is sent, as {@link #bytesPerSecond} reads it; null when it says nothing about that
 * @param download most that is received; null when it says nothing about that
 * @param times when it holds
 */
record LimitRule(
        int number,
        @Nullable Name name,
        @Nullable String upload,
        @Nullable String download,
        LimitTimes times) {

    /** The rate at which nothing goes. */
    static final String PAUSED = "paused";

    private static final String NONE = "-";
    private static final int FIELDS = 7;

    /** Which way data goes. */
    enum Flow {
        /** From here to others. */
        UPLOAD,
        /** From others to here. */
        DOWNLOAD
    }

    /**
     * Checks that it says something.
     *
     * @throws IllegalArgumentException with a sentence when it does not, or a rate is none
     */
    LimitRule {
        upload = checked(upload);
        download = checked(download);
        if (upload == null && download == null) {
            throw new IllegalArgumentException("say what is limited, the upload, the download or both");
        }
    }

    private static @Nullable String checked(@Nullable String rate) {
        if (rate == null) {
            return null;
        }
        String plain = rate.replaceAll("\\s+", "");
        bytesPerSecond(plain);
        return plain.toLowerCase(Locale.ROOT).equals(PAUSED) ? PAUSED : plain;
    }

    /**
     * What a rate means, which is one as {@link Rate} reads it, or {@link #PAUSED}.
     *
     * @return bytes a second; 0 for nothing at all
     * @throws IllegalArgumentException when it is neither
     */
    static long bytesPerSecond(String rate) {
        if (rate.strip().equalsIgnoreCase(PAUSED)) {
            return 0;
        }
        try {
            return Rate.parse(rate);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + rate + "\" is no limit: " + e.getMessage() + ", or paused", e);
        }
    }

    /** Its rate one way; null when it says nothing about that. */
    @Nullable
    String rate(Flow flow) {
        return flow == Flow.UPLOAD ? upload : download;
    }

    /** Whether it is about a name, or about everything when that is null. */
    boolean isAbout(@Nullable Name other) {
        return Objects.equals(name, other);
    }

    /** The fields of its line in a file. */
    String line() {
        return String.join(
                "\t",
                Integer.toString(number),
                field(upload),
                field(download),
                field(times.fromText()),
                field(times.toText()),
                times.daysText().isEmpty() ? NONE : times.daysText(),
                name == null ? NONE : name.text());
    }

    private static String field(@Nullable String value) {
        return value == null ? NONE : value;
    }

    /**
     * Reads what {@link #line} has written, or a person.
     *
     * @throws IllegalArgumentException with a sentence when it is something else
     */
    static LimitRule parse(String line) {
        List<String> fields = List.of(line.split("\t", -1));
        if (fields.size() != FIELDS) {
            throw new IllegalArgumentException(
                    "a rule has " + FIELDS + " fields with tabs between them, not " + fields.size());
        }
        try {
            return new LimitRule(
                    Integer.parseInt(fields.get(0)),
                    fields.get(6).equals(NONE) ? null : new Name(fields.get(6)),
                    value(fields.get(1)),
                    value(fields.get(2)),
                    LimitTimes.parse(value(fields.get(3)), value(fields.get(4)), value(fields.get(5))));
        } catch (NumberFormatException | InvalidNameException e) {
            throw new IllegalArgumentException("\"" + line + "\" is no rule", e);
        }
    }

    private static @Nullable String value(String field) {
        return field.equals(NONE) ? null : field;
    }
}
