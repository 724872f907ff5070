package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.index.Contact;
import dev.shoal.index.Directory;
import dev.shoal.index.DirectoryLimits;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code directory}: fills a directory with ten million registrations and measures memory and latencies at that size.
 * Times are of single calls on one thread, the clock's own 20 to 30 ns included.
 */
@Command(
        name = "directory",
        mixinStandardHelpOptions = true,
        description = "The index's directory at ten million registrations: memory and latencies, without a network.",
        footer = "Give it the heap of an index: BENCH_JAVA_OPTIONS=-Xmx1g.")
final class DirectoryBench implements Callable<Integer> {

    private static final long SEED = 1;
    private static final int SAMPLES = 200_000;
    private static final int LEAVING = 10_000;
    private static final int MAX_LOCATED = 16;
    private static final double MOST_BYTES_A_REGISTRATION = 12;
    private static final double MOST_BYTES_A_CONTENT = 130;
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double NANOS_PER_MILLI = 1_000_000;

    @Option(names = "--peers", defaultValue = "100000", description = "Peers; ${DEFAULT-VALUE}.")
    int peerCount;

    @Option(names = "--contents", defaultValue = "1000000", description = "Contents; ${DEFAULT-VALUE}.")
    int contentCount;

    @Option(names = "--sources", defaultValue = "10", description = "Sources of each content; ${DEFAULT-VALUE}.")
    int sourcesEach;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Directory directory = new Directory(DirectoryLimits.DEFAULT, random);
    private final Map<String, Object> results = new LinkedHashMap<>();
    private final List<Figure> figures = new ArrayList<>();
    private SyntheticContents world = new SyntheticContents(0, 0, 0);
    private int[] peers = new int[0];

    @Override
    public Integer call() throws IOException {
        world = new SyntheticContents(peerCount, contentCount, (int) ((long) contentCount * sourcesEach / peerCount));
        peers = new int[peerCount];
        System.out.println(Machine.here().line());
        run();
        System.out.println(Figure.table(figures));
        results.put("figures", figures.stream().map(Figure::result).toList());
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/directory.json");
        ResultFile.write(file, Main.commandLine(), results);
        return 0;
    }

    private void run() {
        System.out.printf(
                "%d peers, %d contents, %d contents a peer, heap at most %d MiB%n",
                peerCount, contentCount, world.eachPeer(), Runtime.getRuntime().maxMemory() >> 20);
        long empty = usedBytes();
        for (int i = 0; i < peerCount; i++) {
            peers[i] = directory.join(contact(i));
        }
        long withPeers = usedBytes();
        long filled = fill(0, contentCount / peerCount);
        int first = directory.registrationCount();
        long withFirst = usedBytes();
        filled += fill(contentCount / peerCount, world.eachPeer());
        tellMemory(withPeers - empty, withFirst - withPeers, first, usedBytes() - withPeers);
        System.out.printf(
                "filled in %.1f s: %d registrations of %d contents%n",
                filled / NANOS_PER_MILLI / 1_000, directory.registrationCount(), directory.contentCount());
        measure("locate 16 of a content", this::locate);
        measure("state of a content", i -> directory.state(SyntheticContents.content(random.nextInt(contentCount))));
        measure("register one more", i -> directory.register(peers[random.nextInt(peerCount)], anyContent(), false));
        measure("register a partial", i -> directory.register(peers[random.nextInt(peerCount)], anyContent(), true));
        measure(
                "withdraw one",
                i -> directory.withdraw(
                        peers[i % peerCount], SyntheticContents.content(world.owned(i % peerCount, 0))));
        crowd();
        leaveAtOnce();
        measure("locate 16 of a content, afterwards", this::locate);
        long tidying = System.nanoTime();
        directory.tidy(Integer.MAX_VALUE);
        System.out.printf(
                "tidied everything in %.1f ms; %d numbers of peers still stale%n",
                (System.nanoTime() - tidying) / NANOS_PER_MILLI, directory.staleCount());
    }

    /**
     * What a registration costs, and what a content by itself. In the first round each content gets one source, in the
     * further ones nothing but sources comes, so that the two can be told apart.
     *
     * @param peerBytes what the peers take without any content
     * @param firstBytes what the first round added
     * @param first how many registrations that was
     * @param allBytes what all rounds added
     */
    private void tellMemory(long peerBytes, long firstBytes, int first, long allBytes) {
        int registrations = directory.registrationCount();
        double each = registrations > first ? (double) (allBytes - firstBytes) / (registrations - first) : 0;
        double content = (firstBytes - first * each) / directory.contentCount();
        System.out.printf(
                "%.0f bytes a peer; %.1f bytes a registration and %.0f a content, %.1f a registration together%n",
                (double) peerBytes / peerCount, each, content, (double) allBytes / registrations);
        results.put("heapMebibytes", Runtime.getRuntime().maxMemory() >> 20);
        results.put("registrations", registrations);
        results.put("bytesPerPeer", (double) peerBytes / peerCount);
        results.put("bytesPerRegistrationAlone", each);
        results.put("bytesPerContentAlone", content);
        results.put("bytesPerRegistration", (double) allBytes / registrations);
        if (registrations > first) {
            String heading = registrations + " registrations: bytes of ";
            figures.add(Figure.atMost(heading + "each", each, MOST_BYTES_A_REGISTRATION));
            figures.add(Figure.atMost(heading + "a content's own entry", content, MOST_BYTES_A_CONTENT));
        }
    }

    /** Fills some rounds, in each of which every peer registers one content more. */
    private long fill(int from, int to) {
        long start = System.nanoTime();
        for (int nth = from; nth < to; nth++) {
            for (int i = 0; i < peerCount; i++) {
                directory.register(peers[i], SyntheticContents.content(world.owned(i, nth)), false);
            }
        }
        return System.nanoTime() - start;
    }

    private void locate(int i) {
        int asker = random.nextInt(peerCount);
        directory.locate(
                peers[asker],
                address(asker),
                SyntheticContents.content(random.nextInt(contentCount)),
                MAX_LOCATED,
                Pdu.MAX_DATAGRAM_BYTES,
                System.nanoTime(),
                random);
    }

    /** One content that every peer gets, as a flash crowd does. */
    private void crowd() {
        ContentId popular = new ContentId(SyntheticContents.hash(-1), 1L << 30);
        measure("a content that everybody registers", peerCount, i -> directory.register(peers[i], popular, false));
        measure(
                "locate 16 of that",
                i -> directory.locate(
                        peers[i % peerCount],
                        address(i % peerCount),
                        popular,
                        MAX_LOCATED,
                        Pdu.MAX_DATAGRAM_BYTES,
                        System.nanoTime(),
                        random));
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
        results.put("peersLeaving", Map.of("peers", LEAVING, "registrations", gone, "millis", millis));
        measure("join again with everything", LEAVING, i -> {
            peers[i] = directory.join(contact(i));
            for (int nth = 0; nth < world.eachPeer(); nth++) {
                directory.register(peers[i], SyntheticContents.content(world.owned(i, nth)), false);
            }
        });
    }

    private void measure(String what, IntConsumer call) {
        measure(what, SAMPLES, call);
    }

    private void measure(String what, int calls, IntConsumer call) {
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
        results.put(
                what,
                Map.of(
                        "medianMicros", nanos[calls / 2] / NANOS_PER_MICRO,
                        "99Micros", nanos[(int) (calls * 0.99)] / NANOS_PER_MICRO,
                        "999Micros", nanos[(int) (calls * 0.999)] / NANOS_PER_MICRO,
                        "longestMicros", nanos[calls - 1] / NANOS_PER_MICRO));
    }

    private ContentId anyContent() {
        return SyntheticContents.content(random.nextInt(contentCount));
    }

    /** Who a peer is, and where. */
    static Contact contact(int peer) {
        InetAddress address = address(peer);
        return new Contact(
                new PeerId(SyntheticContents.hash(peer)),
                address,
                List.of(new Endpoint(address, 1024 + peer % 60_000)));
    }

    /** Where a peer is seen. */
    static InetAddress address(int peer) {
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
