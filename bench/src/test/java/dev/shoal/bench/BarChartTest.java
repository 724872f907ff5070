package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What a chart shows is in proportion to what was measured. */
class BarChartTest {

    @Test
    void barsAreAsLongAsTheirValues() throws Exception {
        Document image = parsed(new BarChart("Seconds")
                .group("wall")
                .bar("one", 1, true)
                .bar("four", 4, false)
                .group("processor, in another scale")
                .bar("one", 100, false));
        List<Element> bars = rectangles(image).subList(1, 4);
        double unit = width(bars.get(0));
        assertThat(width(bars.get(1)) / unit).isBetween(3.99, 4.01);
        assertThat(width(bars.get(2))).isEqualTo(width(bars.get(1)));
        assertThat(bars).extracting(bar -> bar.getAttribute("class")).containsExactly("ours", "others", "others");
    }

    @Test
    void spreadsHaveWhiskersAndLimitsHaveNames() {
        String image = new BarChart("Seconds")
                .group("wall")
                .bar("some", Spread.of(List.of(1.0, 2.0, 4.0)), true)
                .line("to reach", 3)
                .svg();
        assertThat(image).containsOnlyOnce("<path class=\"whisker\"").contains(">2.00<", ">to reach 3.00<");
        assertThat(image).contains("prefers-color-scheme: dark");
    }

    @Test
    void everythingIsInsideTheImage() throws Exception {
        BarChart chart = new BarChart("Many");
        for (int group = 0; group < 5; group++) {
            chart.group("group " + group);
            for (int bar = 0; bar < 10; bar++) {
                chart.bar("a name that is somewhat longer " + bar, 1_000_000 + bar, false);
            }
        }
        Document image = parsed(chart);
        Element root = image.getDocumentElement();
        for (Element bar : rectangles(image).subList(1, 51)) {
            assertThat(number(bar, "x") + width(bar)).isLessThan(number(root, "width"));
            assertThat(number(bar, "y") + number(bar, "height")).isLessThan(number(root, "height"));
        }
        assertThat(chart.svg()).contains(">1\u2009000\u2009009<");
    }

    @Test
    void namesMayHaveAnyCharacters(@TempDir Path folder) throws Exception {
        BarChart chart = new BarChart("a < b & \"c\"").group("<g>").bar("d > e", 0, false);
        Document image = parsed(chart);
        assertThat(image.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("a < b & \"c\"");
        chart.write(folder.resolve("charts/one.svg"));
        assertThat(Files.readString(folder.resolve("charts/one.svg"))).isEqualTo(chart.svg());
    }

    @Test
    void whatHasNoLengthIsRefused() {
        BarChart chart = new BarChart("title").group("group");
        assertThatThrownBy(() -> chart.bar("a", Double.NaN, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chart.bar("a", -1, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chart.line("a", Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Document parsed(BarChart chart) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.svg())));
    }

    /** The page's own background comes first. */
    private static List<Element> rectangles(Document image) {
        NodeList found = image.getElementsByTagName("rect");
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static double width(Element element) {
        return number(element, "width");
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
