package dev.shoal.bench;

import dev.shoal.protocol.AccountProof;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Very many who log in at the same moment, each over a connection of its own that is open before, under a name of its
 * own and from few addresses each, as the index counts wrong passwords by both. There are no such accounts, which is
 * the same work for the index as a right password. Who is sent away comes again when it was told to. Thread-safe.
 */
final class LogInCrowd implements AutoCloseable {

    /** Below what an index lets an address get wrong before it makes it wait. */
    private static final int OF_ONE_ADDRESS = 20;

    /** Below what an index lets one key have of sessions. */
    private static final int OF_ONE_KEY = 50;

    private static final int DIALLERS = 64;
    private static final int ADDRESSES_A_NET = 250;

    /** How it went for one of them. */
    private record Attempt(FrameStream frames, String user, AccountProof proof) {}

    private final List<Attempt> attempts = new ArrayList<>();
    private final Map<ErrorCode, Integer> answers = new ConcurrentHashMap<>();
    private final AtomicInteger broken = new AtomicInteger();

    /** Opens the connections, one after the other of a few at a time. */
    LogInCrowd(InetSocketAddress index, int count) throws IOException, InterruptedException {
        List<Tls> keys = new ArrayList<>();
        SplittableRandom random = new SplittableRandom();
        Semaphore dialling = new Semaphore(DIALLERS);
        try (ExecutorService diallers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < count; number++) {
                if (number % OF_ONE_KEY == 0) {
                    keys.add(new Tls(Identity.generate()));
                }
                Tls tls = keys.getLast();
                byte[] proof = new byte[AccountProof.BYTES];
                random.nextBytes(proof);
                int own = number;
                dialling.acquire();
                diallers.execute(() -> {
                    try {
                        FrameStream frames = greet(from(own), index, tls, own + 1);
                        synchronized (attempts) {
                            attempts.add(new Attempt(frames, "user" + own, AccountProof.of(proof)));
                        }
                    } catch (IOException | TransportException | MalformedPduException e) {
                        broken.incrementAndGet();
                    } finally {
                        dialling.release();
                    }
                });
            }
        }
    }

    /** Opens a connection to an index and greets. */
    static FrameStream greet(InetSocketAddress from, InetSocketAddress index, Tls tls, long instance)
            throws IOException {
        FrameStream frames = new FrameStream(
                TlsStream.over(Loopback.connect(from, index), tls, true, Tls.INDEX_PROTOCOL), Pdu.MAX_STREAM_BYTES);
        try {
            welcome(frames, instance);
            return frames;
        } catch (IOException | MalformedPduException e) {
            frames.close();
            throw e;
        }
    }

    /** Greets on a connection, and returns what the index answers. */
    static Welcome welcome(FrameStream frames, long instance) throws IOException {
        frames.sendRequest(1, new Hello(Hello.VERSION, instance, 0, "", 0, List.of(), "bench"));
        return read(frames) instanceof Welcome welcome ? welcome : refuse();
    }

    /** How many are connected. */
    int connected() {
        return attempts.size();
    }

    /** All of them log in; returns when each has its answer or has lost its connection. */
    void rush() throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Attempt attempt : attempts) {
                all.execute(() -> {
                    try {
                        start.await();
                        logIn(attempt);
                    } catch (IOException | MalformedPduException e) {
                        broken.incrementAndGet();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            start.countDown();
        }
    }

    /** How often it was answered so. */
    int answered(ErrorCode code) {
        return answers.getOrDefault(code, 0);
    }

    /** Connections that were refused or lost. */
    int broken() {
        return broken.get();
    }

    @Override
    public void close() {
        attempts.forEach(attempt -> attempt.frames.close());
    }

    private void logIn(Attempt attempt) throws IOException, InterruptedException {
        int id = 1;
        while (true) {
            id++;
            IndexRequest request = new AccountRequest.LogIn(attempt.user, attempt.proof, "bench");
            attempt.frames.sendRequest(id, request);
            if (!(read(attempt.frames) instanceof Failure failure)) {
                throw new MalformedPduException("a log-in to no account was accepted");
            }
            answers.merge(failure.code(), 1, Integer::sum);
            if (failure.code() != ErrorCode.BUSY) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(failure.retryAfterMillis());
        }
    }

    private static Pdu read(FrameStream frames) throws IOException {
        return IndexReply.decode(frames.readHeader(), frames.readBody());
    }

    private static Welcome refuse() {
        throw new MalformedPduException("the index does not welcome");
    }

    private static InetSocketAddress from(int number) {
        int group = number / OF_ONE_ADDRESS;
        return new InetSocketAddress("127.78." + group / ADDRESSES_A_NET + "." + (1 + group % ADDRESSES_A_NET), 0);
    }
}
