package dev.shoal.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under a head, as Markdown that is also legible as it is. For one thread. */
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these names of columns. */
    TextTable(String... head) {
        rows.add(List.of(head));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException when it has more or fewer cells than the head
     */
    TextTable row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + rows.getFirst());
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The first column to the left, the others to the right: they are numbers. */
    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            append(text, rows.get(i), widths);
            if (i == 0) {
                for (int column = 0; column < columns; column++) {
                    text.append('|').append("-".repeat(widths[column] + 1)).append(column == 0 ? '-' : ':');
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> row, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            String blanks = " ".repeat(widths[column] - cell.length());
            text.append("| ")
                    .append(column == 0 ? cell + blanks : blanks + cell)
                    .append(' ');
        }
        text.append("|\n");
    }
}
