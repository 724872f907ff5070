package dev.shoal.index;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.AudienceSeed;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the kinds of {@code g} that are about audiences. Each is its owner's, and to others there is none. What
 * changes nothing, or is refused, is answered by a reader and does not wait for the one thread that writes; what is
 * written is decided again there, so that of two changes at the same time none is lost. Thread-safe.
 */
final class AudienceRequests {

    private final SqliteNames names;
    private final AccountLimits limits;

    /** Beside some names. */
    AudienceRequests(SqliteNames names, AccountLimits limits) {
        this.names = names;
        this.limits = limits;
    }

    /** What is to be done. */
    private sealed interface Decision {

        /** Nothing. */
        record Answer(Pdu pdu) implements Decision {}

        /** The audience is to be there, and to have these readers in the place of those. */
        record Write(boolean isNew, Set<Reader> before, Set<Reader> after) implements Decision {}
    }

    /** Kind 6. */
    CompletableFuture<Pdu> set(MemberWrites member, GroupRequest.SetAudience set) {
        Accounts.Account owner = member.account();
        return decided(member, tables -> decide(tables, owner, set), (tables, write) -> {
            if (write.isNew()) {
                tables.make(set.audience(), owner.number());
            }
            exchange(tables, owner, set.audience(), write);
            return taken(write.isNew());
        });
    }

    /** Kind 9. */
    CompletableFuture<Pdu> change(MemberWrites member, GroupRequest.ChangeAudience change) {
        Accounts.Account owner = member.account();
        return decided(member, tables -> decide(tables, owner, change), (tables, write) -> {
            exchange(tables, owner, change.audience(), write);
            return taken(true);
        });
    }

    /** Kind 7. */
    CompletableFuture<Pdu> drop(MemberWrites member, AudienceId audience) {
        return member.write(handle -> {
            AudienceTables tables = new AudienceTables(handle);
            return isOwn(tables, audience, member.account()) ? taken(tables.drop(audience)) : noAudience();
        });
    }

    /** Kind 8. */
    CompletableFuture<Pdu> list(Accounts.Account owner, AudienceId audience) {
        return names.readers().read(handle -> {
            AudienceTables tables = new AudienceTables(handle);
            return isOwn(tables, audience, owner) && tables.isLive(audience)
                    ? new GroupReply.Audience(tables.readers(audience))
                    : noAudience();
        });
    }

    /** Carries out a decision in the transaction in which it was made. */
    private interface Writing {
        Pdu write(AudienceTables tables, Decision.Write write);
    }

    private CompletableFuture<Pdu> decided(
            MemberWrites member, Function<AudienceTables, Decision> decide, Writing writing) {
        return names.readers()
                .read(handle -> decide.apply(new AudienceTables(handle)))
                .thenCompose(read -> read instanceof Decision.Answer answer
                        ? CompletableFuture.completedFuture(answer.pdu())
                        : member.write(handle -> {
                            AudienceTables tables = new AudienceTables(handle);
                            return switch (decide.apply(tables)) {
                                case Decision.Answer answer -> answer.pdu();
                                case Decision.Write write -> writing.write(tables, write);
                            };
                        }));
    }

    private Decision decide(AudienceTables tables, Accounts.Account owner, GroupRequest.SetAudience set) {
        Optional<Long> found = tables.owner(set.audience());
        if (found.isEmpty() ? !follows(set, owner) : found.get() != owner.number()) {
            return refuse(
                    ErrorCode.FORBIDDEN,
                    "This audience is not yours: the id of one follows from the key of your account and its seed.");
        }
        if (found.isEmpty() && tables.count(owner.number()) >= limits.audiencesPerAccount()) {
            return refuse(
                    ErrorCode.LIMIT,
                    "An account has at most " + limits.audiencesPerAccount()
                            + " audiences. Take away something that you share privately first.");
        }
        boolean isNew = !tables.isLive(set.audience());
        Set<Reader> before = Set.copyOf(tables.readers(set.audience()));
        Set<Reader> after = Set.copyOf(set.readers());
        Decision full = tooMany(tables, owner, before, after);
        if (full != null) {
            return full;
        }
        return isNew || !before.equals(after)
                ? new Decision.Write(isNew, before, after)
                : new Decision.Answer(Ack.DONE);
    }

    private static boolean follows(GroupRequest.SetAudience set, Accounts.Account owner) {
        AudienceSeed seed = set.seed();
        return seed != null && seed.audience(owner.key()).equals(set.audience());
    }

    private Decision decide(AudienceTables tables, Accounts.Account owner, GroupRequest.ChangeAudience change) {
        if (!isOwn(tables, change.audience(), owner) || !tables.isLive(change.audience())) {
            return new Decision.Answer(noAudience());
        }
        Set<Reader> before = Set.copyOf(tables.readers(change.audience()));
        Set<Reader> after = new HashSet<>(before);
        after.addAll(change.more());
        change.less().forEach(after::remove);
        Decision refused = stillIn(tables, owner, change.less(), after);
        if (refused == null && after.size() > GroupRequest.MAX_READERS) {
            refused = refuse(
                    ErrorCode.LIMIT,
                    "An audience has at most " + GroupRequest.MAX_READERS
                            + " accounts and groups. Make a group of some of them.");
        }
        if (refused == null) {
            refused = tooMany(tables, owner, before, after);
        }
        if (refused != null) {
            return refused;
        }
        return before.equals(after)
                ? new Decision.Answer(Ack.DONE)
                : new Decision.Write(false, before, Set.copyOf(after));
    }

    /** Nobody is told that somebody is out who reads on as a member of a group. */
    private static @Nullable Decision stillIn(
            AudienceTables tables, Accounts.Account owner, List<Reader> less, Set<Reader> after) {
        Set<String> users = new HashSet<>();
        less.stream().filter(reader -> !reader.isGroup()).map(Reader::name).forEach(users::add);
        Set<String> groups = new HashSet<>();
        after.stream().filter(Reader::isGroup).map(Reader::name).forEach(groups::add);
        return tables.anyMember(owner.number(), users, groups)
                .map(found -> refuse(
                        ErrorCode.FORBIDDEN,
                        found.user() + " may read it as a member of the group " + found.group()
                                + " as well, so nothing was changed. Take the account out of the group, or the"
                                + " group out of this."))
                .orElse(null);
    }

    private @Nullable Decision tooMany(
            AudienceTables tables, Accounts.Account owner, Set<Reader> before, Set<Reader> after) {
        int more = after.size() - before.size();
        return more > 0 && tables.countReaders(owner.number()) + more > limits.readersPerAccount()
                ? refuse(
                        ErrorCode.LIMIT,
                        "The audiences of an account have at most " + limits.readersPerAccount()
                                + " accounts and groups together. Share with a group in place of its members, or take"
                                + " away something that you share privately first.")
                : null;
    }

    /** All of it or nothing: what is refused after something was written throws, which takes that back. */
    private static void exchange(
            AudienceTables tables, Accounts.Account owner, AudienceId audience, Decision.Write write) {
        without(write.before(), write.after()).forEach(reader -> tables.remove(audience, owner.number(), reader));
        for (Reader reader : without(write.after(), write.before())) {
            if (!tables.add(audience, owner.number(), reader)) {
                throw new IndexException(
                        ErrorCode.NOT_FOUND,
                        reader.isGroup()
                                ? "You have no group " + reader.name() + ". Make it first."
                                : "There is no account " + reader.name() + ".");
            }
        }
    }

    private static List<Reader> without(Collection<Reader> all, Set<Reader> some) {
        return all.stream().filter(reader -> !some.contains(reader)).toList();
    }

    private static boolean isOwn(AudienceTables tables, AudienceId audience, Accounts.Account owner) {
        return tables.owner(audience).filter(found -> found == owner.number()).isPresent();
    }

    private static Decision refuse(ErrorCode code, String sentence) {
        return new Decision.Answer(Failure.of(code, sentence));
    }

    private static Pdu noAudience() {
        return Failure.of(ErrorCode.NOT_FOUND, "You have no such audience.");
    }

    private static Pdu taken(boolean isDone) {
        return new Ack(Outcome.DONE, isDone ? 1 : 0);
    }
}
