package dev.shoal.peer;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.Pdu;
import java.security.SecureRandom;
import java.util.Optional;

/** With whom the account of this home shares privately, at one index. Blocks its callers. */
final class Audiences {

    private final AccountLine line;
    private final SecureRandom random = new SecureRandom();

    Audiences(AccountLine line) {
        this.line = line;
    }

    /** A new one. */
    AudienceId make(Readers readers) {
        AudienceId made = AudienceId.random(random);
        set(made, readers);
        return made;
    }

    /**
     * Gives one other readers, from now on.
     *
     * @throws PeerException NOT_FOUND when there is no such account or group, NOT_ALLOWED when it is another account's
     */
    void set(AudienceId audience, Readers readers) {
        line.ask(new GroupRequest.SetAudience(audience, readers.toProtocol()), IndexReply.Ack.class);
    }

    /** Takes one away that nothing is shared with. */
    void drop(AudienceId audience) {
        line.ask(new GroupRequest.DropAudience(audience), IndexReply.Ack.class);
    }

    /** Who may read besides the owner; empty when it is not this account's. */
    Optional<Readers> find(AudienceId audience) {
        Pdu answer = line.exchange(new GroupRequest.ListAudience(audience));
        if (answer instanceof GroupReply.Audience found) {
            return Optional.of(Readers.ofProtocol(found.readers()));
        }
        if (answer instanceof Failure failure
                && (failure.code() == ErrorCode.NOT_FOUND || failure.code() == ErrorCode.NOT_LOGGED_IN)) {
            return Optional.empty();
        }
        throw line.refusal(answer);
    }
}
