package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.keyPair;
import static dev.shoal.index.IndexUnderTest.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.IndexRequest.DeregisterContent;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements of everything that a peer has, in pages. */
class StatementsTest {

    @TempDir
    private static Path folder;

    private static SqliteNames names;

    private IndexUnderTest index;
    private Session session;
    private Session other;

    @BeforeAll
    static void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
    }

    @AfterAll
    static void close() {
        names.close();
    }

    @BeforeEach
    void start() {
        start(DirectoryLimits.DEFAULT);
    }

    private void start(DirectoryLimits limits) {
        IndexSettings settings = new IndexSettings(
                60_000,
                7800,
                "test",
                1_000,
                8,
                20,
                RequestLimits.NONE,
                100,
                limits,
                NameLimits.DEFAULT,
                AccountLimits.DEFAULT);
        assertThat(settings.leaseMillis()).isEqualTo(SETTINGS.leaseMillis());
        index = new IndexUnderTest(settings, names);
        session = index.join(1, "203.0.113.1");
        other = index.join(2, "203.0.113.2");
    }

    @Test
    void whatWasThereStaysUntilTheLastPage() {
        state(1, false, content(1), content(2), content(3));
        state(2, true, content(2));
        assertThat(sources(1, 2, 3, 4)).containsExactly(1, 1, 1, 0);
        state(2, true, content(4));
        assertThat(sources(1, 2, 3, 4)).containsExactly(1, 1, 1, 1);
        state(2, false, content(3));
        assertThat(sources(1, 2, 3, 4)).containsExactly(0, 1, 1, 1);
        assertThat(agrees(content(2), content(3), content(4))).isTrue();
    }

    @Test
    void aStatementOfNothingTakesEverythingAway() {
        state(1, false, content(1), content(2));
        state(2, false);
        assertThat(sources(1, 2)).containsExactly(0, 0);
        assertThat(agrees()).isTrue();
    }

    @Test
    void aPageThatComesTwiceChangesNothing() {
        state(1, false, content(1), content(2), content(3));
        state(2, true, content(1));
        state(2, true, content(1));
        state(2, false, content(2));
        state(2, false, content(2));
        state(2, true, content(1));
        state(1, false, content(9));
        assertThat(agrees(content(1), content(2))).isTrue();
    }

    @Test
    void aPartialSourceKeepsItsChunksAndACompleteOneThatIsNoMoreLosesThem() {
        index.ask(session, new RegisterChunks(false, false, content(1), List.of(new ChunkRun(0, 8))));
        index.ask(session, new RegisterChunks(true, false, content(2), List.of()));
        index.ask(
                session,
                new RegisterBulk(
                        1,
                        List.of(new RegisterBulk.Entry(content(1), true), new RegisterBulk.Entry(content(2), true)),
                        false));
        assertThat(located(1)).extracting(Source::completeness).containsExactly(127);
        assertThat(located(2)).extracting(Source::completeness).containsExactly(0);
        state(2, false, content(1));
        assertThat(located(1)).extracting(Source::isSeed).containsExactly(true);
    }

    @Test
    void whatIsWithdrawnOrRegisteredInTheMiddleStaysSo() {
        state(1, false, content(1), content(2), content(3));
        state(2, true, content(3));
        index.ask(session, new DeregisterContent(content(1)));
        // It may get the number that the other one had.
        index.ask(session, new RegisterChunks(true, false, content(4), List.of()));
        index.ask(session, new RegisterChunks(true, false, content(1), List.of()));
        state(2, false);
        assertThat(agrees(content(1), content(3), content(4))).isTrue();
    }

    @Test
    void whatIsRegisteredAgainInTheMiddleStaysThoughNoPageNamesIt() {
        KeyPair pair = keyPair();
        session = index.join(key(pair), "203.0.113.1", "");
        VersionRecord record = first(pair, "again/a", content(1));
        index.ask(session, new Register(false, content(1), record.name(), record));
        state(1, false, content(1), content(2), content(3), content(4));
        state(2, true, content(3));
        index.ask(session, new Register(false, content(1), record.name(), null));
        index.ask(session, new RegisterChunks(false, false, content(2), List.of(new ChunkRun(0, 1))));
        state(2, false);
        assertThat(agrees(content(1), content(2), content(3))).isTrue();
    }

    @Test
    void aPageStillTakesBackThatASourceIsCompleteAfterNewsOfSomeChunks() {
        state(1, false, content(1));
        state(2, true);
        index.ask(session, new RegisterChunks(false, false, content(1), List.of(new ChunkRun(0, 8))));
        RegisterBulk.Entry partial = new RegisterBulk.Entry(content(1), true);
        index.ask(session, new RegisterBulk(2, List.of(partial), false));
        assertThat(located(1)).extracting(Source::completeness).containsExactly(0);
    }

    @Test
    void aStatementThatDoesNotEndTakesNothingAwayAndIsAskedForAgain() {
        state(1, false, content(1), content(2));
        state(2, true, content(2));
        index.heartbeat(session, List.of(content(2)));
        assertThat(index.heartbeat(session, List.of(content(2))).restate()).isFalse();
        index.pass(20_000);
        assertThat(index.heartbeat(session, List.of(content(2))).restate()).isTrue();
        state(2, false);
        assertThat(sources(1, 2)).containsExactly(1, 1);
        state(3, true, content(2));
        state(3, false);
        assertThat(agrees(content(2))).isTrue();
    }

    @Test
    void aNewStatementBeforeTheEndOfTheLastOneBeginsAnew() {
        state(1, false, content(1), content(2));
        state(2, true, content(1), content(3));
        state(3, true, content(2));
        state(2, false, content(1));
        state(3, false);
        assertThat(agrees(content(2))).isTrue();
    }

    @Test
    void aStatementOutlivesItsSession() {
        state(1, false, content(1), content(2));
        state(2, true, content(2));
        session = index.joined(
                        new dev.shoal.protocol.Hello(1, session.profile().instance(), 0, "", 7801, List.of(), "test"),
                        session.key(),
                        "203.0.113.1")
                .session();
        assertThat(sources(1, 2)).containsExactly(1, 1);
        state(1, false, content(2));
        assertThat(agrees(content(2))).isTrue();
    }

    @Test
    void aLargeStatementIsTakenInSteps() {
        ContentId[] all = IntStream.range(0, 5_000).mapToObj(Fixtures::content).toArray(ContentId[]::new);
        List<ContentId> kept = new ArrayList<>();
        state(1, false, all);
        List<RegisterBulk.Entry> entries = new ArrayList<>();
        for (int i = 0; i < all.length; i += 3) {
            kept.add(all[i]);
            entries.add(new RegisterBulk.Entry(all[i], false));
        }
        assertThat(index.askOverTls(session, new RegisterBulk(2, entries, false)))
                .isEqualTo(Ack.DONE);
        assertThat(agrees(kept.toArray(ContentId[]::new))).isTrue();
    }

    @Test
    void aboveTheLimitOfAllPeersWhatWasThereGoesAtOnce() {
        start(new DirectoryLimits(100, 100, 100, 3, 0));
        Session third = index.join(3, "203.0.113.3");
        state(1, false, content(1), content(2));
        index.ask(other, bulk(1, false, content(1), content(2)));
        index.ask(third, bulk(1, false, content(3)));
        state(2, true);
        assertThat(sources(1, 2)).containsExactly(2, 2);
        index.ask(other, bulk(2, true));
        assertThat(sources(1, 2)).containsExactly(1, 1);
        index.ask(third, bulk(2, true));
        assertThat(sources(3)).containsExactly(1);
        // Room again: the first has ended its statement.
        state(2, false, content(1));
        index.ask(other, bulk(3, false, content(1), content(2)));
        index.ask(other, bulk(4, true));
        assertThat(sources(1, 2)).containsExactly(2, 1);
    }

    private void state(int generation, boolean more, ContentId... contents) {
        assertThat(index.askOverTls(session, bulk(generation, more, contents))).isEqualTo(Ack.DONE);
    }

    private static RegisterBulk bulk(int generation, boolean more, ContentId... contents) {
        List<RegisterBulk.Entry> entries = new ArrayList<>();
        for (ContentId content : contents) {
            entries.add(new RegisterBulk.Entry(content, false));
        }
        return new RegisterBulk(generation, entries, more);
    }

    private List<Integer> sources(int... seeds) {
        return IntStream.of(seeds)
                .mapToObj(seed -> ((Locations) index.ask(other, new Locate(false, content(seed), 0, 16))).sources())
                .toList();
    }

    private List<Source> located(int seed) {
        return ((Locations) index.ask(other, new Locate(false, content(seed), 0, 16))).entries();
    }

    /** Whether the index has exactly these of the session. */
    private boolean agrees(ContentId... contents) {
        index.heartbeat(session, List.of(contents));
        return session.mismatches == 0;
    }
}
