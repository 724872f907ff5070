package dev.shoal.index;

import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.NamesProcess.WATCHER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.protocol.IndexPush.NewVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that makes names at random moments: everything that it acknowledged is there, and a version that
 * nobody was told of before the kill is still to be told to who watches it.
 */
class NamesKillTest {

    private static final int KILLS = 3;
    private static final String MADE = "made ";

    @TempDir
    private Path folder;

    @Test
    void everyAcknowledgedNameIsThereAfterAKill() throws IOException, InterruptedException {
        long seed = 23;
        SplittableRandom random = new SplittableRandom(seed);
        List<String> made = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> latest = makeUntilKilled("owner" + kill, 2 + random.nextInt(100));
            made.addAll(latest);
            try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
                for (String name : made) {
                    assertThat(get(names.inspect(new Name(name), 0)))
                            .as("seed " + seed + ", kill " + kill + ", " + name)
                            .isPresent();
                }
                assertThat(unseen(names))
                        .as("seed " + seed + ", kill " + kill)
                        .containsAll(made.stream()
                                .map(name -> new NewVersion(new Name(name), 2))
                                .toList());
                String last = latest.getLast();
                assertThat(get(names.search(last)).getFirst().name().text()).isEqualTo(last);
                assertThat(names.count()).isGreaterThanOrEqualTo(made.size());
            }
        }
    }

    private static List<NewVersion> unseen(SqliteNames names) {
        SqliteWatches watches = SqliteWatches.beside(names, WatchLimits.DEFAULT);
        List<NewVersion> all = new ArrayList<>();
        String after = "";
        while (after != null) {
            SqliteWatches.Unseen page =
                    get(watches.unseen(WATCHER.id(), Asker.of(WATCHER), after, Fixtures.NOW_MILLIS));
            all.addAll(page.versions());
            after = page.more();
        }
        return all;
    }

    private List<String> makeUntilKilled(String owner, int names) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        // What it unpacks for itself, it cannot remove when it is killed.
                        "-Dorg.sqlite.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        NamesProcess.class.getName(),
                        folder.toString(),
                        owner)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> made = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(MADE)) {
                    made.add(line.substring(MADE.length()));
                }
                if (made.size() == names) {
                    // Not through the process itself, which would close the stream that is being read.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(made).hasSizeGreaterThanOrEqualTo(names);
        // The last line may have been cut by the kill.
        made.removeLast();
        return made;
    }
}
