package dev.shoal.cli;

import dev.shoal.peer.AdminWish;
import dev.shoal.peer.Request;
import dev.shoal.protocol.AdminRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal admin}. */
@Command(
        name = "admin",
        description = "Administer an index. Its first account does, and whoever was appointed.",
        customSynopsis = {
            "shoal admin users",
            "       shoal admin peers",
            "       shoal admin ban USER [--reason TEXT]",
            "       shoal admin ban --key KEY [--reason TEXT]",
            "       shoal admin unban USER",
            "       shoal admin unban --key KEY",
            "       shoal admin bans",
            "       shoal admin remove USER-or-NAME",
            "       shoal admin invite [--uses NUMBER] [--days NUMBER]",
            "       shoal admin invites",
            "       shoal admin uninvite ID",
            "       shoal admin policy [open]",
            "       shoal admin policy accounts [--invite-only] [--members-only]",
            "       shoal admin appoint USER",
            "       shoal admin dismiss USER",
            "       shoal admin audit [--limit NUMBER]",
            "       shoal admin stats"
        },
        footer = {
            "KEY is the fingerprint of a peer, on-line or not; or how that begins, of one that is on-line and",
            "has a user (`shoal who --json`), for unban of one that is banned. `peers` lists those without an",
            "account. ID is that of an invitation, or how it begins. What is removed with a slash in it is a",
            "name, whoever owns it; without, an account, whose names stay. Changes of the policy last, and",
            "hold at once."
        })
final class AdminCommand extends RequestCommand {

    /** How many lines of the log are shown when nothing is said. */
    private static final int USUAL_LIMIT = 50;

    private static final int MAX_LIMIT = 100_000;
    private static final int MAX_USES = 65_535;
    private static final int USUAL_DAYS = 7;
    private static final int MAX_DAYS = (int) TimeUnit.SECONDS.toDays(AdminRequest.MAX_INVITE_SECONDS);

    @Parameters(index = "0", paramLabel = "ACTION", description = "What to do.")
    String action = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "SUBJECT", description = "To whom or what.")
    @Nullable
    String subject;

    @Option(names = "--key", paramLabel = "KEY", description = "A peer instead of an account.")
    @Nullable
    String key;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for other administrators.")
    String reason = "";

    @Option(names = "--uses", paramLabel = "NUMBER", description = "How many accounts the invitation is for; else 1.")
    int uses = 1;

    @Option(
            names = "--days",
            paramLabel = "NUMBER",
            description = "How long the invitation is good, a year at most; else 7.")
    int days = USUAL_DAYS;

    @Option(names = "--invite-only", description = "Accounts need an invitation.")
    boolean inviteOnly;

    @Option(names = "--members-only", description = "Reading needs an account too.")
    boolean membersOnly;

    @Option(names = "--limit", paramLabel = "NUMBER", description = "Most lines of the log; else 50.")
    int limit = USUAL_LIMIT;

    AdminCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        check(uses, MAX_USES, "--uses");
        check(days, MAX_DAYS, "--days");
        check(limit, MAX_LIMIT, "--limit");
        return switch (action) {
            case "users" -> new AdminWish.Accounts(alone(index));
            case "peers" -> new AdminWish.Peers(alone(index));
            case "bans" -> new AdminWish.Bans(alone(index));
            case "invites" -> new AdminWish.Invites(alone(index));
            case "uninvite" -> new AdminWish.Uninvite(index, named("ID"));
            case "stats" -> new AdminWish.Statistics(alone(index));
            case "audit" -> new AdminWish.Audit(alone(index), limit);
            case "invite" -> new AdminWish.Invite(alone(index), uses, Math.toIntExact(TimeUnit.DAYS.toSeconds(days)));
            case "ban" -> new AdminWish.Ban(index, key == null ? named("USER") : key, key != null, reason);
            case "unban" -> new AdminWish.Unban(index, key == null ? named("USER") : key, key != null);
            case "appoint" -> new AdminWish.Appoint(index, named("USER"), true);
            case "dismiss" -> new AdminWish.Appoint(index, named("USER"), false);
            case "remove" -> remove(index, named("USER-or-NAME"));
            case "policy" -> policy(index);
            default -> throw misused("There is nothing called \"" + action + "\" to administer.");
        };
    }

    private static Request remove(@Nullable String index, String what) {
        return what.indexOf('/') >= 0
                ? new AdminWish.RemoveName(index, what)
                : new AdminWish.RemoveAccount(index, what);
    }

    private Request policy(@Nullable String index) {
        if (subject == null) {
            if (inviteOnly || membersOnly) {
                throw misused("Say the whole policy: shoal admin policy accounts [--invite-only] [--members-only].");
            }
            return new AdminWish.Policy(index, false, false, false, false);
        }
        if (!List.of(IndexCommand.OPEN, IndexCommand.ACCOUNTS).contains(subject)) {
            throw misused("A policy is " + IndexCommand.OPEN + " or " + IndexCommand.ACCOUNTS + ".");
        }
        boolean accounts = subject.equals(IndexCommand.ACCOUNTS);
        if (!accounts && (inviteOnly || membersOnly)) {
            throw misused("An open index has no members: choose accounts.");
        }
        return new AdminWish.Policy(index, true, accounts, inviteOnly, membersOnly);
    }

    private @Nullable String alone(@Nullable String index) {
        if (subject != null || key != null) {
            throw misused("`shoal admin " + action + "` takes nothing but options.");
        }
        return index;
    }

    private String named(String what) {
        if (subject == null || key != null) {
            throw misused("Say to whom or what: shoal admin " + action + " " + what + ".");
        }
        return subject;
    }

    private void check(int number, int most, String option) {
        if (number < 1 || number > most) {
            throw misused(option + " is a number from 1 to " + most + ".");
        }
    }
}
