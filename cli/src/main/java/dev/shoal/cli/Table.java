package dev.shoal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lines in columns. The first column gives way when the lines would be wider than the screen. Rows are printed a page
 * at a time, so that a list of any length needs little memory; columns may grow from page to page, and never shrink.
 * For one thread at a time.
 */
final class Table {

    /** So many rows are looked at before the widths of the columns are decided. */
    static final int PAGE_ROWS = 500;

    /** Below this a name can no longer be told from another. */
    private static final int MIN_FIRST_COLUMNS = 12;

    private static final String GAP = "  ";

    private final List<Column> columns;
    private final int maxColumns;
    private final Paint paint;
    private final Consumer<String> lines;
    private final List<List<String>> page = new ArrayList<>();
    private final int[] widths;
    private long rows;

    /**
     * The head of a column.
     *
     * @param title in capitals
     * @param isNumber whether it is aligned at the right
     */
    record Column(String title, boolean isNumber) {
        static Column text(String title) {
            return new Column(title, false);
        }

        static Column number(String title) {
            return new Column(title, true);
        }
    }

    Table(List<Column> columns, int maxColumns, Paint paint, Consumer<String> lines) {
        this.columns = List.copyOf(columns);
        this.maxColumns = maxColumns;
        this.paint = paint;
        this.lines = lines;
        this.widths = columns.stream()
                .mapToInt(column -> TextWidth.of(column.title()))
                .toArray();
    }

    /** Adds a row; cells have no control characters. */
    void row(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        page.add(cells);
        if (page.size() == PAGE_ROWS) {
            print();
        }
    }

    /** Prints what was not yet printed; no row, no head. */
    void end() {
        print();
    }

    /** How many rows there were. */
    long rows() {
        return rows + page.size();
    }

    private void print() {
        if (page.isEmpty()) {
            return;
        }
        for (List<String> row : page) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
            }
        }
        fit();
        if (rows == 0) {
            lines.accept(paint.bold(line(columns.stream().map(Column::title).toList())));
        }
        page.forEach(row -> lines.accept(line(row)));
        rows += page.size();
        page.clear();
    }

    private void fit() {
        long others = 0;
        for (int i = 1; i < widths.length; i++) {
            others += widths[i] + GAP.length();
        }
        widths[0] = (int) Math.min(widths[0], Math.max(MIN_FIRST_COLUMNS, maxColumns - others));
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            boolean last = i == widths.length - 1;
            String cell = i == 0 ? TextWidth.shortened(cells.get(i), widths[i]) : cells.get(i);
            if (columns.get(i).isNumber()) {
                line.append(TextWidth.paddedLeft(cell, widths[i]));
            } else {
                line.append(last ? cell : TextWidth.padded(cell, widths[i]));
            }
            line.append(last ? "" : GAP);
        }
        return line.toString();
    }
}
