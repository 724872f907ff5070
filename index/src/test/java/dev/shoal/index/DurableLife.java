package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.INDEX;
import static dev.shoal.index.TestAccount.proof;
import static dev.shoal.index.TestAccount.wrapped;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccountRequest.Accept;
import dev.shoal.protocol.AccountRequest.ChangePassword;
import dev.shoal.protocol.AccountRequest.GiveAway;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AccountRequest.Recover;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.AccountRequest.ReplaceCodes;
import dev.shoal.protocol.AccountRequest.RevokeDevice;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Fingerprint;
import dev.shoal.protocol.GroupRequest.Add;
import dev.shoal.protocol.GroupRequest.Create;
import dev.shoal.protocol.GroupRequest.Delete;
import dev.shoal.protocol.GroupRequest.DropAudience;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.GroupRequest.Remove;
import dev.shoal.protocol.GroupRequest.SetAudience;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.RecoveryCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What one account goes through from its invitation until it is removed: kinds of changes that last, one after the
 * other, in one of some orders, which together have every kind. What it touches is its own, so that what is there after
 * so many changes does not depend on what others do. For one thread at a time.
 */
final class DurableLife {

    /** How many orders there are; in each, another part comes first, and there is one part more. */
    static final int ORDERS = 13;

    /** The administrator's key and account. */
    static final long ROOT_PEER = 1;

    static final String ROOT = "root";

    private static final long FIRST_PASSWORD = 10;
    private static final int FIRST_SECONDS = 100_000;
    private static final Reader READER = new Reader(false, ROOT);

    /** A change: who asks, and for what, which depends on what was answered before. */
    private record Step(Session asker, Supplier<IndexRequest> request) {}

    private final IndexUnderTest index;
    private final int number;
    private final String user;
    private final TestAccount account;
    private final PeerKey rootKey;
    private final Session root;
    private final Session first;
    private final Session second;
    private final Session third;
    private final List<Step> steps = new ArrayList<>();
    private long password = FIRST_PASSWORD;
    private long codes = 20;
    private String invite = "";
    private int done;

    /**
     * Joins with the keys that the account is to have.
     *
     * @param rootKey the key of the administrator's account
     */
    DurableLife(IndexUnderTest index, Session root, PeerKey rootKey, int number) {
        this.index = index;
        this.root = root;
        this.rootKey = rootKey;
        this.number = number;
        this.user = user(number);
        this.account = TestAccount.of(user);
        String address = "10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256;
        this.first = index.join(peer(number, 1), address, "");
        this.second = index.join(peer(number, 2), address, "");
        this.third = index.join(peer(number, 3), address, "");
        arrange();
    }

    /** What the account of a number is called. */
    static String user(int number) {
        return "u" + number;
    }

    /** A key of an account's: its devices 1 to 3, and one that is banned. */
    static PeerKey peer(int number, int which) {
        return key(1_000L + 10L * number + which);
    }

    /** How long its invitation is good, by which it is recognised. */
    static int inviteSeconds(int number) {
        return FIRST_SECONDS + number;
    }

    int number() {
        return number;
    }

    /** How many changes there are in all. */
    int length() {
        return steps.size();
    }

    boolean isOver() {
        return done == steps.size();
    }

    /** Asks for the next change. The answer is that it is done; what is refused is a mistake of the test. */
    CompletableFuture<Pdu> next() {
        Step step = steps.get(done++);
        return index.send(step.asker, done, step.request.get(), true).thenApply(answer -> {
            Pdu pdu = answer.pdu();
            if (pdu == null || pdu instanceof Failure) {
                throw new AssertionError(user + ", change " + done + ": " + pdu);
            }
            if (pdu instanceof AdminReply.Invitation made) {
                invite = made.code();
            }
            return pdu;
        });
    }

    private void arrange() {
        add(root, () -> new AdminRequest.Invite(2, inviteSeconds(number)));
        add(first, this::signUp);
        List<Runnable> parts = List.of(
                this::publish,
                this::withdraw,
                this::changePassword,
                this::replaceCodes,
                this::logInAndRevoke,
                this::recover,
                this::haveGroups,
                this::haveAudiences,
                this::give,
                this::beAppointed,
                this::haveAPeerBanned,
                this::haveANameRemoved,
                () -> add(
                        root,
                        () -> new AdminRequest.EndInvite(
                                InviteTables.id(RecoveryCode.parse(invite).hash()))));
        // Some are short, so that at any time some are at their end.
        for (int i = 0; i <= number % ORDERS; i++) {
            parts.get((number + i) % ORDERS).run();
        }
        add(root, () -> new AdminRequest.Ban(new AdminRequest.Target.OfAccount(user), "why"));
        add(root, () -> new AdminRequest.Unban(new AdminRequest.Target.OfAccount(user)));
        add(first, () -> new LogIn(user, proof(password), "first"));
        add(root, () -> new AdminRequest.RemoveAccount(user));
    }

    private void add(Session asker, Supplier<IndexRequest> request) {
        steps.add(new Step(asker, request));
    }

    private IndexRequest signUp() {
        SignUp plain = account.signUp(first.key(), password);
        return new SignUp(
                user, plain.accountKey(), plain.proof(), plain.wrapped(), plain.signature(), "first", codes(), invite);
    }

    private List<RecoveryEntry> codes() {
        return List.of(code(codes), code(codes + 1));
    }

    private static RecoveryEntry code(long seed) {
        return new RecoveryEntry(AccountSecrets.hashOf(proof(seed)), wrapped(seed));
    }

    private VersionRecord record(String file, int version, Hash previous) {
        return Fixtures.record(
                account.key().privateKey(),
                account.key().key(),
                user + "/" + file,
                version,
                content(version),
                previous);
    }

    private Register made(VersionRecord record) {
        return new Register(false, record.content(), record.name(), record);
    }

    private Name name(String file) {
        return new Name(user + "/" + file);
    }

    private void publish() {
        // Signed once: a signature of the same record made again would be another one.
        VersionRecord one = record("a", 1, Hash.ZERO);
        add(first, () -> made(one));
        add(first, () -> made(record("a", 2, one.hash())));
    }

    private void withdraw() {
        add(first, () -> made(record("b", 1, Hash.ZERO)));
        add(first, () -> new DeregisterName(name("b")));
    }

    private void changePassword() {
        add(first, () -> {
            long old = password++;
            return new ChangePassword(proof(old), proof(password), wrapped(password));
        });
    }

    private void replaceCodes() {
        for (int i = 0; i < 2; i++) {
            add(first, () -> {
                codes += 10;
                return new ReplaceCodes(proof(password), codes());
            });
        }
    }

    private void logInAndRevoke() {
        add(second, () -> new LogIn(user, proof(password), "second"));
        add(first, () -> new RevokeDevice(second.peer()));
    }

    private void recover() {
        add(third, () -> {
            password++;
            return new Recover(user, proof(codes), proof(password), wrapped(password), "third");
        });
        add(third, LogOut::new);
    }

    private void haveGroups() {
        add(first, () -> new Create("g"));
        add(first, () -> new Add("g", ROOT));
        add(first, () -> new Remove("g", ROOT));
        add(first, () -> new Create("h"));
        add(first, () -> new Add("h", ROOT));
        add(first, () -> new Delete("h"));
        add(first, () -> new Add("g", ROOT));
    }

    private void haveAudiences() {
        AudienceId one = account.audience(1);
        AudienceId two = account.audience(2);
        add(first, () -> account.sets(1, READER));
        add(first, () -> {
            VersionRecord record = record("p", 1, Hash.ZERO);
            return new Register(false, record.content(), record.name(), record, one);
        });
        add(first, () -> new SetAudience(one, List.of()));
        add(first, () -> new DeregisterName(name("p")));
        add(first, () -> account.sets(2, READER));
        add(first, () -> new DropAudience(two));
    }

    private Transfer gift(PeerKey to) {
        return Transfer.sign(
                INDEX, user + "/t", 1, 5, account.key().key(), to, account.key().privateKey());
    }

    private void give() {
        add(first, () -> made(record("t", 1, Hash.ZERO)));
        add(first, () -> new GiveAway(gift(rootKey)));
        add(first, () -> new GiveAway(gift(account.key().key())));
        add(first, () -> new GiveAway(gift(rootKey)));
        add(root, () -> new Accept(user + "/t"));
    }

    private void beAppointed() {
        add(root, () -> new AdminRequest.Appoint(user, true));
        add(root, () -> new AdminRequest.Appoint(user, false));
    }

    private void haveAPeerBanned() {
        AdminRequest.Target target = new AdminRequest.Target.OfFingerprint(
                Fingerprint.of(peer(number, 4).id()));
        add(root, () -> new AdminRequest.Ban(target, "why"));
        add(root, () -> new AdminRequest.Unban(target));
    }

    private void haveANameRemoved() {
        add(first, () -> made(record("x", 1, Hash.ZERO)));
        add(root, () -> new AdminRequest.RemoveName(name("x")));
    }
}
