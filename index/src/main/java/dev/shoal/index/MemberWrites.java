package dev.shoal.index;

import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Has written what a device asks for its account. A request may wait behind many others, and until its turn the device
 * may be revoked, or the account removed and its number given to another one: so whom the device acts for is looked at
 * again in the transaction that writes. Immutable.
 *
 * @param names whose thread writes
 * @param device who asks
 * @param account what it acted for when it asked
 */
record MemberWrites(SqliteNames names, PeerId device, Accounts.Account account) {

    /**
     * Has something written.
     *
     * @param work on the writer's thread, in a transaction
     * @return its answer, after the commit, or that the device is not logged in
     */
    CompletableFuture<Pdu> write(Function<Handle, Pdu> work) {
        return names.writer()
                .write(
                        handle -> new AccountTables(handle).actingFor(device).equals(Optional.of(account))
                                ? work.apply(handle)
                                : AccountRequests.notLoggedIn(),
                        done -> {});
    }
}
