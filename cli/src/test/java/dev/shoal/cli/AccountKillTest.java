package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.AccountKey;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.RecoveryCode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands of accounts that are killed while the index has their request: whether it then does what they asked or not,
 * the same command once more leaves nothing half done. And what an index may answer besides.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class AccountKillTest {

    private static final String WORDS = "correct horse";
    private static final Pattern CODE = Pattern.compile("[a-z2-7]{4}(-[a-z2-7]{4}){3}");

    @TempDir
    Path folder;

    private final SecureRandom secure = new SecureRandom();
    private final CountDownLatch end = new CountDownLatch(1);
    private final CompletableFuture<AccountRequest> arrived = new CompletableFuture<>();
    private ScriptedIndex index;
    private Terminal terminal;
    private volatile @Nullable PeerKey bound;
    private volatile boolean damaged;

    @BeforeEach
    void start() throws IOException {
        index = new ScriptedIndex(this::answer);
        terminal = new Terminal(folder.resolve("home"), folder);
        assertThat(terminal.run("config", "index", index.address()).exit()).isZero();
    }

    @AfterEach
    void stop() {
        end.countDown();
        index.close();
    }

    /** Knows who is bound, and keeps the first request that would change it for ever. */
    private Pdu answer(IndexRequest request) {
        if (request instanceof AccountRequest.WhoAmI) {
            PeerKey key = bound;
            return key == null ? Failure.of(ErrorCode.NOT_LOGGED_IN, "no") : new AccountReply.Self("ada", key, 1, 1, 8);
        }
        if (request instanceof AccountRequest account && arrived.complete(account)) {
            await(end);
        }
        return request instanceof AccountRequest.LogIn logIn ? loggedIn(logIn) : ScriptedIndex.nothing(request);
    }

    /** With a key that is sealed with the password, or else with something else. */
    private AccountReply.LoggedIn loggedIn(AccountRequest.LogIn request) {
        AccountSecrets secrets = damaged
                ? AccountSecrets.ofCode(index.identity().id(), request.user(), RecoveryCode.random(secure))
                : AccountSecrets.ofPassword(index.identity().id(), request.user(), WORDS);
        AccountKey key = AccountKey.generate();
        bound = key.key();
        return new AccountReply.LoggedIn(key.key(), secrets.wrap(key, secure));
    }

    @Test
    void aSignUpIsEitherDoneAndTellsItsCodesTheNextTimeOrMadeAnew() throws Exception {
        AccountRequest.SignUp signUp = (AccountRequest.SignUp) killed("signup");
        assertThat(run("whoami").out()).contains("not logged in");
        // The index comes to it.
        bound = signUp.accountKey();
        Terminal.Ended whoami = run("whoami");
        assertThat(whoami.out()).contains("account   ada").doesNotContain("not in this home");
        assertThat(whoami.err()).contains("never shown", "shoal signup ada");
        Terminal.Ended again = run("signup", "ada");
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(CODE.matcher(again.out()).results().map(MatchResult::group).toList())
                .hasSize(8)
                .allMatch(code -> isOf(signUp, code));
        assertThat(run("whoami").err()).isEmpty();
        // It did not, after all, or no longer knows of it.
        bound = null;
        assertThat(run("signup", "ada").exit()).isZero();
        AccountRequest.SignUp second = index.requests().stream()
                .filter(AccountRequest.SignUp.class::isInstance)
                .map(AccountRequest.SignUp.class::cast)
                .reduce(signUp, (one, next) -> next);
        assertThat(second.accountKey()).isNotEqualTo(signUp.accountKey());
        bound = second.accountKey();
        assertThat(run("whoami").out()).contains("account   ada").doesNotContain("not in this home");
    }

    @Test
    void aLogInThatTheIndexDidIsCompletedByTheNextOne() throws Exception {
        assertThat(killed("login")).isInstanceOf(AccountRequest.LogIn.class);
        bound = AccountKey.generate().key();
        assertThat(run("whoami").out()).contains("its key is not in this home");
        assertThat(run("passwd").exit()).isEqualTo(ExitCode.NOT_ALLOWED);
        assertThat(run("login", "ada").exit()).isZero();
        assertThat(run("whoami").out()).contains("account   ada").doesNotContain("not in this home");
    }

    @Test
    void anAccountsKeyThatIsNotSealedWithThePasswordIsNotBelieved() {
        arrived.complete(new AccountRequest.LogOut());
        damaged = true;
        Terminal.Ended ended = run("login", "ada");
        assertThat(ended.exit()).isEqualTo(ExitCode.VERIFICATION);
        assertThat(ended.err()).contains("not sealed with this password");
        assertThat(index.requests()).contains(new AccountRequest.LogOut());
        assertThat(run("whoami").out()).contains("its key is not in this home");
    }

    @Test
    void refusalsSayWhatToDo() {
        assertRefusal(Failure.of(ErrorCode.UNSUPPORTED, "x"), ExitCode.NOT_ALLOWED, "knows nothing of accounts");
        assertRefusal(new Failure(ErrorCode.THROTTLED, 90_001, 0, "x"), ExitCode.NOT_ALLOWED, "in 91 seconds;");
        assertRefusal(new Failure(ErrorCode.THROTTLED, 900_000, 0, "x"), ExitCode.NOT_ALLOWED, "in 15 minutes;");
        assertRefusal(Failure.of(ErrorCode.NOT_LOGGED_IN, "x"), ExitCode.NOT_ALLOWED, "shoal login USER");
        assertRefusal(
                Failure.of(ErrorCode.WRONG_PASSWORD, "It is wrong."), ExitCode.NOT_ALLOWED, "wrong. If you forgot");
        assertRefusal(Failure.of(ErrorCode.LIMIT, "At most so many."), ExitCode.NOT_ALLOWED, "At most so many.");
        assertRefusal(Failure.of(ErrorCode.FORBIDDEN, "Not you."), ExitCode.NOT_ALLOWED, "Not you.");
        // Longer than anybody waits at a prompt.
        assertRefusal(
                Failure.busy(600_000, "Too many passwords."),
                ExitCode.UNREACHABLE,
                "more to do than it can at the moment. It says: Too many passwords. Try again in 10 minutes.");
    }

    @Test
    void whoeverIsToComeAgainDoes() {
        int[] asked = new int[1];
        index.answer(request -> request instanceof AccountRequest.ListDevices && asked[0]++ < 3
                ? Failure.busy(20, "later")
                : request instanceof AccountRequest.ListDevices
                        ? new AccountReply.Devices(List.of())
                        : ScriptedIndex.nothing(request));
        assertThat(run("devices").exit()).isZero();
        assertThat(asked[0]).isEqualTo(4);
    }

    private void assertRefusal(Failure failure, int exit, String words) {
        index.answer(request -> request instanceof AccountRequest ? failure : ScriptedIndex.nothing(request));
        Terminal.Ended ended = run("devices");
        assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
        assertThat(ended.err()).contains(words);
    }

    /** Runs a command in a process of its own, which is killed while the index has its request. */
    private AccountRequest killed(String command) throws Exception {
        try (Program program = Program.start(folder.resolve("home"), Program.java(), command, "ada")) {
            program.type(WORDS + "\n");
            AccountRequest request = arrived.get(120, TimeUnit.SECONDS);
            program.kill();
            return request;
        }
    }

    private boolean isOf(AccountRequest.SignUp signUp, String code) {
        AccountSecrets secrets = AccountSecrets.ofCode(index.identity().id(), "ada", RecoveryCode.parse(code));
        return signUp.codes().stream()
                .map(RecoveryEntry::hash)
                .anyMatch(AccountSecrets.hashOf(secrets.proof())::equals);
    }

    private Terminal.Ended run(String... arguments) {
        return terminal.typing(WORDS + "\n" + WORDS + "\n").run(arguments);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
