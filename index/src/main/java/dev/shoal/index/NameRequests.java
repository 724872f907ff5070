package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexReply.Version;
import dev.shoal.protocol.IndexRequest.Deregister;
import dev.shoal.protocol.IndexRequest.DeregisterAll;
import dev.shoal.protocol.IndexRequest.DeregisterContent;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.ListAll;
import dev.shoal.protocol.IndexRequest.ListOnline;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.IndexRequest.Search;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.ShareId;
import dev.shoal.protocol.VersionList;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests that need names. Names are asked without the index's lock; what then concerns the directory is
 * done with it. Thread-safe.
 */
final class NameRequests {

    /** How long a request is repeated under its number, before that may stand for another one. */
    private static final long REPEATED_NANOS = 30_000_000_000L;

    private final IndexSettings settings;
    private final ReentrantLock lock;
    private final Directory directory;
    private final SharedDirectory shared;
    private final Names names;
    private final OnlineNames online;
    private final Access access;

    /** Null where there are no accounts, and so no names that only some see. */
    private final @Nullable PrivateNames privates;

    private final Watching watching;

    NameRequests(
            IndexSettings settings,
            ReentrantLock lock,
            Directory directory,
            SharedDirectory shared,
            Names names,
            OnlineNames online,
            Access access,
            @Nullable PrivateNames privates,
            Watching watching) {
        this.settings = settings;
        this.lock = lock;
        this.directory = directory;
        this.shared = shared;
        this.names = names;
        this.online = online;
        this.access = access;
        this.privates = privates;
        this.watching = watching;
    }

    /** {@code R}: first the name, which must not be forgotten, then the source. */
    CompletableFuture<Answer> register(Session session, Register request, InetAddress asker, Moment now) {
        if (ShareId.isOne(request.content())) {
            return CompletableFuture.completedFuture(
                    Answer.of(Failure.of(ErrorCode.BAD_RECORD, "No content has an id like this.")));
        }
        Asker who = access.asker(session.key());
        AudienceId audience = request.audience();
        if (audience != null && (privates == null || who.member() == null)) {
            return CompletableFuture.completedFuture(Answer.of(AccountRequests.notLoggedIn()));
        }
        if (audience != null && privates != null && request.record() == null) {
            return privates.number(request.name(), request.content(), audience, who)
                    .thenCompose(number -> number.map(
                                    each -> addSource(session, request, new Ack(Outcome.SOURCE_ADDED, each)))
                            .orElseGet(() -> CompletableFuture.completedFuture(
                                    notFound("There is no name " + request.name() + " yet: sign its first version."))));
        }
        Names.Registration wish = new Names.Registration(
                request.name(),
                request.content(),
                request.record(),
                who,
                asker,
                request.isPublic(),
                audience,
                request.changedBytes());
        return names.register(wish, () -> access.asker(session.key()), now.millis())
                .thenCompose(decided -> {
                    if (!(decided instanceof Ack ack)) {
                        return CompletableFuture.completedFuture(Answer.of(decided));
                    }
                    CompletableFuture<Answer> answer =
                            hidden(request, ack).thenCompose(done -> addSource(session, request, ack));
                    // When the source is there that they will ask for, or could not be added.
                    return ack.outcome() == Outcome.SOURCE_ADDED
                            ? answer
                            : answer.whenComplete((done, e) -> watching.published(request.name(), ack.number(), now));
                });
    }

    /** Who publishes for some only is told so when nobody else is shown the name any more. */
    private CompletableFuture<Boolean> hidden(Register request, Ack ack) {
        return request.audience() != null && ack.outcome() != Outcome.SOURCE_ADDED
                ? online.hidden(request.name())
                : CompletableFuture.completedFuture(true);
    }

    /** {@code T}: the same request again gets the same answer, though nothing is there any more. */
    CompletableFuture<Answer> deregister(Session session, int requestId, Deregister request, Moment now) {
        lock.lock();
        try {
            Session.Deregistration last = session.lastDeregistration;
            if (last != null && isRepeated(last, requestId, request, now)) {
                return last.answer();
            }
            // Under the lock, names are only told to begin.
            CompletableFuture<Answer> answer = withdraw(session, request);
            session.lastDeregistration = new Session.Deregistration(requestId, request, now.nanos(), answer);
            return answer;
        } finally {
            lock.unlock();
        }
    }

    /** One that failed is tried again when it comes again; who awaits no answer does not number requests. */
    private static boolean isRepeated(Session.Deregistration last, int requestId, Deregister request, Moment now) {
        return requestId != 0
                && last.id() == requestId
                && last.request().equals(request)
                && now.nanos() - last.nanos() < REPEATED_NANOS
                && !hasFailed(last.answer());
    }

    /** {@code S}. */
    CompletableFuture<Answer> search(Session session, Search request, boolean overTls) {
        return names.search(request.text()).thenCombine(readable(session, true), (found, others) -> {
            List<NameRow> matches = NameSearch.merged(found, others, request.text());
            NamesPage page = new NamesPage(request.limit(), overTls);
            int next = Math.min(request.skip(), matches.size());
            while (next < matches.size()) {
                NameRow row = matches.get(next);
                if (!page.add(row.listing(shared.state(row.registered())))) {
                    return page.answer('S', String.valueOf(next));
                }
                next++;
            }
            return page.answer('S', "");
        });
    }

    /** {@code O}. */
    CompletableFuture<Answer> listOnline(Session session, ListOnline request, boolean overTls, Moment now) {
        return readable(session, false)
                .thenCompose(others -> online.page(
                        request.cursor(), request.limit(), overTls, now.nanos(), others.after(request.cursor())));
    }

    /** {@code L}. */
    CompletableFuture<Answer> listAll(Session session, ListAll request, boolean overTls) {
        NamesPage page = new NamesPage(request.limit(), overTls);
        return readable(session, false).thenCompose(others -> {
            MergedNames merged = new MergedNames(
                    others.after(request.cursor()),
                    request.cursor(),
                    row -> page.add(row.listing(shared.state(row.registered()))));
            return names.walk(request.cursor(), request.limit() + 1, merged::take)
                    .thenApply(last -> page.answer('L', merged.finish(last)));
        });
    }

    /** What the account of a session may read besides what everybody does. */
    private CompletableFuture<ReadableLists> readable(Session session, boolean toSearch) {
        return privates == null
                ? CompletableFuture.completedFuture(ReadableLists.NONE)
                : privates.readable(access.asker(session.key()), toSearch);
    }

    /** {@code I}. */
    CompletableFuture<Answer> inspect(Session session, Inspect request, boolean overTls) {
        return names.inspect(request.name(), request.version())
                .thenCompose(found -> found.isPresent() || privates == null
                        ? CompletableFuture.completedFuture(found)
                        : privates.inspect(request.name(), request.version(), access.asker(session.key())))
                .thenApply(found -> found.map(inspected -> version(inspected, overTls))
                        .orElseGet(() -> notFound(
                                request.version() == 0
                                        ? "There is no name " + request.name() + "."
                                        : "There is no version " + request.version() + " of " + request.name() + ".")));
    }

    /** {@code v}: what everybody sees and what the session sees besides, which are in different tables. */
    CompletableFuture<Answer> versions(Session session, ListVersions request, boolean overTls) {
        int below = request.below() == 0 ? Integer.MAX_VALUE : request.below();
        int most = VersionList.MAX_ENTRIES + 1;
        CompletableFuture<Optional<List<Names.Kept>>> others = privates == null
                ? CompletableFuture.completedFuture(Optional.empty())
                : privates.versions(request.name(), below, most, access.asker(session.key()));
        return names.versions(request.name(), below, most).thenCombine(others, (shown, hidden) -> {
            if (shown.isEmpty() && hidden.isEmpty()) {
                return notFound("There is no name " + request.name() + ".");
            }
            return new VersionsPage(shared, overTls).answer(shown.orElse(List.of()), hidden.orElse(List.of()));
        });
    }

    /** Where the transfers do not fit, they are asked for again. */
    private Answer version(Names.Inspected found, boolean overTls) {
        ContentId content = found.record().content();
        AudienceId audience = found.audience();
        Directory.State state = shared.state(audience == null ? content : ShareId.of(audience, content));
        Version whole = new Version(
                found.record(), found.latest(), state.seeds(), state.sources(), found.ownership(), audience);
        return ReplySizes.version(whole) <= ReplySizes.capacity(overTls)
                ? Answer.of(whole)
                : new Answer(
                        new Version(found.record(), found.latest(), state.seeds(), state.sources(), null, audience),
                        true);
    }

    private CompletableFuture<Answer> addSource(Session session, Register request, Ack ack) {
        AudienceId audience = request.audience();
        ContentId content = audience == null ? request.content() : ShareId.of(audience, request.content());
        Directory.Change change;
        boolean cameOnline;
        lock.lock();
        try {
            if (session.ended) {
                return CompletableFuture.completedFuture(DirectoryRequests.ended());
            }
            cameOnline = !directory.isOnline(content);
            change = directory.register(session.number, content, request.partial());
        } finally {
            lock.unlock();
        }
        if (change == Directory.Change.FULL) {
            return CompletableFuture.completedFuture(DirectoryRequests.full(settings));
        }
        boolean unchanged = ack.outcome() == Outcome.SOURCE_ADDED && change == Directory.Change.UNCHANGED;
        Answer answer = Answer.of(unchanged ? new Ack(Outcome.UNCHANGED, ack.number()) : ack);
        return audience == null && (cameOnline || ack.outcome() != Outcome.SOURCE_ADDED)
                ? online.cameOnline(content).thenApply(shown -> answer)
                : CompletableFuture.completedFuture(answer);
    }

    private CompletableFuture<Answer> withdraw(Session session, Deregister request) {
        return switch (request) {
            case DeregisterName named ->
                names.remove(named.name(), () -> access.asker(session.key()))
                        .thenApply(found -> found.map(removed -> {
                                    int sources = withdraw(session, removed.contents());
                                    return taken(removed.removed() || sources > 0 ? 1 : 0);
                                })
                                // Who may not know what there is learns nothing from what is not.
                                .orElseGet(() -> access.isClosedTo(session.peer())
                                        ? taken(0)
                                        : notFound("There is no name " + named.name() + ".")));
            case DeregisterContent one ->
                CompletableFuture.completedFuture(taken(withdraw(session, List.of(one.content()))));
            case DeregisterAll all -> {
                int sources = withdrawAll(session);
                // The names of an account are not those of a peer that has got hold of its key.
                yield access.isAccountKey(session.peer())
                        ? CompletableFuture.completedFuture(taken(sources))
                        : names.removeAll(session.key()).thenApply(gone -> taken(Math.max(gone, sources)));
            }
        };
    }

    private int withdraw(Session session, List<ContentId> contents) {
        lock.lock();
        try {
            int count = 0;
            for (ContentId content : contents) {
                if (!session.ended && directory.withdraw(session.number, content)) {
                    count++;
                }
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    private int withdrawAll(Session session) {
        lock.lock();
        try {
            if (session.ended) {
                return 0;
            }
            int count = directory.digest(session.number).count();
            session.number = directory.withdrawAll(session.number);
            return count;
        } finally {
            lock.unlock();
        }
    }

    private static boolean hasFailed(CompletableFuture<Answer> answer) {
        return answer.isCompletedExceptionally()
                || (answer.isDone() && answer.join().pdu() instanceof Failure);
    }

    private static Answer taken(int count) {
        return Answer.of(new Ack(Outcome.DONE, count));
    }

    private static Answer notFound(String sentence) {
        return Answer.of(Failure.of(ErrorCode.NOT_FOUND, sentence));
    }
}
