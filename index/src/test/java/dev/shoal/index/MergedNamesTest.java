package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** However two lists are cut into pages, the pages together are both lists in their order. */
class MergedNamesTest {

    private static final String LETTERS = "az\uff5e\ud83d\ude00é";

    private final List<String> pages = new ArrayList<>();

    private static List<NameRow> rows(SplittableRandom random, int count, Set<String> all) {
        TreeSet<String> names = new TreeSet<>(OnlineNames.BYTE_ORDER);
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(5);
            String letter = at == 3 ? "\ud83d\ude00" : String.valueOf(LETTERS.charAt(at == 4 ? 5 : at));
            names.add("o/" + letter + random.nextInt(40));
        }
        names.removeAll(all);
        all.addAll(names);
        return names.stream()
                .map(name -> new NameRow(new Name(name), content(1), false, 1, 0))
                .toList();
    }

    /** Walks as the names of everybody are walked: at most so many at a time. */
    private String page(List<NameRow> shown, List<NameRow> others, String cursor, int limit, int most) {
        int[] room = {limit};
        MergedNames merged = new MergedNames(others, cursor, row -> {
            boolean fits = room[0]-- > 0;
            if (fits) {
                pages.add(row.name().text());
            }
            return fits;
        });
        String walked = cursor;
        int seen = 0;
        for (NameRow row : shown) {
            String name = row.name().text();
            if (OnlineNames.BYTE_ORDER.compare(name, cursor) > 0) {
                if (seen++ == most) {
                    return merged.finish(walked);
                }
                if (!merged.take(row)) {
                    return merged.finish(walked);
                }
                walked = name;
            }
        }
        return merged.finish("");
    }

    @Test
    void pagesOfAnySizeAreTheWholeListInItsOrder() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TreeSet<String> all = new TreeSet<>(OnlineNames.BYTE_ORDER);
            List<NameRow> shown = rows(random, random.nextInt(30), all);
            List<NameRow> others = rows(random, random.nextInt(30), all);
            int limit = 1 + random.nextInt(10);
            int most = limit + random.nextInt(5);
            pages.clear();
            String cursor = "";
            do {
                cursor = page(shown, others, cursor, limit, most);
            } while (!cursor.isEmpty());
            assertThat(pages).as("seed %d", seed).containsExactlyElementsOf(all);
        }
    }
}
