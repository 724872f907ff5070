package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is routed through the device that delays comes out of it, whole and late: in namespaces, so for root alone. */
class DelayRouterTest {

    private static final int DELAY_MILLIS = 40;
    private static final int CLOSED_PORT = 9;
    private static final Path TUN = Path.of("/dev/net/tun");

    @TempDir
    Path folder = Path.of("");

    @Test
    void anAnswerTakesTwiceTheDelay() throws Exception {
        needsNamespaces();
        try (WorkFolder work = WorkFolder.below(folder);
                SwarmNetwork network = SwarmNetwork.of(
                        SwarmCase.named("equal2"), new SwarmNetwork.Trouble(50, DELAY_MILLIS, 0), work)) {
            List<String> command = new ArrayList<>(network.inPeer(1));
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    DelayRouterTest.class.getName(),
                    network.address(2)));
            String millis = TimedProcess.run(folder, Map.of(), command).output().strip();
            assertThat(Long.parseLong(millis)).isGreaterThanOrEqualTo(2 * DELAY_MILLIS);
        }
    }

    /** Says after how many milliseconds a port of an address, on which nobody listens, has refused a connection. */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(arguments[0], CLOSED_PORT), 30_000);
            throw new IOException("somebody listens at " + socket.getRemoteSocketAddress());
        } catch (ConnectException e) {
            System.out.println(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
    }

    private static void needsNamespaces() throws Exception {
        String what = "root on Linux, the programs of bench/run swarm, and " + TUN;
        boolean there = SwarmNetwork.missing().isEmpty()
                && Files.isWritable(TUN)
                && succeeds("unshare", "-n", "sysctl", "-qw", "net.ipv4.ip_forward=1");
        if (!there) {
            System.err.println("Skipped: the test needs " + what + ".");
        }
        Assumptions.assumeTrue(there, "the test needs " + what);
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
