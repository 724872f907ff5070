package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** An index with accounts over a folder, in which passwords are quickly checked and a test moves the clock. */
final class AccountIndex implements AutoCloseable {

    final SqliteNames names;
    final SqliteAccounts accounts;
    final Access access;
    final IndexUnderTest index;
    private final PasswordHashing hashing;

    private AccountIndex(Path folder, IndexSettings settings, Optional<String> administrator) {
        names = SqliteNames.open(folder, settings.names());
        hashing = new PasswordHashing(TestAccount.CHEAP, settings.accounts().passwordsWaiting());
        accounts = SqliteAccounts.beside(names, settings.accounts());
        access = Access.beside(names, accounts, administrator);
        index = new IndexUnderTest(
                settings,
                names,
                new AccountRequests(TestAccount.TICKETS, names, accounts, access, hashing, new SecureRandom()));
    }

    /** The first account administers it. */
    static AccountIndex open(Path folder) {
        return open(folder, IndexUnderTest.SETTINGS);
    }

    static AccountIndex open(Path folder, IndexSettings settings) {
        return new AccountIndex(folder, settings, Optional.empty());
    }

    /** The key of a fingerprint administers it. */
    static AccountIndex open(Path folder, String administrator) {
        return new AccountIndex(folder, IndexUnderTest.SETTINGS, Optional.of(administrator));
    }

    /** Asks over TLS. */
    Pdu ask(Session session, IndexRequest request) {
        return index.askOverTls(session, request);
    }

    Failure refused(ErrorCode code, Session session, IndexRequest request) {
        Pdu answer = ask(session, request);
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
        return (Failure) answer;
    }

    /** The latest lines of the audit log, the latest first. */
    List<AdminReply.Entry> log(Session administrator) {
        return ((AdminReply.Audit) ask(administrator, new AdminRequest.Audit(0, 100))).entries();
    }

    @Override
    public void close() {
        hashing.close();
        names.close();
    }
}
