package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptListsTest {

    private static final int LONG = 20;

    private final KeptLists lists = new KeptLists(10, 100);

    private static KeptLists.Reader reader(int number) {
        return new KeptLists.Reader.OfAccount("u" + number, key(number));
    }

    private static ReadableNames names(int count, String end) {
        return new ReadableNames(IntStream.range(0, count)
                .mapToObj(i -> new NameRow(new Name("o/" + (100 + i) + end), content(1), false, 1, 0))
                .toList());
    }

    @Test
    void thatAListWasLongIsKnownWhenItHadToGo() {
        for (int i = 0; i < 10; i++) {
            lists.keep(reader(i), 1, names(LONG, ""));
        }
        assertThat(lists.count()).isEqualTo(3);
        assertThat(lists.find(reader(0), 1)).isNull();
        assertThat(lists.find(reader(9), 1)).isNotNull();
        assertThat(lists.find(reader(9), 2)).isNull();
        assertThat(IntStream.range(0, 10)).allMatch(i -> lists.isLong(reader(i)));
        lists.keep(reader(0), 2, names(1, ""));
        assertThat(lists.isLong(reader(0))).isFalse();
    }

    @Test
    void wordsAreCountedAndNoNameHasManyOfThem() {
        for (String end : List.of(" a b".repeat(60), "\ufdfa".repeat(80))) {
            ReadableNames hostile = names(LONG, end);
            lists.keep(reader(1), 1, hostile);
            int before = lists.cost();
            hostile.withWords();
            lists.keep(reader(1), 1, hostile);
            assertThat(lists.cost() - before).isEqualTo(LONG * ReadableNames.MAX_WORDS / 8);
            assertThat(hostile.candidates("", List.of("105"))).hasSize(1);
        }
        lists.keep(reader(2), 1, names(LONG, ""));
        assertThat(lists.count()).isEqualTo(1);
    }

    @Test
    void whatADeviceOwnsBesidesIsMergedIntoTheListOfItsAccount() {
        ReadableNames account = names(4, "");
        List<NameRow> own = names(6, "").after("o/101");
        ReadableLists both = new ReadableLists(account, new ReadableNames(own));
        assertThat(both.after("o/100"))
                .extracting(row -> row.name().text())
                .containsExactly("o/101", "o/102", "o/103", "o/104", "o/105");
        assertThat(both.after("o/104")).hasSize(1);
        assertThat(both.candidates("o", List.of("o"))).hasSize(6);
    }
}
