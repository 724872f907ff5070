package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.index.Contact;
import dev.shoal.index.Directory;
import dev.shoal.index.DirectoryLimits;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Fills a directory with ten million registrations and measures memory and latencies at that size. After
 * {@code ./mvnw -q package -DskipTests}:
 *
 * <pre>
 * java -Xmx1g -cp 'bench/target/classes:index/target/classes:protocol/target/classes:content/target/classes' \
 *     dev.shoal.bench.DirectoryBench [peers] [contents] [sources of each]
 * </pre>
 *
 * Times are of single calls on one thread, the clock's own 20 to 30 ns included.
 */
public final class DirectoryBench {

    private static final long SEED = 1;
    private static final int SAMPLES = 200_000;
    private static final int LEAVING = 10_000;
    private static final int MAX_LOCATED = 16;
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double NANOS_PER_MILLI = 1_000_000;

    private final int peerCount;
    private final int contentCount;
    private final int contentsPerPeer;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Directory directory = new Directory(DirectoryLimits.DEFAULT, random);
    private final int[] peers;

    private DirectoryBench(int peerCount, int contentCount, int sourcesEach) {
        this.peerCount = peerCount;
        this.contentCount = contentCount;
        this.contentsPerPeer = (int) ((long) contentCount * sourcesEach / peerCount);
        this.peers = new int[peerCount];
    }

    /** Runs it. */
    public static void main(String[] args) {
        int peerCount = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int contentCount = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        int sourcesEach = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        new DirectoryBench(peerCount, contentCount, sourcesEach).run();
    }

    private void run() {
        System.out.printf(
                "%d peers, %d contents, %d contents a peer, heap at most %d MiB%n",
                peerCount, contentCount, contentsPerPeer, Runtime.getRuntime().maxMemory() >> 20);
        long empty = usedBytes();
        for (int i = 0; i < peerCount; i++) {
            peers[i] = directory.join(contact(i));
        }
        long withPeers = usedBytes();
        long filled = fill();
        long used = usedBytes();
        int registrations = directory.registrationCount();
        System.out.printf(
                "filled in %.1f s: %d registrations of %d contents%n",
                filled / NANOS_PER_MILLI / 1_000, registrations, directory.contentCount());
        System.out.printf("%.0f bytes a peer%n", (double) (withPeers - empty) / peerCount);
        System.out.printf(
                "%.2f bytes a registration, contents included; %d MiB in all%n",
                (double) (used - withPeers) / registrations, used >> 20);
        System.out.printf(
                "%.2f bytes a registration when 70 bytes are taken off for each content%n",
                (double) (used - withPeers - 70L * directory.contentCount()) / registrations);
        measure("locate 16 of a content", this::locate);
        measure("state of a content", i -> directory.state(content(random.nextInt(contentCount))));
        measure("register one more", i -> directory.register(peers[random.nextInt(peerCount)], anyContent(), false));
        measure("register a partial", i -> directory.register(peers[random.nextInt(peerCount)], anyContent(), true));
        measure("withdraw one", i -> directory.withdraw(peers[i % peerCount], content(owned(i % peerCount, 0))));
        crowd();
        leaveAtOnce();
        measure("locate 16 of a content, afterwards", this::locate);
        long tidying = System.nanoTime();
        directory.tidy(Integer.MAX_VALUE);
        System.out.printf(
                "tidied everything in %.1f ms; %d numbers of peers still stale%n",
                (System.nanoTime() - tidying) / NANOS_PER_MILLI, directory.staleCount());
    }

    private long fill() {
        long start = System.nanoTime();
        for (int nth = 0; nth < contentsPerPeer; nth++) {
            for (int i = 0; i < peerCount; i++) {
                directory.register(peers[i], content(owned(i, nth)), false);
            }
        }
        return System.nanoTime() - start;
    }

    private void locate(int i) {
        int asker = random.nextInt(peerCount);
        directory.locate(
                peers[asker],
                address(asker),
                content(random.nextInt(contentCount)),
                MAX_LOCATED,
                System.nanoTime(),
                random);
    }

    /** One content that every peer gets, as a flash crowd does. */
    private void crowd() {
        ContentId popular = new ContentId(hash(-1), 1L << 30);
        measure("a content that everybody registers", peerCount, i -> directory.register(peers[i], popular, false));
        measure(
                "locate 16 of that",
                i -> directory.locate(
                        peers[i % peerCount], address(i % peerCount), popular, MAX_LOCATED, System.nanoTime(), random));
    }

    private void leaveAtOnce() {
        int before = directory.registrationCount();
        long start = System.nanoTime();
        measure("leave, " + LEAVING + " one after the other", LEAVING, i -> directory.leave(peers[i]));
        double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
        int gone = before - directory.registrationCount();
        System.out.printf(
                "%d peers with %d registrations left in %.0f ms, %.0f ns a registration; %d MiB in all%n",
                LEAVING, gone, millis, millis * NANOS_PER_MILLI / gone, usedBytes() >> 20);
        measure("join again with everything", LEAVING, i -> {
            peers[i] = directory.join(contact(i));
            for (int nth = 0; nth < contentsPerPeer; nth++) {
                directory.register(peers[i], content(owned(i, nth)), false);
            }
        });
    }

    private void measure(String what, IntConsumer call) {
        measure(what, SAMPLES, call);
    }

    private static void measure(String what, int calls, IntConsumer call) {
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            call.accept(i);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%-40s median %8.2f us, 99 %% %8.2f us, 99.9 %% %9.2f us, longest %9.2f us%n",
                what,
                nanos[calls / 2] / NANOS_PER_MICRO,
                nanos[(int) (calls * 0.99)] / NANOS_PER_MICRO,
                nanos[(int) (calls * 0.999)] / NANOS_PER_MICRO,
                nanos[calls - 1] / NANOS_PER_MICRO);
    }

    /** Which content a peer has as its nth: spread over all contents, each as often as any other. */
    private int owned(int peer, int nth) {
        long place = (long) nth * peerCount + peer;
        long round = place / contentCount;
        return (int) ((place + round * 37_861) * 7_919 % contentCount);
    }

    private ContentId anyContent() {
        return content(random.nextInt(contentCount));
    }

    private static ContentId content(int number) {
        return new ContentId(hash(number), 100_000_000L + number);
    }

    private static Hash hash(long seed) {
        SplittableRandom words = new SplittableRandom(seed * 0x9e3779b97f4a7c15L);
        return new Hash(words.nextLong(), words.nextLong(), words.nextLong(), words.nextLong());
    }

    private static Contact contact(int peer) {
        InetAddress address = address(peer);
        return new Contact(new PeerId(hash(peer)), address, List.of(new Endpoint(address, 1024 + peer % 60_000)));
    }

    private static InetAddress address(int peer) {
        try {
            return InetAddress.getByAddress(new byte[] {20, (byte) (peer >> 16), (byte) (peer >> 8), (byte) peer});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
