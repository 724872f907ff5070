package dev.shoal.peer;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.AudienceSeed;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** With whom the account of this home shares privately, at one index. Blocks its callers. */
final class Audiences {

    private final AccountLine line;
    private final SecureRandom random = new SecureRandom();

    Audiences(AccountLine line) {
        this.line = line;
    }

    /** A new one of the account with a key. */
    AudienceId make(PeerKey account, Readers readers) {
        AudienceSeed seed = AudienceSeed.random(random);
        AudienceId made = seed.audience(account);
        line.ask(new GroupRequest.SetAudience(made, readers.toProtocol(), seed), IndexReply.Ack.class);
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

    /**
     * Lets some more in, and takes some out; whoever else is in it stays, also when another program changes it in the
     * same moment.
     *
     * @param less who is out then, as they are not members of a group in it either
     * @throws PeerException NOT_FOUND when there is no such account or group, NOT_ALLOWED when one of those that are to
     *     be out reads as a member of a group as well
     */
    void change(AudienceId audience, List<String> more, List<String> less) {
        GroupRequest request = new GroupRequest.ChangeAudience(
                audience, Readers.of(more).toProtocol(), Readers.of(less).toProtocol());
        line.ask(request, IndexReply.Ack.class);
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
