package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Accounts} in the database of the names, whose threads write and read them. Which key acts for whom is in
 * memory as well, and changes there after the commit, on the writer's thread and so in the order of the commits.
 * Thread-safe; it ends with the names.
 */
final class SqliteAccounts implements Accounts {

    private static final long MILLIS_PER_DAY = TimeUnit.DAYS.toMillis(1);

    /** An answer and the account that a key acts for from now on; none when it was refused. */
    private record Bound(Pdu answer, Optional<Account> account, boolean made) {

        static Bound to(Account account, Pdu answer) {
            return new Bound(answer, Optional.of(account), false);
        }

        static Bound refused(ErrorCode code, String sentence) {
            return refused(Failure.of(code, sentence));
        }

        static Bound refused(Failure failure) {
            return new Bound(failure, Optional.empty(), false);
        }
    }

    private final AccountLimits limits;
    private final NameWriter writer;
    private final NameReaders readers;
    private final Map<PeerId, Account> devices = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bindings = new AtomicLong();

    /** Of accounts, and of those that were removed. */
    private final Set<PeerId> keys = ConcurrentHashMap.newKeySet();

    /** Only the writer's thread asks it. */
    private final AddressQuota madeByAddress;

    private SqliteAccounts(SqliteNames names, AccountLimits limits) {
        this.limits = limits;
        this.writer = names.writer();
        this.readers = names.readers();
        this.madeByAddress = new AddressQuota(limits.accountsPerAddress());
    }

    /**
     * The accounts beside some names.
     *
     * @throws IndexException when they cannot be read
     */
    static SqliteAccounts beside(SqliteNames names, AccountLimits limits) {
        SqliteAccounts accounts = new SqliteAccounts(names, limits);
        accounts.count.set(accounts.read(AccountTables::count).join());
        accounts.keys.addAll(accounts.read(AccountTables::keys).join());
        accounts.read(tables -> {
                    Account[] last = new Account[1];
                    tables.eachDevice((peer, account) -> {
                        // Those of one account follow one another and share what is the same.
                        last[0] = account.equals(last[0]) ? last[0] : account;
                        accounts.devices.put(peer, last[0]);
                    });
                    return true;
                })
                .join();
        return accounts;
    }

    /** How many there may be. */
    AccountLimits limits() {
        return limits;
    }

    @Override
    public Optional<Account> actingFor(PeerId peer) {
        return Optional.ofNullable(devices.get(peer));
    }

    @Override
    public long bindings() {
        return bindings.get();
    }

    @Override
    public boolean isKeyOfAny(PeerId peer) {
        return keys.contains(peer);
    }

    @Override
    public CompletableFuture<Optional<Found>> find(String name) {
        return read(tables -> tables.find(name));
    }

    @Override
    public CompletableFuture<Pdu> make(Fresh fresh, Device device, InetAddress address) {
        Claim claim = fresh.claim(device);
        return bind(device, tables -> {
            Optional<Account> again = tables.actingFor(device.peer())
                    .filter(account ->
                            account.name().equals(fresh.name()) && account.key().equals(fresh.key()));
            if (again.isPresent()) {
                return Bound.to(again.get(), Ack.DONE);
            }
            Failure refusal = reasonAgainst(tables, claim);
            if (refusal != null) {
                return Bound.refused(refusal);
            }
            if (!madeByAddress.take(address, (int) (device.sinceMillis() / MILLIS_PER_DAY))) {
                return Bound.refused(
                        ErrorCode.LIMIT,
                        "From one address, at most " + limits.accountsPerAddress() + " accounts are made in a day.");
            }
            boolean isFirst = isFirst(tables, claim);
            Hash invite = needsInvite(claim, isFirst) ? claim.admission().invite() : null;
            if (invite != null) {
                tables.invites().use(invite);
            }
            Account made = tables.make(fresh, isFirst, device.sinceMillis());
            tables.addDevice(made, device);
            Origin from = new Origin(address, device.sinceMillis());
            if (isFirst) {
                tables.logFirst(made, from);
            }
            String invited = invite == null ? "" : " by the invitation " + InviteTables.id(invite);
            tables.log(made, from, "signed up" + invited + " with the device " + shown(device.peer()));
            return new Bound(Ack.DONE, Optional.of(made), true);
        });
    }

    @Override
    public CompletableFuture<Optional<Failure>> reasonAgainst(Claim claim) {
        return read(tables -> Optional.ofNullable(reasonAgainst(tables, claim)));
    }

    /** The invitation is looked at first: who has none learns of no account. */
    private @Nullable Failure reasonAgainst(AccountTables tables, Claim claim) {
        Hash invite = claim.admission().invite();
        if (needsInvite(claim, isFirst(tables, claim))
                && (invite == null || !tables.invites().isInvited(invite, claim.nowMillis()))) {
            return Failure.of(ErrorCode.FORBIDDEN, SignUps.UNINVITED);
        }
        if (claim.key().id().equals(claim.peer())) {
            return Failure.of(ErrorCode.FORBIDDEN, "An account has a key of its own, which is no peer's.");
        }
        if (tables.isTaken(claim.name(), claim.key())) {
            return taken(claim.name());
        }
        if (count.get() >= limits.accounts()) {
            return Failure.of(ErrorCode.LIMIT, "This index takes " + limits.accounts() + " accounts, and has them.");
        }
        if (isFull(claim.peer())) {
            return full();
        }
        if (tables.isBanned(claim.name()) || tables.isBanned(claim.key())) {
            return banned();
        }
        String reason = tables.reasonAgainst(
                claim.name(), key -> key.equals(claim.key()) || key.id().equals(claim.peer()));
        return reason == null ? null : Failure.of(ErrorCode.NAME_TAKEN, reason);
    }

    private static boolean isFirst(AccountTables tables, Claim claim) {
        return claim.admission().firstAdministers() && tables.count() == 0;
    }

    private static boolean needsInvite(Claim claim, boolean isFirst) {
        return claim.admission().needsInvite() && !isFirst;
    }

    @Override
    public CompletableFuture<Pdu> logIn(Found found, Device device, InetAddress address) {
        return bind(device, tables -> {
            if (!tables.isStill(found)) {
                return Bound.refused(ErrorCode.WRONG_PASSWORD, AccountRequests.WRONG);
            }
            if (tables.isBanned(found.account().name())) {
                return Bound.refused(banned());
            }
            Bound bound = withDevice(
                    tables,
                    found.account(),
                    device,
                    new AccountReply.LoggedIn(found.account().key(), found.wrapped()));
            if (bound.account().isPresent()) {
                Origin from = new Origin(address, device.sinceMillis());
                tables.log(found.account(), from, "logged in with the device " + shown(device.peer()));
            }
            return bound;
        });
    }

    @Override
    public CompletableFuture<Pdu> changePassword(Found found, PeerId asker, NewPassword password, Origin from) {
        return write(
                tables -> {
                    // The asker may have been taken off while its old password was checked.
                    if (!tables.actingFor(asker).equals(Optional.of(found.account()))) {
                        return AccountRequests.notLoggedIn();
                    }
                    if (!tables.changePassword(found, password)) {
                        return Failure.of(ErrorCode.WRONG_PASSWORD, AccountRequests.WRONG_OLD);
                    }
                    tables.log(found.account(), from, "changed the password");
                    return Ack.DONE;
                },
                done -> {});
    }

    @Override
    public CompletableFuture<Pdu> replaceCodes(Found found, PeerId asker, List<RecoveryEntry> codes, Origin from) {
        return write(
                tables -> {
                    if (!tables.actingFor(asker).equals(Optional.of(found.account()))) {
                        return AccountRequests.notLoggedIn();
                    }
                    if (!tables.isStill(found)) {
                        return Failure.of(ErrorCode.WRONG_PASSWORD, AccountRequests.WRONG_OWN);
                    }
                    tables.replaceCodes(found.account(), codes);
                    tables.log(found.account(), from, "made new recovery codes");
                    return Ack.DONE;
                },
                done -> {});
    }

    /** Makes an invitation, in a transaction. The answer is an {@code Ack} or a {@code Failure}. */
    Pdu invite(AccountTables tables, Invite invite) {
        if (tables.invites().count(invite.madeMillis()) >= limits.invites()) {
            return Failure.of(
                    ErrorCode.LIMIT,
                    "At most " + limits.invites() + " invitations wait to be used. Wait until some are too old.");
        }
        tables.invites().add(invite);
        return Ack.DONE;
    }

    /** Some keys act for no account any more, on the disk. On the writer's thread. */
    void forgot(List<PeerId> peers) {
        peers.forEach(devices::remove);
        bindings.incrementAndGet();
    }

    /** An account is gone from the disk, and so are its devices. On the writer's thread. */
    void removed(List<PeerId> peers) {
        forgot(peers);
        count.decrementAndGet();
    }

    @Override
    public CompletableFuture<Boolean> logOut(PeerId peer, Origin from) {
        return write(
                tables -> {
                    Optional<Account> account = tables.actingFor(peer);
                    account.ifPresent(each -> {
                        tables.removeDevice(peer);
                        tables.log(each, from, "logged out with the device " + shown(peer));
                    });
                    return account.isPresent();
                },
                done -> forgot(List.of(peer)));
    }

    @Override
    public CompletableFuture<Optional<AccountReply.Self>> self(PeerId asker) {
        return read(tables -> tables.self(asker));
    }

    @Override
    public CompletableFuture<List<AccountReply.Device>> devices(Account account) {
        return read(tables -> tables.devices(account));
    }

    @Override
    public CompletableFuture<Pdu> revoke(PeerId asker, PeerId peer, Origin from) {
        return write(
                tables -> {
                    Optional<Account> account = tables.actingFor(asker);
                    if (account.isEmpty()) {
                        return AccountRequests.notLoggedIn();
                    }
                    if (!tables.removeDevice(account.get(), peer)) {
                        return Failure.of(ErrorCode.NOT_FOUND, "Your account has no such device.");
                    }
                    tables.log(account.get(), from, "revoked the device " + shown(peer));
                    return new Ack(Outcome.DONE, 1);
                },
                done -> {
                    if (done instanceof Ack) {
                        forgot(List.of(peer));
                    }
                });
    }

    @Override
    public CompletableFuture<Optional<AccountReply.Recovering>> recovering(String name, Hash codeHash) {
        return read(tables -> tables.recovering(name, codeHash));
    }

    @Override
    public CompletableFuture<Pdu> recover(
            String name, Hash codeHash, NewPassword password, Device device, InetAddress address) {
        return bind(device, tables -> {
            Optional<Found> found = tables.find(name);
            if (found.isEmpty() || tables.recovering(name, codeHash).isEmpty()) {
                return Bound.refused(ErrorCode.WRONG_PASSWORD, AccountRequests.WRONG_CODE);
            }
            Account account = found.get().account();
            if (tables.isBanned(account.name())) {
                return Bound.refused(banned());
            }
            Bound bound = withDevice(tables, account, device, Ack.DONE);
            if (bound.account().isPresent()) {
                tables.useCode(account, codeHash);
                tables.changePassword(found.get(), password);
                tables.log(
                        account,
                        new Origin(address, device.sinceMillis()),
                        "set a new password by a recovery code with the device " + shown(device.peer()));
            }
            return bound;
        });
    }

    @Override
    public long count() {
        return count.get();
    }

    @Override
    public long deviceCount() {
        return devices.size();
    }

    private Bound withDevice(AccountTables tables, Account account, Device device, Pdu answer) {
        if (isFull(device.peer())) {
            return Bound.refused(full());
        }
        if (tables.otherDevices(account, device.peer()) >= limits.devicesPerAccount()) {
            return Bound.refused(
                    ErrorCode.LIMIT,
                    "An account has at most " + limits.devicesPerAccount() + " devices. Log out on one, or revoke it.");
        }
        tables.addDevice(account, device);
        return Bound.to(account, answer);
    }

    /** More than the limit get in when many share a commit, which memory does not mind. */
    private boolean isFull(PeerId peer) {
        return devices.size() >= limits.devices() && !devices.containsKey(peer);
    }

    /** As people see it: the log is for them. */
    private static String shown(PeerId peer) {
        return peer.fingerprint();
    }

    private static Failure banned() {
        return Failure.of(ErrorCode.FORBIDDEN, "This account is banned from this index. Ask its administrator why.");
    }

    private Failure full() {
        return Failure.of(ErrorCode.LIMIT, "This index takes " + limits.devices() + " devices, and has them.");
    }

    private CompletableFuture<Pdu> bind(Device device, Function<AccountTables, Bound> work) {
        return write(work, bound -> {
                    bound.account().ifPresent(account -> devices.put(device.peer(), account));
                    bindings.incrementAndGet();
                    if (bound.made()) {
                        count.incrementAndGet();
                        bound.account()
                                .ifPresent(account -> keys.add(account.key().id()));
                    }
                })
                .thenApply(Bound::answer);
    }

    private <T> CompletableFuture<T> read(Function<AccountTables, T> work) {
        return readers.read(handle -> work.apply(new AccountTables(handle)));
    }

    private <T> CompletableFuture<T> write(Function<AccountTables, T> work, Consumer<T> committed) {
        return writer.write(handle -> work.apply(new AccountTables(handle)), committed);
    }

    /** The answer to who wants a name or a key that an account has. */
    static Failure taken(String name) {
        return Failure.of(
                ErrorCode.NAME_TAKEN,
                "There is an account " + name + " already, or one with this key. Choose another name, or log in.");
    }
}
