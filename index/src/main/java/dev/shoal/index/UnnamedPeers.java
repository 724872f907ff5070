package dev.shoal.index;

import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Lists the peers that act for no account, which have no name by which they could be banned: first those that are here,
 * then those that own public names and are not, keys of accounts that were removed included. Thread-safe.
 */
final class UnnamedPeers {

    private final Accounts accounts;
    private final Access access;

    UnnamedPeers(Accounts accounts, Access access) {
        this.accounts = accounts;
        this.access = access;
    }

    /**
     * A page. Its cursor is a place among the sessions, or when these are over less than 0: how far the keys are read.
     */
    AdminReply.Peers page(Handle handle, AdminRequest.ListPeers request, OnlinePeers online) {
        AdminTables tables = new AdminTables(handle);
        return request.cursor() >= 0
                ? here(tables, (int) Math.min(request.cursor(), Integer.MAX_VALUE), request.limit(), online)
                : away(tables, -1 - request.cursor(), request.limit(), online);
    }

    private AdminReply.Peers here(AdminTables tables, int from, int most, OnlinePeers online) {
        OnlinePeers.Page page = online.page(from, most, this::isUnnamed);
        List<AdminReply.Peer> entries = page.seen().stream()
                .map(seen -> new AdminReply.Peer(
                        seen.key().id(),
                        true,
                        access.isBanned(seen.key()),
                        tables.names(seen.key()),
                        seen.address().getHostAddress(),
                        seen.callsItself()))
                .toList();
        return new AdminReply.Peers(entries, page.next() == 0 ? -1 : page.next());
    }

    private AdminReply.Peers away(AdminTables tables, long afterId, int most, OnlinePeers online) {
        List<AdminReply.Peer> entries = new ArrayList<>();
        List<AdminTables.Owning> rows = tables.owning(afterId, most);
        for (AdminTables.Owning row : rows) {
            PeerKey key = row.key();
            if (accounts.actingFor(key.id()).isEmpty() && !online.isOnline(key.id())) {
                entries.add(new AdminReply.Peer(key.id(), false, access.isBanned(key), row.names(), "", ""));
            }
        }
        return new AdminReply.Peers(
                entries, rows.size() < most ? 0 : -1 - rows.getLast().id());
    }

    private boolean isUnnamed(PeerId peer) {
        return !accounts.isKeyOfAny(peer) && accounts.actingFor(peer).isEmpty();
    }
}
