package dev.shoal.peer;

import dev.shoal.content.SafePath;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import java.util.Optional;

/** Asks one index what concerns accounts, and says in sentences that help why it refuses. Thread-safe; it waits. */
final class AccountLine {

    /** What helps who types a wrong password. */
    private static final String BY_CODE = " If you forgot it, `shoal recover USER` takes a recovery code.";

    /** What helps who types a wrong recovery code. */
    private static final String MORE_CODES =
            " Each code is good once; on a device that is logged in, `shoal codes` makes new ones.";

    private final IndexClient client;

    AccountLine(IndexClient client) {
        this.client = client;
    }

    /** Which index; joins when needed. */
    PeerId index() {
        return client.index();
    }

    /** Where it is, for people. */
    String address() {
        return client.address().toString();
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws PeerException with the reason of the refusal, or UNREACHABLE
     */
    <R extends IndexReply> R ask(IndexRequest request, Class<R> expected) {
        Pdu answer = exchange(request);
        if (expected.isInstance(answer)) {
            return expected.cast(answer);
        }
        throw answer instanceof Failure failure && isByCode(request) ? refusal(failure, MORE_CODES) : refusal(answer);
    }

    private static boolean isByCode(IndexRequest request) {
        return request instanceof AccountRequest.BeginRecovery || request instanceof AccountRequest.Recover;
    }

    /** As {@link #ask}, but a refusal is a value. */
    Pdu exchange(IndexRequest request) {
        return client.exchange(request);
    }

    /** The account that the key of this home acts for; empty for none. */
    Optional<AccountReply.Self> self() {
        Pdu answer = client.exchange(new AccountRequest.WhoAmI());
        if (answer instanceof AccountReply.Self self) {
            return Optional.of(self);
        }
        if (answer instanceof Failure failure && failure.code() == ErrorCode.NOT_LOGGED_IN) {
            return Optional.empty();
        }
        throw refusal(answer);
    }

    /** What to tell of an answer that is not the expected one. */
    PeerException refusal(Pdu answer) {
        return answer instanceof Failure failure ? refusal(failure, BY_CODE) : IndexClient.refusal(answer);
    }

    /** That this home acts for no account at the index. */
    PeerException notLoggedIn() {
        return new PeerException(
                PeerException.Reason.NOT_ALLOWED,
                "You are not logged in at the index " + address()
                        + ". `shoal login USER` logs in, `shoal signup USER` makes an account.",
                ErrorCode.NOT_LOGGED_IN);
    }

    private PeerException refusal(Failure failure, String instead) {
        return switch (failure.code()) {
            case NOT_LOGGED_IN -> notLoggedIn();
            case UNSUPPORTED ->
                refused(
                        failure,
                        "The index " + address() + " knows nothing of accounts, or not enough: it runs an older Shoal,"
                                + " or without them. Sharing and getting work there without an account.");
            case THROTTLED ->
                refused(
                        failure,
                        "There were too many wrong passwords for this account or from this address. The index looks at"
                                + " the next one in " + time(failure.retryAfterMillis()) + "; try again then.");
            case BUSY ->
                new PeerException(
                        PeerException.Reason.UNREACHABLE,
                        // It says of what: of passwords to check, or of changes to write down.
                        "The index " + address() + " has more to do than it can at the moment. It says: "
                                + SafePath.visible(failure.sentence()) + " Try again in "
                                + time(failure.retryAfterMillis()) + ".",
                        failure.code());
            case WRONG_PASSWORD -> refused(failure, SafePath.visible(failure.sentence()) + instead);
            default -> IndexClient.refusal(failure);
        };
    }

    private static PeerException refused(Failure failure, String sentence) {
        return new PeerException(PeerException.Reason.NOT_ALLOWED, sentence, failure.code());
    }

    /** A span of time in words, rounded up: whoever comes earlier waits again. */
    static String time(int millis) {
        long seconds = Math.max(1, Math.ceilDiv(millis, 1_000));
        if (seconds < 120) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        }
        return Math.ceilDiv(seconds, 60) + " minutes";
    }
}
