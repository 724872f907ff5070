package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two processes of this program over one TLS stack, as little around it as possible: what a Java program can reach.
 * Cold, the sender waits and the whole receiving process counts; warm, the same processes repeat the transfer and the
 * last one counts. For one thread.
 */
final class TlsContender implements Contender {

    private static final int WARM_TRANSFERS = 3;
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final Pattern LISTENING = Pattern.compile("LISTENING (\\d+)");
    private static final Pattern RESULT = Pattern.compile("RESULT wall=([\\d.E-]+) cpu=([\\d.E-]+)");

    private final WorkFolder work;
    private final Path file;
    private final long bytes;
    private final TlsStack stack;
    private final int connections;
    private final boolean warm;

    TlsContender(WorkFolder work, Path file, long bytes, TlsStack stack, int connections, boolean warm) {
        this.work = work;
        this.file = file;
        this.bytes = bytes;
        this.stack = stack;
        this.connections = connections;
        this.warm = warm;
    }

    @Override
    public String name() {
        return stack.name().toLowerCase(Locale.ROOT).replace('_', '-') + ", " + connections
                + (connections > 1 ? " connections" : " connection") + (warm ? ", warm" : ", cold");
    }

    @Override
    public void prepare() {
        // Each transfer has a sender of its own, started before the clock.
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        List<String> send = command(TlsSender.class, "sender.pem");
        send.add(file.toString());
        try (LongProcess sender = LongProcess.start(work.path().resolve("sender.log"), Map.of(), send)) {
            String port = sender.await(LISTENING, READY_LIMIT);
            double before = sender.cpuSeconds();
            List<String> receive = command(TlsReceiver.class, "receiver.pem");
            receive.addAll(List.of(port, target.toString(), Long.toString(bytes)));
            receive.add(Integer.toString(warm ? WARM_TRANSFERS : 1));
            TimedProcess done = TimedProcess.run(work.path(), Map.of(), receive);
            double senderCpuSeconds = sender.cpuSeconds() - before;
            if (!warm) {
                return new Sample(done.wallSeconds(), done.cpuSeconds(), senderCpuSeconds);
            }
            Sample last = last(done.output());
            return new Sample(last.wallSeconds(), last.receiverCpuSeconds(), senderCpuSeconds / WARM_TRANSFERS);
        }
    }

    @Override
    public void close() {
        // Nothing runs between transfers.
    }

    private static Sample last(String output) throws IOException {
        Matcher matcher = RESULT.matcher(output);
        Sample last = null;
        while (matcher.find()) {
            last = new Sample(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)), 0);
        }
        if (last == null) {
            throw new IOException("the receiver told no result: " + output);
        }
        return last;
    }

    private List<String> command(Class<?> main, String identity) {
        List<String> command = new ArrayList<>(ownJava());
        command.add(main.getName());
        command.addAll(new TlsSettings(stack, work.path().resolve(identity), connections).words());
        return command;
    }

    /** How to start another main class of this program. */
    private static List<String> ownJava() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-cp",
                System.getProperty("java.class.path"));
    }
}
