package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.SqliteDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases of earlier versions. The scripts that made them are kept beside the tests as they were. */
class IndexDatabaseTest {

    private static final KeyPair OTHER = Fixtures.keyPair();

    @TempDir
    private Path folder;

    @Test
    void aDatabaseOfTheFirstSchemaKeepsItsNamesAndTakesAccountsAndWhatTheyShare() {
        VersionRecord record = first(Fixtures.keyPair(), "lab/genome.fa", content(1));
        Path file = folder.resolve(IndexDatabase.FILE_NAME);
        try (SqliteDatabase old =
                SqliteDatabase.open(file, "dev/shoal/index/schema1", 1, SqliteDatabase.Durability.EVERY_COMMIT)) {
            old.transaction(handle -> {
                handle.execute("INSERT INTO keys VALUES (1, ?, 1, 1, 300)", (Object)
                        record.owner().toBytes());
                handle.execute("INSERT INTO owners VALUES ('lab', 1, 1, 1)");
                handle.execute("INSERT INTO names VALUES (1, 'lab/genome.fa', 'genome fa', 1, 1, 0, ?, 1, 1)", (Object)
                        record.content().toBytes());
                handle.execute(
                        "INSERT INTO versions VALUES (1, 1, ?, ?)",
                        record.content().toBytes(),
                        record.encode());
                handle.execute("INSERT INTO words (rowid, word) VALUES (1, 'lab genome fa')");
                return true;
            });
        }
        TestAccount ada = TestAccount.of("ada");
        for (int opened = 0; opened < 2; opened++) {
            try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
                assertThat(names.count()).isEqualTo(1);
                assertThat(get(names.inspect(new Name("lab/genome.fa"), 0)))
                        .contains(new Names.Inspected(record, 1, null));
                assertThat(get(names.search("genome"))).hasSize(1);
                // What looks like a first component from before is refused as well.
                for (String alike : new String[] {"1ab/a", "IAB/a"}) {
                    VersionRecord wanted = first(OTHER, alike, content(2));
                    assertThat(get(names.register(wish(key(OTHER), alike, content(2), wanted), NOW_MILLIS)))
                            .isInstanceOfSatisfying(
                                    Failure.class,
                                    failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NAME_OWNED));
                }
                SqliteAccounts accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
                assertThat(accounts.count()).isEqualTo(opened);
                Accounts.Device device = new Accounts.Device(key(1).id(), "", NOW_MILLIS);
                assertThat(get(accounts.make(ada.fresh(1), device, address("192.0.2.1"))))
                        .isEqualTo(Ack.DONE);
                assertThat(get(names.register(shared(names, accounts, ada), NOW_MILLIS)))
                        .isInstanceOfSatisfying(
                                Ack.class, done -> assertThat(done.number()).isEqualTo(1));
            }
        }
    }

    private static Names.Registration shared(SqliteNames names, SqliteAccounts accounts, TestAccount account) {
        AudienceId audience = new AudienceId(1, 2);
        long owner = accounts.actingFor(key(1).id()).orElseThrow().number();
        get(names.writer()
                .write(
                        handle -> {
                            new AudienceTables(handle).make(audience, owner);
                            return true;
                        },
                        done -> {}));
        VersionRecord record = Fixtures.record(
                account.key().privateKey(), account.key().key(), "ada/secret", 1, content(3), Hash.ZERO);
        Asker asker = new Asker(key(1), new Asker.Member("ada", account.key().key()), false);
        return new Names.Registration(record.name(), record.content(), record, asker, address("192.0.2.1"), audience);
    }

    /** As an index of the eighth schema left it behind: with audiences that nothing is for any more. */
    @Test
    void audiencesThatNoVersionIsForGoWithAnUpgrade() {
        TestAccount ada = TestAccount.of("ada");
        try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
            SqliteAccounts accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
            get(accounts.make(ada.fresh(1), new Accounts.Device(key(1).id(), "", NOW_MILLIS), address("192.0.2.1")));
            get(names.register(shared(names, accounts, ada), NOW_MILLIS));
            get(names.writer()
                    .write(
                            handle -> {
                                handle.execute(
                                        "INSERT INTO audiences VALUES (zeroblob(16), 1, 0), (randomblob(16), 1, 1)");
                                handle.execute("INSERT INTO audience_readers VALUES (zeroblob(16), 1, NULL)");
                                back(handle);
                                return true;
                            },
                            done -> {}));
        }
        for (int opened = 0; opened < 2; opened++) {
            try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
                String counts = get(names.readers()
                        .read(handle -> handle.createQuery("SELECT (SELECT count(*) FROM audiences) || ' ' || (SELECT"
                                        + " count(*) FROM audience_readers) || ' ' || audiences || ' ' || readers"
                                        + " FROM audience_counts")
                                .mapTo(String.class)
                                .one()));
                assertThat(counts).isEqualTo("1 0 1 0");
            }
        }
    }

    private static void back(Handle handle) {
        for (String trigger : handle.createQuery("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
                .mapTo(String.class)
                .list()) {
            handle.execute("DROP TRIGGER " + trigger);
        }
        handle.execute("DROP TABLE audience_counts");
        handle.execute("DROP TABLE private_clock");
        handle.execute("DROP TABLE private_totals");
        handle.execute("ALTER TABLE accounts DROP COLUMN reads_stamp");
        handle.execute("ALTER TABLE account_groups DROP COLUMN stamp");
        handle.execute("ALTER TABLE keys DROP COLUMN private_stamp");
        handle.execute("DROP TABLE watches");
        handle.execute("DROP TABLE watchers");
        handle.execute("DROP INDEX audit_gifts");
        handle.execute("DROP INDEX names_partly_private");
        handle.execute("ALTER TABLE names DROP COLUMN partly_private");
        handle.execute("ALTER TABLE versions DROP COLUMN changed_bytes");
        handle.execute("ALTER TABLE private_versions DROP COLUMN changed_bytes");
        handle.execute("DELETE FROM flyway_schema_history WHERE CAST(version AS INTEGER) >= 10");
        handle.execute("PRAGMA user_version = 8");
    }

    @Test
    void aDatabaseOfANewerSchemaIsRefused() {
        Path file = folder.resolve(IndexDatabase.FILE_NAME);
        SqliteNames.open(folder, NameLimits.DEFAULT).close();
        try (SqliteDatabase newer =
                SqliteDatabase.open(file, "dev/shoal/index/names", 1_000, SqliteDatabase.Durability.EVERY_COMMIT)) {
            assertThat(newer.file()).isEqualTo(file);
        }
        assertThatThrownBy(() -> SqliteNames.open(folder, NameLimits.DEFAULT))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("newer");
    }

    @Test
    void aScriptThatHasMadeDatabasesIsNotChanged() throws IOException {
        assertThat(script("names")).isEqualTo(script("schema1"));
    }

    private static byte[] script(String folder) throws IOException {
        try (InputStream in =
                IndexDatabaseTest.class.getResourceAsStream("/dev/shoal/index/" + folder + "/V1__names.sql")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }
}
