package dev.shoal.peer;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Says and changes who may get what the account of this home shares privately under a name: lets in to the newest
 * version, or the one that is named, and takes out of all of them, or of the one that is named. Blocks its caller.
 */
final class Allowing {

    /** How often another version may come in between. */
    private static final int ATTEMPTS = 5;

    /** How many older versions are looked at: ten times as many as an index usually keeps. */
    private static final int MOST_OLDER = 1_000;

    private final AccountLine line;
    private final Audiences audiences;
    private final String user;
    private final Consumer<Report> reports;

    Allowing(AccountLine line, String user, Consumer<Report> reports) {
        this.line = line;
        this.audiences = new Audiences(line);
        this.user = user;
        this.reports = reports;
    }

    void run(AccountWish.Allow wish) {
        Target target = Target.parse(wish.name(), user);
        AudienceId audience = audience(target);
        readers(target, audience);
        if (!wish.more().isEmpty() || !wish.less().isEmpty()) {
            audience = change(target, audience, wish);
            if (target.version() == 0 && !wish.less().isEmpty()) {
                takeOutOfOlder(target, audience, wish.less());
            }
        }
        List<String> names = readers(target, audience).names();
        reports.accept(new AccountReport.Allowed(target.name().text(), Report.access(true), names));
    }

    /** Until it is that of the version that the name stands for: another device may have published one meanwhile. */
    private AudienceId change(Target target, AudienceId first, AccountWish.Allow wish) {
        AudienceId audience = first;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                audiences.change(audience, wish.more(), wish.less());
            } catch (PeerException e) {
                if (e.isRefusal(ErrorCode.FORBIDDEN)) {
                    sayWhyStillIn(target, wish.less(), readers(target, audience));
                }
                throw e;
            }
            AudienceId now = audience(target);
            if (now.equals(audience)) {
                break;
            }
            audience = now;
        }
        return audience;
    }

    /** Somebody who is out of a name is out of all of it: he knows the versions before, and may be downloading one. */
    private void takeOutOfOlder(Target target, AudienceId newest, List<String> less) {
        Set<AudienceId> seen = new HashSet<>(Set.of(newest));
        int found = 0;
        int below = 0;
        boolean more = true;
        while (more && found < MOST_OLDER) {
            Pdu answer = line.exchange(new ListVersions(target.name(), below));
            if (answer instanceof Failure failure && failure.code() == ErrorCode.UNSUPPORTED) {
                warnOfOlder(target, "this index is too old to list them");
                return;
            }
            if (!(answer instanceof VersionList page)) {
                throw line.refusal(answer);
            }
            for (VersionList.Entry older : page.entries()) {
                below = older.record().number();
                AudienceId audience = older.audience();
                if (audience != null
                        && seen.add(audience)
                        && audiences.find(audience).isPresent()) {
                    takeOut(target, below, audience, less);
                }
            }
            found += page.entries().size();
            more = page.more() && !page.entries().isEmpty();
        }
        if (more) {
            warnOfOlder(target, "more than " + MOST_OLDER + " of them are kept");
        }
    }

    private void warnOfOlder(Target target, String reason) {
        reports.accept(new Report.Said(
                "WARNING",
                "Who was taken out of " + target.name() + " may still get some older versions of it, as " + reason
                        + ". `shoal allow " + target.name() + "@NUMBER --not USER` takes him out of one."));
    }

    private void takeOut(Target target, int number, AudienceId audience, List<String> less) {
        try {
            audiences.change(audience, List.of(), less);
        } catch (PeerException e) {
            if (!e.isRefusal(ErrorCode.FORBIDDEN)) {
                throw e;
            }
            reports.accept(new Report.Said(
                    "WARNING",
                    "Version " + number + " can still be got as a member of a group: `shoal allow " + target.name()
                            + "@" + number + "` shows which."));
        }
    }

    private Readers readers(Target target, AudienceId audience) {
        return audiences
                .find(audience)
                .orElseThrow(() ->
                        refused(target.name() + " is shared by somebody else. Only its owner says who may get it."));
    }

    /** The index refuses to say that somebody is out who reads on as a member of a group; here is how to go on. */
    private void sayWhyStillIn(Target target, List<String> less, Readers now) {
        List<String> users =
                less.stream().filter(name -> !Readers.isGroup(name)).toList();
        for (String reader : now.names()) {
            if (Readers.isGroup(reader)) {
                String group = Readers.bare(reader);
                users.stream().filter(members(group)::contains).findFirst().ifPresent(user -> {
                    throw refused(user + " may get " + target.name() + " as a member of " + reader
                            + " as well, so nothing was changed. `shoal group remove " + group + " " + user
                            + "` takes " + user + " out of the group, --not " + reader + " the group out of this.");
                });
            }
        }
    }

    /** Of a group; none when it was deleted meanwhile. */
    private List<String> members(String group) {
        Pdu answer = line.exchange(new GroupRequest.ListMembers(group));
        if (answer instanceof GroupReply.Members members) {
            return members.users();
        }
        if (answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND) {
            return List.of();
        }
        throw line.refusal(answer);
    }

    private AudienceId audience(Target target) {
        AudienceId audience = version(target).audience();
        if (audience == null) {
            throw refused(target.name() + " is public: everybody may get it. `shoal share FILE --to USER,...` makes a"
                    + " version of it that only some may get.");
        }
        return audience;
    }

    private IndexReply.Version version(Target target) {
        Pdu answer = line.exchange(new IndexRequest.Inspect(target.name(), target.version()));
        if (answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND) {
            throw target.notFound(line.address());
        }
        if (answer instanceof IndexReply.Version version) {
            return version;
        }
        throw line.refusal(answer);
    }

    private static PeerException refused(String sentence) {
        return new PeerException(PeerException.Reason.NOT_ALLOWED, sentence);
    }
}
