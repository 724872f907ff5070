package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Names;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.ListAll;
import dev.shoal.protocol.IndexRequest.ListOnline;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.IndexRequest.Search;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.ShareId;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An index with accounts for tests of what is private: root, who administers, ada, who shares, ben, a reader, dan, who
 * is in ada's group "team", cid, who is in nothing, and a stranger without account.
 */
final class PrivateIndex implements AutoCloseable {

    static final KeyPair KEYS = Fixtures.keyPair();
    static final TestAccount ADA = TestAccount.of("ada");
    static final TestAccount CID = TestAccount.of("cid");
    static final AudienceId AUDIENCE = ADA.audience(1);
    static final Name SECRET = new Name("ada/secret plan");
    static final ContentId PLAN = content(7);
    static final ContentId SHARE = ShareId.of(AUDIENCE, PLAN);
    static final Reader BEN = new Reader(false, "ben");
    static final Reader TEAM = new Reader(true, "team");

    final SqliteNames names;
    final IndexUnderTest index;
    final Session root;
    final Session ada;
    final Session ben;
    final Session cid;
    final Session dan;
    final Session stranger;

    private final PasswordHashing hashing;

    PrivateIndex(Path folder) {
        this(folder, NameLimits.DEFAULT);
    }

    PrivateIndex(Path folder, NameLimits limits) {
        names = SqliteNames.open(folder, limits);
        hashing = new PasswordHashing(TestAccount.CHEAP, 10);
        SqliteAccounts accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
        boolean isNew = accounts.count() == 0;
        index = new IndexUnderTest(
                IndexUnderTest.SETTINGS,
                names,
                new AccountRequests(
                        new AccessTickets(key(KEYS).id(), KEYS.getPrivate()),
                        names,
                        accounts,
                        Access.beside(names, accounts, Optional.empty()),
                        hashing,
                        new SecureRandom()));
        root = join(9, TestAccount.of("root"), isNew);
        ada = join(1, ADA, isNew);
        ben = join(2, TestAccount.of("ben"), isNew);
        cid = join(3, CID, isNew);
        dan = join(4, TestAccount.of("dan"), isNew);
        stranger = index.join(5, "198.51.100.5");
        ask(ada, new GroupRequest.Create("team"));
        ask(ada, new GroupRequest.Add("team", "dan"));
    }

    private Session join(long seed, TestAccount account, boolean isNew) {
        Session session = index.join(seed, "198.51.100." + seed);
        if (isNew) {
            ask(session, account.signUp(key(KEYS).id(), key(seed), 10));
        }
        return session;
    }

    Pdu ask(Session session, IndexRequest request) {
        return index.askOverTls(session, request);
    }

    void refused(ErrorCode code, Session session, IndexRequest request) {
        assertThat(ask(session, request))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }

    /** Ada's audience has these readers from now on. */
    void share(Reader... readers) {
        share(1, readers);
    }

    /** One of her audiences has. */
    void share(long audience, Reader... readers) {
        ask(ada, ADA.sets(audience, readers));
    }

    static VersionRecord version(Name name, int number, ContentId content, Hash previous) {
        return record(ADA.key().privateKey(), ADA.key().key(), name.text(), number, content, previous);
    }

    /** Ada publishes, and says so when it is for everybody. */
    Pdu publish(VersionRecord record, @Nullable AudienceId audience) {
        boolean isPublic = audience == null;
        return ask(ada, new Register(false, record.content(), record.name(), record, isPublic, audience, null));
    }

    /** Ada has published her secret for her audience. */
    VersionRecord publishSecret() {
        VersionRecord record = version(SECRET, 1, PLAN, Hash.ZERO);
        publish(record, AUDIENCE);
        return record;
    }

    Locations locate(Session session, ContentId content, @Nullable AudienceId audience) {
        return (Locations) ask(session, new Locate(false, content, 0, 16, audience));
    }

    List<String> listed(Session session) {
        return names(ask(session, new ListAll("", 100)));
    }

    List<String> online(Session session) {
        return names(ask(session, new ListOnline("", 100)));
    }

    List<String> found(Session session, String text) {
        return names(ask(session, new Search(text, 0, 100)));
    }

    /** As text, with a mark on those that are said to be private. */
    static List<String> names(Pdu answer) {
        return ((Names) answer).entries().stream().map(PrivateIndex::text).toList();
    }

    private static String text(Listing listing) {
        return (listing.isPrivate() ? "*" : "") + listing.name() + " " + listing.sources();
    }

    @Override
    public void close() {
        hashing.close();
        names.close();
    }
}
