package dev.shoal.cli;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionWish;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process to be killed: a peer that shares or gets, or an index. What it does it says in lines. */
public final class PeerProcess implements AutoCloseable {

    private static final long LIMIT_SECONDS = 90;

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private PeerProcess(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(Program.jvm());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), PeerProcess.class.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread.ofVirtual().name("output of a process").start(this::read);
    }

    /** Shares a file; says {@code shared LINK}. */
    static PeerProcess share(Path home, String index, String uploadLimit, Path file) throws IOException {
        return new PeerProcess(List.of("share", home.toString(), index, uploadLimit, file.toString()));
    }

    /** Gets a link; says {@code progress BYTES} again and again, then {@code got RESUMED}. */
    static PeerProcess get(Path home, String index, String link, Path target) throws IOException {
        return new PeerProcess(List.of("get", home.toString(), index, link, target.toString()));
    }

    /** The same with a file that is alike. */
    static PeerProcess getLike(Path home, String index, String link, Path target, Path like) throws IOException {
        return new PeerProcess(List.of("get", home.toString(), index, link, target.toString(), like.toString()));
    }

    /**
     * Follows a name in several homes, each into a file of its own, one beginning some time after the other; each says
     * {@code subscribed VERSION}, then {@code updated VERSION} with each version.
     *
     * @param targets by home
     */
    static PeerProcess follow(String index, String name, long apartMillis, Map<Path, Path> targets) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("follow", index, name, Long.toString(apartMillis)));
        targets.forEach((home, target) -> arguments.addAll(List.of(home.toString(), target.toString())));
        return new PeerProcess(arguments);
    }

    /** Runs an index; says {@code index PORT}. */
    static PeerProcess index(int port, Path data) throws IOException {
        return index(port, data, Network.LEASE_MILLIS);
    }

    /** The same with a lease. */
    static PeerProcess index(int port, Path data, int leaseMillis) throws IOException {
        return new PeerProcess(
                List.of("index", Integer.toString(port), data.toString(), Integer.toString(leaseMillis)));
    }

    /** What follows the word in the next line that begins with one of them. */
    String await(String... words) throws InterruptedException {
        List<String> others = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() - end < 0) {
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            int space = line == null ? -1 : line.indexOf(' ');
            if (line != null && space > 0 && List.of(words).contains(line.substring(0, space))) {
                return line.substring(space + 1);
            } else if (line != null) {
                others.add(line);
            } else if (!process.isAlive() && lines.isEmpty()) {
                break;
            }
        }
        throw new AssertionError("no " + List.of(words) + " came, but " + others);
    }

    /** Kills it, as a machine does that loses its power but for the system's memory. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the process " + process.pid() + " does not die");
        }
    }

    /** Lets it stand still, or go on: its system answers for it meanwhile, but nothing that it does. */
    boolean standStill(boolean still) {
        return Program.succeeds("kill", still ? "-STOP" : "-CONT", Long.toString(process.pid()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("broken " + e);
        }
    }

    /** The process itself. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments[0].equals("index")) {
            int port = Integer.parseInt(arguments[1]);
            IndexServer index = IndexServer.start(new IndexConfiguration(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    Path.of(arguments[2]),
                    Optional.empty(),
                    IndexSettings.DEFAULT.withLeaseMillis(Integer.parseInt(arguments[3]))));
            say("index " + index.address().getPort());
            new CountDownLatch(1).await();
        }
        if (arguments[0].equals("follow")) {
            follow(arguments);
            return;
        }
        boolean shares = arguments[0].equals("share");
        String limit = shares ? arguments[3] : null;
        String name = shares ? "sharer" : "getter";
        Request request = shares
                ? new Request.Share(null, List.of(arguments[4]), null, "")
                : new Request.Get(
                        null,
                        arguments[3],
                        arguments[4],
                        false,
                        false,
                        false,
                        null,
                        List.of(arguments).subList(5, arguments.length));
        run(arguments[1], new Peers.Options(arguments[2], null, name, limit, null, false), request);
    }

    private static void follow(String[] arguments) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        long apartMillis = Long.parseLong(arguments[3]);
        for (int i = 4; i < arguments.length; i += 2) {
            String home = arguments[i];
            Request request =
                    new SubscriptionWish.Subscribe(null, arguments[2], arguments[i + 1], true, null, null, true, true);
            Peers.Options options = new Peers.Options(arguments[1], null, "getter", null, null, false);
            all.add(Thread.ofPlatform().start(() -> run(home, options, request)));
            new CountDownLatch(1).await(apartMillis, TimeUnit.MILLISECONDS);
        }
        for (Thread each : all) {
            each.join();
        }
    }

    private static void run(String home, Peers.Options options, Request request) {
        PeerEvents events = (level, text) -> say("event " + text);
        try (PeerService peer = Peers.open(new Home(Path.of(home)), options, events)) {
            peer.run(request, PeerProcess::tell, new Cancellation());
        } catch (PeerException e) {
            say("failed " + e.reason() + " " + e.getMessage());
        }
    }

    private static void tell(Report report) {
        switch (report) {
            case Report.Shared shared -> say("shared " + shared.link());
            case Report.Progress progress -> say("progress " + progress.doneBytes());
            case Report.Got got -> say("got " + got.resumedBytes());
            case SubscriptionReport.Subscribed subscribed -> say("subscribed " + subscribed.version());
            case SubscriptionReport.Updated updated -> say("updated " + updated.version());
            default -> say("other " + report);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
