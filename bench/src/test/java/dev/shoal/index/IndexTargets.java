package dev.shoal.index;

import dev.shoal.bench.ProcessFolder;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.Argon2;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Sealing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whole sessions with an index under any input: nothing of it may throw, and every answer can be read. */
public final class IndexTargets {

    private static final int MAX_STEPS = 64;
    private static final long ANSWER_SECONDS = 30;
    private static final IndexSettings SETTINGS = new IndexSettings(
            60_000,
            7800,
            "test",
            1_000,
            8,
            20,
            RequestLimits.NONE,
            100,
            DirectoryLimits.DEFAULT,
            NameLimits.DEFAULT,
            AccountLimits.DEFAULT);
    private static final Identity INDEX = Identity.generate();
    private static final PeerKey ALICE = Identity.generate().key();
    private static final PeerKey BOB = Identity.generate().key();
    private static final Secrets SECRETS = Secrets.fresh(new SplittableRandom(4));
    private static final SqliteNames NAMES = names();
    private static final SqliteWatches WATCHES = SqliteWatches.beside(NAMES, WatchLimits.DEFAULT);
    private static final SqliteAccounts ACCOUNTS = SqliteAccounts.beside(NAMES, AccountLimits.DEFAULT);
    private static final AccountRequests ACCOUNT_REQUESTS = new AccountRequests(
            new AccessTickets(INDEX.id(), INDEX.privateKey()),
            NAMES,
            ACCOUNTS,
            Access.beside(NAMES, ACCOUNTS, Optional.empty()),
            new PasswordHashing(new Argon2.Cost(8, 1), 100),
            new SecureRandom());

    private IndexTargets() {}

    private static SqliteNames names() {
        return SqliteNames.open(ProcessFolder.make("fuzzed-index"), NameLimits.DEFAULT);
    }

    private record Step(int kind, byte[] bytes) {}

    /** Steps: a byte that says what happens, the length of what follows (2), and that. */
    private static List<Step> steps(byte[] input) {
        List<Step> steps = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(input);
        while (in.remaining() >= 3 && steps.size() < MAX_STEPS) {
            int kind = in.get() & 0xff;
            byte[] bytes = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
            in.get(bytes);
            steps.add(new Step(kind, bytes));
        }
        return steps;
    }

    /** Two peers' requests, by datagram and over TLS, and time that passes. */
    public static void session(byte[] input) {
        SplittableRandom random = new SplittableRandom(17);
        IndexService service = new IndexService(
                SETTINGS, SECRETS, NAMES, ACCOUNT_REQUESTS, WATCHES, new SimpleMeterRegistry(), random);
        Moment now = new Moment(1_000_000_000_000L, 1_800_000_000_000L);
        List<Session> sessions = List.of(join(service, ALICE, 1, now), join(service, BOB, 2, now));
        DatagramRequests datagrams =
                new DatagramRequests(service, random, (answer, to) -> {}, (session, request) -> {});
        long counter = 0;
        for (Step step : steps(input)) {
            Session session = sessions.get(step.kind & 1);
            InetSocketAddress from = address((step.kind & 2) == 0 ? step.kind & 1 : 9, 5_000 + (step.kind & 3));
            switch (step.kind >> 2 & 3) {
                case 0 -> datagrams.received(sealed(session, ++counter, step.bytes), from, now);
                case 1 -> {
                    if (step.bytes.length > 0) {
                        datagrams.received(ByteBuffer.wrap(step.bytes), from, now);
                    }
                }
                case 2 -> overTls(service, session, step.bytes, from, now);
                default -> {
                    now = now.plusMillis(Math.min(step.bytes.length, 200) * 1_000L);
                    service.expire(now);
                }
            }
        }
    }

    private static Session join(IndexService service, PeerKey key, long instance, Moment now) {
        Hello hello = new Hello(Hello.VERSION, instance, 0, "fuzz" + instance, 7_801, List.of(), "test");
        JoinResult result = service.join(hello, key, address((int) instance, 40_000), now);
        if (result instanceof JoinResult.Joined joined) {
            return joined.session();
        }
        throw new AssertionError(result);
    }

    private static InetSocketAddress address(int host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 77, 0, (byte) (host + 1)}), port);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer sealed(Session session, long counter, byte[] pdu) {
        int length = Math.min(pdu.length, Pdu.MAX_DATAGRAM_BYTES);
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
        new Sealing().seal(session.keys().peerKey(), session.id(), counter, ByteBuffer.wrap(pdu, 0, length), datagram);
        return datagram.flip();
    }

    private static void overTls(
            IndexService service, Session session, byte[] bytes, InetSocketAddress from, Moment now) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.remaining() < Header.BYTES) {
            return;
        }
        Header header = Header.read(in);
        if (!header.isRequest()) {
            return;
        }
        IndexRequest request;
        try {
            request = IndexRequest.decode(header, in);
        } catch (MalformedPduException refused) {
            return;
        }
        try {
            Answer answer = service.handle(session, header.id(), request, from, true, now)
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS);
            Pdu pdu = answer.pdu();
            if (pdu != null) {
                ByteBuffer frame = ByteBuffer.allocate(Pdu.MAX_STREAM_BYTES);
                pdu.encodeReply(1, answer.truncated(), frame);
                frame.flip();
                Pdu read = IndexReply.decode(
                        Header.read(frame.duplicate()), frame.duplicate().position(Header.BYTES));
                ByteBuffer again = ByteBuffer.allocate(Pdu.MAX_STREAM_BYTES);
                read.encodeReply(1, answer.truncated(), again);
                if (!again.flip().equals(frame)) {
                    throw new AssertionError(pdu + " becomes " + read);
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(request.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The file of an index's secrets. */
    public static void secrets(byte[] input) {
        try {
            Path folder = Files.createTempDirectory("secrets");
            Path file = folder.resolve(Secrets.FILE_NAME);
            try {
                Files.write(file, input);
                Secrets read = Secrets.load(folder, new SplittableRandom(1));
                InetSocketAddress peer = address(1, 5_000);
                if (!read.isCookie(read.cookie(7, peer, 0), 7, peer, 0)) {
                    throw new AssertionError("a cookie is not known again");
                }
                Tickets tickets = new Tickets(read);
                tickets.open(tickets.seal(input, new SplittableRandom(1)), 0);
            } catch (DataException refused) {
                // As it should be, and it is not replaced.
                if (!Arrays.equals(Files.readAllBytes(file), input)) {
                    throw new AssertionError("the file has changed", refused);
                }
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What this index sealed as a ticket, whatever that was. */
    public static void ticket(byte[] input) {
        Tickets tickets = new Tickets(SECRETS);
        tickets.open(input, 0);
        tickets.open(tickets.seal(Arrays.copyOf(input, Math.min(input.length, 300)), new SplittableRandom(1)), 0);
    }
}
