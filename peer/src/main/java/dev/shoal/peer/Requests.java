package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.protocol.IndexRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out one request in the process that runs the peer. */
final class Requests {

    private final PeerNode node;
    private final HomePeer peer;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;

    Requests(PeerNode node, HomePeer peer, Consumer<Report> reports, Cancellation cancellation) {
        this.node = node;
        this.peer = peer;
        this.reports = reports;
        this.cancellation = cancellation;
    }

    void run(Request request) {
        Optional<Target> target = Target.of(request, peer.user());
        IndexAddress address = peer.indexOf(request, target);
        Upkeep upkeep = peer.upkeep();
        if (request instanceof Request.Status status && upkeep != null) {
            stateOf(upkeep, address, status.whole());
            return;
        }
        IndexSession session = node.sessions().at(address, peer.advertised(address));
        String owner = session.client()
                .lastIndex()
                .map(index -> node.accounts().owner(index, peer.user()))
                .orElseGet(peer::user);
        Optional<Target> meant = Target.of(request, owner);
        switch (request) {
            case Request.Share share -> {
                follow();
                new Sharing(node, session, owners(session), reports, cancellation).run(share);
            }
            case Request.Get get -> {
                if (get.seed()) {
                    follow();
                }
                new Getting(node, session, reports, cancellation).run(get, meant.orElseThrow());
            }
            case SubscriptionWish.Subscribe subscribe ->
                new Subscribing(node, peer.user(), reports, cancellation)
                        .subscribe(session, subscribe, meant.orElseThrow());
            case Request.Remove remove -> remove(session, remove, owner);
            case Request.RollBack back -> {
                Owners owners = owners(session);
                new RollingBack(
                                session.client(),
                                owners,
                                node.known(),
                                node.events(),
                                RollingBack.ofNode(node, session, owners))
                        .run(back, meant.orElseThrow(), session.advertised(), reports);
            }
            case AccountWish wish ->
                new AccountWishes(session.client(), node.accounts(), node.identity(), node.known(), reports).run(wish);
            case Request.Status status -> {
                reports.accept(state(address, session));
                SubscriptionStates.of(node.following()).forEach(reports);
            }
            case Request.Attend attend -> {
                follow();
                reports.accept(new Report.Running(peer.user()));
                cancellation.await();
            }
            default -> {
                Queries queries = new Queries(
                        session.client(), session.advertised(), node.known(), node.events(), reports, cancellation);
                query(queries, request, meant, owner, reports);
            }
        }
    }

    /**
     * Shares one file for as long as the caller likes.
     *
     * @param lost is told, in a sentence, when it turns out that the file is not what it was; returns at once
     */
    void share(Request.Share request, Path path, Consumer<String> lost, Sharing.Taker taker) {
        IndexAddress address = peer.indexOf(request, Optional.empty());
        IndexSession session = node.sessions().at(address, peer.advertised(address));
        try {
            new Sharing(node, session, owners(session), reports, cancellation).share(path, request, lost, taker);
        } catch (CancellationException e) {
            throw new PeerException(PeerException.Reason.CONFLICT, "Sharing " + path + " was given up.", e);
        }
    }

    /** A process that stays keeps in step what its home follows; what was asked for does not wait for that. */
    private void follow() {
        Thread.ofVirtual().name("followed names").start(node.following()::begin);
    }

    /** Carries out what only asks the index. */
    static void query(
            Queries queries, Request request, Optional<Target> target, String owner, Consumer<Report> reports) {
        switch (request) {
            case Request.ListNames list -> queries.list(list.all());
            case Request.Search search -> queries.search(search.text(), search.limit());
            case Request.Users users -> queries.users();
            case Request.Remove remove -> {
                int removed = remove.all() ? queries.removeAll() : queries.remove(names(remove.names(), owner));
                reports.accept(new Report.Removed(removed));
            }
            case Request.Describe describe -> queries.describe(target.orElseThrow());
            default -> throw new IllegalArgumentException(request + " needs a peer that runs");
        }
    }

    private Owners owners(IndexSession session) {
        AccountLine line = new AccountLine(session.client());
        Membership membership = Membership.ofPublisher(line, node.accounts(), node.events());
        return new Owners(node.identity(), membership.account(), peer.user());
    }

    private void remove(IndexSession session, Request.Remove request, String owner) {
        int removed = 0;
        if (request.all()) {
            removed = session.presence().deregister(new IndexRequest.DeregisterAll(), keys(session));
            node.unshare(node.shares().stream()
                    .filter(shared -> shared.session().equals(session))
                    .toList());
            wasRemoved(session, null);
        } else {
            for (Name name : names(request.names(), owner)) {
                int count = session.presence().deregister(new IndexRequest.DeregisterName(name), List.of());
                removed += Queries.checkRemoved(name, count);
                node.unshare(node.shares().stream()
                        .filter(shared -> shared.session().equals(session)
                                && shared.name().equals(name))
                        .toList());
                wasRemoved(session, name);
            }
        }
        reports.accept(new Report.Removed(removed));
    }

    private void wasRemoved(IndexSession session, @Nullable Name name) {
        Upkeep upkeep = peer.upkeep();
        if (upkeep != null) {
            upkeep.wasRemoved(session, name);
        } else if (Files.exists(node.home().tasksFile())) {
            forget(session.index().fingerprint(), name);
        }
    }

    /** The peer that stays up next does not share it again. It is none now, as this process has the home to itself. */
    private void forget(String index, @Nullable Name name) {
        try (KeptTasks kept = new KeptTasks(node.home().tasksFile(), node.events())) {
            kept.open().stream().filter(task -> task.isServedAs(index, name)).forEach(task -> kept.remove(task.id()));
        }
    }

    private List<ShareKey> keys(IndexSession session) {
        return node.shares().stream()
                .filter(shared -> shared.session().equals(session))
                .map(shared -> shared.served().key())
                .toList();
    }

    private static List<Name> names(List<String> texts, String owner) {
        try {
            return texts.stream()
                    .map(text -> new Name(text.indexOf('/') >= 0 ? text : owner + "/" + text))
                    .toList();
        } catch (InvalidNameException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
    }

    /** Of a peer that stays up, whether its index is there or not; what it does by itself it tells one by one. */
    private void stateOf(Upkeep upkeep, IndexAddress address, boolean whole) {
        List<PeerNode.Shared> others = upkeep.notServed();
        List<Downloading> downloads = upkeep.notCarriedOn(node.running().values());
        reports.accept(state(address, node.sessions().known(address), others, downloads));
        reports.accept(upkeep.state());
        if (!whole) {
            return;
        }
        upkeep.run(
                new TaskWish.ListTasks(null, "", "", 0, TaskWish.ListTasks.MOST_AT_ONCE),
                report -> {
                    if (report instanceof TaskReport.Task) {
                        reports.accept(report);
                    }
                },
                cancellation);
        SubscriptionStates.of(node.following()).forEach(reports);
    }

    private Report.State state(IndexAddress address, IndexSession session) {
        return state(
                address, Optional.of(session), node.shares(), node.running().values());
    }

    private Report.State state(
            IndexAddress address,
            Optional<IndexSession> session,
            List<PeerNode.Shared> shared,
            Collection<Downloading> running) {
        List<Report.ShareState> shares = shared.stream().map(Requests::state).toList();
        List<Report.Progress> downloads =
                running.stream().map(Downloading::state).toList();
        return new Report.State(
                peer.user(),
                node.identity().id().fingerprint(),
                session.map(known -> known.client().address())
                        .orElse(address.address())
                        .toString(),
                session.map(known -> known.client().isJoined()).orElse(false),
                session.map(known -> known.client().usesDatagrams()).orElse(false),
                node.links().port(),
                session.map(known -> known.presence().count()).orElse(0),
                node.links().count(),
                node.servings().activeDownloaders(),
                node.senders().sentBytes(),
                node.links().receivedBytes(),
                shares,
                downloads);
    }

    private static Report.ShareState state(PeerNode.Shared shared) {
        return new Report.ShareState(
                shared.name().text(),
                shared.path(),
                shared.served().content().length(),
                shared.served().uploadedBytes(),
                shared.served().stored().isIntact(),
                shared.served().limit().orElse(-1),
                Report.access(shared.served().key().isPrivate()));
    }
}
