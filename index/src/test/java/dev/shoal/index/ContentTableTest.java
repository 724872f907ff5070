package dev.shoal.index;

import static dev.shoal.index.Fixtures.hash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ContentTableTest {

    @Test
    void contentsKeepTheirNumbersWhileOthersComeAndGo() {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        ContentTable table = new ContentTable(random);
        Map<ContentId, Integer> model = new HashMap<>();
        for (int step = 0; step < 100_000; step++) {
            ContentId content = new ContentId(hash(random.nextInt(30_000)), 1 + random.nextInt(2));
            Integer known = model.get(content);
            assertThat(table.find(content)).as("seed " + seed).isEqualTo(known == null ? -1 : known);
            if (known == null) {
                int number = table.add(content);
                assertThat(table.content(number)).isEqualTo(content);
                model.put(content, number);
            } else if (random.nextInt(3) == 0) {
                table.remove(known);
                assertThat(table.isTaken(known)).isFalse();
                model.remove(content);
            }
        }
        model.forEach((content, number) -> assertThat(table.find(content)).isEqualTo(number));
        assertThat(table.count()).isEqualTo(model.size());
        assertThat(model.values()).doesNotHaveDuplicates();
        // Numbers are used again: there are not more than there ever were contents at once.
        assertThat(table.bound()).isLessThan(60_001);
    }

    @Test
    void theLengthIsPartOfTheIdentity() {
        ContentTable table = new ContentTable(new SplittableRandom(1));
        Hash root = hash(1);
        int one = table.add(new ContentId(root, 1));
        int two = table.add(new ContentId(root, 2));
        assertThat(one).isNotEqualTo(two);
        assertThat(table.find(new ContentId(root, 3))).isEqualTo(-1);
    }
}
