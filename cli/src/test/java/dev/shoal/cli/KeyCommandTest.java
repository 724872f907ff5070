package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.peer.Home;
import dev.shoal.peer.HomeKey;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.Normalizer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer's key that is saved under a passphrase, and comes back. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeyCommandTest {

    private static final String WORDS = "caf\u00e9 au lait";

    @TempDir
    Path folder;

    @Test
    void aKeyThatIsLostComesBackFromItsFile() throws IOException {
        World world = new World(folder);
        assertThat(world.typing(WORDS + "\n").run("key", "export", "saved")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.run("key", "-q")).isZero();
        String fingerprint = Peers.fingerprint(home("home"));

        assertThat(world.typing(WORDS + "\n").run("key", "export", "saved")).isZero();
        assertThat(world.typing(WORDS + "\n").run("key", "export", "saved")).isEqualTo(ExitCode.DISK);
        Files.delete(home("home").identityFile());
        String decomposed = Normalizer.normalize(WORDS, Normalizer.Form.NFD);
        assertThat(world.typing("wrong words\n").run("key", "import", "saved")).isEqualTo(ExitCode.NOT_ALLOWED);
        assertThat(world.typing(decomposed + "\n").run("key", "import", "saved"))
                .isZero();
        assertThat(world.typing(WORDS + "\n").run("key", "import", "saved", "--json"))
                .isZero();

        assertThat(Peers.fingerprint(home("home"))).isEqualTo(fingerprint);
        assertThat(world.screen.results.getFirst()).isEqualTo(fingerprint);
        assertThat(world.screen.results.getLast())
                .contains("\"type\":\"imported\",\"key\":\"" + fingerprint, "\"changed\":false");
        for (Path secret : List.of(folder.resolve("saved"), home("home").identityFile())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        assertThat(folder.resolve("saved")).content().doesNotContain("BEGIN PRIVATE KEY");
    }

    @Test
    void anotherKeyIsReplacedOnRequestOnlyAndIsKept() throws IOException {
        World world = new World(folder);
        String fingerprint = Peers.fingerprint(home("old").create());
        new HomeKey(home("old")).export(folder.resolve("saved"), new Secret(WORDS));
        String before = Peers.fingerprint(home("home").create());

        assertThat(world.typing(WORDS + "\n").run("key", "import", "saved")).isEqualTo(ExitCode.NOT_ALLOWED);
        assertThat(Peers.fingerprint(home("home"))).isEqualTo(before);
        assertThat(world.typing(WORDS + "\n").run("key", "import", "saved", "--replace"))
                .isZero();
        assertThat(Peers.fingerprint(home("home"))).isEqualTo(fingerprint);
        Path kept = home("home").folder().resolve("identity-" + before + ".pem");
        assertThat(kept).exists();
        assertThat(world.screen.results.getLast()).contains(kept.toString());

        Files.writeString(home("home").identityFile(), "damaged");
        assertThat(world.typing(WORDS + "\n").run("key", "import", "saved", "--replace"))
                .isZero();
        assertThat(Peers.fingerprint(home("home"))).isEqualTo(fingerprint);
        assertThat(home("home").folder().resolve("identity-damaged.pem")).hasContent("damaged");
    }

    @Test
    void whatIsNoKeyAndWhatMakesNoSenseIsToldAndChangesNothing() throws IOException {
        World world = new World(folder);
        Files.writeString(folder.resolve("text"), "no key");
        Files.write(folder.resolve("large"), new byte[1 << 20]);
        for (String[] words :
                List.of(new String[] {"key", "import", "text"}, new String[] {"key", "import", "large"}, new String[] {
                    "key", "import", "."
                })) {
            assertThat(world.typing(WORDS + "\n").run(words)).as(words[2]).isEqualTo(ExitCode.VERIFICATION);
        }
        assertThat(world.typing(WORDS + "\n").run("key", "import", "none")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.typing("").run("key", "import", "text")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("key", "import")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("key", "show", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("key", "export", "x", "--replace")).isEqualTo(ExitCode.USAGE);
        assertThat(home("home").identityFile()).doesNotExist();
    }

    @Test
    void namesBelongToTheKeyWhereverItGoes() throws Exception {
        try (Network network = Network.withLease(folder, 60_000)) {
            Path one = Files.writeString(folder.resolve("one"), "first");
            Path two = Files.writeString(folder.resolve("two"), "second");
            HomeKey key = new HomeKey(home("ann"));
            Path saved = folder.resolve("saved");
            try (PeerService ann = ann(network, "ann").service()) {
                assertThat(version(new Network.Peer(ann), one)).isOne();
                key.export(saved, new Secret(WORDS));
                assertThat(catchThrowableOfType(PeerException.class, () -> key.restore(saved, new Secret(WORDS), true)))
                        .hasMessageContaining("runs");
            }
            new HomeKey(home("elsewhere")).restore(saved, new Secret(WORDS), false);
            assertThat(version(ann(network, "elsewhere"), two)).isEqualTo(2);
        }
    }

    private static Network.Peer ann(Network network, String home) {
        return network.inHome(
                home, new Peers.Options(network.address(), null, "ann", null, null, true), PeerEvents.NONE);
    }

    private static int version(Network.Peer peer, Path file) {
        return peer.ask(new Request.Share(null, List.of(file.toString()), "ann/data", ""), Report.Shared.class)
                .getFirst()
                .version();
    }

    private Home home(String name) {
        return new Home(folder.resolve(name));
    }
}
