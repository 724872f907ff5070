package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An index is saved while it runs, and goes on at another address with the same key, names and owners. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class IndexMoveTest {

    private static final Pattern READY = Pattern.compile("--index (\\S+), key (\\S+)");
    private static final Pattern LINK = Pattern.compile("shoal://\\S+");

    @TempDir
    Path folder;

    @Test
    void anIndexMovesWithItsKeyAndItsNames() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "worth to be kept");
        Terminal alice = new Terminal(folder.resolve("alice"), folder);
        Terminal bob = new Terminal(folder.resolve("bob"), folder);
        Terminal.Running old = index("here");
        Matcher here = ready(old);
        Terminal.Running shared =
                alice.begin("share", file.toString(), "--name", "alice/kept", "--index", here.group(1));
        String link = shared.await(LINK);

        Terminal.Ended saved = alice.run("index", "backup", "saved", "--data", "here");
        assertThat(saved.exit()).as(saved.err()).isZero();
        assertThat(saved.out()).contains(here.group(2));
        shared.interrupt();
        old.interrupt();
        assertThat(alice.run("index", "restore", "saved", "--data", "there").exit())
                .isZero();

        Terminal.Running moved = index("there");
        Matcher there = ready(moved);
        assertThat(there.group(2)).isEqualTo(here.group(2));
        assertThat(there.group(1)).isNotEqualTo(here.group(1));
        Terminal.Running again =
                alice.begin("share", file.toString(), "--name", "alice/kept", "--index", there.group(1));
        again.await(LINK);
        // The name still belongs to the key that made it.
        Terminal.Ended taken = bob.run("share", file.toString(), "--name", "alice/mine", "--index", there.group(1));
        assertThat(taken.exit()).as(taken.err()).isEqualTo(ExitCode.NOT_ALLOWED);
        // What was passed on before names the old address, and is found when the new one is said.
        Terminal.Ended got = bob.run("get", link, "-o", "got", "--index", there.group(1));
        assertThat(got.exit()).as(got.err()).isZero();
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(file);
        again.interrupt();
        moved.interrupt();
    }

    private Terminal.Running index(String data) {
        return new Terminal(folder.resolve("server"), folder).begin("index", "--listen", "127.0.0.1:0", "--data", data);
    }

    private static Matcher ready(Terminal.Running index) {
        Matcher matcher = READY.matcher(index.await(READY));
        assertThat(matcher.find()).isTrue();
        return matcher;
    }
}
