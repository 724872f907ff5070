package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars from zero as an SVG image, legible on light and on dark pages. A bar may have a whisker from the
 * smallest to the largest value, bars may stand in groups, each group with its own scale, and a dashed line may mark a
 * value to reach in a group. For one thread.
 */
final class BarChart {

    private static final int WIDTH = 760;
    private static final int MARGIN = 16;
    private static final int ROW = 24;
    private static final int BAR = 14;
    private static final int HEADING = 34;
    private static final int GAP = 10;

    /** How wide a character is on average, rather more than less: the program that shows the image has the fonts. */
    private static final double CHARACTER = 6.9;

    private static final String STYLE = """
        <style>
          .page { fill: #ffffff } .ours { fill: #0969da } .others { fill: #afb8c1 }
          .whisker, .limit { stroke: #424a53; stroke-width: 1.5 } .axis { stroke: #8c959f }
          .limit { stroke: #cf222e; stroke-dasharray: 4 3 }
          text { fill: #1f2328; font: 12px system-ui, -apple-system, "Segoe UI", sans-serif }
          .title { font-size: 15px; font-weight: 600 } .heading { font-weight: 600 }
          .limit-text { fill: #cf222e; font-size: 11px; text-anchor: middle } .name { text-anchor: end }
          @media (prefers-color-scheme: dark) {
            .page { fill: #0d1117 } .ours { fill: #58a6ff } .others { fill: #57606a }
            .whisker { stroke: #c9d1d9 } .axis { stroke: #6e7681 } .limit { stroke: #ff7b72 }
            text { fill: #e6edf3 } .limit-text { fill: #ff7b72 }
          }
        </style>
        """;

    private final String title;
    private final List<Group> groups = new ArrayList<>();

    /** A chart without bars. */
    BarChart(String title) {
        this.title = title;
    }

    private record Bar(String name, double least, double value, double most, boolean ours) {}

    private record Line(String name, double value) {}

    private record Group(String heading, List<Bar> bars, List<Line> lines) {

        double most() {
            double most = Math.max(
                    bars.stream().mapToDouble(Bar::most).max().orElse(0),
                    lines.stream().mapToDouble(Line::value).max().orElse(0));
            return most > 0 ? most : 1;
        }
    }

    /** Begins a group: what is measured in it, and in which unit. */
    BarChart group(String heading) {
        groups.add(new Group(heading, new ArrayList<>(), new ArrayList<>()));
        return this;
    }

    /**
     * Adds a bar to the group that was begun last.
     *
     * @param ours whether it is Shoal's, which is shown in another colour
     */
    BarChart bar(String name, double value, boolean ours) {
        return add(new Bar(name, value, value, value, ours));
    }

    /** Adds a bar of the median, with a whisker from the smallest to the largest value. */
    BarChart bar(String name, Spread spread, boolean ours) {
        return add(new Bar(name, spread.least(), spread.median(), spread.most(), ours));
    }

    /** Marks a value in the group that was begun last. */
    BarChart line(String name, double value) {
        groups.getLast().lines().add(new Line(name, check(value)));
        return this;
    }

    /** Writes the image, and says where it is. */
    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, svg());
        System.out.println("Chart: " + file);
    }

    /** The image as text. */
    String svg() {
        double left = MARGIN
                + GAP
                + CHARACTER
                        * groups.stream()
                                .flatMap(group -> group.bars().stream())
                                .mapToInt(bar -> bar.name().length())
                                .max()
                                .orElse(0);
        double scale = WIDTH - MARGIN - left - 8 * CHARACTER;
        StringBuilder body = new StringBuilder();
        double top = MARGIN + 16;
        text(body, "title", MARGIN, top, title);
        for (Group group : groups) {
            top = append(body, group, left, scale / group.most(), top);
        }
        String size = String.format(Locale.ROOT, "width=\"%d\" height=\"%d\"", WIDTH, (int) top + MARGIN);
        String head = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" " + size + ">\n";
        String name = "<title>" + escaped(title) + "</title>\n";
        String page = "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n";
        return head + name + STYLE + page + body + "</svg>\n";
    }

    /** Returns where the group ends. */
    private static double append(StringBuilder body, Group group, double left, double scale, double above) {
        double top = above + HEADING;
        text(body, "heading", MARGIN, top, group.heading());
        top += GAP;
        double end = top;
        for (Bar bar : group.bars()) {
            append(body, bar, left, scale, end);
            end += ROW;
        }
        stroke(body, "axis", String.format(Locale.ROOT, "M%.1f %.1fV%.1f", left, top, end));
        for (Line line : group.lines()) {
            double x = left + line.value() * scale;
            stroke(body, "limit", String.format(Locale.ROOT, "M%.1f %.1fV%.1f", x, top - 4, end));
            text(body, "limit-text", x, top - 8, line.name() + " " + number(line.value()));
        }
        return end;
    }

    private static void append(StringBuilder body, Bar bar, double left, double scale, double y) {
        double middle = y + ROW / 2.0;
        text(body, "name", left - GAP, middle + 4, bar.name());
        body.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>\n",
                bar.ours() ? "ours" : "others",
                left,
                middle - BAR / 2.0,
                bar.value() * scale,
                BAR));
        if (bar.most() > bar.least()) {
            double from = left + bar.least() * scale;
            stroke(
                    body,
                    "whisker",
                    String.format(Locale.ROOT, "M%.1f %.1fH%.1f", from, middle, left + bar.most() * scale));
        }
        text(body, "value", left + bar.most() * scale + GAP / 2.0, middle + 4, number(bar.value()));
    }

    private static void text(StringBuilder body, String kind, double x, double y, String content) {
        body.append(String.format(
                Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", kind, x, y, escaped(content)));
    }

    private static void stroke(StringBuilder body, String kind, String path) {
        body.append(String.format(Locale.ROOT, "<path class=\"%s\" d=\"%s\"/>\n", kind, path));
    }

    private BarChart add(Bar bar) {
        check(bar.least());
        check(bar.most());
        groups.getLast().bars().add(bar);
        return this;
    }

    private static double check(double value) {
        if (!Double.isFinite(value) || value < 0) {
            throw new IllegalArgumentException("no length of a bar: " + value);
        }
        return value;
    }

    /** Three digits that mean something, but no digit of a large whole number is lost. */
    private static String number(double value) {
        int decimals = value >= 100 || value == 0 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value).replace(',', '\u2009');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
