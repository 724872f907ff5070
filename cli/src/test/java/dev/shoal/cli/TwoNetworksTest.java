package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two machines, as far as the network goes: two network namespaces of Linux, joined by a pair of virtual cards. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class TwoNetworksTest {

    private static final Pattern LINK = Pattern.compile("shoal://\\S+");

    @TempDir
    Path folder;

    private final String tag = Integer.toHexString(new SplittableRandom().nextInt(0x1000, 0xffff));
    private final String here = "shoal-a-" + tag;
    private final String there = "shoal-b-" + tag;

    @BeforeEach
    void makeNetworks() {
        boolean made = Program.succeeds("ip", "netns", "add", here)
                && Program.succeeds("ip", "netns", "add", there)
                && Program.succeeds(
                        "ip", "-n", here, "link", "add", "va" + tag, "type", "veth", "peer", "vb" + tag, "netns", there)
                && addressed(here, "va" + tag, "10.213.77.1/24")
                && addressed(there, "vb" + tag, "10.213.77.2/24");
        if (!made) {
            removeNetworks();
        }
        Program.needs(made, "Linux, root and the program ip, to make two networks");
    }

    @AfterEach
    void removeNetworks() {
        Program.succeeds("ip", "netns", "delete", here);
        Program.succeeds("ip", "netns", "delete", there);
    }

    @Test
    void thePrintedLineWorksOnAnotherMachine() throws Exception {
        byte[] data = new byte[3_000_000];
        new SplittableRandom(2).nextBytes(data);
        Path file = Files.write(folder.resolve("some.iso"), data);
        try (Program sharing = Program.start(folder.resolve("alice"), in(here), "share", file.toString())) {
            String link = sharing.await(LINK);
            assertThat(link).contains("@10.213.77.1:");
            Path target = folder.resolve("got.iso");
            try (Program getting =
                    Program.start(folder.resolve("bob"), in(there), "get", link, "-o", target.toString())) {
                assertThat(getting.exit()).as(getting.text()).isZero();
            }
            assertThat(target).hasBinaryContent(data);
        }
    }

    private static List<String> in(String network) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", network));
        command.addAll(Program.java());
        return command;
    }

    private static boolean addressed(String network, String card, String address) {
        return Program.succeeds("ip", "-n", network, "address", "add", address, "dev", card)
                && Program.succeeds("ip", "-n", network, "link", "set", card, "up")
                && Program.succeeds("ip", "-n", network, "link", "set", "lo", "up");
    }
}
