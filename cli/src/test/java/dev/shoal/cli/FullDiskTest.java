package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full or may not be written: small ones, which only the process under test sees. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class FullDiskTest {

    private static final int BYTES = 6_000_000;

    /** Arguments: folder to mount on, the original, then the command that gets it. */
    private static final String FILL_AND_MAKE_ROOM = """
            disk=$1; original=$2; shift 2
            mount -t tmpfs -o size=10m none "$disk" || exit 100
            "$@" &
            getter=$!
            while [ "$(du -k "$disk/got.shoal-part" 2>/dev/null | cut -f1 | grep . || echo 0)" -lt 300 ]; do
              kill -0 $getter || break
              sleep 0.05
            done
            dd if=/dev/zero of="$disk/filler" bs=16k 2>/dev/null
            wait $getter
            echo "first exit $?"
            [ -e "$disk/got" ] && echo "too early"
            [ -e "$disk/got.shoal-part" ] && echo "part kept"
            "$@"
            echo "second exit $?"
            rm "$disk/filler"
            "$@" --json
            echo "third exit $?"
            cmp "$disk/got" "$original" && echo "same bytes"
            """;

    private static final String READ_ONLY = """
            disk=$1; shift
            mount -t tmpfs -o ro none "$disk" || exit 100
            "$@"
            """;

    /** Full, but for the folder and the empty files that cost no room there. */
    private static final String FULL = """
            disk=$1; shift
            mount -t tmpfs -o size=64k none "$disk" || exit 100
            mkdir "$disk/data"
            dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null
            "$@"
            """;

    /** Arguments: folder to mount on, folder of signs, then the command that runs meanwhile. */
    private static final String FILL_AND_MAKE_ROOM_ON_A_SIGN = """
            disk=$1; signs=$2; shift 2
            mount -t tmpfs -o size=4m none "$disk" || exit 100
            "$@" &
            index=$!
            sign() {
              until [ -e "$signs/$1" ]; do
                kill -0 $index || exit 101
                sleep 0.05
              done
            }
            sign fill
            dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null
            touch "$signs/full"
            sign make-room
            rm "$disk/filler"
            touch "$signs/roomy"
            wait $index
            """;

    @TempDir
    Path folder;

    @Test
    void aDownloadThatFillsTheDiskGoesOnWhenThereIsRoomAgain() throws Exception {
        List<String> unshare = unshare();
        try (Network network = Network.withLease(folder, 60_000)) {
            Path file = folder.resolve("data");
            byte[] data = new byte[BYTES];
            new SplittableRandom(1).nextBytes(data);
            Files.write(file, data);
            Report.Shared shared = network.peer("alice", "1500 kB/s", PeerEvents.NONE)
                    .share(file)
                    .next(Report.Shared.class);
            Path disk = Files.createDirectory(folder.resolve("disk"));
            List<String> start = script(unshare, FILL_AND_MAKE_ROOM, disk.toString(), file.toString());
            start.addAll(Program.java());
            try (Program program = Program.start(
                    folder.resolve("bob"),
                    start,
                    "get",
                    shared.link(),
                    "-o",
                    disk.resolve("got").toString())) {
                program.exit();
                assertThat(program.text())
                        .contains("first exit 7", "part kept", "second exit 7", "third exit 0", "same bytes")
                        .doesNotContain("too early")
                        .containsPattern("(?i)(room|full|space)")
                        .doesNotContain("Exception")
                        .containsPattern("\"resumed_?[bB]ytes\":[1-9]");
            }
        }
    }

    @Test
    void aHomeThatCannotBeWrittenIsNamed() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path file = Files.writeString(folder.resolve("data"), "data");
        List<String> start = script(unshare(), READ_ONLY, disk.toString());
        start.addAll(Program.java());
        for (String command : List.of("share " + file + " --index 127.0.0.1:1", "ls --index 127.0.0.1:1")) {
            try (Program program = Program.start(disk, start, command.split(" "))) {
                assertThat(program.exit()).as(program.text()).isEqualTo(ExitCode.DISK);
                assertThat(program.text()).contains(disk.toString()).doesNotContain("Exception", "\tat ");
                assertThat(program.text().lines()).hasSizeLessThanOrEqualTo(3);
            }
        }
    }

    @Test
    void anIndexWithoutRoomSaysSo() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        List<String> start = script(unshare(), FULL, disk.toString());
        start.addAll(Program.java());
        String data = disk.resolve("data").toString();
        try (Program program =
                Program.start(folder.resolve("home"), start, "index", "--listen", "127.0.0.1:0", "--data", data)) {
            assertThat(program.exit()).as(program.text()).isEqualTo(ExitCode.DISK);
            assertThat(program.text()).contains(data).doesNotContain("Exception", "\tat ", "should not");
        }
    }

    @Test
    void anIndexWhoseDiskFillsRefusesNamesAndGoesOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path signs = Files.createDirectory(folder.resolve("signs"));
        List<String> start = script(unshare(), FILL_AND_MAKE_ROOM_ON_A_SIGN, disk.toString(), signs.toString());
        start.addAll(Program.java());
        String data = disk.resolve("data").toString();
        try (Program index = Program.start(
                folder.resolve("home"), start, "index", "--json", "--listen", "127.0.0.1:0", "--data", data)) {
            String address = index.await(Pattern.compile("(?<=\"address\":\")[^\"]+"));
            try (PeerService aliceService = open("alice", address);
                    PeerService bobService = open("bob", address)) {
                Network.Peer alice = new Network.Peer(aliceService);
                Network.Peer bob = new Network.Peer(bobService);
                Path first = Files.writeString(folder.resolve("first"), "shared before");
                Path second = Files.writeString(folder.resolve("second"), "shared at last");
                alice.share(first).next(Report.Shared.class);
                give(signs, "fill", "full");
                assertThat(alice.refusal(share(second)).getMessage()).contains("could not write to its disk");
                assertThat(names(bob)).containsExactly("alice/first");
                bob.get("alice/first", folder.resolve("got-first"));
                assertThat(folder.resolve("got-first")).hasSameBinaryContentAs(first);
                assertThat(alice.refusal(share(second)).getMessage()).contains("could not write to its disk");
                give(signs, "make-room", "roomy");
                alice.share(second).next(Report.Shared.class);
                assertThat(names(bob)).containsExactlyInAnyOrder("alice/first", "alice/second");
                bob.get("alice/second", folder.resolve("got-second"));
                assertThat(folder.resolve("got-second")).hasSameBinaryContentAs(second);
            }
            assertThat(index.text()).contains("could not be written");
        }
    }

    private static Request share(Path file) {
        return new Request.Share(null, List.of(file.toString()), null, "");
    }

    private static List<String> names(Network.Peer peer) {
        return peer.ask(new Request.ListNames(null, true), Report.Listed.class).stream()
                .map(Report.Listed::name)
                .toList();
    }

    private PeerService open(String name, String address) {
        return Peers.open(
                new Home(folder.resolve(name)),
                new Peers.Options(address, null, name, null, null, true),
                PeerEvents.NONE);
    }

    /** Gives a sign to the script, and waits for its own. */
    private static void give(Path signs, String sign, String answer) throws IOException {
        Files.createFile(signs.resolve(sign));
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(signs.resolve(answer)));
    }

    private static List<String> script(List<String> unshare, String script, String... arguments) {
        List<String> command = new ArrayList<>(unshare);
        command.addAll(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> unshare() {
        if (Program.succeeds("unshare", "-m", "true")) {
            return List.of("unshare", "-m");
        }
        Program.needs(
                Program.succeeds("unshare", "-rm", "true"),
                "Linux, and root or user namespaces, to mount a small disk");
        return List.of("unshare", "-rm");
    }
}
