package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Gives names and first components to other accounts. Who gets something has to accept it: it counts among what the
 * account may have. Everything is decided and written in one transaction, on the thread that writes the names;
 * signatures are checked before. Thread-safe.
 */
final class Transfers {

    /** How many names go with a first component: the thread that writes is held for less than a second. */
    static final int MAX_NAMES = 10_000;

    private final PeerId index;
    private final SqliteNames names;
    private final NameLimits limits;

    /** Of some names. */
    Transfers(PeerId index, SqliteNames names) {
        this.index = index;
        this.names = names;
        this.limits = names.limits();
    }

    /**
     * An owner gives something away. Takes effect when the asker is who gets it as well. The answer is an {@code Ack}
     * or a {@code Failure}.
     *
     * @param asker who asks, looked at again when it is written: what was taken from him meanwhile he has no more
     */
    CompletableFuture<Pdu> give(Transfer transfer, Supplier<Asker> asker, Origin from) {
        if (!transfer.isAuthentic(index)) {
            return CompletableFuture.completedFuture(
                    Failure.of(ErrorCode.BAD_RECORD, "The signature of the transfer is wrong."));
        }
        // Most of what is refused need not wait for the one thread that writes.
        return names.readers()
                .submit(tables -> Optional.ofNullable(refusal(transfer, asker.get(), tables)))
                .thenCompose(refused -> refused.isPresent()
                        ? CompletableFuture.completedFuture(refused.get())
                        : write(tables -> give(transfer, asker.get(), from, tables)));
    }

    /** Why somebody cannot give something away; null when nothing is against it. */
    static @Nullable Failure refusal(Transfer transfer, Asker asker, NameTables tables) {
        Optional<TransferTables.Latest> latest = tables.transfers().latest(transfer.subject());
        return isRepeated(transfer, latest)
                ? null
                : reasonAgainst(
                        transfer,
                        asker,
                        tables,
                        latest.map(TransferTables.Latest::done).orElse(0));
    }

    private static boolean isRepeated(Transfer transfer, Optional<TransferTables.Latest> latest) {
        return latest.isPresent() && latest.get().transfer().equals(transfer);
    }

    private Pdu give(Transfer transfer, Asker asker, Origin from, NameTables tables) {
        Optional<TransferTables.Latest> latest = tables.transfers().latest(transfer.subject());
        if (isRepeated(transfer, latest)) {
            return ack(latest.get().isDone());
        }
        Failure refusal = refusal(transfer, asker, tables);
        if (refusal != null) {
            return refusal;
        }
        if (transfer.to().equals(transfer.from())) {
            if (tables.transfers().takeBack(transfer.subject())) {
                tables.transfers().log(from, transfer.from(), "took back the offer of " + transfer.subject());
            }
            return ack(false);
        }
        if (!tables.transfers().isAccount(transfer.to())) {
            return Failure.of(ErrorCode.NOT_FOUND, "No account has the key that gets it.");
        }
        if (!asker.is(transfer.to())) {
            tables.transfers().offer(transfer);
            log(transfer, from, "offered ", tables);
            return ack(false);
        }
        TransferTables.Extent extent = tables.transfers().extent(transfer, MAX_NAMES);
        Failure full = unlessRoom(transfer, extent, tables);
        if (full != null) {
            return full;
        }
        tables.transfers().offer(transfer);
        tables.transfers().carryOut(transfer, extent, tables.keyId(transfer.to()));
        log(transfer, from, "gave ", tables);
        return ack(true);
    }

    private static void log(Transfer transfer, Origin from, String did, NameTables tables) {
        String to = tables.transfers().shown(transfer.to());
        tables.transfers().log(from, transfer.from(), did + transfer.subject() + " to " + to);
    }

    /**
     * An account takes what waits for it. The answer is an {@code Ack} or a {@code Failure}.
     *
     * @param taker the key of the account that the asker acts for, looked at when it is written
     * @param from who asks, for the audit log
     */
    CompletableFuture<Pdu> accept(String subject, Function<Handle, Optional<PeerKey>> taker, Origin from) {
        return writeAny(handle -> taker.apply(handle)
                .map(account -> accept(subject, account, from, new NameTables(handle)))
                .orElseGet(AccountRequests::notLoggedIn));
    }

    private Pdu accept(String subject, PeerKey account, Origin from, NameTables tables) {
        Optional<TransferTables.Latest> latest = tables.transfers().latest(subject);
        boolean isTheirs = latest.isPresent() && latest.get().transfer().to().equals(account);
        if (isTheirs && latest.get().isDone()) {
            return ack(true);
        }
        Optional<PeerKey> owner = tables.transfers().owner(subject);
        // What was given away by somebody who has lost it since is nobody's to take.
        if (!isTheirs
                || !owner.equals(Optional.of(latest.get().transfer().from()))
                || hasPrivate(latest.get().transfer(), tables)) {
            return Failure.of(
                    ErrorCode.NOT_FOUND, "Nothing called " + subject + " waits for your account to accept it.");
        }
        Transfer transfer = latest.get().transfer();
        TransferTables.Extent extent = tables.transfers().extent(transfer, MAX_NAMES);
        Failure full = unlessRoom(transfer, extent, tables);
        if (full != null) {
            return full;
        }
        tables.transfers().carryOut(transfer, extent, tables.keyId(account));
        tables.transfers()
                .log(
                        from,
                        account,
                        "accepted " + subject + " from " + tables.transfers().shown(transfer.from()));
        return ack(true);
    }

    private static @Nullable Failure reasonAgainst(Transfer transfer, Asker asker, NameTables tables, int done) {
        String subject = transfer.subject();
        Optional<PeerKey> owner = tables.transfers().owner(subject);
        if (asker.is(transfer.from()) && hasPrivate(transfer, tables)) {
            return Failure.of(
                    ErrorCode.FORBIDDEN,
                    "What is private is not given away, as its readers are yours, and "
                            + (transfer.isOfName() ? subject + " has" : "names under \"" + subject + "\" have")
                            + " versions that are: take "
                            + (transfer.isOfName() ? "it" : "these names")
                            + " away first, and share for everybody what is to be given away.");
        }
        // One answer whether there is such a thing or not: not everybody may know that.
        if (!asker.is(transfer.from()) || !owner.equals(Optional.of(transfer.from()))) {
            return Failure.of(
                    ErrorCode.FORBIDDEN,
                    (transfer.isOfName() ? "No name " + subject + " is" : "No names under \"" + subject + "\" are")
                            + " yours to give away.");
        }
        if (done >= Transfer.MAX_NUMBER) {
            return Failure.of(
                    ErrorCode.LIMIT, subject + " was given away " + done + " times, which is the most there may be.");
        }
        return transfer.number() == done + 1
                ? null
                : new Failure(
                        ErrorCode.STALE_VERSION,
                        0,
                        done,
                        subject + " was given away " + done + " times before: this is number " + (done + 1) + ".");
    }

    /** Whether who gives something away has it, or a version of it or of something in it, for some readers only. */
    private static boolean hasPrivate(Transfer transfer, NameTables tables) {
        byte[] from = transfer.from().toBytes();
        return transfer.isOfName()
                ? tables.privates().isOwned(transfer.subject(), from)
                : tables.privates().hasUnder(transfer.subject(), from);
    }

    private @Nullable Failure unlessRoom(Transfer transfer, TransferTables.Extent extent, NameTables tables) {
        if (extent.names() > MAX_NAMES) {
            return Failure.of(
                    ErrorCode.LIMIT,
                    "At most " + MAX_NAMES + " names go with their first component, and \"" + transfer.subject()
                            + "\" has " + extent.names() + ". Give some away by themselves first.");
        }
        NameTables.Counts has = tables.counts(transfer.to());
        if (has.names() + extent.names() > limits.namesPerKey()) {
            return Failure.of(ErrorCode.LIMIT, "An account has at most " + limits.namesPerKey() + " names.");
        }
        if (!transfer.isOfName() && has.owners() >= limits.ownersPerKey()) {
            return Failure.of(
                    ErrorCode.LIMIT, "An account has at most " + limits.ownersPerKey() + " first components of names.");
        }
        return has.recordBytes() + extent.recordBytes() > limits.recordBytesPerKey()
                ? Failure.of(
                        ErrorCode.LIMIT,
                        "The version records of an account have at most " + limits.recordBytesPerKey() + " bytes.")
                : null;
    }

    private CompletableFuture<Pdu> write(Function<NameTables, Pdu> work) {
        return writeAny(handle -> work.apply(new NameTables(handle)));
    }

    private CompletableFuture<Pdu> writeAny(Function<Handle, Pdu> work) {
        return names.writer().write(work, done -> {
            if (done instanceof Ack) {
                names.transferred();
            }
        });
    }

    private static Ack ack(boolean done) {
        return new Ack(Outcome.DONE, done ? 1 : 0);
    }
}
