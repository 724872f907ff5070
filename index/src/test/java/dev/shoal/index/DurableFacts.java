package dev.shoal.index;

import static dev.shoal.index.TestAccount.CHEAP;
import static dev.shoal.index.TestAccount.proof;
import static dev.shoal.index.TestAccount.wrapped;

import dev.shoal.content.Base32;
import dev.shoal.protocol.WrappedKey;
import dev.shoal.transport.Argon2;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/**
 * All that a database has of each {@link DurableLife}, in the same words for all of them: what is an account's own is
 * called by what it is to it.
 */
final class DurableFacts {

    /** The account that a name, a group, a version belongs to, and what there is of it. */
    private static final List<String> PLAIN = List.of(
            "SELECT name, 'account, administrator ' || administrator FROM accounts",
            "SELECT a.name, 'code ' || hex(r.hash) || hex(r.wrapped) FROM recovery_codes r"
                    + " JOIN accounts a ON a.id = r.account_id",
            "SELECT a.name, 'device ' || d.device FROM devices d JOIN accounts a ON a.id = d.account_id",
            "SELECT owner, 'component of ' || names FROM owners",
            "SELECT owner, 'look' FROM looks",
            "SELECT name, 'former key' FROM former_keys",
            "SELECT user, 'banned ' || reason || ' by ' || maker FROM bans WHERE user IS NOT NULL",
            "SELECT substr(n.name, 1, instr(n.name, '/') - 1), 'name ' || substr(n.name, instr(n.name, '/')) || ' ' ||"
                    + " n.number || hex(n.content) || (SELECT group_concat(v.number || hex(v.content)) FROM versions v"
                    + " WHERE v.name_id = n.id) || CASE WHEN k.key = (SELECT key FROM accounts WHERE name = 'root')"
                    + " THEN ' of root' ELSE ' of its own' END FROM names n JOIN keys k ON k.id = n.key_id",
            "SELECT substr(name, 1, instr(name, '/') - 1), 'private ' || substr(name, instr(name, '/')) || ' ' ||"
                    + " number || hex(content) || (audience IN (SELECT id FROM audiences)) FROM private_names",
            "SELECT substr(name, 1, instr(name, '/') - 1), 'private version ' || substr(name, instr(name, '/')) || ' '"
                    + " || number || hex(content) || (audience IN (SELECT id FROM audiences)) FROM private_versions",
            "SELECT a.name, 'audience of ' || (SELECT count(*) FROM private_versions v WHERE v.audience = u.id) || ' '"
                    + " || (SELECT coalesce(group_concat(b.name), '') FROM audience_readers r JOIN accounts b"
                    + " ON b.id = r.account_id WHERE r.audience = u.id) FROM audiences u"
                    + " JOIN accounts a ON a.id = u.account_id",
            "SELECT a.name, 'group ' || g.name || ' ' || g.members || ' ' || (SELECT coalesce(group_concat(b.name), '')"
                    + " FROM group_members m JOIN accounts b ON b.id = m.account_id WHERE m.group_id = g.id)"
                    + " FROM account_groups g JOIN accounts a ON a.id = g.account_id",
            "SELECT substr(subject, 1, instr(subject, '/') - 1), 'transfer ' || substr(subject, instr(subject, '/')) ||"
                    + " ' ' || number || ' ' || done FROM transfers");

    private static final Pattern USER = Pattern.compile("\\bu(\\d+)\\b");
    private static final Pattern INVITE = Pattern.compile("invitation ([a-z2-7]{8})\\b");
    private static final Pattern SECONDS = Pattern.compile("good for (\\d+) s");
    private static final Pattern FINGERPRINT = Pattern.compile("\\b[a-z2-7]{32}\\b");
    private static final long LAST_PASSWORD = 12;

    private final Map<Integer, List<String>> facts = new HashMap<>();
    private final Map<String, Integer> keys = new HashMap<>();
    private final Map<String, Integer> invites = new HashMap<>();

    private DurableFacts(int lives) {
        for (int number = 0; number < lives; number++) {
            for (int which = 1; which <= 4; which++) {
                keys.put(DurableLife.peer(number, which).id().fingerprint(), number);
            }
        }
    }

    /** What there is of the lives with numbers below a number: of those of which there is something. */
    static Map<Integer, List<String>> of(Handle handle, int lives) {
        DurableFacts found = new DurableFacts(lives);
        PLAIN.forEach(sql -> handle.createQuery(sql)
                .map((row, context) -> found.add(row.getString(1), row.getString(2)))
                .list());
        found.passwords(handle);
        found.bans(handle);
        found.audit(handle);
        found.invites(handle);
        Map<Integer, List<String>> sorted = new TreeMap<>();
        found.facts.forEach(
                (number, list) -> sorted.put(number, list.stream().sorted().toList()));
        return sorted;
    }

    private boolean add(String user, String fact) {
        Matcher matcher = USER.matcher(user);
        return matcher.matches() && add(Integer.parseInt(matcher.group(1)), fact);
    }

    private boolean add(int number, String fact) {
        return facts.computeIfAbsent(number, any -> new ArrayList<>()).add(fact);
    }

    /** What is kept of a password and the key that it wraps are of one and the same. */
    private void passwords(Handle handle) {
        Argon2 argon2 = new Argon2(CHEAP);
        handle.createQuery("SELECT name, password, wrapped FROM accounts")
                .map((row, context) -> {
                    PasswordHash hash = PasswordHash.parse(row.getString(2));
                    WrappedKey key = WrappedKey.of(row.getBytes(3));
                    String right = IntStream.rangeClosed(10, (int) LAST_PASSWORD)
                            .filter(seed -> key.equals(wrapped(seed)) && hash.matches(argon2, proof(seed)))
                            .mapToObj(seed -> "password " + seed)
                            .findFirst()
                            .orElse("password and key do not belong together");
                    return add(row.getString(1), right);
                })
                .list();
    }

    private void bans(Handle handle) {
        new AdminTables(handle)
                .bannedPeers()
                .forEach(peer -> add(keys.getOrDefault(peer.toString(), -1), "its other peer is banned"));
    }

    /** Who made which invitation, the log tells by how long it is good. */
    private void audit(Handle handle) {
        handle.createQuery("SELECT who, what FROM audit ORDER BY id")
                .map((row, context) -> line(row.getString(1), row.getString(2)))
                .list();
    }

    private boolean line(String who, String what) {
        Matcher invite = INVITE.matcher(what);
        Matcher seconds = SECONDS.matcher(what);
        Matcher user = USER.matcher(who + " " + what);
        Matcher key = FINGERPRINT.matcher(what);
        int number = -1;
        if (seconds.find() && invite.find()) {
            number = Integer.parseInt(seconds.group(1)) - DurableLife.inviteSeconds(0);
            invites.put(invite.group(1), number);
        } else if (user.find()) {
            number = Integer.parseInt(user.group(1));
        } else if (invite.find()) {
            number = invites.getOrDefault(invite.group(1), -1);
        } else if (key.find()) {
            number = keys.getOrDefault(key.group(), -1);
        }
        if (number < 0) {
            return false;
        }
        String same = (who + " " + what).replaceAll("\\bu" + number + "\\b", "u");
        same = FINGERPRINT.matcher(same).replaceAll("key");
        same = INVITE.matcher(SECONDS.matcher(same).replaceAll("")).replaceAll("invitation");
        long before = facts.getOrDefault(number, List.of()).stream()
                .filter(fact -> fact.startsWith("line"))
                .count();
        return add(number, "line " + (char) ('a' + before) + " " + same);
    }

    private void invites(Handle handle) {
        handle.createQuery("SELECT hash, uses FROM invites")
                .map((row, context) -> {
                    byte[] id = Arrays.copyOf(row.getBytes(1), 5);
                    int number = invites.getOrDefault(Base32.encode(id), -1);
                    return add(number, "invitation for " + row.getInt(2));
                })
                .list();
    }
}
