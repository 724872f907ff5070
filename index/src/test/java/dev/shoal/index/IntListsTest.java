package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntListsTest {

    @Test
    void everySizeHasTheSmallestCapacityThatHoldsIt() {
        int before = 0;
        for (int size = 1; size <= IntLists.MAX_BLOCK; size++) {
            int sizeClass = IntLists.classOf(size);
            assertThat(IntLists.capacity(sizeClass)).isGreaterThanOrEqualTo(size);
            assertThat(sizeClass == 0 || IntLists.capacity(sizeClass - 1) < size)
                    .isTrue();
            assertThat(sizeClass - before).isBetween(0, 1);
            before = sizeClass;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void listsHoldWhatWasPutIn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 40;
        IntLists lists = new IntLists();
        lists.ensure(count);
        List<List<Integer>> model = new ArrayList<>();
        for (int list = 0; list < count; list++) {
            model.add(new ArrayList<>());
        }
        for (int step = 0; step < 60_000; step++) {
            // Few lists grow long, across the size from which they are no blocks; sometimes most shrink.
            int list = random.nextInt(random.nextInt(count) + 1);
            List<Integer> expected = model.get(list);
            boolean shrink = step / 10_000 % 3 == 2;
            int act = random.nextInt(100);
            if (act == 0 && step % 7 == 0) {
                lists.clear(list);
                expected.clear();
            } else if (act < (shrink ? 70 : 20) && !expected.isEmpty()) {
                int index = random.nextInt(expected.size());
                lists.removeAt(list, index);
                expected.set(index, expected.getLast());
                expected.removeLast();
            } else if (act < 90) {
                int value = random.nextInt(1_000_000);
                lists.add(list, value);
                expected.add(value);
            } else if (!expected.isEmpty()) {
                int index = random.nextInt(expected.size());
                lists.put(list, index, -step);
                expected.set(index, -step);
            }
            assertSame(lists, list, expected, random, "seed " + seed + ", step " + step);
        }
        for (int list = 0; list < count; list++) {
            assertThat(contents(lists, list)).as("seed " + seed).isEqualTo(model.get(list));
        }
    }

    @Test
    void aListGrowsLongAndShrinksAgain() {
        IntLists lists = new IntLists();
        lists.ensure(3);
        for (int i = 0; i < 5_000; i++) {
            lists.add(1, i);
        }
        assertThat(lists.size(1)).isEqualTo(5_000);
        assertThat(lists.indexOf(1, 4_321, -1)).isEqualTo(4_321);
        assertThat(lists.indexOf(1, 5_000, -1)).isEqualTo(-1);
        for (int i = 4_999; i >= 0; i--) {
            assertThat(lists.at(1, i)).isEqualTo(i);
            lists.removeAt(1, i);
        }
        assertThat(lists.size(1)).isZero();
        for (int i = 0; i < 2_000; i++) {
            lists.add(2, i);
        }
        lists.clear(2);
        lists.add(2, 7);
        assertThat(contents(lists, 2)).containsExactly(7);
    }

    @Test
    void numbersAreComparedUnderTheMask() {
        IntLists lists = new IntLists();
        lists.ensure(1);
        lists.add(0, 5 | 1 << 31);
        assertThat(lists.indexOf(0, 5, -1)).isEqualTo(-1);
        assertThat(lists.indexOf(0, 5, ~(1 << 31))).isZero();
    }

    private static void assertSame(
            IntLists lists, int list, List<Integer> expected, SplittableRandom random, String where) {
        assertThat(lists.size(list)).as(where).isEqualTo(expected.size());
        if (!expected.isEmpty()) {
            int index = random.nextInt(expected.size());
            assertThat(lists.at(list, index)).as(where).isEqualTo(expected.get(index));
            assertThat(lists.indexOf(list, expected.get(index), -1))
                    .as(where)
                    .isEqualTo(expected.indexOf(expected.get(index)));
        }
    }

    private static List<Integer> contents(IntLists lists, int list) {
        List<Integer> contents = new ArrayList<>();
        for (int i = 0; i < lists.size(list); i++) {
            contents.add(lists.at(list, i));
        }
        return contents;
    }
}
