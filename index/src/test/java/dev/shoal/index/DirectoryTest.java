package dev.shoal.index;

import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.hash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.index.Directory.Change;
import dev.shoal.index.Directory.State;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DirectoryTest {

    private static final ContentId CONTENT = content(1);

    private final SplittableRandom random = new SplittableRandom(7);
    private final Directory directory = new Directory(DirectoryLimits.DEFAULT, random);

    @Test
    void theLeastLoadedSourceComesFirst() {
        int busy = join(1, "198.51.100.1");
        int idle = join(2, "198.51.100.2");
        int middle = join(3, "198.51.100.3");
        directory.reportUploads(busy, 9);
        directory.reportUploads(middle, 4);
        for (int peer : new int[] {busy, idle, middle}) {
            directory.register(peer, CONTENT, false);
        }
        Locations found = locate(join(9, "203.0.113.9"), "203.0.113.9", 16, 0);
        assertThat(found.entries()).extracting(Source::peer).containsExactly(id(2), id(3), id(1));
        assertThat(found.entries()).extracting(Source::load).containsExactly(0, 4, 9);
    }

    @Test
    void ofEquallyLoadedOnesNearOnesComeFirstThenSeeds() {
        directory.register(join(1, "198.51.100.1"), CONTENT, true);
        directory.register(join(2, "198.51.100.2"), CONTENT, false);
        directory.register(join(3, "203.0.113.3"), CONTENT, true);
        directory.register(join(4, "203.0.113.4"), CONTENT, false);
        Locations found = locate(join(9, "203.0.113.9"), "203.0.113.9", 16, 0);
        assertThat(found.entries()).extracting(Source::peer).containsExactly(id(4), id(3), id(2), id(1));
        assertThat(found.seeds()).isEqualTo(2);
        assertThat(found.sources()).isEqualTo(4);
    }

    @Test
    void whatIsHandedOutCountsOnceForAnAskerAndAContent() {
        int source = join(1, "198.51.100.1");
        directory.register(source, CONTENT, false);
        int asker = join(2, "203.0.113.1");
        locate(asker, "203.0.113.1", 16, 0);
        locate(asker, "203.0.113.1", 16, 1);
        int other = join(3, "203.0.113.2");
        assertThat(locate(other, "203.0.113.2", 16, 2).entries().getFirst().load())
                .isEqualTo(1);
        assertThat(locate(other, "203.0.113.2", 16, 3).entries().getFirst().load())
                .isEqualTo(2);
        assertThat(locate(other, "203.0.113.2", 16, 4).entries().getFirst().load())
                .isEqualTo(2);
    }

    @Test
    void whatWasHandedOutFadesByHalfInThirtySecondsAndAHeartbeatReplacesIt() {
        int source = join(1, "198.51.100.1");
        directory.register(source, CONTENT, false);
        for (int i = 0; i < 8; i++) {
            locate(join(100 + i, "203.0.113.1"), "203.0.113.1", 16, 0);
        }
        int asker = join(2, "203.0.113.2");
        directory.register(join(3, "198.51.100.3"), CONTENT, false);
        assertThat(loadOfFirst(asker, 30)).isEqualTo(4);
        directory.reportUploads(source, 1);
        assertThat(loadOfFirst(asker, 30)).isEqualTo(1);
        assertThat(loadOfFirst(asker, 3_000)).isEqualTo(1);
    }

    @Test
    void aLargeCrowdIsSampledAllOverAndLoadSpreads() {
        for (int i = 0; i < 2_000; i++) {
            directory.register(join(1_000 + i, "198.51.100.1"), CONTENT, false);
        }
        Set<PeerId> seen = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            Locations found = locate(join(10_000 + i, "203.0.113.1"), "203.0.113.1", 16, 0);
            assertThat(found.entries()).hasSize(16).extracting(Source::peer).doesNotHaveDuplicates();
            found.entries().forEach(source -> seen.add(source.peer()));
        }
        // 8 000 places, 2 000 peers: nobody is left out for long, and nobody gets many more than four.
        assertThat(seen).hasSizeGreaterThan(1_900);
        Locations after = locate(join(99_999, "203.0.113.1"), "203.0.113.1", 16, 0);
        assertThat(after.entries())
                .allSatisfy(source -> assertThat(source.load()).isBetween(1, 6));
    }

    @Test
    void theAskerAndThoseWhoCannotBeDialledAreNotNamed() {
        int asker = join(1, "203.0.113.1");
        directory.register(asker, CONTENT, false);
        int hidden = directory.join(new Contact(id(2), address("203.0.113.2"), List.of()));
        directory.register(hidden, CONTENT, false);
        directory.register(join(3, "192.168.1.5"), CONTENT, false);
        Locations found = locate(asker, "203.0.113.1", 16, 0);
        assertThat(found.entries()).isEmpty();
        assertThat(found.sources()).isEqualTo(3);
        directory.tell(
                hidden,
                new Contact(id(2), address("203.0.113.2"), List.of(new Endpoint(address("203.0.113.2"), 7801))));
        assertThat(locate(asker, "203.0.113.1", 16, 0).entries())
                .extracting(Source::peer)
                .containsExactly(id(2));
    }

    @Test
    void aLimitIsKept() {
        for (int i = 0; i < 40; i++) {
            directory.register(join(i, "198.51.100.1"), CONTENT, false);
        }
        int asker = join(99, "203.0.113.1");
        assertThat(locate(asker, "203.0.113.1", 3, 0).entries()).hasSize(3);
        assertThat(locate(asker, "203.0.113.1", 1_000, 0).entries()).hasSize(Directory.MAX_LOCATED);
    }

    @Test
    void completenessFollowsTheChunks() {
        int peer = join(1, "198.51.100.1");
        ContentId content = new ContentId(hash(5), 100L * 64 * 1024);
        assertThat(directory.registerChunks(peer, content, false, false, List.of(new ChunkRun(0, 50))))
                .isEqualTo(Change.ADDED);
        assertThat(only(content).completeness()).isEqualTo(127);
        directory.registerChunks(peer, content, false, false, List.of(new ChunkRun(0, 50), new ChunkRun(99, 1)));
        assertThat(only(content).completeness()).isEqualTo(129);
        directory.registerChunks(peer, content, false, true, List.of(new ChunkRun(7, 1)));
        assertThat(only(content).completeness()).isEqualTo(2);
        assertThat(directory.registerChunks(peer, content, false, false, List.of(new ChunkRun(0, 100))))
                .isEqualTo(Change.COMPLETED);
        assertThat(only(content).isSeed()).isTrue();
        assertThat(directory.bitmapBytes()).isZero();
        // A late request does not take a complete source back; an explicit one does.
        directory.register(peer, content, true);
        directory.registerChunks(peer, content, false, false, List.of());
        assertThat(directory.state(content)).isEqualTo(new State(1, 1));
        directory.registerChunks(peer, content, false, true, List.of());
        assertThat(directory.state(content)).isEqualTo(new State(0, 1));
    }

    @Test
    void aboveTheBudgetOnlyTheNumberOfChunksIsKept() {
        long oneBitmap = 56 + 16;
        Directory small = new Directory(new DirectoryLimits(10, 10, 10, 10, oneBitmap), random);
        ContentId content = new ContentId(hash(5), 100L * 64 * 1024);
        int first = small.join(contact(1, "198.51.100.1"));
        int second = small.join(contact(2, "198.51.100.2"));
        List<ChunkRun> half = List.of(new ChunkRun(0, 50));
        for (int peer : new int[] {first, second}) {
            small.registerChunks(peer, content, false, false, half);
            small.registerChunks(peer, content, false, false, half);
        }
        assertThat(small.bitmapBytes()).isEqualTo(oneBitmap);
        int asker = small.join(contact(3, "203.0.113.3"));
        Locations page = small.chunkPage(asker, address("203.0.113.3"), content, 0, 10, 0);
        assertThat(page.entries()).extracting(Source::chunks).containsExactly(half, List.of());
        // Counted twice, but never as many as all.
        assertThat(page.entries()).extracting(Source::completeness).containsExactly(127, 251);
        assertThat(small.registerChunks(second, content, false, false, List.of(new ChunkRun(0, 100))))
                .isEqualTo(Change.COMPLETED);
        small.withdraw(first, content);
        assertThat(small.bitmapBytes()).isZero();
    }

    @Test
    void limitsHoldExactly() {
        Directory small = new Directory(new DirectoryLimits(3, 5, 2, 10, 0), random);
        int one = small.join(contact(1, "198.51.100.1"));
        int two = small.join(contact(2, "198.51.100.2"));
        int three = small.join(contact(3, "198.51.100.3"));
        assertThat(small.register(one, content(1), false)).isEqualTo(Change.ADDED);
        assertThat(small.register(one, content(2), false)).isEqualTo(Change.ADDED);
        assertThat(small.register(one, content(3), false)).isEqualTo(Change.FULL);
        assertThat(small.register(two, content(3), false)).isEqualTo(Change.ADDED);
        assertThat(small.register(three, content(4), false)).isEqualTo(Change.FULL);
        assertThat(small.register(two, content(1), false)).isEqualTo(Change.ADDED);
        assertThat(small.register(three, content(1), false)).isEqualTo(Change.ADDED);
        assertThat(small.register(three, content(2), false)).isEqualTo(Change.FULL);
        assertThat(small.registerChunks(three, content(2), false, false, List.of()))
                .isEqualTo(Change.FULL);
        assertThat(small.register(three, content(1), false)).isEqualTo(Change.UNCHANGED);
        small.leave(two);
        assertThat(small.register(three, content(4), false)).isEqualTo(Change.ADDED);
    }

    @Test
    void theNumberOfWhoLeftIsNotUsedWhileAListNamesIt() {
        for (int i = 0; i < 100; i++) {
            directory.register(join(i, "198.51.100.1"), CONTENT, false);
        }
        directory.leave(5);
        assertThat(directory.staleCount()).isEqualTo(1);
        int next = join(200, "198.51.100.1");
        assertThat(next).isNotEqualTo(5);
        assertThat(directory.state(CONTENT)).isEqualTo(new State(99, 99));
        for (int i = 6; i < 30; i++) {
            directory.leave(i);
        }
        // With a quarter dead, the list was cleaned and the numbers are free.
        assertThat(directory.staleCount()).isZero();
        int again = join(201, "198.51.100.1");
        assertThat(again).isLessThan(30);
        assertThat(directory.isRegistered(again, CONTENT)).isFalse();
        assertThat(directory.state(CONTENT)).isEqualTo(new State(75, 75));
    }

    @Test
    void tidyingFreesWhatOnlyFewLeft() {
        for (int i = 0; i < 100; i++) {
            directory.register(join(i, "198.51.100.1"), CONTENT, false);
        }
        directory.leave(5);
        directory.tidy(1);
        assertThat(directory.staleCount()).isZero();
        assertThat(join(200, "198.51.100.1")).isEqualTo(5);
    }

    @Test
    void whoStartsAnewKeepsItsLoadAndLosesItsContents() {
        int peer = join(1, "198.51.100.1");
        directory.reportUploads(peer, 3);
        directory.register(peer, CONTENT, false);
        int number = directory.withdrawAll(peer);
        assertThat(directory.digest(number).count()).isZero();
        assertThat(directory.uploads(number)).isEqualTo(3);
        assertThat(directory.isOnline(CONTENT)).isFalse();
        assertThat(directory.peerCount()).isEqualTo(1);
    }

    /** The index answers others, and the peer's other requests, between two steps of a statement's end. */
    @Test
    void theNumberOfWhatAStatementTakesAwayMayStandForAnotherContentBeforeItEnds() {
        int first = join(1, "198.51.100.1");
        directory.register(first, content(1), false);
        directory.register(first, content(2), false);
        int peer = directory.beginStatement(first);
        assertThat(directory.endStatement(peer, 1)).isFalse();
        assertThat(directory.isOnline(content(2))).isFalse();
        directory.register(join(2, "198.51.100.2"), content(3), false);
        assertThat(directory.restate(peer, content(3), true)).isEqualTo(Change.ADDED);
        assertThat(directory.state(content(3))).isEqualTo(new State(1, 2));
        assertThat(directory.endStatement(peer, 1)).isTrue();
        assertThat(directory.isRegistered(peer, content(1))).isFalse();
        assertThat(directory.isRegistered(peer, content(3))).isTrue();
        assertThat(directory.partialCount()).isEqualTo(1);
    }

    @Test
    void pagesOfChunksGoThroughAllSources() {
        for (int i = 0; i < 25; i++) {
            directory.register(join(i, "198.51.100.1"), CONTENT, i % 2 == 0);
        }
        int asker = join(99, "203.0.113.1");
        Set<PeerId> seen = new HashSet<>();
        for (int skip = 0; skip < 25; skip += 10) {
            directory
                    .chunkPage(asker, address("203.0.113.1"), CONTENT, skip, 10, 0)
                    .entries()
                    .forEach(source -> assertThat(seen.add(source.peer())).isTrue());
        }
        assertThat(seen).hasSize(25);
    }

    @Test
    void aPageLooksAtSoManySourcesAndNoMoreHoweverManyAreNotTold() {
        for (int i = 1; i < SourceChoice.PAGED; i++) {
            directory.register(join(i, "127.0.0.1"), CONTENT, false);
        }
        directory.register(join(-1, "198.51.100.1"), CONTENT, false);
        directory.register(join(-2, "198.51.100.2"), CONTENT, false);
        Locations page = directory.chunkPage(join(-3, "203.0.113.1"), address("203.0.113.1"), CONTENT, 0, 10, 0);
        assertThat(page.entries()).extracting(Source::peer).containsExactly(id(-1));
        assertThat(page.sources()).isEqualTo(SourceChoice.PAGED + 1);
    }

    private Source only(ContentId content) {
        int asker = join(99, "203.0.113.1");
        return directory
                .locate(asker, address("203.0.113.1"), content, 16, Pdu.MAX_DATAGRAM_BYTES, 0, random)
                .unpacked()
                .entries()
                .getFirst();
    }

    /** What the directory says of the load of the first peer, which is in the page of all. */
    private int loadOfFirst(int asker, long seconds) {
        return directory
                .chunkPage(asker, address("203.0.113.1"), CONTENT, 0, 1, TimeUnit.SECONDS.toNanos(seconds))
                .entries()
                .getFirst()
                .load();
    }

    private Locations locate(int asker, String observed, int limit, long nowNanos) {
        return directory
                .locate(asker, address(observed), CONTENT, limit, Pdu.MAX_DATAGRAM_BYTES, nowNanos, random)
                .unpacked();
    }

    private int join(long seed, String observed) {
        return directory.join(contact(seed, observed));
    }

    private static Contact contact(long seed, String observed) {
        return new Contact(id(seed), address(observed), List.of(new Endpoint(address(observed), 7801)));
    }

    private static PeerId id(long seed) {
        return new PeerId(hash(seed));
    }
}
