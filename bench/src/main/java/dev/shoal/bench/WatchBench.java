package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code watch}: very many watched names get new versions in a short time; is everybody told, and how soon? The index
 * is the real program; watchers are sessions that acknowledge what they are told, over one socket.
 */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "New versions of names that many watch: how soon everybody is told.")
final class WatchBench implements Callable<Integer> {

    private static final int ANSWER_MILLIS = 20_000;
    private static final int WINDOW = 200;
    private static final int PUBLISHERS = 32;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @Option(names = "--peers", defaultValue = "10000", description = "Watchers; ${DEFAULT-VALUE}.")
    int peers;

    @Option(names = "--names", defaultValue = "1000", description = "Names; ${DEFAULT-VALUE}.")
    int names;

    @Option(names = "--each", defaultValue = "10", description = "Names that each watches; ${DEFAULT-VALUE}.")
    int each;

    @Option(names = "--rate", defaultValue = "1000", description = "New versions in a second; ${DEFAULT-VALUE}.")
    int rate;

    @Option(names = "--heap", defaultValue = "1g", description = "Heap of the index; ${DEFAULT-VALUE}.")
    String heap = "";

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final Identity owner = Identity.generate();
    private final List<VersionRecord> records = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(Path.of(System.getProperty("java.io.tmpdir")))) {
            List<Welcome> tickets = CrowdTickets.make(work.folder(Program.DATA), peers);
            int port = Loopback.freePort();
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            try (Program.RunningIndex index = Program.here()
                            .index(
                                    List.of(),
                                    work.path(),
                                    Map.of("SHOAL_JAVA_OPTIONS", "-Xmx" + heap),
                                    "127.0.0.1:" + port,
                                    "--lease",
                                    "3600");
                    LoadSocket socket = LoadSocket.to(address)) {
                LoadSessions sessions = new LoadSessions(socket, tickets);
                sessions.join();
                // An index waits for a greeting for less long than all take to join.
                try (FrameLink link = FrameLink.connect(address, new Tls(owner))) {
                    link.exchange(new Hello(Hello.VERSION, 1, 0, "", 0, List.of(), "bench"), ANSWER_MILLIS);
                    publish(link, 0, new AtomicLongArray(names), new AtomicLongArray(names));
                    watch(socket, sessions);
                    measure(index, socket, sessions, link);
                }
            }
        }
        return 0;
    }

    /** Publishes the next version of each name, so many in a second; 0 for as many as go. */
    private void publish(FrameLink link, int perSecond, AtomicLongArray asked, AtomicLongArray answered) {
        List<VersionRecord> next = new ArrayList<>();
        for (int i = 0; i < names; i++) {
            VersionRecord before = records.isEmpty() ? null : records.get(i);
            int number = before == null ? 1 : before.number() + 1;
            next.add(VersionRecord.sign(
                    VersionRecord.Kind.FILE,
                    number,
                    new ContentId(new Hash(number, i, 3, 4), 1_000_000),
                    System.currentTimeMillis(),
                    before == null ? Hash.ZERO : before.hash(),
                    owner.key(),
                    LoadWorld.name(i),
                    "",
                    owner.privateKey()));
        }
        records.clear();
        records.addAll(next);
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS)) {
            for (int i = 0; i < names; i++) {
                int number = i;
                long due = begin + (perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) * i / perSecond);
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(100_000);
                }
                threads.execute(() -> {
                    asked.set(number, System.nanoTime());
                    VersionRecord record = next.get(number);
                    Pdu answer = link.exchange(
                                    new IndexRequest.Register(false, record.content(), record.name(), record),
                                    ANSWER_MILLIS)
                            .pdu();
                    if (!(answer instanceof IndexReply.Ack)) {
                        throw new IllegalStateException("not published: " + answer);
                    }
                    answered.set(number, System.nanoTime());
                });
            }
        }
    }

    private Name watched(int peer, int which) {
        return LoadWorld.name((peer + which * (names / each)) % names);
    }

    /** Every peer watches its names, one after the other. */
    private void watch(LoadSocket socket, LoadSessions sessions) throws IOException {
        LoadBatch batch = new LoadBatch();
        long began = System.nanoTime();
        for (int which = 0; which < each; which++) {
            boolean[] done = new boolean[peers];
            int left = peers;
            for (int from = 0; left > 0; from = from + WINDOW >= peers ? 0 : from + WINDOW) {
                int waited = 0;
                for (int peer = from; peer < Math.min(peers, from + WINDOW); peer++) {
                    if (!done[peer]) {
                        sessions.seal(peer, new IndexRequest.Watch(watched(peer, which), 1), batch.clear());
                        socket.send(batch.select(batch.view(), 0));
                        waited++;
                    }
                }
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
                while (waited > 0 && System.nanoTime() - end < 0) {
                    ByteBuffer answer = socket.receive();
                    int peer = answer.hasRemaining() ? sessions.peer(answer) : -1;
                    if (peer >= 0 && !done[peer] && sessions.open(answer) instanceof IndexReply.Ack) {
                        done[peer] = true;
                        left--;
                        waited--;
                    }
                }
            }
        }
        System.err.printf(
                Locale.ROOT, "%d watches made in %.1f s%n", (long) peers * each, (System.nanoTime() - began) / 1e9);
    }

    private void measure(Program.RunningIndex index, LoadSocket socket, LoadSessions sessions, FrameLink link)
            throws IOException, InterruptedException {
        AtomicLongArray asked = new AtomicLongArray(names);
        AtomicLongArray answered = new AtomicLongArray(names);
        double cpuBefore = index.process().cpuSeconds();
        Thread publisher = Thread.ofPlatform().name("publisher").start(() -> publish(link, rate, asked, answered));
        int all = peers * each;
        int told = 0;
        int repeated = 0;
        long[][] toldNanos = new long[each][peers];
        LoadBatch batch = new LoadBatch();
        Map<Name, Integer> numbers = new LinkedHashMap<>();
        for (int i = 0; i < names; i++) {
            numbers.put(LoadWorld.name(i), i);
        }
        long lastNanos = System.nanoTime();
        while (told < all && System.nanoTime() - lastNanos < PATIENCE_NANOS) {
            ByteBuffer datagram = socket.receive();
            LoadSessions.Told version = datagram.hasRemaining() ? sessions.told(datagram) : null;
            if (version != null) {
                lastNanos = System.nanoTime();
                sessions.acknowledge(version, batch.clear());
                socket.send(batch.select(batch.view(), 0));
                int which = which(
                        version.peer(), numbers.getOrDefault(version.version().name(), 0));
                if (toldNanos[which][version.peer()] == 0) {
                    toldNanos[which][version.peer()] = lastNanos;
                    told++;
                } else {
                    repeated++;
                }
            }
        }
        publisher.join();
        tell(index.process().cpuSeconds() - cpuBefore, told, repeated, toldNanos, asked, answered);
    }

    private int which(int peer, int name) {
        int step = names / each;
        return Math.floorMod(name - peer, names) / step;
    }

    private void tell(
            double cpuSeconds,
            int told,
            int repeated,
            long[][] toldNanos,
            AtomicLongArray asked,
            AtomicLongArray answered)
            throws IOException {
        List<Double> afterAsked = new ArrayList<>();
        List<Double> afterAnswered = new ArrayList<>();
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int which = 0; which < each; which++) {
            for (int peer = 0; peer < peers; peer++) {
                long nanos = toldNanos[which][peer];
                if (nanos != 0) {
                    int name = (peer + which * (names / each)) % names;
                    afterAsked.add((nanos - asked.get(name)) / 1e6);
                    afterAnswered.add((nanos - answered.get(name)) / 1e6);
                    first = Math.min(first, nanos);
                    last = Math.max(last, nanos);
                }
            }
        }
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("watches", (long) peers * each);
        results.put("versionsASecond", rate);
        results.put("told", told);
        results.put("toldAgain", repeated);
        results.put("toldASecond", Math.round(told / Math.max(1e-3, (last - first) / 1e9)));
        for (Map.Entry<String, List<Double>> millis : Map.of(
                        "afterPublishing", afterAsked, "afterItReturned", afterAnswered)
                .entrySet()) {
            if (!millis.getValue().isEmpty()) {
                Spread spread = Spread.of(millis.getValue());
                results.put(millis.getKey() + "MedianMillis", spread.median());
                results.put(millis.getKey() + "99Millis", spread.percentile(0.99));
                results.put(millis.getKey() + "LongestMillis", spread.most());
            }
        }
        results.put("indexCpuSeconds", cpuSeconds);
        results.forEach((name, value) -> System.out.println(name + ": " + value));
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/watch.json");
        ResultFile.write(file, Main.commandLine(), results);
    }
}
