package dev.shoal.index;

import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.Ownership;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that makes accounts, gives them names and shares some privately at a random moment: everything that
 * it acknowledged is there, and nothing is half done.
 */
class AccountsKillTest {

    private static final String ACCOUNT = "account ";
    private static final String GIVEN = "given ";
    private static final String SHARED = "shared ";

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
            "SELECT count(*) FROM accounts a WHERE 2 <> (SELECT count(*) FROM recovery_codes r WHERE r.account_id ="
                    + " a.id)",
            "SELECT count(*) FROM accounts a WHERE 1 <> (SELECT count(*) FROM devices d WHERE d.account_id = a.id)",
            "SELECT count(*) FROM accounts a WHERE a.name NOT IN (SELECT owner FROM looks)",
            "SELECT count(*) FROM transfers t JOIN owners o ON o.owner = t.subject JOIN keys k ON k.id = o.key_id"
                    + " WHERE NOT t.done OR k.key <> t.to_key",
            "SELECT abs(1 - count(*)) FROM accounts WHERE administrator");

    @TempDir
    private Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterAKillAndNothingIsHalfDone() throws IOException, InterruptedException {
        long seed = 29;
        SplittableRandom random = new SplittableRandom(seed);
        List<String> told = runUntilKilled(2 + random.nextInt(150));
        String when = "seed " + seed + ", ";
        try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
            SqliteAccounts accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
            told.forEach(line -> check(names, accounts, line, when + line));
            for (String wrong : WRONG) {
                long rows = get(names.readers().read(handle -> count(handle, wrong)));
                assertThat(rows).as(when + wrong).isZero();
            }
        }
    }

    private static void check(SqliteNames names, SqliteAccounts accounts, String line, String what) {
        String number = line.substring(line.indexOf(' ') + 1);
        AccountReply.Self self =
                get(accounts.self(key(Long.parseLong(number)).id())).orElseThrow();
        assertThat(self.user()).as(what).isEqualTo("user" + number);
        if (line.startsWith(SHARED)) {
            Asker reader = new Asker(key(-1), new Asker.Member("user" + (Long.parseLong(number) - 1), key(-1)), true);
            boolean may =
                    get(new PrivateNames(names).mayRead(AccountsProcess.audience(Long.parseLong(number)), reader));
            assertThat(may).as(what).isEqualTo(!number.equals("1"));
            Asker owner = new Asker(key(-1), new Asker.Member(self.user(), self.accountKey()), true);
            assertThat(get(new PrivateNames(names).inspect(new Name(self.user() + "/secret"), 0, owner)))
                    .as(what)
                    .isPresent();
        }
        if (line.startsWith(GIVEN)) {
            Name name = new Name("lab" + number + "/a");
            Ownership ownership = Objects.requireNonNull(
                    get(names.inspect(name, 0)).orElseThrow().ownership(), what);
            assertThat(ownership.isAuthentic(INDEX, name)).as(what).isTrue();
            assertThat(ownership.owners().getLast()).as(what).isEqualTo(self.accountKey());
        }
    }

    private static long count(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }

    private List<String> runUntilKilled(int lines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AccountsProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> told = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(ACCOUNT) || line.startsWith(GIVEN) || line.startsWith(SHARED)) {
                    told.add(line);
                }
                if (told.size() == lines) {
                    // Not through the process itself, which would close the stream that is being read.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(told).hasSizeGreaterThanOrEqualTo(lines);
        // The last line may have been cut by the kill.
        told.removeLast();
        return told;
    }
}
