package dev.shoal.peer;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import java.util.function.Consumer;

/** Says and changes who may get what the account of this home shares privately under a name. Blocks its caller. */
final class Allowing {

    private final AccountLine line;
    private final Audiences audiences;
    private final String user;
    private final Consumer<Report> reports;

    Allowing(AccountLine line, String user, Consumer<Report> reports) {
        this.line = line;
        this.audiences = new Audiences(line);
        this.user = user;
        this.reports = reports;
    }

    void run(AccountWish.Allow wish) {
        Target target = Target.parse(wish.name(), user);
        AudienceId audience = audience(target);
        Readers before = audiences
                .find(audience)
                .orElseThrow(() ->
                        refused(target.name() + " is shared by somebody else. Only its owner says who may get it."));
        Readers now = before.changed(wish.more(), wish.less());
        if (!now.equals(before)) {
            audiences.set(audience, now);
        }
        reports.accept(new AccountReport.Allowed(target.name().text(), Report.access(true), now.names()));
    }

    private AudienceId audience(Target target) {
        Pdu answer = line.exchange(new IndexRequest.Inspect(target.name(), target.version()));
        if (answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND) {
            throw target.notFound(line.address());
        }
        if (!(answer instanceof IndexReply.Version version)) {
            throw line.refusal(answer);
        }
        AudienceId audience = version.audience();
        if (audience == null) {
            throw refused(target.name() + " is public: everybody may get it. `shoal share FILE --to USER,...` makes a"
                    + " version of it that only some may get.");
        }
        return audience;
    }

    private static PeerException refused(String sentence) {
        return new PeerException(PeerException.Reason.NOT_ALLOWED, sentence);
    }
}
