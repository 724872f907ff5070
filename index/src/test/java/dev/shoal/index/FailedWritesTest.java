package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails is logged, and so must tell nothing of what was to be written. */
class FailedWritesTest {

    /** Far more than the rest of the last page takes. */
    private static final int MOST = 1_000;

    @TempDir
    private Path folder;

    private SqliteNames names;
    private SqliteAccounts accounts;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void anAccountForWhichTheDiskIsTooFullShowsNeitherItsNameNorItsPassword() {
        // What it has already, and no page more.
        get(names.writer().write(handle -> handle.execute("PRAGMA max_page_count = 1"), done -> {}));
        String failure = firstFailure(i -> accounts.make(
                TestAccount.of("hidden" + i).fresh(i),
                new Accounts.Device(key(i).id(), "hidden desk", NOW_MILLIS),
                address("192.0.2." + i % 256)));
        assertThat(failure).contains("SQLITE_FULL").doesNotContain("hidden").doesNotContain("argon2id");
    }

    @Test
    void aPrivateNameThatCouldNotBeWrittenIsNotShown() {
        VersionRecord record = first(Fixtures.keyPair(), "hidden/plan", content(1));
        String failure = firstFailure(i -> names.writer().submit(tables -> {
            tables.privates().makeName(tables, record, true, new AudienceId(1, 2), 1);
            return true;
        }));
        assertThat(failure).contains("FOREIGN KEY").doesNotContain("hidden");
    }

    private static String firstFailure(IntFunction<CompletableFuture<?>> work) {
        for (int i = 0; i < MOST; i++) {
            try {
                get(work.apply(i));
            } catch (CompletionException e) {
                return Throwables.getStackTrace(e);
            }
        }
        throw new AssertionError("nothing failed");
    }
}
