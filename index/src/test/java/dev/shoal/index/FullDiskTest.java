package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.Pdu;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails on a full disk is logged, and so must tell nothing of what was to be written. */
class FullDiskTest {

    /** Far more than the rest of the last page takes. */
    private static final int MOST = 1_000;

    private static final KeyPair OWNER = Fixtures.keyPair();

    @TempDir
    private Path folder;

    private SqliteNames names;
    private SqliteAccounts accounts;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
        // What it has already, and no page more.
        get(names.writer().write(handle -> handle.execute("PRAGMA max_page_count = 1"), done -> {}));
    }

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void anAccountThatCouldNotBeWrittenShowsNeitherItsNameNorItsPassword() {
        String failure = firstFailure(i -> accounts.make(
                TestAccount.of("hidden" + i).fresh(i),
                new Accounts.Device(key(i).id(), "hidden desk", NOW_MILLIS),
                address("192.0.2." + i % 256)));
        assertThat(failure)
                .contains("SQLITE_FULL")
                .doesNotContain("hidden")
                .doesNotContain("argon2id")
                .doesNotContain("INSERT");
    }

    @Test
    void aNameThatCouldNotBeWrittenIsNotShown() {
        String failure = firstFailure(i -> {
            String name = "hidden/" + i;
            return names.register(wish(key(OWNER), name, content(i), first(OWNER, name, content(i))), NOW_MILLIS);
        });
        assertThat(failure).contains("SQLITE_FULL").doesNotContain("hidden");
    }

    private static String firstFailure(IntFunction<CompletableFuture<Pdu>> work) {
        for (int i = 0; i < MOST; i++) {
            try {
                get(work.apply(i));
            } catch (CompletionException e) {
                return Throwables.getStackTrace(e);
            }
        }
        throw new AssertionError("the disk was never full");
    }
}
