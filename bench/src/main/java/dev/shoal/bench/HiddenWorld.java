package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.AudienceSeed;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.GroupRequest.SetAudience;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.AccountKey;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * An index that runs, with accounts, and very many private names: one shares them, one reads them and has as many of
 * its own, and one sees none of them. Each name has an audience of its own, as names have that are shared one by one.
 */
final class HiddenWorld implements AutoCloseable {

    static final long LIMIT_MILLIS = 30_000;

    /** The index takes a thousand requests a second of a session. */
    private static final int SESSIONS = 8;

    private static final int UNDER_WAY = 32;

    /** Somebody with an account, and connections to the index. */
    record Person(String user, AccountKey account, List<FrameLink> links) {

        /** Asks over one of the connections, in turn. */
        Pdu ask(int number, IndexRequest request) {
            return links.get(number % links.size())
                    .exchange(request, LIMIT_MILLIS)
                    .pdu();
        }

        AudienceId audience(int number) {
            return new AudienceSeed(1, number).audience(account.key());
        }
    }

    private final InetSocketAddress index;
    private final List<FrameLink> open = new ArrayList<>();
    private long lastInstance;

    final Person sharer;
    final Person reader;
    final Person outsider;

    /** Has the accounts made. */
    HiddenWorld(InetSocketAddress index) {
        this.index = index;
        this.sharer = signUp("sharer");
        this.reader = signUp("reader");
        this.outsider = signUp("outsider");
    }

    static Name name(Person owner, int number) {
        return new Name(String.format(Locale.ROOT, "%s/hidden plan %07d", owner.user(), number));
    }

    /** A name of the same form that is not there. */
    static Name absent(Person owner, int number) {
        return new Name(String.format(Locale.ROOT, "%s/hidden plan %07da", owner.user(), number));
    }

    static ContentId content(int number) {
        return SyntheticContents.content(number);
    }

    /** Shares so many names for the reader, has him share as many for himself, and one for everybody. */
    void fill(int names) throws IOException, InterruptedException {
        each(names, number -> share(sharer, number, List.of(new Reader(false, reader.user()))));
        each(names, number -> share(reader, number, List.of()));
        publish(sharer, new Name(sharer.user() + "/public"), 0, null, 0);
    }

    private void share(Person owner, int number, List<Reader> readers) throws IOException {
        AudienceSeed seed = new AudienceSeed(1, number);
        expect(owner.ask(number, new SetAudience(owner.audience(number), readers, seed)));
        publish(owner, name(owner, number), number, owner.audience(number), number);
    }

    /** Has a version made by its owner. */
    private static void publish(Person owner, Name name, int content, @Nullable AudienceId audience, int link)
            throws IOException {
        VersionRecord record = VersionRecord.sign(
                VersionRecord.Kind.FILE,
                1,
                content(content),
                System.currentTimeMillis(),
                Hash.ZERO,
                owner.account().key(),
                name,
                "",
                owner.account().privateKey());
        expect(owner.ask(link, new Register(false, record.content(), name, record, audience)));
    }

    private interface Step {
        void at(int number) throws IOException;
    }

    private static void each(int count, Step step) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(UNDER_WAY)) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                all.add(threads.submit(() -> {
                    step.at(number);
                    return true;
                }));
            }
            for (Future<Boolean> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("the index could not be filled", e);
        }
    }

    /** A connection of somebody, with a session. */
    FrameLink connect(Identity identity) {
        FrameLink link = FrameLink.connect(index, new Tls(identity));
        open.add(link);
        link.exchange(new Hello(Hello.VERSION, ++lastInstance, 0, "", 0, List.of(), "bench"), LIMIT_MILLIS);
        return link;
    }

    private Person signUp(String user) {
        Identity identity = Identity.generate();
        List<FrameLink> links = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            links.add(connect(identity));
        }
        SecureRandom random = new SecureRandom();
        PeerId id = links.getFirst().remote();
        AccountKey key = AccountKey.generate();
        AccountSecrets secrets = AccountSecrets.ofPassword(id, user, "correct horse " + random.nextLong());
        byte[] signature = PeerKey.sign(SignUp.signedBytes(id, identity.key().id(), user), key.privateKey());
        Person person = new Person(user, key, links);
        Pdu answer = person.ask(
                0,
                new SignUp(user, key.key(), secrets.proof(), secrets.wrap(key, random), signature, "bench", List.of()));
        if (answer instanceof Failure failure) {
            throw new IllegalStateException("no account: " + failure.sentence());
        }
        return person;
    }

    private static void expect(Pdu answer) throws IOException {
        if (answer instanceof Failure failure) {
            throw new IOException("the index refuses: " + failure.sentence());
        }
    }

    @Override
    public void close() {
        open.forEach(FrameLink::close);
    }
}
