package dev.shoal.index;

import static dev.shoal.index.Fixtures.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.PeerKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills an index in the middle of more than a thousand changes of every kind that lasts: what it acknowledged is there,
 * and of what it did not, all or nothing. It is killed at another moment each time, after as many changes as {@code
 * -Dshoal.seed} says, which is told when it fails; {@code -Dshoal.kills=50} kills it so often.
 */
class AccountsKillTest {

    private static final String LIFE = "life ";
    private static final String POLICY = "policy";

    /** So many changes are under way when it is killed. */
    private static final int UNDER_WAY = 1_000;

    /** When everybody has begun. */
    private static final int FEWEST_DONE = 3_000;

    private static final int MOST_DONE = 5_000;

    /** When it is killed many times, it may take its time for each. */
    private static final int MOST_DONE_OF_MANY = 15_000;

    /** What a broken promise would leave behind: each counts rows that are not as they must be. */
    private static final List<String> WRONG = List.of(
            "SELECT count(*) FROM keys k WHERE names <> (SELECT count(*) FROM names n WHERE n.key_id = k.id)",
            "SELECT count(*) FROM keys k WHERE owners <> (SELECT count(*) FROM owners o WHERE o.key_id = k.id)",
            "SELECT count(*) FROM keys k WHERE record_bytes <> (SELECT coalesce(sum(length(v.record)), 0)"
                    + " FROM versions v JOIN names n ON n.id = v.name_id WHERE n.key_id = k.id)"
                    + " + (SELECT coalesce(sum(length(v.record)), 0)"
                    + " FROM private_versions v JOIN private_names n ON n.name = v.name WHERE n.key_id = k.id)",
            "SELECT count(*) FROM keys k WHERE private_names <> (SELECT count(*) FROM private_names n WHERE n.key_id ="
                    + " k.id)",
            "SELECT count(*) FROM private_names n WHERE 1 <> (SELECT count(*) FROM private_versions v WHERE v.name ="
                    + " n.name AND v.audience = n.audience)",
            "SELECT count(*) FROM account_groups g WHERE members <> (SELECT count(*) FROM group_members m"
                    + " WHERE m.group_id = g.id)",
            "SELECT count(*) FROM audiences WHERE account_id IS NULL OR account_id NOT IN (SELECT id FROM accounts)",
            "SELECT count(*) FROM audience_counts c WHERE audiences <> (SELECT count(*) FROM audiences a"
                    + " WHERE a.account_id = c.account_id)",
            "SELECT count(*) FROM audience_counts c WHERE readers <> (SELECT count(*) FROM audiences a"
                    + " JOIN audience_readers r ON r.audience = a.id WHERE a.account_id = c.account_id)",
            "SELECT count(*) FROM private_totals WHERE names <> (SELECT count(*) FROM private_names)"
                    + " OR versions <> (SELECT count(*) FROM private_versions WHERE audience IS NOT NULL)"
                    + " OR audiences <> (SELECT count(*) FROM audiences)",
            "SELECT count(*) FROM private_clock WHERE now < max(wide, (SELECT max(reads_stamp) FROM accounts))",
            "SELECT count(*) FROM long_words WHERE names < 1",
            "SELECT count(*) - count(DISTINCT kind || ' ' || place) FROM audit");

    @TempDir
    private Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterAKillAndNothingIsHalfDone() throws IOException, InterruptedException {
        List<List<List<String>>> expected = expected(folder.resolve("expected"));
        int kills = Integer.getInteger("shoal.kills", 1);
        for (int kill = 0; kill < kills; kill++) {
            long seed = Long.getLong("shoal.seed", System.nanoTime()) + kill;
            int most = kills > 1 ? MOST_DONE_OF_MANY : MOST_DONE;
            int lines = new SplittableRandom(seed).nextInt(FEWEST_DONE, most);
            Path data = folder.resolve("killed" + kill);
            check(data, runUntilKilled(data, lines), expected, "seed " + seed + ", ");
        }
    }

    /** For each order in which changes are made, what there is after so many of them. */
    private static List<List<List<String>>> expected(Path folder) throws IOException {
        int lives = DurableLife.ORDERS;
        Files.createDirectories(folder);
        try (AccountIndex all = AccountsProcess.open(folder)) {
            Session root = AccountsProcess.signUpRoot(all);
            PeerKey rootKey = all.accounts.actingFor(root.peer()).orElseThrow().key();
            List<DurableLife> each = IntStream.range(0, lives)
                    .mapToObj(number -> new DurableLife(all.index, root, rootKey, number))
                    .toList();
            List<List<List<String>>> expected = each.stream()
                    .<List<List<String>>>map(life -> new ArrayList<>())
                    .toList();
            int longest = each.stream().mapToInt(DurableLife::length).max().orElseThrow();
            for (int done = 0; done <= longest; done++) {
                Map<Integer, List<String>> now = facts(all.names, lives);
                for (DurableLife life : each) {
                    if (done <= life.length()) {
                        expected.get(life.number()).add(now.getOrDefault(life.number(), List.of()));
                    }
                }
                each.stream()
                        .filter(life -> !life.isOver())
                        .map(DurableLife::next)
                        .toList()
                        .forEach(Fixtures::get);
            }
            return expected;
        }
    }

    private static Map<Integer, List<String>> facts(SqliteNames names, int lives) {
        return get(names.readers().read(handle -> DurableFacts.of(handle, lives)));
    }

    private static void check(Path data, List<String> told, List<List<List<String>>> expected, String when) {
        Map<Integer, Integer> done = new HashMap<>();
        told.stream()
                .filter(line -> line.startsWith(LIFE))
                .forEach(line -> done.merge(Integer.parseInt(line.substring(LIFE.length())), 1, Integer::sum));
        long underWay = done.entrySet().stream()
                .filter(life -> life.getValue() < length(expected, life.getKey()))
                .count();
        assertThat(underWay).as(when + "changes under way").isGreaterThanOrEqualTo(UNDER_WAY);
        // Some may have begun and not have been answered.
        int lives = 2 * AccountsProcess.LIVES + done.size();
        try (SqliteNames names = SqliteNames.open(data, NameLimits.DEFAULT)) {
            Map<Integer, List<String>> found = facts(names, lives);
            for (int number = 0; number < lives; number++) {
                int count = done.getOrDefault(number, 0);
                List<List<String>> order = expected.get(number % DurableLife.ORDERS);
                assertThat(found.getOrDefault(number, List.of()))
                        .as(when + number + " after " + count + " changes, or one more")
                        .isIn(order.get(count), order.get(Math.min(length(expected, number), count + 1)));
            }
            for (String wrong : WRONG) {
                long rows = get(names.readers().read(handle -> count(handle, wrong)));
                assertThat(rows).as(when + wrong).isZero();
            }
            long changes = told.stream().filter(POLICY::equals).count();
            long lines = get(names.readers()
                    .read(handle -> count(handle, "SELECT count(*) FROM audit WHERE what LIKE 'policy is %'")));
            // One was written before these.
            assertThat(lines - 1).as(when + "policies").isBetween(changes, changes + 1);
            long closed = get(names.readers().read(handle -> count(handle, "SELECT members_only FROM policy")));
            assertThat(closed).as(when + "policy").isEqualTo((lines - 1) % 2);
        }
    }

    private static int length(List<List<List<String>>> expected, int number) {
        return expected.get(number % DurableLife.ORDERS).size() - 1;
    }

    private static long count(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }

    private static List<String> runUntilKilled(Path data, int lines) throws IOException, InterruptedException {
        Files.createDirectories(data);
        Path errors = data.resolveSibling("errors");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        // What it unpacks for itself, it cannot remove when it is killed.
                        "-Dorg.sqlite.tmpdir=" + data,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AccountsProcess.class.getName(),
                        data.toString())
                .redirectError(errors.toFile())
                .start();
        List<String> told = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                told.add(line);
                if (told.size() == lines) {
                    // Not through the process itself, which would close the stream that is being read.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(told).as(() -> read(errors)).hasSizeGreaterThanOrEqualTo(lines);
        return told.stream()
                .filter(line -> line.endsWith(AccountsProcess.END))
                .map(line -> line.substring(0, line.length() - AccountsProcess.END.length()))
                .toList();
    }

    private static String read(Path errors) {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
