package dev.shoal.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network of its own on this machine: a namespace for each peer, all on a bridge in one more namespace, which also
 * holds whatever everybody reaches without a limit (an index, a tracker). Nothing outside is changed; the names say
 * which process made them, and what a killed process left is removed by the next one. For one thread, but
 * {@link #close} is also run when the process is ended.
 */
final class SwarmNetwork implements AutoCloseable {

    private static final String PREFIX = "shoal-bench-";
    private static final Path NAMES = Path.of("/run/netns");
    private static final String SUBNET = "10.77.0.";
    private static final int FIRST_HOST = 10;

    /** What Ethernet, IP and TCP with time stamps put around each packet's data. */
    private static final int PACKET_OVERHEAD_BYTES = 14 + 20 + 32;

    /** The device that leads to the process that delays, how many packets may wait for it, and a table of routes. */
    private static final String DEVICE = "delay";

    private static final String DEVICE_QUEUE = "10000";
    private static final String TABLE = "100";

    private static final int BURST_BYTES = 16 * 1024;
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
    private static final Pattern SENT = Pattern.compile("Sent (\\d+) bytes (\\d+) pkt");

    private final String prefix = PREFIX + ProcessHandle.current().pid() + "-";
    private final SwarmCase links;
    private final Trouble trouble;
    private final WorkFolder work;
    private final Thread removing = Thread.ofPlatform().unstarted(this::remove);
    private boolean limited;
    private @Nullable LongProcess router;

    /**
     * What happens to packets beside the limits.
     *
     * @param queueMillis how long a packet may wait in front of a full link
     * @param delayMillis how long each packet takes from one peer to another, beside its time in queues; an answer
     *     comes after twice that
     * @param lossPerMille how many of a thousand packets are lost, at random, at their receiver
     */
    record Trouble(int queueMillis, int delayMillis, int lossPerMille) {}

    /** What is missing to make one; empty when nothing is. */
    static Optional<String> missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("Network namespaces are needed, which only Linux has.");
        }
        Optional<String> programs =
                Installed.missing(Map.of("ip", "iproute2", "tc", "iproute2", "sysctl", "procps", "nft", "nftables"));
        if (programs.isPresent()) {
            return programs;
        }
        return System.getProperty("user.name").equals("root")
                ? Optional.empty()
                : Optional.of("Network namespaces are made by root only: run this as root.");
    }

    private SwarmNetwork(SwarmCase links, Trouble trouble, WorkFolder work) {
        this.links = links;
        this.trouble = trouble;
        this.work = work;
        Runtime.getRuntime().addShutdownHook(removing);
    }

    /** Makes the network of a case; without limits before {@link #limit}. */
    static SwarmNetwork of(SwarmCase links, Trouble trouble, WorkFolder work) throws IOException, InterruptedException {
        removeLeftOvers();
        SwarmNetwork network = new SwarmNetwork(links, trouble, work);
        boolean made = false;
        try {
            network.make();
            made = true;
            return network;
        } finally {
            if (!made) {
                network.close();
            }
        }
    }

    /** How many peers there are, the seed not counted. */
    int peers() {
        return links.peers().size();
    }

    /** Its links. */
    SwarmCase links() {
        return links;
    }

    /** The address that everybody reaches without a limit. */
    String middle() {
        return SUBNET + 1;
    }

    /** The address of a peer, from 1 on; 0 is the seed. */
    String address(int peer) {
        return SUBNET + (FIRST_HOST + peer);
    }

    /** The words that make a command run where everybody reaches it. */
    List<String> inMiddle() {
        return List.of("ip", "netns", "exec", bridgeSpace());
    }

    /** The words that make a command run as a peer. */
    List<String> inPeer(int peer) {
        return List.of("ip", "netns", "exec", space(peer));
    }

    /** Switches the limits of all links on or off; their counters begin anew. */
    void limit(boolean on) throws IOException, InterruptedException {
        if (limited) {
            for (int peer = 0; peer <= peers(); peer++) {
                run("tc", "-n", space(peer), "qdisc", "del", "dev", "eth0", "root");
                run("tc", "-n", bridgeSpace(), "qdisc", "del", "dev", port(peer), "root");
            }
        }
        limited = on;
        if (on) {
            for (int peer = 0; peer <= peers(); peer++) {
                SwarmCase.Link link = links.links().get(peer);
                limit(space(peer), "eth0", link.up());
                limit(bridgeSpace(), port(peer), link.down());
            }
        }
    }

    /** What the link of a peer has carried, seen from the peer. */
    DeviceBytes carried(int peer) throws IOException, InterruptedException {
        return DeviceBytes.parse(run("ip", "netns", "exec", space(peer), "cat", "/proc/net/dev"), "eth0");
    }

    /** The payload that a peer has sent since the limits were set, whatever protocol it was. */
    long sentBytes(int peer) throws IOException, InterruptedException {
        String text = run("tc", "-n", space(peer), "-s", "qdisc", "show", "dev", "eth0");
        Matcher matcher = SENT.matcher(text);
        if (!matcher.find()) {
            throw new IOException("tc does not say what was sent: " + text);
        }
        return Long.parseLong(matcher.group(1)) - Long.parseLong(matcher.group(2)) * PACKET_OVERHEAD_BYTES;
    }

    @Override
    public void close() {
        LongProcess relay = router;
        if (relay != null) {
            relay.close();
        }
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(removing);
        } catch (IllegalStateException e) {
            // The benchmark is being ended; the hook finds nothing to remove.
            return;
        }
    }

    private String bridgeSpace() {
        return prefix + "net";
    }

    private String space(int peer) {
        return prefix + peer;
    }

    private static String port(int peer) {
        return "port" + peer;
    }

    private void limit(String space, String device, double megabits) throws IOException, InterruptedException {
        run(
                "tc",
                "-n",
                space,
                "qdisc",
                "add",
                "dev",
                device,
                "root",
                "tbf",
                "rate",
                String.format(Locale.ROOT, "%.0fbit", megabits * 1e6),
                "burst",
                String.valueOf(BURST_BYTES),
                "latency",
                trouble.queueMillis() + "ms");
    }

    private void make() throws IOException, InterruptedException {
        String bridge = bridgeSpace();
        run("ip", "netns", "add", bridge);
        run("ip", "-n", bridge, "link", "set", "lo", "up");
        run("ip", "-n", bridge, "link", "add", "bridge", "type", "bridge", "forward_delay", "0");
        run("ip", "-n", bridge, "addr", "add", middle() + "/24", "dev", "bridge");
        run("ip", "-n", bridge, "link", "set", "bridge", "up");
        settle(bridge, "bridge", middle());
        for (int peer = 0; peer <= peers(); peer++) {
            String space = space(peer);
            run("ip", "netns", "add", space);
            run("ip", "-n", bridge, "link", "add", port(peer), "type", "veth", "peer", "name", "eth0", "netns", space);
            run("ip", "-n", bridge, "link", "set", port(peer), "master", "bridge", "up");
            run("ip", "-n", space, "addr", "add", address(peer) + "/24", "dev", "eth0");
            run("ip", "-n", space, "link", "set", "lo", "up");
            run("ip", "-n", space, "link", "set", "eth0", "up");
            settle(space, "eth0", address(peer));
            if (trouble.lossPerMille() > 0) {
                lose(space);
            }
        }
        if (trouble.delayMillis() > 0) {
            delay();
        }
    }

    /**
     * The same congestion control everywhere, and no memory of how earlier connections went. It is a property of the
     * route, as the setting of that name may not be changed in a namespace.
     */
    private static void settle(String space, String device, String address) throws IOException, InterruptedException {
        run("ip", "netns", "exec", space, "sysctl", "-qw", "net.ipv4.tcp_no_metrics_save=1");
        run(
                "ip",
                "-n",
                space,
                "route",
                "replace",
                SUBNET + "0/24",
                "dev",
                device,
                "proto",
                "kernel",
                "scope",
                "link",
                "src",
                address,
                "congctl",
                "cubic");
    }

    private void lose(String space) throws IOException, InterruptedException {
        run("ip", "netns", "exec", space, "nft", "add", "table", "inet", "loss");
        run("ip", "netns", "exec", space, "nft", "add chain inet loss in { type filter hook input priority 0; }");
        run(
                "ip",
                "netns",
                "exec",
                space,
                "nft",
                "add rule inet loss in iifname eth0 numgen random mod 1000 < " + trouble.lossPerMille() + " drop");
    }

    private void remove() {
        for (String name : spaces()) {
            if (name.startsWith(prefix)) {
                removeSpace(name);
            }
        }
    }

    private static void removeLeftOvers() {
        for (String name : spaces()) {
            Matcher matcher = Pattern.compile(PREFIX + "(\\d+)-.*").matcher(name);
            if (matcher.matches()
                    && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                removeSpace(name);
            }
        }
    }

    private static void removeSpace(String name) {
        try {
            run("ip", "netns", "del", name);
        } catch (IOException e) {
            // When the benchmark is interrupted, its main thread may be removing the same ones.
            if (Files.exists(NAMES.resolve(name))) {
                System.err.println("bench: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> spaces() {
        try (Stream<Path> files = Files.list(NAMES)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            // Nobody has made one since the machine was started.
            return List.of();
        }
    }

    /** What peers send one another takes a turn through a process that lets it wait. */
    private void delay() throws IOException, InterruptedException {
        String middle = bridgeSpace();
        LongProcess process = LongProcess.start(
                work.folder("network").resolve("router.log"),
                Map.of(),
                OwnJava.command(
                        inMiddle(), "delay", "--device", DEVICE, "--millis", String.valueOf(trouble.delayMillis())));
        router = process;
        process.await(DelayRouter.READY, COMMAND_LIMIT);
        run(
                "ip",
                "netns",
                "exec",
                middle,
                "sysctl",
                "-qw",
                "net.ipv4.ip_forward=1",
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.bridge.rp_filter=0",
                "net.ipv4.conf." + DEVICE + ".rp_filter=0",
                "net.ipv4.conf.all.send_redirects=0",
                "net.ipv4.conf.bridge.send_redirects=0");
        run("ip", "-n", middle, "link", "set", DEVICE, "txqueuelen", DEVICE_QUEUE, "up");
        run("ip", "-n", middle, "rule", "add", "iif", "bridge", "lookup", TABLE, "pref", TABLE);
        run("ip", "-n", middle, "route", "add", "default", "dev", DEVICE, "table", TABLE);
        for (int peer = 0; peer <= peers(); peer++) {
            String space = space(peer);
            run(routed(space, middle() + "/32", peer, List.of("scope", "link")));
            run(routed(space, SUBNET + "0/24", peer, List.of("via", middle())));
        }
    }

    private String[] routed(String space, String to, int peer, List<String> way) {
        List<String> words = new ArrayList<>(List.of("ip", "-n", space, "route", "replace", to));
        words.addAll(way);
        words.addAll(List.of("dev", "eth0", "proto", "kernel", "src", address(peer), "congctl", "cubic"));
        return words.toArray(String[]::new);
    }

    private static String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        Installed.find(words[0]).ifPresent(program -> command.set(0, program.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", words) + " does not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", words) + " failed: " + output.strip());
        }
        return output;
    }
}
