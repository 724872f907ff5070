package dev.shoal.bench;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code logins}: thousands log in at the same moment; what becomes of look-ups before, during and after? */
@Command(
        name = "logins",
        mixinStandardHelpOptions = true,
        description = "Thousands log in to an index at the same moment: look-ups before, during and after.")
final class LogInBench implements Callable<Integer> {

    private static final int CONTENTS = 1_000;

    /** Look-ups that are on their way when a phase ends are still its own. */
    private static final long LAST_ANSWERS_MILLIS = 2_000;

    @Option(names = "--attempts", defaultValue = "5000", description = "How many log in; ${DEFAULT-VALUE}.")
    int count;

    @Option(names = "--lookups", defaultValue = "200", description = "Look-ups a second; ${DEFAULT-VALUE}.")
    int lookupsPerSecond;

    @Option(
            names = "--steady",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "Time before and after; ${DEFAULT-VALUE}.")
    int steadySeconds;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where the index's data is.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final Map<String, Object> results = new LinkedHashMap<>();
    private final TextTable table = new TextTable("when", "s", "look-ups", "lost", "median ms", "99 % ms", "most ms");

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(folder);
                Program.RunningIndex index = Program.here().index(work.path())) {
            InetSocketAddress address = index.socketAddress();
            Tls tls = new Tls(Identity.generate());
            try (SocketChannel channel = SocketChannel.open(address);
                    FrameStream frames = new FrameStream(
                            TlsStream.over(channel, tls, true, Tls.INDEX_PROTOCOL), Pdu.MAX_STREAM_BYTES);
                    LookupProbe probe = new LookupProbe(address, LogInCrowd.welcome(frames, 1), CONTENTS);
                    LogInCrowd crowd = new LogInCrowd(address, count)) {
                register(frames);
                measure(index, probe, crowd);
            }
        }
        System.out.println(table);
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/logins.json");
        ResultFile.write(file, Main.commandLine(), results);
        return 0;
    }

    private void measure(Program.RunningIndex index, LookupProbe probe, LogInCrowd crowd)
            throws IOException, InterruptedException {
        System.out.println(crowd.connected() + " connections are open.");
        probe.start(lookupsPerSecond);
        long before = System.nanoTime();
        TimeUnit.SECONDS.sleep(steadySeconds);
        long begin = System.nanoTime();
        crowd.rush();
        long end = System.nanoTime();
        TimeUnit.SECONDS.sleep(steadySeconds);
        long after = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(LAST_ANSWERS_MILLIS);
        phase("before", probe, before, begin);
        phase("while they log in", probe, begin, end);
        phase("after", probe, end, after);
        double seconds = (end - begin) / 1e9;
        results.put("logInSeconds", seconds);
        results.put("sentAway", crowd.answered(ErrorCode.BUSY));
        results.put("answered", crowd.answered(ErrorCode.WRONG_PASSWORD));
        results.put("throttled", crowd.answered(ErrorCode.THROTTLED));
        results.put("broken", crowd.broken());
        results.put("residentBytes", ProcessState.residentBytes(index.process().pid()));
        System.out.printf(
                Locale.ROOT,
                "%,d of %,d log-ins were answered in %.0f s (%.1f ms each), sent away %.1f times on average before;"
                        + " %,d had to wait for wrong passwords, %,d lost their connection.%n",
                crowd.answered(ErrorCode.WRONG_PASSWORD),
                count,
                seconds,
                seconds * 1_000 / Math.max(1, crowd.answered(ErrorCode.WRONG_PASSWORD)),
                (double) crowd.answered(ErrorCode.BUSY) / count,
                crowd.answered(ErrorCode.THROTTLED),
                crowd.broken());
    }

    private void phase(String name, LookupProbe probe, long fromNanos, long toNanos) {
        List<LookupProbe.Lookup> due = probe.dueBetween(fromNanos, toNanos);
        List<Double> millis = new ArrayList<>();
        due.stream().filter(each -> each.nanos() >= 0).forEach(each -> millis.add(each.nanos() / 1e6));
        Spread spread = Spread.of(millis);
        int expected = (int) ((toNanos - fromNanos) / 1e9 * lookupsPerSecond);
        int lost = Math.max(0, expected - millis.size());
        table.row(
                name,
                String.format(Locale.ROOT, "%.0f", (toNanos - fromNanos) / 1e9),
                "" + millis.size(),
                "" + lost,
                String.format(Locale.ROOT, "%.2f", spread.median()),
                String.format(Locale.ROOT, "%.2f", spread.percentile(0.99)),
                String.format(Locale.ROOT, "%.1f", spread.most()));
        results.put(
                name,
                Map.of(
                        "lookups", millis.size(),
                        "lost", lost,
                        "medianMillis", spread.median(),
                        "p99Millis", spread.percentile(0.99),
                        "mostMillis", spread.most()));
    }

    private static void register(FrameStream frames) throws IOException {
        List<IndexRequest.RegisterBulk.Entry> entries = new ArrayList<>();
        for (int content = 0; content < CONTENTS; content++) {
            entries.add(new IndexRequest.RegisterBulk.Entry(SyntheticContents.content(content), false));
        }
        frames.sendRequest(2, new IndexRequest.RegisterBulk(1, entries, false));
        if (!(IndexReply.decode(frames.readHeader(), frames.readBody()) instanceof IndexReply.Ack)) {
            throw new IOException("the index does not take contents");
        }
    }
}
