package dev.shoal.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * How far something is, as one line. Immutable; {@link #render} is a pure function.
 *
 * @param title what it is about
 * @param doneBytes how much is done
 * @param totalBytes how much there is
 * @param rateBytesPerSecond how fast it goes; 0 when it is not known
 * @param remainingSeconds how long it will take; −1 when it is not known
 * @param sources how many sources it comes from; −1 when there is no such thing
 * @param phase what is being done, a word
 */
record ProgressBar(
        String title,
        long doneBytes,
        long totalBytes,
        long rateBytesPerSecond,
        long remainingSeconds,
        int sources,
        String phase) {

    /** A shorter bar says nothing that the percents do not. */
    private static final int MIN_BAR_COLUMNS = 8;

    /** A longer bar does not say more. */
    private static final int MAX_BAR_COLUMNS = 30;

    private static final int MIN_TITLE_COLUMNS = 8;

    /** Amounts keep their width while they grow, so that the bar does not jump. */
    private static final int SIZE_COLUMNS = 8;

    private static final int RATE_COLUMNS = 10;

    private static final int TIME_COLUMNS = 10;

    /** How many columns are left free: some terminals wrap when the last one is written. */
    private static final int MARGIN = 1;

    /** The line, in fewer than so many columns; what matters least is left out first. */
    String render(int columns) {
        int room = Math.max(0, columns - MARGIN);
        List<String> facts = facts();
        // The percents stay to the last; then go, from the end: phase, sources, time left, rate, amounts.
        while (facts.size() > 1 && MIN_TITLE_COLUMNS + 2 + TextWidth.of(String.join("  ", facts)) > room) {
            facts.removeLast();
        }
        String right = String.join("  ", facts);
        int free = room - TextWidth.of(right);
        if (free < 3) {
            return TextWidth.shortened(right, room);
        }
        int wanted = Math.max(MIN_TITLE_COLUMNS, (free - 4) * 2 / 3);
        String left = TextWidth.shortened(title, Math.min(wanted, free - 2));
        int bar = Math.min(MAX_BAR_COLUMNS, free - TextWidth.of(left) - 4);
        return bar < MIN_BAR_COLUMNS ? left + "  " + right : left + "  " + bar(bar) + "  " + right;
    }

    /** How many percent are done; 100 only when everything is. */
    int percent() {
        if (doneBytes >= totalBytes) {
            return 100;
        }
        return Math.clamp((long) (100.0 * doneBytes / totalBytes), 0, 99);
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        facts.add(TextWidth.paddedLeft(percent() + " %", 5));
        facts.add(TextWidth.paddedLeft(HumanText.size(doneBytes), SIZE_COLUMNS) + " of " + HumanText.size(totalBytes));
        if (rateBytesPerSecond > 0) {
            facts.add(TextWidth.paddedLeft(HumanText.rate(rateBytesPerSecond), RATE_COLUMNS));
        }
        if (remainingSeconds >= 0 && doneBytes < totalBytes) {
            facts.add(TextWidth.padded(HumanText.seconds(remainingSeconds) + " left", TIME_COLUMNS));
        }
        if (sources >= 0) {
            facts.add(HumanText.count(sources, "source", "sources"));
        }
        if (!phase.isEmpty()) {
            facts.add(phase);
        }
        return facts;
    }

    private String bar(int columns) {
        double share = totalBytes == 0 ? 1 : Math.clamp((double) doneBytes / totalBytes, 0, 1);
        int halves = (int) (share * columns * 2);
        String half = halves % 2 == 1 ? "╸" : "";
        String done = "━".repeat(halves / 2) + half;
        return done + " ".repeat(columns - done.length());
    }
}
