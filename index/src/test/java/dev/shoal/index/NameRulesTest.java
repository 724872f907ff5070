package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.hash;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.record;
import static dev.shoal.index.Fixtures.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.index.NameRules.Component;
import dev.shoal.index.NameRules.Decision;
import dev.shoal.index.NameRules.Known;
import dev.shoal.index.NameRules.Latest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.security.KeyPair;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NameRulesTest {

    private static final NameLimits LIMITS = new NameLimits(10, 3, 10_000, 100, 5, 90);
    private static final String NAME = "lab/genome.fa";
    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final KeyPair OTHER = Fixtures.keyPair();
    private static final ContentId ONE = content(1);
    private static final ContentId TWO = content(2);

    private static final Known FREE = known(null, null, 0, 0, 0);

    private static Known known(
            @Nullable Latest latest, @Nullable PeerKey componentOwner, int names, int owners, long recordBytes) {
        return new Known(latest, new Component(componentOwner, null, null), names, owners, recordBytes);
    }

    @Test
    void aFreeNameIsMadeByWhoSignsItsFirstVersion() {
        VersionRecord record = first(OWNER, NAME, ONE);
        assertThat(decide(OWNER, ONE, record, FREE)).isEqualTo(new Decision.MakeName(record, true));
    }

    @Test
    void anotherNameUnderAnOwnComponentDoesNotTakeTheComponentAgain() {
        VersionRecord record = first(OWNER, NAME, ONE);
        Known known = known(null, key(OWNER), 1, 1, 300);
        assertThat(decide(OWNER, ONE, record, known)).isEqualTo(new Decision.MakeName(record, false));
    }

    @Test
    void aFreeNameNeedsARecord() {
        assertRefused(decide(OWNER, ONE, null, FREE), ErrorCode.NOT_FOUND, 0);
        assertRefused(decide(OWNER, ONE, null, known(null, key(OTHER), 0, 0, 0)), ErrorCode.NOT_FOUND, 0);
    }

    @Test
    void aFreeNameBeginsWithoutAPredecessor() {
        assertRefused(decide(OWNER, ONE, record(OWNER, NAME, 2, ONE, hash(9)), FREE), ErrorCode.STALE_VERSION, 0);
        assertRefused(decide(OWNER, ONE, record(OWNER, NAME, 1, ONE, hash(9)), FREE), ErrorCode.STALE_VERSION, 0);
    }

    @Test
    void aFreeNameBeginsWithTheNumberThatItsOwnerSays() {
        VersionRecord record = record(OWNER, NAME, 7, ONE, Hash.ZERO);
        assertThat(decide(OWNER, ONE, record, FREE)).isEqualTo(new Decision.MakeName(record, true));
    }

    @Test
    void theNumberMayLeapButNotGoBack() {
        VersionRecord leap = record(OWNER, NAME, 70, TWO, hash(7));
        assertThat(decide(OWNER, TWO, leap, taken(5, 0))).isEqualTo(new Decision.MakeVersion(leap));
        assertRefused(decide(OWNER, TWO, leap, taken(70, 0)), ErrorCode.STALE_VERSION, 70);
    }

    @Test
    void theOwnerMayMakeANewVersionOfTheLatestContent() {
        VersionRecord record = record(OWNER, NAME, 6, ONE, hash(7));
        assertThat(decide(OWNER, ONE, record, taken(5, 5))).isEqualTo(new Decision.MakeVersion(record));
        assertRefused(decide(OTHER, ONE, record(OTHER, NAME, 6, ONE, hash(7)), taken(5, 5)), ErrorCode.NAME_TAKEN, 0);
        assertThat(decide(OTHER, ONE, null, taken(5, 5))).isEqualTo(new Decision.AddSource(5));
    }

    @Test
    void theComponentOfAnotherKeyIsClosed() {
        Known known = known(null, key(OTHER), 0, 0, 0);
        assertRefused(decide(OWNER, ONE, first(OWNER, NAME, ONE), known), ErrorCode.NAME_OWNED, 0);
    }

    @Test
    void aRecordThatDoesNotMatchTheRequestIsBad() {
        assertRefused(decide(OWNER, ONE, first(OWNER, NAME, TWO), FREE), ErrorCode.BAD_RECORD, 0);
        assertRefused(decide(OWNER, ONE, first(OWNER, "lab/other", ONE), FREE), ErrorCode.BAD_RECORD, 0);
        assertRefused(decide(OWNER, ONE, first(OTHER, NAME, ONE), FREE), ErrorCode.BAD_RECORD, 0);
    }

    @Test
    void aRecordThatDoesNotMatchIsBadWhateverTheNameMeans() {
        Known owned = known(null, key(OTHER), 0, 0, 0);
        assertRefused(decide(OWNER, ONE, first(OTHER, NAME, ONE), owned), ErrorCode.BAD_RECORD, 0);
        assertRefused(decide(OTHER, ONE, first(OWNER, NAME, ONE), taken(1, 1)), ErrorCode.BAD_RECORD, 0);
        assertRefused(decide(OTHER, TWO, first(OTHER, NAME, ONE), taken(1, 0)), ErrorCode.BAD_RECORD, 0);
        assertThat(decide(OTHER, ONE, first(OTHER, NAME, ONE), taken(1, 1))).isEqualTo(new Decision.AddSource(1));
    }

    @Test
    void aRecordOfALaterVersionMakesNoSourceOfAnOlderOne() {
        VersionRecord record = record(OTHER, NAME, 4, ONE, hash(7));
        assertRefused(decide(OTHER, ONE, record, taken(3, 2)), ErrorCode.NAME_TAKEN, 0);
        assertThat(decide(OWNER, ONE, first(OWNER, NAME, ONE), taken(3, 2))).isEqualTo(new Decision.AddSource(2));
    }

    @Test
    void aRecordThatTheKeyDidNotSignIsBad() {
        VersionRecord right = first(OWNER, NAME, ONE);
        byte[] signature = right.signature();
        signature[10] ^= 1;
        VersionRecord wrong = new VersionRecord(
                right.kind(), 1, ONE, right.publishedMillis(), Hash.ZERO, key(OWNER), new Name(NAME), "", signature);
        assertRefused(decide(OWNER, ONE, wrong, FREE), ErrorCode.BAD_RECORD, 0);
    }

    @Test
    void theSameContentFromAnybodyIsASource() {
        assertThat(decide(OTHER, ONE, null, taken(3, 3))).isEqualTo(new Decision.AddSource(3));
        assertThat(decide(OWNER, ONE, first(OWNER, NAME, ONE), taken(1, 1))).isEqualTo(new Decision.AddSource(1));
    }

    @Test
    void theContentOfAnOlderVersionFromAnybodyIsASourceOfThat() {
        assertThat(decide(OTHER, ONE, null, taken(3, 2))).isEqualTo(new Decision.AddSource(2));
    }

    @Test
    void theOwnerMayGoBackToAnOlderContentWithANewVersion() {
        VersionRecord record = record(OWNER, NAME, 4, ONE, hash(7));
        assertThat(decide(OWNER, ONE, record, taken(3, 2))).isEqualTo(new Decision.MakeVersion(record));
    }

    @Test
    void anotherContentFromAnybodyElseIsRefused() {
        assertRefused(decide(OTHER, TWO, null, taken(1, 0)), ErrorCode.NAME_TAKEN, 0);
        assertRefused(decide(OTHER, TWO, record(OTHER, NAME, 2, TWO, hash(7)), taken(1, 0)), ErrorCode.NAME_TAKEN, 0);
    }

    @Test
    void theOwnerMakesTheNextVersion() {
        VersionRecord record = record(OWNER, NAME, 2, TWO, hash(7));
        assertThat(decide(OWNER, TWO, record, taken(1, 0))).isEqualTo(new Decision.MakeVersion(record));
    }

    @Test
    void aVersionThatDoesNotFollowTheLatestIsStale() {
        Known known = taken(5, 0);
        assertRefused(decide(OWNER, TWO, record(OWNER, NAME, 5, TWO, hash(7)), known), ErrorCode.STALE_VERSION, 5);
        assertRefused(decide(OWNER, TWO, record(OWNER, NAME, 4, TWO, hash(7)), known), ErrorCode.STALE_VERSION, 5);
        assertRefused(decide(OWNER, TWO, record(OWNER, NAME, 6, TWO, hash(8)), known), ErrorCode.STALE_VERSION, 5);
    }

    @Test
    void theOwnersNewContentNeedsARecord() {
        assertRefused(decide(OWNER, TWO, null, taken(1, 0)), ErrorCode.NAME_TAKEN, 0);
    }

    @Test
    void limitsAreNamed() {
        VersionRecord record = first(OWNER, NAME, ONE);
        Decision names = decide(OWNER, ONE, record, known(null, key(OWNER), 10, 1, 0));
        assertRefused(names, ErrorCode.LIMIT, 0);
        assertThat(((Decision.Refuse) names).failure().sentence()).contains("10 names");
        assertThat(decide(OWNER, ONE, record, known(null, key(OWNER), 9, 1, 0))).isInstanceOf(Decision.MakeName.class);
        assertRefused(decide(OWNER, ONE, record, known(null, null, 3, 3, 0)), ErrorCode.LIMIT, 0);
        int bytes = record.encode().length;
        assertRefused(decide(OWNER, ONE, record, known(null, null, 0, 0, 10_001 - bytes)), ErrorCode.LIMIT, 0);
        assertThat(decide(OWNER, ONE, record, known(null, null, 0, 0, 10_000 - bytes)))
                .isInstanceOf(Decision.MakeName.class);
    }

    private static Known taken(int number, int sameContent) {
        return known(new Latest(key(OWNER), number, hash(7), sameContent, false), key(OWNER), 1, 1, 300);
    }

    private static Decision decide(KeyPair asker, ContentId content, @Nullable VersionRecord record, Known known) {
        PeerKey key = key(asker);
        return NameRules.decide(wish(key, NAME, content, record), known, LIMITS, false);
    }

    private static void assertRefused(Decision decision, ErrorCode code, long detail) {
        assertThat(decision).isInstanceOf(Decision.Refuse.class);
        assertThat(((Decision.Refuse) decision).failure().code()).isEqualTo(code);
        assertThat(((Decision.Refuse) decision).failure().detail()).isEqualTo(detail);
    }
}
