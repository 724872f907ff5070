package dev.shoal.index;

import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.INDEX;
import static dev.shoal.index.TestAccount.proof;
import static dev.shoal.index.TestAccount.wrapped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountRequest.Accept;
import dev.shoal.protocol.AccountRequest.ChangePassword;
import dev.shoal.protocol.AccountRequest.GiveAway;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AccountRequest.Recover;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.AccountRequest.ReplaceCodes;
import dev.shoal.protocol.AccountRequest.RevokeDevice;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.AccountSecrets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What accounts change of themselves, in the audit log. */
class AuditLogTest {

    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount BEN = TestAccount.of("ben");
    private static final String FIRST = shown(1);
    private static final String SECOND = shown(2);
    private static final String THIRD = shown(3);
    private static final long PASSWORD = 10;

    @TempDir
    private Path folder;

    private AccountIndex all;
    private Session ada;
    private Session ben;
    private Session other;

    @BeforeEach
    void open() {
        all = AccountIndex.open(folder);
        ada = all.index.join(1, "192.0.2.1");
        ben = all.index.join(2, "192.0.2.2");
        other = all.index.join(3, "192.0.2.3");
        done(ada, ADA.signUp(key(1), PASSWORD, 20));
        done(ben, BEN.signUp(key(2), PASSWORD));
    }

    @AfterEach
    void close() {
        all.close();
    }

    private void done(Session session, IndexRequest request) {
        assertThat(all.ask(session, request)).isInstanceOf(Ack.class);
    }

    private static String shown(long peer) {
        return key(peer).id().fingerprint();
    }

    private static Transfer gift(int number, PeerKey to) {
        return Transfer.sign(
                INDEX, "ada/a", number, 5, ADA.key().key(), to, ADA.key().privateKey());
    }

    @Test
    void whatAnAccountChangesIsInTheLogWithWhoWhatWhenAndFromWhere() {
        VersionRecord record =
                Fixtures.record(ADA.key().privateKey(), ADA.key().key(), "ada/a", 1, content(1), Hash.ZERO);
        done(ada, new Register(false, content(1), record.name(), record));
        all.index.pass(1_000);
        done(ada, new ChangePassword(proof(PASSWORD), proof(11), wrapped(11)));
        RecoveryEntry code = new RecoveryEntry(AccountSecrets.hashOf(proof(21)), wrapped(21));
        done(ada, new ReplaceCodes(proof(11), List.of(code)));
        all.ask(other, new LogIn("ada", proof(11), "laptop"));
        done(ada, new RevokeDevice(key(3).id()));
        done(other, new Recover("ada", proof(21), proof(12), wrapped(12), "laptop"));
        done(other, new LogOut());
        done(ada, new GiveAway(gift(1, BEN.key().key())));
        done(ada, new GiveAway(gift(1, ADA.key().key())));
        done(ada, new GiveAway(gift(1, BEN.key().key())));
        done(ben, new Accept("ada/a"));

        List<AdminReply.Entry> lines = all.log(ada);
        assertThat(lines)
                .extracting(line -> line.who() + " " + line.what())
                .containsExactly(
                        "ben accepted ada/a from ada",
                        "ada offered ada/a to ben",
                        "ada took back the offer of ada/a",
                        "ada offered ada/a to ben",
                        "ada logged out with the device " + THIRD,
                        "ada set a new password by a recovery code with the device " + THIRD,
                        "ada revoked the device " + THIRD,
                        "ada logged in with the device " + THIRD,
                        "ada made new recovery codes",
                        "ada changed the password",
                        "ben signed up with the device " + SECOND,
                        "ada signed up with the device " + FIRST,
                        "ada administers as the first account: ada");
        assertThat(lines).extracting(AdminReply.Entry::address).containsSequence("192.0.2.3", "192.0.2.3", "192.0.2.1");
        assertThat(lines.get(9).timeMillis()).isEqualTo(lines.get(10).timeMillis() + 1_000);
    }

    @Test
    void whatChangesNothingOrConcernsNobodyElseIsNot() {
        List<AdminReply.Entry> before = all.log(ada);
        all.refused(ErrorCode.WRONG_PASSWORD, ada, new ChangePassword(proof(1), proof(11), wrapped(11)));
        all.refused(ErrorCode.NOT_FOUND, ada, new RevokeDevice(key(9).id()));
        done(other, new LogOut());
        done(ada, ADA.signUp(key(1), PASSWORD, 20));
        done(ada, new GroupRequest.Create("lab"));
        done(ada, new GroupRequest.Add("lab", "ben"));
        assertThat(all.log(ada)).isEqualTo(before);
    }

    @Test
    void nobodyGetsRidOfALineByMakingOthers() {
        all.ask(ada, new AdminRequest.Invite(1, 60));
        Origin from = new Origin(address("192.0.2.2"), 5);
        written(tables -> {
            for (int i = 0; i < AuditTables.LINES_OF_ACCOUNT + 10; i++) {
                tables.account(from, "ben", "line " + i);
            }
        });
        assertThat(count("who = 'ben'")).isEqualTo(AuditTables.LINES_OF_ACCOUNT);
        assertThat(count("who = 'ada'")).isEqualTo(3);
    }

    @Test
    void whoOffersAndTakesBackAllDayHidesNothingElseThatTheAccountDid() {
        VersionRecord record =
                Fixtures.record(ADA.key().privateKey(), ADA.key().key(), "ada/a", 1, content(1), Hash.ZERO);
        done(ada, new Register(false, content(1), record.name(), record));
        for (int i = 0; i < AuditTables.GIFTS_OF_ACCOUNT; i++) {
            done(ada, new GiveAway(gift(1, BEN.key().key())));
            done(ada, new GiveAway(gift(1, ADA.key().key())));
        }
        assertThat(count("who = 'ada' AND what LIKE '%ada/a%'")).isEqualTo(AuditTables.GIFTS_OF_ACCOUNT);
        assertThat(count("who = 'ada' AND what LIKE 'signed up%'")).isEqualTo(1);
        assertThat(count("who = 'ada' AND kind = 0")).isEqualTo(1);
    }

    @Test
    void keysWithoutAccountAreOneInTheLog() {
        Origin from = new Origin(address("192.0.2.2"), 5);
        written(tables -> {
            for (int i = 0; i < AuditTables.GIFTS_OF_KEYS + 10; i++) {
                tables.giftOfKey(from, "key " + i, "offered something");
            }
        });
        assertThat(count("who LIKE 'key %'")).isEqualTo(AuditTables.GIFTS_OF_KEYS);
        assertThat(count("kind < 2")).isEqualTo(3);
    }

    private void written(Consumer<AuditTables> work) {
        get(all.names
                .writer()
                .write(
                        handle -> {
                            work.accept(new AuditTables(handle));
                            return true;
                        },
                        done -> {}));
    }

    private long count(String condition) {
        return get(all.names
                .readers()
                .read(handle -> handle.createQuery("SELECT count(*) FROM audit WHERE " + condition)
                        .mapTo(Long.class)
                        .one()));
    }
}
