package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.PrivateIndex.ADA;
import static dev.shoal.index.PrivateIndex.AUDIENCE;
import static dev.shoal.index.PrivateIndex.BEN;
import static dev.shoal.index.PrivateIndex.PLAN;
import static dev.shoal.index.PrivateIndex.SECRET;
import static dev.shoal.index.PrivateIndex.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccountRequest.Accept;
import dev.shoal.protocol.AccountRequest.GiveAway;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest.ListAudience;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.GroupRequest.SetAudience;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Version;
import dev.shoal.protocol.IndexRequest.DeregisterAll;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each version of a name is for whom it was published; who owns the name, and what becomes of it. */
class PrivateVersionsTest {

    private static final AudienceId OTHERS = ADA.audience(2);
    private static final Ack DONE = new Ack(Outcome.DONE, 1);

    /** What a wrong count of what a key has would leave behind. */
    private static final String WRONG = "SELECT (SELECT count(*) FROM keys k"
            + " WHERE names <> (SELECT count(*) FROM names n WHERE n.key_id = k.id)"
            + " OR private_names <> (SELECT count(*) FROM private_names n WHERE n.key_id = k.id)"
            + " OR record_bytes <> (SELECT coalesce(sum(length(v.record)), 0) FROM versions v JOIN names n"
            + " ON n.id = v.name_id WHERE n.key_id = k.id) + (SELECT coalesce(sum(length(v.record)), 0)"
            + " FROM private_versions v WHERE v.name IN (SELECT name FROM names n WHERE n.key_id = k.id UNION"
            + " SELECT name FROM private_names n WHERE n.key_id = k.id)))"
            + " + (SELECT count(*) FROM owners o WHERE names <>"
            + " (SELECT count(*) FROM (SELECT name FROM names UNION ALL SELECT name FROM private_names) n"
            + " WHERE n.name > o.owner || '/' AND n.name < o.owner || '0'))"
            + " + (SELECT count(*) FROM names WHERE name IN (SELECT name FROM private_names))"
            + " + (SELECT count(*) FROM names WHERE partly_private <> (name IN (SELECT name FROM private_versions)))"
            + " + (SELECT count(*) FROM words) - (SELECT count(*) FROM names)"
            + " + (SELECT count(*) FROM private_totals WHERE names <> (SELECT count(*) FROM private_names)"
            + " OR versions <> (SELECT count(*) FROM private_versions WHERE audience IS NOT NULL)"
            + " OR audiences <> (SELECT count(*) FROM audiences))"
            + " + (SELECT count(*) FROM audience_counts c WHERE audiences <>"
            + " (SELECT count(*) FROM audiences a WHERE a.account_id = c.account_id) OR readers <> (SELECT count(*)"
            + " FROM audiences a JOIN audience_readers r ON r.audience = a.id WHERE a.account_id = c.account_id))";

    @TempDir
    private Path folder;

    private PrivateIndex index;

    @BeforeEach
    void open() {
        index = new PrivateIndex(folder, new NameLimits(10, 10, 10_000, 10, 3, 100));
        index.share(BEN);
        index.share(2, new Reader(false, "dan"));
    }

    @AfterEach
    void close() {
        long wrong = Fixtures.get(index.names
                .readers()
                .read(handle -> handle.createQuery(WRONG).mapTo(Long.class).one()));
        assertThat(wrong).isZero();
        index.close();
    }

    private VersionRecord next(VersionRecord before, long content, @Nullable AudienceId audience) {
        VersionRecord record = version(before.name(), before.number() + 1, content(content), before.hash());
        assertThat(index.publish(record, audience)).isEqualTo(new Ack(Outcome.VERSION_MADE, record.number()));
        return record;
    }

    private void sees(Session session, int version, VersionRecord record, int latest) {
        assertThat(index.ask(session, new Inspect(SECRET, version))).isInstanceOfSatisfying(Version.class, found -> {
            assertThat(found.record()).isEqualTo(record);
            assertThat(found.latest()).isEqualTo(latest);
        });
    }

    private void doesNotSee(Session session, int version) {
        index.refused(ErrorCode.NOT_FOUND, session, new Inspect(SECRET, version));
    }

    @Test
    void aNameIsSeenByWhomItsLatestVersionIsForAndEachVersionByThoseItWasFor() {
        VersionRecord first = index.publishSecret();
        assertThat(index.names.count()).isZero();
        VersionRecord second = next(first, 2, null);
        assertThat(index.names.count()).isEqualTo(1);
        for (Session session : List.of(index.ben, index.cid, index.stranger)) {
            sees(session, 0, second, 2);
            assertThat(index.listed(session)).containsExactly("ada/secret plan 1");
            assertThat(index.found(session, "secret plan")).containsExactly("ada/secret plan 1");
        }
        sees(index.ben, 1, first, 2);
        doesNotSee(index.cid, 1);
        doesNotSee(index.stranger, 1);

        VersionRecord third = next(second, 3, OTHERS);
        assertThat(index.names.count()).isZero();
        for (Session session : List.of(index.ben, index.cid, index.stranger)) {
            doesNotSee(session, 0);
            doesNotSee(session, 2);
            doesNotSee(session, 3);
            assertThat(index.listed(session)).isEmpty();
            assertThat(index.found(session, "secret plan")).isEmpty();
        }
        sees(index.dan, 0, third, 3);
        sees(index.dan, 2, second, 3);
        doesNotSee(index.dan, 1);
        sees(index.ada, 1, first, 3);

        VersionRecord fourth = next(third, 4, null);
        sees(index.stranger, 2, second, 4);
        sees(index.stranger, 4, fourth, 4);
        doesNotSee(index.stranger, 3);
        sees(index.dan, 3, third, 4);
        // The oldest are forgotten, those for some apart from the others.
        VersionRecord last = fourth;
        for (int i = 5; i < 10; i++) {
            last = next(last, i, OTHERS);
        }
        doesNotSee(index.ada, 6);
        sees(index.ada, 9, last, 9);
    }

    @Test
    void theSameContentForOthersIsAnotherVersion() {
        VersionRecord first = index.publishSecret();
        assertThat(index.publish(first, AUDIENCE)).isEqualTo(new Ack(Outcome.UNCHANGED, 1));
        VersionRecord second = version(SECRET, 2, PLAN, first.hash());
        assertThat(index.publish(second, OTHERS)).isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
        doesNotSee(index.ben, 0);
        sees(index.dan, 0, second, 2);
        // What was published for some is not made public by somebody who says it again without them.
        index.refused(ErrorCode.STALE_VERSION, index.ada, new Register(false, PLAN, SECRET, second));
        index.refused(ErrorCode.NOT_FOUND, index.ben, new Register(false, PLAN, SECRET, null));
        index.refused(ErrorCode.NOT_FOUND, index.dan, new Register(false, PLAN, SECRET, null));
        assertThat(index.listed(index.stranger)).isEmpty();
    }

    @Test
    void onlyAWordThatSaysSoMakesItPublic() {
        VersionRecord first = index.publishSecret();
        VersionRecord second = version(SECRET, 2, content(2), first.hash());
        Register unaware = new Register(false, content(2), SECRET, second);
        index.refused(ErrorCode.FORBIDDEN, index.ada, unaware);
        VersionRecord same = version(SECRET, 2, PLAN, first.hash());
        index.refused(ErrorCode.FORBIDDEN, index.ada, new Register(false, PLAN, SECRET, same));
        assertThat(index.listed(index.stranger)).isEmpty();
        sees(index.ben, 0, first, 1);
        // Who missed a version learns of that first, and looks again for whom it is.
        index.refused(
                ErrorCode.STALE_VERSION,
                index.ada,
                new Register(false, content(2), SECRET, version(SECRET, 1, content(2), Hash.ZERO)));
        assertThat(index.ask(index.ada, new Register(false, content(2), SECRET, second, true, null, null)))
                .isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
        assertThat(index.listed(index.stranger)).containsExactly("ada/secret plan 1");
        // What everybody sees stays so without a word.
        VersionRecord third = version(SECRET, 3, content(3), second.hash());
        assertThat(index.ask(index.ada, new Register(false, content(3), SECRET, third)))
                .isEqualTo(new Ack(Outcome.VERSION_MADE, 3));
        // With an audience the word means nothing.
        VersionRecord fourth = version(SECRET, 4, content(4), third.hash());
        assertThat(index.ask(index.ada, new Register(false, content(4), SECRET, fourth, true, AUDIENCE, null)))
                .isEqualTo(new Ack(Outcome.VERSION_MADE, 4));
        assertThat(index.listed(index.stranger)).isEmpty();
    }

    @Test
    void onlyItsOwnerPublishesAndOnlyForHisOwnAudiences() {
        VersionRecord record = version(SECRET, 1, PLAN, Hash.ZERO);
        Register foreignAudience = new Register(false, PLAN, SECRET, record, PrivateIndex.CID.audience(9));
        index.refused(ErrorCode.NOT_FOUND, index.ada, foreignAudience);
        index.ask(index.cid, PrivateIndex.CID.sets(9));
        index.refused(ErrorCode.NOT_FOUND, index.ada, foreignAudience);
        index.refused(ErrorCode.NOT_LOGGED_IN, index.stranger, new Register(false, PLAN, SECRET, record, AUDIENCE));
        index.publishSecret();
        KeyPair other = Fixtures.keyPair();
        VersionRecord foreign = Fixtures.first(other, SECRET.text(), PLAN);
        Session session = index.index.join(key(other), "198.51.100.77", "");
        index.refused(ErrorCode.NAME_OWNED, session, new Register(false, PLAN, SECRET, foreign));
        index.refused(ErrorCode.NOT_FOUND, session, new DeregisterName(SECRET));
        assertThat(index.listed(index.ben)).containsExactly("*ada/secret plan 1");
    }

    @Test
    void itsOwnerTakesItAway() {
        VersionRecord first = index.publishSecret();
        next(first, 2, null);
        assertThat(index.ask(index.ada, new DeregisterName(SECRET))).isEqualTo(DONE);
        doesNotSee(index.ben, 1);
        assertThat(index.locate(index.ben, PLAN, AUDIENCE).sources()).isZero();
        index.share(BEN);
        index.publishSecret();
        assertThat(index.ask(index.ada, new DeregisterName(SECRET))).isEqualTo(DONE);
        assertThat(index.listed(index.ada)).isEmpty();
        assertThat(index.names.count()).isZero();
    }

    @Test
    void anAudienceGoesWithTheLastVersionThatIsForIt() {
        index.publishSecret();
        VersionRecord other = version(new Name("ada/other"), 1, content(8), Hash.ZERO);
        index.publish(other, AUDIENCE);
        assertThat(index.ask(index.ada, new DeregisterName(SECRET))).isEqualTo(DONE);
        assertThat(index.locate(index.ben, content(8), AUDIENCE).ticket()).isNotNull();
        VersionRecord last = other;
        for (int i = 2; i < 4; i++) {
            last = next(last, i, OTHERS);
        }
        // Of three versions that are kept, one is for it still.
        assertThat(index.ask(index.ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of(BEN)));
        last = next(last, 4, OTHERS);
        goneIs(AUDIENCE, PLAN);
        goneIs(AUDIENCE, content(8));
        index.refused(ErrorCode.NOT_FOUND, index.cid, new ListAudience(AUDIENCE));
        index.refused(ErrorCode.FORBIDDEN, index.cid, new SetAudience(AUDIENCE, List.of()));
        // What is public by now had versions for some before: those go with the name.
        next(last, 5, null);
        assertThat(index.locate(index.dan, content(4), OTHERS).ticket()).isNotNull();
        assertThat(index.ask(index.ada, new DeregisterName(other.name()))).isEqualTo(DONE);
        goneIs(OTHERS, content(4));
        // One that is set and not used yet stays, and one that is gone can be set again.
        index.share(BEN);
        assertThat(index.ask(index.ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of(BEN)));
        assertThat(index.publish(version(SECRET, 1, PLAN, Hash.ZERO), AUDIENCE))
                .isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(index.ask(index.root, new AdminRequest.RemoveName(SECRET))).isEqualTo(DONE);
        goneIs(AUDIENCE, PLAN);
    }

    /** Nobody reads what is shared with an audience, but who shares. */
    private void goneIs(AudienceId audience, ContentId content) {
        index.refused(ErrorCode.NOT_FOUND, index.ada, new ListAudience(audience));
        for (Session session : List.of(index.ben, index.dan)) {
            assertThat(index.locate(session, content, audience)).isEqualTo(new Locations(false, 0, 0, List.of()));
        }
    }

    @Test
    void anAdministratorTakesItAwayWithoutSeeingIt() {
        index.publishSecret();
        index.refused(ErrorCode.NOT_FOUND, index.root, new Inspect(SECRET, 0));
        assertThat(index.ask(index.root, new AdminRequest.RemoveName(SECRET))).isEqualTo(DONE);
        assertThat(index.listed(index.ada)).isEmpty();
        index.refused(ErrorCode.NOT_FOUND, index.root, new AdminRequest.RemoveName(SECRET));
        AdminReply.Audit audit = (AdminReply.Audit) index.ask(index.root, new AdminRequest.Audit(0, 1));
        assertThat(audit.entries().getFirst().what()).isEqualTo("removed the name ada/secret plan");
    }

    @Test
    void itIsNotGivenAway() {
        VersionRecord open = version(SECRET, 1, PLAN, Hash.ZERO);
        index.publish(open, null);
        List<GiveAway> gifts = List.of(give(SECRET.text()), give("ada"));
        gifts.forEach(gift -> assertThat(index.ask(index.ada, gift)).isEqualTo(Ack.DONE));
        next(open, 2, AUDIENCE);
        for (GiveAway gift : gifts) {
            // What was offered before is not accepted, as if it had been taken back.
            index.refused(
                    ErrorCode.NOT_FOUND, index.cid, new Accept(gift.transfer().subject()));
        }
        index.ask(index.ada, new DeregisterName(SECRET));
        index.share(BEN);
        index.publishSecret();
        index.refused(ErrorCode.FORBIDDEN, index.ada, give(SECRET.text()));
        index.refused(ErrorCode.FORBIDDEN, index.cid, give("ada"));
        assertThat(index.listed(index.ben)).containsExactly("*ada/secret plan 1");
    }

    @Test
    void itIsNotGivenAwayWhileOlderVersionsOfItAreForSome() {
        VersionRecord first = index.publishSecret();
        VersionRecord second = next(first, 2, null);
        Name other = new Name("ada/open");
        index.publish(version(other, 1, content(5), Hash.ZERO), null);
        index.refused(ErrorCode.FORBIDDEN, index.ada, give(SECRET.text()));
        index.refused(ErrorCode.FORBIDDEN, index.ada, give("ada"));
        assertThat(index.ask(index.ada, give(other.text()))).isEqualTo(Ack.DONE);
        assertThat(index.ask(index.cid, new Accept(other.text()))).isEqualTo(DONE);
        VersionRecord last = second;
        for (int i = 3; i < 8; i++) {
            last = next(last, i, null);
        }
        // One that is for some is not forgotten for public ones that are newer; it goes with its name.
        sees(index.ada, 1, first, 7);
        index.refused(ErrorCode.FORBIDDEN, index.ada, give(SECRET.text()));
        index.ask(index.ada, new DeregisterName(SECRET));
        index.publish(version(SECRET, 1, content(9), Hash.ZERO), null);
        assertThat(index.ask(index.ada, give("ada"))).isEqualTo(Ack.DONE);
        assertThat(index.ask(index.cid, new Accept("ada"))).isEqualTo(DONE);
        doesNotSee(index.cid, 2);
    }

    @Test
    void ofANameThatWasGivenAwayTheOwnerOfItsFirstComponentIsToldThatItIsTaken() {
        VersionRecord open = version(SECRET, 1, PLAN, Hash.ZERO);
        index.publish(open, null);
        index.ask(index.ada, give(SECRET.text()));
        assertThat(index.ask(index.cid, new Accept(SECRET.text()))).isEqualTo(DONE);
        AudienceId his = PrivateIndex.CID.audience(3);
        index.ask(index.cid, PrivateIndex.CID.sets(3));
        TestAccount cid = PrivateIndex.CID;
        VersionRecord hidden =
                Fixtures.record(cid.key().privateKey(), cid.key().key(), SECRET.text(), 2, content(2), open.hash());
        assertThat(index.ask(index.cid, new Register(false, content(2), SECRET, hidden, his)))
                .isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
        sees(index.cid, 0, hidden, 2);
        sees(index.cid, 1, open, 2);
        doesNotSee(index.ada, 0);
        doesNotSee(index.ada, 1);
        assertThat(index.listed(index.ada)).isEmpty();
        index.refused(ErrorCode.NAME_TAKEN, index.ada, new Register(false, PLAN, SECRET, open));
        index.refused(ErrorCode.NAME_TAKEN, index.ada, new Register(false, PLAN, SECRET, open, AUDIENCE));
        index.refused(ErrorCode.NOT_FOUND, index.ada, new Register(false, PLAN, SECRET, null));
    }

    private static GiveAway give(String subject) {
        PeerKey to = PrivateIndex.CID.key().key();
        return new GiveAway(Transfer.sign(
                key(PrivateIndex.KEYS).id(),
                subject,
                1,
                5,
                ADA.key().key(),
                to,
                ADA.key().privateKey()));
    }

    @Test
    void whatAKeyHasIsBoundedWithWhatOnlySomeSee() {
        index.publishSecret();
        for (int i = 0; i < 9; i++) {
            assertThat(index.publish(
                            version(new Name("ada/" + i), 1, content(i), Hash.ZERO), i % 2 == 0 ? AUDIENCE : null))
                    .isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        }
        VersionRecord more = version(new Name("ada/more"), 1, content(99), Hash.ZERO);
        index.refused(ErrorCode.LIMIT, index.ada, new Register(false, more.content(), more.name(), more, AUDIENCE));
        index.refused(ErrorCode.LIMIT, index.ada, new Register(false, more.content(), more.name(), more));
    }

    @Test
    void whatIsUnusedForLongIsFreeAgain() {
        index.publishSecret();
        index.index.pass(200 * Fixtures.DAY_MILLIS);
        Fixtures.get(index.index.service.expireNames(index.index.now));
        assertThat(index.index.service.session(index.ben.id())).isPresent();
        index.ask(index.ada, new DeregisterAll());
        index.index.pass(200 * Fixtures.DAY_MILLIS);
        Fixtures.get(index.index.service.expireNames(index.index.now));
        assertThat(index.listed(index.ada)).isEmpty();
    }
}
