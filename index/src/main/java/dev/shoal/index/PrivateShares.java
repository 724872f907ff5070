package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.PackedLocations;
import dev.shoal.protocol.ShareId;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code F} with an audience: to who may read, the sources and a ticket; to everybody else exactly what a
 * content that nobody has is answered with, by looking for one. Thread-safe.
 */
final class PrivateShares {

    private final DirectoryRequests directory;
    private final Access access;

    /** Null where there are no accounts, and so no readers. */
    private final @Nullable PrivateNames names;

    private final @Nullable AccessTickets tickets;

    PrivateShares(
            DirectoryRequests directory, Access access, @Nullable PrivateNames names, @Nullable AccessTickets tickets) {
        this.directory = directory;
        this.access = access;
        this.names = names;
        this.tickets = tickets;
    }

    /** Answers a request that names an audience. */
    CompletableFuture<Answer> locate(
            Session session, Locate locate, AudienceId audience, InetAddress asker, boolean overTls, Moment now) {
        ContentId nobodys = directory.nobodys(locate.content());
        Asker reader = access.asker(session.key());
        Asker.Member member = reader.member();
        if (names == null || tickets == null || member == null || ShareId.isOne(locate.content())) {
            return CompletableFuture.completedFuture(directory.locate(session, locate, nobodys, asker, overTls, now));
        }
        return names.mayRead(audience, reader).thenApply(may -> {
            ContentId share = ShareId.of(audience, locate.content());
            Answer answer = directory.locate(session, locate, may ? share : nobodys, asker, overTls, now);
            return may ? with(answer, tickets.ticket(session.peer(), member.key(), share, now.millis())) : answer;
        });
    }

    private static Answer with(Answer answer, AccessTicket ticket) {
        return switch (answer.pdu()) {
            case PackedLocations packed -> new Answer(packed.with(ticket), answer.truncated());
            case Locations locations -> new Answer(locations.with(ticket), answer.truncated());
            case null, default -> answer;
        };
    }
}
