package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SegmentTableTest {

    @Test
    void segmentsAreOfTheLengthsThatTheProtocolAllows() {
        SegmentTable table = Segments.of(Segments.sample(8_000_000));
        assertThat(table.length()).isEqualTo(8_000_000);
        long usual = table.length() / table.count();
        assertThat(usual).isBetween(9_000L, 11_000L);
        for (int segment = 0; segment < table.count() - 1; segment++) {
            assertThat(table.length(segment)).isBetween(SegmentCutter.MIN_BYTES + 1, SegmentCutter.MAX_BYTES);
        }
    }

    @Test
    void bytesThatNeverChangeAreCutAtTheGreatestLength() {
        SegmentTable table = Segments.of(new byte[1_000_000]);
        assertThat(table.count()).isEqualTo(16);
        assertThat(table.length(0)).isEqualTo(SegmentCutter.MAX_BYTES);
        assertThat(table.length(15)).isEqualTo(1_000_000 - 15 * SegmentCutter.MAX_BYTES);
    }

    @Test
    void smallContentsAreOneSegmentAndTheEmptyOneIsNone() {
        assertThat(Segments.of(new byte[0]).count()).isZero();
        assertThat(Segments.of(new byte[0]).groupCount()).isZero();
        assertThat(Segments.of(new byte[1]).count()).isEqualTo(1);
        assertThat(Segments.of(new byte[SegmentCutter.MIN_BYTES]).count()).isEqualTo(1);
    }

    @Test
    void insertionChangesOnlyWhatIsNear() {
        byte[] before = Segments.sample(4_000_000);
        for (int at = 100_000; at < before.length; at += 400_000) {
            Edits edits = new Edits(before, new SplittableRandom(at));
            edits.insert(at, 1_000);
            SegmentTable old = Segments.of(before);
            SegmentTable now = Segments.of(edits.data());
            long covered = CopyPlan.of(now, List.of(old)).coveredBytes();
            assertThat(now.length() - covered).as("at %d", at).isBetween(1_000L, 10L * SegmentCutter.USUAL_BYTES);
            assertThat(differingGroups(old, now)).as("at %d", at).isLessThanOrEqualTo(2);
        }
    }

    private static long differingGroups(SegmentTable old, SegmentTable now) {
        List<SegmentGroup> known = new ArrayList<>();
        for (int group = 0; group < old.groupCount(); group++) {
            known.add(old.group(group));
        }
        long differing = 0;
        for (int group = 0; group < now.groupCount(); group++) {
            differing += known.contains(now.group(group)) ? 0 : 1;
        }
        return differing;
    }

    @Test
    void encodesToWhatItIsDecodedFrom() {
        for (long seed = 0; seed < 30; seed++) {
            SegmentTable table = random(new SplittableRandom(seed));
            SegmentTable again = SegmentTable.decode(table.encode());
            assertThat(again).as("seed %d", seed).isEqualTo(table).hasSameHashCodeAs(table);
            assertThat(again.length()).isEqualTo(table.length());
            assertThat(again.groupCount()).isEqualTo(table.groupCount());
        }
    }

    @Test
    void groupsTakeEverySegmentOnceAndEndWhereTheHashesSay() {
        for (long seed = 0; seed < 30; seed++) {
            SegmentTable table = random(new SplittableRandom(seed));
            SegmentTable.Builder again = new SegmentTable.Builder();
            int next = 0;
            for (int group = 0; group < table.groupCount(); group++) {
                SegmentGroup what = table.group(group);
                assertThat(table.groupStart(group)).as("seed %d", seed).isEqualTo(next);
                assertThat(SegmentTable.groupOf(table.groupEntries(group))).isEqualTo(what);
                next += what.segmentCount();
                boolean isLast = group == table.groupCount() - 1;
                boolean isFull = what.segmentCount() == SegmentTable.MAX_GROUP_SEGMENTS;
                assertThat(isLast || isFull || table.hash(next - 1).high() >>> 56 << 2 << 56 == 0)
                        .as("seed %d, group %d", seed, group)
                        .isTrue();
                again.add(table.groupEntries(group));
            }
            assertThat(next).isEqualTo(table.count());
            assertThat(again.build()).isEqualTo(table);
        }
    }

    private static SegmentTable random(RandomGenerator random) {
        SegmentTable.Builder builder = new SegmentTable.Builder();
        int count = random.nextInt(2_000);
        for (int i = 0; i < count; i++) {
            builder.add(random.nextInt(1, 65_537), new SegmentHash(random.nextLong(), random.nextInt()));
        }
        return builder.build();
    }

    @Test
    void whatIsNoTableIsRefused() {
        SegmentTable.Builder builder = new SegmentTable.Builder();
        SegmentHash hash = new SegmentHash(1, 2);
        assertThatThrownBy(() -> builder.add(0, hash)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.add(65_537, hash)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SegmentTable.decode(new byte[13])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SegmentTable.groupOf(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SegmentTable.groupOf(new byte[257 * 14])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SegmentGroup(hash, 2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SegmentGroup(hash, 1, 65_537)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tableHasALimit() {
        SegmentTable.Builder builder = new SegmentTable.Builder();
        SegmentHash hash = new SegmentHash(-1, 0);
        for (int segment = 0; segment < SegmentTable.MAX_SEGMENTS; segment++) {
            builder.add(1, hash);
        }
        assertThatThrownBy(() -> builder.add(1, hash)).isInstanceOf(IllegalArgumentException.class);
        assertThat(builder.build().groupCount()).isEqualTo(SegmentTable.MAX_SEGMENTS / 256);
    }

    @Test
    void tableHasALimitOfGroups() {
        SegmentTable.Builder builder = new SegmentTable.Builder();
        SegmentHash endsItsGroup = new SegmentHash(0, 0);
        for (int group = 0; group < SegmentTable.MAX_GROUPS; group++) {
            builder.add(1, endsItsGroup);
        }
        assertThatThrownBy(() -> builder.add(1, endsItsGroup)).isInstanceOf(IllegalArgumentException.class);
        assertThat(builder.build().groupCount()).isEqualTo(SegmentTable.MAX_GROUPS);
    }

    @Test
    void planCopiesWhatStandsAnywhereAndReadsItInOnePiece() {
        byte[] one = Segments.sample(1_000_000);
        byte[] other = Segments.random(500_000, new SplittableRandom(1));
        byte[] both = Arrays.copyOf(other, one.length + other.length);
        System.arraycopy(one, 0, both, other.length, one.length);
        CopyPlan plan = CopyPlan.of(Segments.of(both), List.of(Segments.of(one), Segments.of(other)));
        assertThat(plan.copies()).hasSize(2);
        assertThat(plan.copies().getFirst().file()).isEqualTo(1);
        assertThat(plan.copies().getLast().file()).isZero();
        assertThat(plan.coveredBytes()).isGreaterThan(1_400_000);
        plan.copies().forEach(copy -> {
            byte[] file = copy.file() == 0 ? one : other;
            assertThat(Arrays.equals(both, (int) copy.target(), (int) copy.end(), file, (int) copy.offset(), (int)
                            copy.fileEnd()))
                    .isTrue();
        });
    }

    @Test
    void planTellsWhatIsCovered() {
        CopyPlan plan = CopyPlan.of(List.of(new Copy(200, 1, 0, 50), new Copy(10, 0, 5, 90), new Copy(90, 1, 7, 20)));
        assertThat(plan.copies())
                .containsExactly(new Copy(10, 0, 5, 90), new Copy(100, 1, 17, 10), new Copy(200, 1, 0, 50));
        assertThat(plan.covers(10, 110)).isTrue();
        assertThat(plan.covers(9, 110)).isFalse();
        assertThat(plan.covers(10, 111)).isFalse();
        assertThat(plan.within(95, 210))
                .containsExactly(new Copy(95, 0, 90, 5), new Copy(100, 1, 17, 10), new Copy(200, 1, 0, 10));
        assertThat(plan.with(List.of(new Copy(110, 0, 0, 90))).covers(10, 250)).isTrue();
        assertThat(plan.coveredBytes()).isEqualTo(150);
    }
}
