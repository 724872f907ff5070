package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.SegmentGroup;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import dev.shoal.protocol.SegmentPdu;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableFetchTest {

    private static final long SECOND = 1_000_000_000L;

    private final SegmentTable table = table(5_000, 1);
    private final TableFetch fetch = new TableFetch(table.length());

    private static SegmentTable table(int segments, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SegmentTable.Builder builder = new SegmentTable.Builder();
        for (int i = 0; i < segments; i++) {
            builder.add(random.nextInt(2_049, 60_000), new SegmentHash(random.nextLong(), random.nextInt()));
        }
        return builder.build();
    }

    /** What an honest source answers. */
    private static List<SegmentPdu> answers(SegmentTable table, SegmentPdu request) {
        return switch (request) {
            case SegmentPdu.GetGroups(int first) -> List.of(page(table, first, 30));
            case SegmentPdu.GetSegments(List<ChunkRun> runs) -> {
                List<SegmentPdu> parts = new ArrayList<>();
                for (ChunkRun run : runs) {
                    for (int group = run.first(); group < run.end(); group++) {
                        parts.add(new SegmentPdu.Segments(group, table.groupEntries(group)));
                    }
                }
                yield parts;
            }
            default -> throw new AssertionError(request);
        };
    }

    private static SegmentPdu.Groups page(SegmentTable table, int first, int most) {
        List<SegmentGroup> page = new ArrayList<>();
        for (int group = first; group < Math.min(table.groupCount(), first + most); group++) {
            page.add(table.group(group));
        }
        return new SegmentPdu.Groups(first, table.groupCount(), page);
    }

    /** Answers everything honestly; returns how many groups' segments were asked for. */
    private int serve(int source, List<SegmentPdu> requests) {
        Queue<SegmentPdu> waiting = new ArrayDeque<>(requests);
        int segments = 0;
        while (!waiting.isEmpty()) {
            for (SegmentPdu answer : answers(table, waiting.remove())) {
                segments += answer instanceof SegmentPdu.Segments ? 1 : 0;
                waiting.addAll(fetch.arrived(source, answer, 0));
            }
        }
        return segments;
    }

    @Test
    void wholeTableComesWhenNothingOfItIsHere() {
        assertThat(fetch.source()).isEmpty();
        assertThat(fetch.own(List.of(), 0)).isEmpty();
        int segments = serve(7, fetch.tick(List.of(7), 0));
        assertThat(segments).isEqualTo(table.groupCount());
        assertThat(fetch.table()).isEqualTo(table);
    }

    @Test
    void onlyGroupsThatAreNotHereAreAskedForWheneverItIsKnownWhatIsHere() {
        SegmentTable.Builder alike = new SegmentTable.Builder();
        for (int group = 0; group < table.groupCount(); group += 2) {
            alike.add(table.groupEntries(group));
        }
        serve(7, fetch.tick(List.of(7), 0));
        assertThat(fetch.table()).isNull();
        int segments = serve(7, fetch.own(List.of(alike.build()), 0));
        assertThat(segments).isEqualTo(table.groupCount() / 2);
        assertThat(fetch.table()).isEqualTo(table);
    }

    @Test
    void nothingIsAskedForOfATableThatIsHere() {
        fetch.own(List.of(table), 0);
        assertThat(serve(7, fetch.tick(List.of(7), 0))).isZero();
        assertThat(fetch.table()).isEqualTo(table);
    }

    @Test
    void sourceThatDoesNotAnswerIsLeftForAnother() {
        fetch.own(List.of(), 0);
        assertThat(fetch.tick(List.of(7, 8), 0)).isNotEmpty();
        assertThat(fetch.source()).hasValue(7);
        assertThat(fetch.tick(List.of(7, 8), TableFetch.ANSWER_NANOS)).isEmpty();
        List<SegmentPdu> requests = fetch.tick(List.of(7, 8), TableFetch.ANSWER_NANOS + 1);
        assertThat(fetch.source()).hasValue(8);
        // Too late.
        assertThat(fetch.arrived(7, page(table, 0, 30), 0)).isEmpty();
        serve(8, requests);
        assertThat(fetch.table()).isEqualTo(table);
    }

    @Test
    void sourceThatMakesTheTableIsAskedAgainWhenItSays() {
        fetch.own(List.of(), 0);
        fetch.tick(List.of(7), 0);
        fetch.refused(7, SECOND, 0);
        assertThat(fetch.tick(List.of(7, 8), SECOND - 1)).isEmpty();
        assertThat(fetch.tick(List.of(7, 8), SECOND)).containsExactly(new SegmentPdu.GetGroups(0));
        assertThat(fetch.source()).hasValue(7);
        fetch.refused(7, 1_000_000 * SECOND, SECOND);
        assertThat(fetch.tick(List.of(7), SECOND + TableFetch.MOST_PAUSE_NANOS - 1))
                .isEmpty();
        assertThat(fetch.tick(List.of(7), SECOND + TableFetch.MOST_PAUSE_NANOS))
                .as("not when it likes")
                .isNotEmpty();
        for (int i = 1; i < TableFetch.MAX_BUSY; i++) {
            fetch.refused(7, 0, SECOND);
        }
        assertThat(fetch.source()).isEmpty();
    }

    @Test
    void whoHasNoTableIsNotAskedAgainAndSomeAreEnough() {
        fetch.own(List.of(), 0);
        List<Integer> seeds = List.of(1, 2, 3, 4, 5, 6);
        for (int i = 0; i < TableFetch.MAX_SOURCES; i++) {
            assertThat(fetch.isHopeless()).isFalse();
            assertThat(fetch.tick(seeds, 0)).isNotEmpty();
            fetch.refused(fetch.source().orElseThrow(), -1, 0);
        }
        assertThat(fetch.tick(seeds, 0)).isEmpty();
        assertThat(fetch.isHopeless()).isTrue();
    }

    @Test
    void whatTheNextSourceSaysStartsAnewWhenOneIsGone() {
        fetch.own(List.of(), 0);
        fetch.tick(List.of(7), 0);
        fetch.arrived(7, page(table, 0, 30), 0);
        fetch.gone(8);
        assertThat(fetch.source()).hasValue(7);
        fetch.gone(7);
        serve(8, fetch.tick(List.of(7, 8), 0));
        assertThat(fetch.table()).isEqualTo(table);
    }

    private void isNotBelieved(SegmentPdu answer) {
        assertThat(fetch.arrived(7, answer, 0)).as(answer.toString()).isEmpty();
        assertThat(fetch.source()).as(answer.toString()).isEmpty();
    }

    @Test
    void groupsThatCannotBeRightAreNotBelieved() {
        fetch.own(List.of(), 0);
        SegmentTable other = table(5_000, 2);
        SegmentGroup group = table.group(0);
        List<SegmentPdu> lies = List.of(
                page(table, 1, 30),
                new SegmentPdu.Groups(0, 10, List.of()),
                new SegmentPdu.Groups(0, 4_000_000, List.of(group)),
                new SegmentPdu.Groups(0, 1, List.of(group)),
                new SegmentPdu.Groups(
                        0, other.groupCount(), page(other, 0, 4_096).page()),
                new SegmentPdu.Segments(0, table.groupEntries(0)));
        for (SegmentPdu lie : lies) {
            TableFetch fresh = new TableFetch(table.length());
            fresh.own(List.of(), 0);
            fresh.tick(List.of(7), 0);
            assertThat(fresh.arrived(7, lie, 0)).as(lie.toString()).isEmpty();
            assertThat(fresh.source()).as(lie.toString()).isEmpty();
        }
    }

    @Test
    void segmentsThatAreNotTheGroupsAreNotBelieved() {
        fetch.own(List.of(), 0);
        SegmentTable other = table(200, 2);
        for (SegmentPdu lie : List.of(
                new SegmentPdu.Segments(0, other.groupEntries(0)),
                new SegmentPdu.Segments(0, new byte[0]),
                new SegmentPdu.Segments(3_000_000, table.groupEntries(0)),
                page(table, 0, 30))) {
            TableFetch fresh = new TableFetch(table.length());
            fresh.own(List.of(), 0);
            fresh.tick(List.of(7), 0);
            for (int first = 0; first < table.groupCount(); first += 30) {
                fresh.arrived(7, page(table, first, 30), 0);
            }
            assertThat(fresh.source()).hasValue(7);
            assertThat(fresh.arrived(7, lie, 0)).as(lie.toString()).isEmpty();
            assertThat(fresh.source()).as(lie.toString()).isEmpty();
        }
    }

    @Test
    void groupsThatOtherOnesWouldBeMadeOfAreNotBelieved() {
        SegmentTable.Builder builder = new SegmentTable.Builder();
        for (int i = 0; i < 3; i++) {
            // Each ends its group.
            builder.add(60_000, new SegmentHash(i, i));
        }
        SegmentTable three = builder.build();
        TableFetch fresh = new TableFetch(three.length());
        fresh.own(List.of(), 0);
        fresh.tick(List.of(7), 0);
        fresh.arrived(7, new SegmentPdu.Groups(0, 1, List.of(SegmentTable.groupOf(three.encode()))), 0);
        assertThat(fresh.source()).hasValue(7);
        assertThat(fresh.arrived(7, new SegmentPdu.Segments(0, three.encode()), 0))
                .isEmpty();
        assertThat(fresh.table()).isNull();
        assertThat(fresh.source()).isEmpty();
    }

    @Test
    void whatWasNotAskedForIsForgotten() {
        assertThat(fetch.arrived(7, page(table, 0, 30), 0)).isEmpty();
        fetch.tick(List.of(7), 0);
        serve(7, List.of(new SegmentPdu.GetGroups(0)));
        // All groups are here, and it is not known yet which are wanted.
        assertThat(fetch.arrived(7, page(table, 0, 30), 0)).isEmpty();
        assertThat(fetch.source()).hasValue(7);
        isNotBelievedAfterAsking();
    }

    private void isNotBelievedAfterAsking() {
        fetch.own(List.of(), 0);
        isNotBelieved(new SegmentPdu.Segments(0, table.groupEntries(1)));
    }
}
