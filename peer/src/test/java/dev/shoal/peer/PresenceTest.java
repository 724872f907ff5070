package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.transport.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a peer says to its index, round by round, without a thread and on a clock of the test. */
class PresenceTest {

    private static final Name NAME = new Name("alice/data");
    private static final ContentId ONE = content(1);
    private static final ContentId TWO = content(2);
    private static final Circle CIRCLE =
            new Circle(new AudienceId(5, 6), Identity.generate().key());
    private static final int CHUNKS = ONE.layout().chunkCount();

    private final ScriptedLine index = new ScriptedLine();
    private final Presence presence = new Presence(index, () -> 0, PeerEvents.NONE);
    private long nowMillis = 1_000;

    @Test
    void whatTheIndexDidNotHearOfOneContentIsToldAgainAndSoIsThatOfTheNext() {
        register(new ChunkSet(CHUNKS));
        presence.step(nowMillis);
        presence.chunkCame(new ShareKey(ONE), 0);
        presence.chunkCame(new ShareKey(TWO), 5);
        index.away = true;
        failingStep();
        failingStep();
        index.away = false;
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class)).containsExactlyInAnyOrder(chunks(ONE, 0), chunks(TWO, 5));
    }

    @Test
    void aContentThatBecameCompleteWhileTheIndexWasAwayIsToldOf() {
        register(new ChunkSet(CHUNKS));
        presence.step(nowMillis);
        presence.chunkCame(new ShareKey(ONE), 0);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            presence.chunkCame(new ShareKey(TWO), chunk);
        }
        index.away = true;
        failingStep();
        index.away = false;
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class))
                .containsExactlyInAnyOrder(chunks(ONE, 0), new RegisterChunks(true, false, TWO, List.of()));
    }

    @Test
    void aBusyIndexIsToldAgainAndARefusalForGoodIsNot() {
        register(new ChunkSet(CHUNKS));
        presence.step(nowMillis);
        presence.chunkCame(new ShareKey(ONE), 0);
        index.script = request ->
                request instanceof RegisterChunks ? ScriptedLine.refusing(ErrorCode.BUSY) : ScriptedLine.usual(request);
        failingStep();
        index.script = request -> request instanceof RegisterChunks
                ? ScriptedLine.refusing(ErrorCode.LIMIT)
                : ScriptedLine.usual(request);
        presence.step(nowMillis);
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class)).containsExactly(chunks(ONE, 0), chunks(ONE, 0));
    }

    @Test
    void aRestatementThatBreaksOffIsMadeAgainToItsEnd() {
        ChunkSet held = new ChunkSet(CHUNKS);
        held.add(3);
        register(held);
        int[] letThrough = {1};
        index.heard.clear();
        index.script = request -> switch (request) {
            case IndexRequest.Heartbeat heartbeat -> ScriptedLine.heartbeat(true);
            case RegisterChunks chunks when letThrough[0]-- == 0 -> throw ScriptedLine.silence();
            default -> ScriptedLine.usual(request);
        };
        failingStep();
        // Now the contents fit, and no digest says what of the chunks is missing.
        index.script = ScriptedLine::usual;
        nowMillis += ScriptedLine.LEASE_MILLIS;
        presence.step(nowMillis);
        assertThat(index.heard(RegisterBulk.class))
                .extracting(RegisterBulk::generation)
                .containsExactly(1, 2);
        List<IndexRequest> all = index.heard;
        assertThat(all.subList(all.indexOf(index.heard(RegisterBulk.class).getLast()), all.size()))
                .filteredOn(RegisterChunks.class::isInstance)
                .containsExactly(
                        new RegisterChunks(false, true, ONE, List.of(new ChunkRun(3, 1))),
                        new RegisterChunks(false, true, TWO, List.of(new ChunkRun(3, 1))));
    }

    @Test
    void chunksThatOnlyTheLastSessionHeardOfAreToldAgainWhenTheIndexAsksForNothing() {
        ChunkSet held = new ChunkSet(CHUNKS);
        held.add(3);
        presence.step(nowMillis);
        register(held);
        presence.register(share(content(3)), ChunkSet.full(CHUNKS), null);
        presence.chunkCame(new ShareKey(ONE), 5);
        // The index was started again, and the request was repeated in the session that came then.
        index.session++;
        presence.step(nowMillis);
        index.heard.clear();
        presence.step(nowMillis);
        assertThat(index.heard).isEmpty();
        index.session++;
        presence.chunkCame(new ShareKey(ONE), 9);
        presence.step(nowMillis);
        assertThat(index.heard.getFirst()).isInstanceOf(IndexRequest.Heartbeat.class);
        assertThat(index.heard(RegisterChunks.class))
                .containsExactly(
                        new RegisterChunks(
                                false, false, ONE, List.of(new ChunkRun(3, 1), new ChunkRun(5, 1), new ChunkRun(9, 1))),
                        chunks(TWO, 3));
    }

    @Test
    void aRestatementThatTheIndexAsksForTellsOfAllChunksOfANewSession() {
        ChunkSet held = new ChunkSet(CHUNKS);
        held.add(3);
        presence.step(nowMillis);
        register(held);
        index.session++;
        index.heard.clear();
        index.script = request -> request instanceof IndexRequest.Heartbeat
                        && index.heard(RegisterBulk.class).isEmpty()
                ? ScriptedLine.heartbeat(true)
                : ScriptedLine.usual(request);
        presence.step(nowMillis);
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class))
                .containsExactly(
                        new RegisterChunks(false, true, ONE, List.of(new ChunkRun(3, 1))),
                        new RegisterChunks(false, true, TWO, List.of(new ChunkRun(3, 1))));
    }

    @Test
    void newsThatMakeTheDigestsAgreeWhileARestatementWaitsDoNotHideTheChunksBefore() {
        ChunkSet held = new ChunkSet(CHUNKS);
        held.add(3);
        presence.step(nowMillis);
        presence.register(share(ONE), held, null);
        index.session++;
        index.script = request -> request instanceof IndexRequest.Heartbeat
                ? ScriptedLine.restateAfter(2 * ScriptedLine.LEASE_MILLIS)
                : ScriptedLine.usual(request);
        presence.step(nowMillis);
        presence.chunkCame(new ShareKey(ONE), 5);
        presence.step(nowMillis);
        index.heard.clear();
        index.script = ScriptedLine::usual;
        nowMillis += ScriptedLine.LEASE_MILLIS;
        presence.step(nowMillis);
        assertThat(index.heard(RegisterBulk.class)).isEmpty();
        assertThat(index.heard(RegisterChunks.class))
                .containsExactly(
                        new RegisterChunks(false, false, ONE, List.of(new ChunkRun(3, 1), new ChunkRun(5, 1))));
    }

    @Test
    void aResumedDownloadTellsOfItsChunksInFewRequests() {
        ContentId large = new ContentId(new Hash(9, 9, 9, 9), 1L << 34);
        ChunkSet held = new ChunkSet(large.layout().chunkCount());
        for (int chunk = 0; chunk < 2 * (IndexRequest.MAX_RUNS + 1); chunk += 2) {
            held.add(chunk);
        }
        presence.step(nowMillis);
        presence.register(share(large), held, null);
        assertThat(index.heard(RegisterChunks.class))
                .extracting(request -> request.runs().size())
                .containsExactly(IndexRequest.MAX_RUNS, 1);
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NAME_TAKEN", "NOT_FOUND"})
    void aSourceOfWhatHasNoNameAnyMoreIsRegisteredWithoutIt(ErrorCode code) {
        index.script = request ->
                request instanceof IndexRequest.Register ? ScriptedLine.refusing(code) : ScriptedLine.usual(request);
        ChunkSet held = new ChunkSet(CHUNKS);
        held.add(3);
        presence.registerSource(share(ONE), held);
        presence.registerSource(share(TWO), ChunkSet.full(CHUNKS));
        assertThat(index.heard(RegisterChunks.class))
                .containsExactly(
                        new RegisterChunks(false, false, ONE, List.of()),
                        chunks(ONE, 3),
                        new RegisterChunks(true, false, TWO, List.of()));
        assertThat(presence.count()).isEqualTo(2);
    }

    @Test
    void whatIsPrivateIsToldOfUnderItsShareIdAlone() {
        ShareKey key = new ShareKey(ONE, CIRCLE);
        ChunkSet held = new ChunkSet(CHUNKS);
        held.add(3);
        presence.registerSource(new NamedShare(NAME, key), held);
        presence.chunkCame(key, 4);
        presence.chunkCame(new ShareKey(ONE), 5);
        presence.step(nowMillis);
        index.session++;
        index.script = request ->
                request instanceof IndexRequest.Heartbeat ? ScriptedLine.heartbeat(true) : ScriptedLine.usual(request);
        presence.step(nowMillis);
        presence.withdraw(List.of(new ShareKey(ONE), key));
        ContentId share = key.registered();
        assertThat(index.heard(IndexRequest.Register.class))
                .containsExactly(new IndexRequest.Register(true, ONE, NAME, null, CIRCLE.audience()));
        assertThat(index.heard(RegisterChunks.class))
                .contains(chunks(share, 3))
                .allMatch(told -> told.content().equals(share))
                .last()
                .extracting(RegisterChunks::runs)
                .isEqualTo(List.of(new ChunkRun(3, 2)));
        assertThat(index.heard(RegisterBulk.class))
                .allMatch(bulk -> bulk.entries().equals(List.of(new RegisterBulk.Entry(share, true))))
                .isNotEmpty();
        assertThat(index.heard(IndexRequest.DeregisterContent.class))
                .containsExactly(new IndexRequest.DeregisterContent(share));
    }

    @Test
    void whoMayNotGetAPrivateNameAnyMoreIsNoSourceOfIt() {
        index.script = request -> request instanceof IndexRequest.Register
                ? ScriptedLine.refusing(ErrorCode.NOT_FOUND)
                : ScriptedLine.usual(request);
        NamedShare share = new NamedShare(NAME, new ShareKey(ONE, CIRCLE));
        assertThat(catchThrowableOfType(
                                PeerException.class, () -> presence.registerSource(share, ChunkSet.full(CHUNKS)))
                        .reason())
                .isEqualTo(PeerException.Reason.NOT_FOUND);
        assertThat(index.heard(RegisterChunks.class)).isEmpty();
        assertThat(presence.count()).isZero();
    }

    @Test
    void aDownloadThatEndsWhileTheIndexIsAwayIsToldOfThoughTheDigestsAgree() {
        presence.register(share(ONE), new ChunkSet(CHUNKS), null);
        presence.step(nowMillis);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            presence.chunkCame(new ShareKey(ONE), chunk);
        }
        index.away = true;
        failingStep();
        presence.announce(share(ONE), ChunkSet.full(CHUNKS), () -> {});
        index.away = false;
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class)).containsExactly(new RegisterChunks(true, false, ONE, List.of()));
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"BUSY", "UNAVAILABLE"})
    void aDownloadThatEndsWhileTheIndexCannotWriteIsToldOfLater(ErrorCode code) {
        presence.step(nowMillis);
        index.script = request ->
                request instanceof IndexRequest.Register ? ScriptedLine.refusing(code) : ScriptedLine.usual(request);
        presence.announce(share(ONE), ChunkSet.full(CHUNKS), () -> {});
        assertThat(index.heard(RegisterChunks.class)).isEmpty();
        presence.step(nowMillis);
        assertThat(index.heard(RegisterChunks.class)).containsExactly(new RegisterChunks(true, false, ONE, List.of()));
        assertThat(presence.count()).isEqualTo(1);
    }

    @Test
    void whatIsSharedNoMoreWhenTheIndexAnswersAtLastCanBeWithdrawnThen() {
        index.script = request -> {
            if (request instanceof IndexRequest.Register) {
                presence.withdraw(List.of(new ShareKey(ONE)));
            }
            return ScriptedLine.usual(request);
        };
        presence.announce(share(ONE), ChunkSet.full(CHUNKS), () -> presence.withdraw(List.of(new ShareKey(ONE))));
        assertThat(index.heard.getLast()).isEqualTo(new IndexRequest.DeregisterContent(ONE));
        assertThat(presence.count()).isZero();
    }

    @Test
    void aSessionIsRenewedAfterADay() {
        presence.step(nowMillis);
        nowMillis += Presence.SESSION_MILLIS - 1;
        presence.step(nowMillis);
        assertThat(index.renewed).isZero();
        nowMillis++;
        presence.step(nowMillis);
        presence.step(nowMillis);
        assertThat(index.renewed).isEqualTo(1);
        nowMillis += Presence.SESSION_MILLIS;
        index.away = true;
        failingStep();
        failingStep();
        assertThat(index.renewed).isEqualTo(2);
    }

    @Test
    void manyContentsAreWithdrawnUntilTheIndexIsAwayAndOnceClosedNone() {
        register(ChunkSet.full(CHUNKS));
        index.heard.clear();
        presence.withdraw(List.of(new ShareKey(ONE), new ShareKey(content(3))));
        assertThat(index.heard).containsExactly(new IndexRequest.DeregisterContent(ONE));
        presence.close();
        presence.withdraw(List.of(new ShareKey(TWO)));
        assertThat(index.heard).hasSize(1);
        assertThat(presence.count()).isZero();
    }

    private static NamedShare share(ContentId content) {
        return new NamedShare(NAME, new ShareKey(content));
    }

    private void register(ChunkSet held) {
        presence.register(share(ONE), held, null);
        presence.register(share(TWO), held, null);
    }

    private void failingStep() {
        assertThat(catchThrowableOfType(PeerException.class, () -> presence.step(nowMillis)))
                .isNotNull();
    }

    private static RegisterChunks chunks(ContentId content, int chunk) {
        return new RegisterChunks(false, false, content, List.of(new ChunkRun(chunk, 1)));
    }

    private static ContentId content(int number) {
        return new ContentId(new Hash(number, 0, 0, 0), 1L << 28);
    }
}
