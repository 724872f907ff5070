package dev.shoal.peer;

import dev.shoal.content.Name;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a peer that stays up shares and downloads by itself: begins tasks, ends them, remembers them in the home, and
 * tells of them. A share costs no thread, unless it is watched; each of these, and each download, has a virtual one.
 * What an earlier process left is taken up again by {@link Resumption}. Thread-safe.
 */
final class Upkeep implements AutoCloseable {

    /** Wait before what could not be reached is tried again; it doubles up to the longest. */
    static final long FIRST_RETRY_MILLIS = 1_000;

    static final long LONGEST_RETRY_MILLIS = 60_000;

    /** How often it is looked how much has moved, and whether settings have changed. */
    private static final long LOOK_MILLIS = 1_000;

    private final PeerNode node;
    private final HomePeer peer;
    private final TaskTable tasks;
    private final DownloadTasks downloads;
    private final Cancellation end = new Cancellation();
    private final Listeners listeners = new Listeners(end);
    private final RateHistory rates;
    private final Seeding seeding;
    private final WebLinking webLinks;
    private final long sinceMillis = System.currentTimeMillis();
    /** The youngest task of an earlier process. */
    private final long lastEarlier;

    /** How many tasks of an earlier process are still to be looked after. */
    private final AtomicInteger remaining = new AtomicInteger();

    private volatile boolean leaving;

    /**
     * Reads what the home remembers, and begins nothing.
     *
     * @throws PeerException when that cannot be read
     */
    Upkeep(PeerNode node, HomePeer peer) {
        this.node = node;
        this.peer = peer;
        this.downloads = new DownloadTasks(node, peer);
        this.seeding = new Seeding(node, this, System::currentTimeMillis);
        this.tasks = new TaskTable(new KeptTasks(node.home().tasksFile(), node.events()));
        this.lastEarlier = tasks.lastId();
        this.rates = new RateHistory(
                node.senders()::sentBytes, node.links()::receivedBytes, System.nanoTime(), System.currentTimeMillis());
        this.webLinks = new WebLinking(this, node, peer, node.settings(), InstantSource.system());
    }

    /** Carries out one that stays until it is cancelled, or somebody wants this process to end. */
    void stay(Consumer<Report> reports, Cancellation cancellation) {
        cancellation.whenCancelled(end::cancel);
        reports.accept(new Report.Running(peer.user()));
        // What somebody begins meanwhile is carried on by who takes it.
        new Resumption(node, peer, this, downloads, remaining).begin(tasks.upTo(lastEarlier));
        webLinks.begin();
        Thread.ofVirtual().name("seeding").start(() -> seeding.run(end));
        Thread.ofVirtual().name("followed names").start(node.following()::begin);
        Thread.ofVirtual().name("each second").start(this::lookEachSecond);
        Following.Hearing heard = node.following().listen(this::tell, null);
        end.await();
        heard.close();
    }

    private void lookEachSecond() {
        String trouble = "";
        while (!end.await(LOOK_MILLIS)) {
            try {
                rates.look(System.nanoTime(), System.currentTimeMillis());
                node.settings().look();
                downloads.lookForRoom(this, tasks::downloads);
                webLinks.look();
                trouble = "";
            } catch (RuntimeException e) {
                // Else nothing would be looked after any more, unseen.
                if (!trouble.equals(e.toString())) {
                    trouble = e.toString();
                    node.events().warning("Settings and download links cannot be looked after: " + trouble);
                }
            }
        }
    }

    /** Carries out any other wish. */
    void run(TaskWish wish, Consumer<Report> reports, Cancellation cancellation) {
        switch (wish) {
            case TaskWish.Begin begin -> {
                switch (begin.work()) {
                    case Request.Share share -> share(share, reports, cancellation);
                    case Request.Get get -> downloads.begin(this, get, begin.detached(), reports, cancellation);
                    default -> throw new IllegalArgumentException(begin + " is checked when it is made");
                }
            }
            case TaskWish.End ended -> end(ended, reports);
            case TaskWish.ListTasks list -> list(list, reports);
            case TaskWish.Listen listen -> listeners.listen(reports, cancellation);
            case WebLinkWish links -> webLinks.run(links, reports);
            case TaskWish.Settings wanted -> {
                node.settings().change(wanted.changes());
                reports.accept(node.settings().report());
            }
            case TaskWish.ShowRates show -> reports.accept(rates.report());
            case TaskWish.ShowActivity show -> listeners.activity().find(show).forEach(reports);
            case TaskWish.Look look -> reports.accept(tasks.find(look.id()).report());
            case TaskWish.LookClosely look ->
                reports.accept(downloads.closely(tasks.findDownload(look.id()), look.cells()));
            case TaskWish.PauseTask pause -> {
                downloads.pause(this, tasks.findDownload(pause.id()));
                reports.accept(tasks.find(pause.id()).report());
            }
            case TaskWish.ResumeTask resume -> {
                downloads.goOn(this, tasks.findDownload(resume.id()));
                reports.accept(tasks.find(resume.id()).report());
            }
            case TaskWish.Summary summary -> reports.accept(state());
            case TaskWish.Down down -> {
                reports.accept(new Report.Running(peer.user()));
                end.cancel();
            }
            case TaskWish.Stay stay ->
                throw new PeerException(PeerException.Reason.FAILED, "This process stays up already.");
        }
    }

    /** How it is as a whole. */
    TaskReport.Up state() {
        int shares = (int) shares().count();
        return new TaskReport.Up(
                ProcessHandle.current().pid(),
                sinceMillis,
                node.limitNow(Setting.UPLOAD_LIMIT),
                node.limitNow(Setting.DOWNLOAD_LIMIT),
                shares,
                tasks.size() - shares,
                remaining.get(),
                webLinks.count());
    }

    /** What is shared here and not by a task. */
    List<PeerNode.Shared> notServed() {
        // Of very many, none is looked at as long as all are those of tasks, as they are where nobody shares besides.
        if (tasks.stream().filter(task -> task.shared() != null).count() == node.shareCount()) {
            return List.of();
        }
        Set<PeerNode.Shared> served = Collections.newSetFromMap(new IdentityHashMap<>());
        tasks.stream().forEach(task -> {
            PeerNode.Shared shared = task.shared();
            if (shared != null) {
                served.add(shared);
            }
        });
        return node.shares().stream().filter(shared -> !served.contains(shared)).toList();
    }

    /** Those of some downloads that are not of a task. */
    List<Downloading> notCarriedOn(Collection<Downloading> running) {
        List<Downloading> others = new ArrayList<>(running);
        if (!others.isEmpty()) {
            tasks.stream().map(Task::attempt).forEach(attempt -> others.removeIf(each -> each.isFor(attempt)));
        }
        return others;
    }

    private void list(TaskWish.ListTasks wish, Consumer<Report> reports) {
        List<Task> found = tasks.list(wish);
        reports.accept(new TaskReport.Tasks(found.size()));
        found.stream().skip(wish.offset()).limit(wish.limit()).forEach(task -> reports.accept(task.report()));
    }

    /** Tells whoever listens; nobody is waited for. */
    void tell(Report report) {
        listeners.tell(report);
    }

    /** Tells whoever listens how a task stands. */
    void changed(Task task) {
        listeners.changed(task);
    }

    /** A task stands otherwise. */
    void stands(Task task, Task.State state, @Nullable String why) {
        task.stands(state, why);
        changed(task);
    }

    /** A new task, which nothing is done about yet and which is not remembered. */
    Task add(Request work) {
        return tasks.add(work);
    }

    /** Changes what is remembered of a task, from what it is at that moment. */
    void change(Task task, UnaryOperator<KeptTask> change) {
        tasks.change(task, change).forEach(this::forget);
    }

    /** Remembers a task, which takes the place of another one of the same name. */
    void keep(Task task, KeptTask now) {
        tasks.keep(task, now).forEach(this::forget);
    }

    /** Shares each path as a task, up to the first that cannot be shared. What stands by then stays. */
    private void share(Request.Share request, Consumer<Report> reports, Cancellation cancellation) {
        List<Task> begun = new ArrayList<>();
        try {
            for (String path : request.paths()) {
                Task task = add(of(request, path, request.name(), request.readers()));
                begun.add(task);
                if (begun.size() == 1) {
                    reports.accept(new TaskReport.Taken(task.id()));
                }
                share(task, reports, cancellation);
                changed(task);
            }
        } finally {
            begun.stream().filter(task -> task.kept().serves() == null).forEach(this::forget);
            tasks.force();
        }
    }

    private static Request.Share of(
            Request.Share request, String path, @Nullable String name, @Nullable Readers readers) {
        return new Request.Share(
                request.index(), List.of(path), name, request.note(), request.limit(), readers, request.watch());
    }

    /**
     * Shares what a task says, and remembers what that is.
     *
     * @param reports hears what there is to tell until it stands
     * @param cancellation that whoever waits for it has enough
     */
    void share(Task task, Consumer<Report> reports, Cancellation cancellation) {
        Request.Share request = (Request.Share) task.kept().work();
        if (request.watch()) {
            new WatchedTask(this, node, peer, task).begin(request, reports, cancellation);
            return;
        }
        Cancellation either = new Cancellation();
        Cancellation.Registration waited = cancellation.register(either::cancel);
        Cancellation.Registration ended = task.cancellation().register(either::cancel);
        try {
            new Requests(node, peer, reports, either)
                    .share(
                            request,
                            Path.of(request.paths().getFirst()),
                            sentence -> lost(task, sentence),
                            (shared, link) -> takes(task, shared, link, either));
        } finally {
            waited.forget();
            ended.forget();
        }
    }

    /** Unless it was ended meanwhile: whoever ends it from now on finds what it serves. */
    private boolean takes(Task task, PeerNode.Shared shared, String link, Cancellation cancellation) {
        synchronized (task) {
            boolean isWanted = tasks.has(task) && !cancellation.isCancelled() && !leaving;
            if (isWanted) {
                serves(task, shared, link);
            }
            return isWanted;
        }
    }

    /** A task serves something from now on, and the home remembers what. */
    void serves(Task task, PeerNode.Shared shared, @Nullable String link) {
        KeptTask before = task.kept();
        IndexAddress address = peer.indexOf(before.work(), Target.of(before.work(), peer.user()));
        String index = address.own() ? null : address.address().toString();
        KeptTask located = before.at(index, shared.session().index().fingerprint());
        task.shares(shared);
        // Before anybody sees it: what is seen comes back after a restart.
        KeptTask serving = located.serving(KeptTask.Serves.of(shared, link), false);
        keep(task, serving.isShare() ? serving : serving.seeded(seededNow(task, serving)));
        task.stands(Task.State.SHARING, null);
    }

    private static KeptTask.Seeded seededNow(Task task, KeptTask serving) {
        return serving.seededOr(System.currentTimeMillis()).sent(task.sentBytes());
    }

    /** The tasks that share. */
    Stream<Task> shares() {
        return tasks.stream().filter(task -> task.kept().isShare());
    }

    /** The one that has a key, as {@link KeptTask#key} writes it. */
    Optional<Task> share(String key) {
        return tasks.find(key).filter(task -> task.kept().isShare());
    }

    /** The tasks that download or have done so. */
    List<Task> downloads() {
        return tasks.downloads();
    }

    /** What was downloaded has been passed on enough: it stays where it is, and nobody gets it here any more. */
    void passedOn(Task task, KeptTask.Seeded seeded) {
        PeerNode.Shared shared;
        synchronized (task) {
            shared = task.shared();
            if (shared == null) {
                return;
            }
            // First: as long as it cannot be remembered, it is not over.
            change(task, kept -> kept.seeded(seeded).serving(kept.serves(), true));
            task.shares(null);
            stands(task, Task.State.DONE, seeded.over());
        }
        node.unshare(List.of(shared));
        node.events().info(task.kept().name() + ": " + seeded.over() + ".");
    }

    /**
     * What comes in for some names has another limit from now on, in later attempts and after a restart as well; also
     * where nothing runs just now.
     *
     * @return how many downloads that are
     */
    int limitDownloads(List<Name> names, String limit) {
        int limited = 0;
        List<String> owners = downloads.owners();
        for (Task task : tasks.downloads()) {
            boolean isMeant = DownloadTasks.names(task, owners).stream().anyMatch(names::contains);
            if (isMeant && downloads.limit(this, task, limit)) {
                changed(task);
                limited++;
            }
        }
        return limited;
    }

    /** What goes out of some names has another limit: a later start has it, too. */
    void limited(List<Name> names) {
        for (Task task : tasks.all()) {
            PeerNode.Shared shared = task.shared();
            if (shared != null && names.contains(shared.name())) {
                long limit = shared.served().ownLimit().orElse(-1);
                change(task, kept -> kept.limited(limit));
            }
        }
        tasks.force();
    }

    /** What a task served is not what it was; it is no longer served. */
    void lost(Task task, String sentence) {
        task.shares(null);
        stands(task, Task.State.CHANGED, sentence);
    }

    private void end(TaskWish.End wish, Consumer<Report> reports) {
        List<Task> ended = wish.all() ? tasks.all() : tasks.chosen(wish, this::wholeNames, this::callings);
        for (Task task : ended) {
            forget(task);
            reports.accept(new TaskReport.TaskEnded(
                    task.id(), task.kept().kind(), task.kept().name()));
        }
        tasks.force();
    }

    /** What a text may be as a whole name. */
    private List<String> wholeNames(String text) {
        return node.accounts().owners(peer.user()).stream()
                .map(owner -> Target.parse(text, owner).name().text())
                .toList();
    }

    /** What a task may be called as a whole: what is just begun is known only as it was asked for. */
    private List<String> callings(Task task) {
        List<String> owners = downloads.owners();
        if (task.kept().work() instanceof Request.Share share && task.kept().serves() == null) {
            return owners.stream().flatMap(owner -> calling(share, owner)).toList();
        }
        return task.kept().isShare()
                ? List.of()
                : DownloadTasks.names(task, owners).stream().map(Name::text).toList();
    }

    private static Stream<String> calling(Request.Share share, String owner) {
        try {
            Path path = Path.of(share.paths().getFirst());
            return Stream.of(Sharing.name(path, share.name(), owner).text());
        } catch (PeerException e) {
            // It cannot be shared so, which its own command is told.
            return Stream.of();
        }
    }

    /** The names of what is downloaded, where they are whole ones. */
    List<Name> downloadNames() {
        List<String> owners = downloads.owners();
        return tasks.downloads().stream()
                .flatMap(task -> DownloadTasks.names(task, owners).stream())
                .toList();
    }

    /**
     * Lets downloads go on that were paused by themselves, and has those try at once that are named and stand still.
     *
     * @param names of what; none for all that are paused
     * @return what those are called that go on now
     */
    List<Name> goOn(List<Name> names) {
        List<Name> gone = new ArrayList<>();
        List<String> owners = downloads.owners();
        for (Task task : tasks.downloads()) {
            List<Name> known = DownloadTasks.names(task, owners);
            boolean isMeant = known.stream().anyMatch(names::contains);
            if (task.kept().paused() ? names.isEmpty() || isMeant : isMeant && DownloadTasks.standsStill(task)) {
                downloads.goOn(this, task);
                known.stream().limit(1).forEach(gone::add);
            }
        }
        return gone;
    }

    /** What is remembered survives a power cut. */
    void force() {
        tasks.force();
    }

    /** Ends a task, and remembers it no longer. */
    void forget(Task task) {
        if (!tasks.remove(task)) {
            // It was ended meanwhile, and told so.
            return;
        }
        task.cancellation().cancel();
        PeerNode.Shared shared;
        synchronized (task) {
            shared = task.kept().isWatched() ? null : task.shared();
            task.shares(null);
        }
        if (shared != null) {
            node.unshare(List.of(shared));
        }
        webLinks.shareEnded(task.kept().key());
        tell(new TaskReport.TaskEnded(task.id(), task.kept().kind(), task.kept().name()));
    }

    /**
     * Names were taken away from an index: what shares them is over.
     *
     * @param name which one; null for all
     */
    void wasRemoved(IndexSession session, @Nullable Name name) {
        String key = session.index().fingerprint();
        for (Task task : tasks.all()) {
            if (task.kept().isServedAs(key, name)) {
                forget(task);
            }
        }
    }

    /** Whether the process is about to end: what ends from now on is not over. */
    boolean isLeaving() {
        return leaving;
    }

    /** The process is about to end: nothing new is begun. Waits for nobody. */
    void leave() {
        leaving = true;
        end.cancel();
        tasks.stream().forEach(task -> task.cancellation().cancel());
    }

    /** How long it is at most waited before something that failed is tried again. */
    static long afterwards(long retryMillis) {
        return Math.min(LONGEST_RETRY_MILLIS, retryMillis * 2);
    }

    @Override
    public void close() {
        leave();
        webLinks.close();
        seeding.keepAll();
        tasks.close();
    }
}
