package dev.shoal.peer;

import dev.shoal.content.Name;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    /** Several times the largest home; a task takes about a kilobyte. */
    static final int MOST_TASKS = 200_000;

    /** Wait before what could not be reached is tried again; it doubles up to the longest. */
    static final long FIRST_RETRY_MILLIS = 1_000;

    static final long LONGEST_RETRY_MILLIS = 60_000;

    /** How often it is looked how much has moved, and whether settings have changed. */
    private static final long LOOK_MILLIS = 1_000;

    private final PeerNode node;
    private final HomePeer peer;
    private final KeptTasks file;
    private final DownloadTasks downloads;
    private final Map<Long, Task> tasks = new ConcurrentSkipListMap<>();
    /** Which task has a key, so that a name is not shared twice. */
    private final Map<String, Task> byKey = new ConcurrentHashMap<>();

    private final AtomicLong lastId = new AtomicLong();
    private final Cancellation end = new Cancellation();
    private final Listeners listeners = new Listeners(end);
    private final RateHistory rates;
    private final SettingsWatch settings;
    private final Seeding seeding;
    private final WebLinking webLinks;
    private final long sinceMillis = System.currentTimeMillis();
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
        this.file = new KeptTasks(node.home().tasksFile(), node.events());
        this.settings = new SettingsWatch(
                node.home().configurationFile(), peer.configuration(), node::configure, node.events());
        this.rates = new RateHistory(
                node.senders()::sentBytes, node.links()::receivedBytes, System.nanoTime(), System.currentTimeMillis());
        for (KeptTask kept : file.open()) {
            Task task = new Task(kept);
            KeptTask.Seeded seeded = kept.seeded();
            Task.State stands = kept.over() ? Task.State.DONE : kept.paused() ? Task.State.PAUSED : Task.State.WAITING;
            task.stands(stands, kept.over() && seeded != null ? seeded.over() : null);
            // What goes on as it did before is no news.
            task.isToldAs(kept.serves() == null ? task.state() : Task.State.SHARING);
            tasks.put(kept.id(), task);
            byKey.put(kept.key(), task);
            lastId.accumulateAndGet(kept.id(), Math::max);
        }
        this.webLinks = new WebLinking(this, node, peer, settings, InstantSource.system());
    }

    /** Carries out one that stays until it is cancelled, or somebody wants this process to end. */
    void stay(Consumer<Report> reports, Cancellation cancellation) {
        cancellation.whenCancelled(end::cancel);
        reports.accept(new Report.Running(peer.user()));
        new Resumption(node, peer, this, downloads, remaining).begin(List.copyOf(tasks.values()));
        webLinks.begin();
        Thread.ofVirtual().name("seeding").start(() -> seeding.run(end));
        Thread.ofVirtual().name("followed names").start(node.following()::begin);
        Thread.ofVirtual().name("each second").start(this::lookEachSecond);
        Following.Hearing heard = node.following().listen(this::tell, null);
        end.await();
        heard.close();
    }

    private void lookEachSecond() {
        while (!end.await(LOOK_MILLIS)) {
            rates.look(System.nanoTime(), System.currentTimeMillis());
            settings.look();
            webLinks.look();
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
            case TaskWish.ListTasks list -> Task.tell(tasks.values(), list, reports);
            case TaskWish.Listen listen -> listeners.listen(reports, cancellation);
            case WebLinkWish links -> webLinks.run(links, reports);
            case TaskWish.Settings wanted -> {
                settings.change(wanted.changes());
                reports.accept(settings.report());
            }
            case TaskWish.ShowRates show -> reports.accept(rates.report());
            case TaskWish.ShowActivity show -> listeners.activity().find(show).forEach(reports);
            case TaskWish.Look look -> reports.accept(task(look.id()).report());
            case TaskWish.LookClosely look -> reports.accept(downloads.closely(downloading(look.id()), look.cells()));
            case TaskWish.PauseTask pause -> {
                downloads.pause(this, downloading(pause.id()));
                reports.accept(task(pause.id()).report());
            }
            case TaskWish.ResumeTask resume -> {
                downloads.goOn(this, downloading(resume.id()));
                reports.accept(task(resume.id()).report());
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
                remaining.get());
    }

    /** What tasks serve now. */
    Set<PeerNode.Shared> served() {
        Set<PeerNode.Shared> served = new HashSet<>();
        for (Task task : tasks.values()) {
            PeerNode.Shared shared = task.shared();
            if (shared != null) {
                served.add(shared);
            }
        }
        return served;
    }

    /** Whether a download is that of a task. */
    boolean carriesOn(Downloading downloading) {
        return tasks.values().stream().anyMatch(task -> downloading.isFor(task.attempt()));
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
        KeptTask kept =
                new KeptTask(lastId.incrementAndGet(), null, "", work, null, false, false, System.currentTimeMillis());
        if (tasks.size() >= MOST_TASKS) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "This peer has " + MOST_TASKS + " tasks, and takes no more. `shoal stop NAME` ends some.");
        }
        Task task = new Task(kept);
        tasks.put(task.id(), task);
        return task;
    }

    /** Changes what is remembered of a task, from what it is at that moment. */
    void change(Task task, UnaryOperator<KeptTask> change) {
        synchronized (task) {
            keep(task, change.apply(task.kept()));
        }
    }

    /** Remembers a task, which takes the place of another one of the same name. */
    void keep(Task task, KeptTask now) {
        if (!tasks.containsKey(task.id())) {
            // It was ended meanwhile.
            return;
        }
        byKey.remove(task.kept().key(), task);
        task.keep(now);
        Task before = byKey.put(now.key(), task);
        file.put(now);
        if (!tasks.containsKey(task.id())) {
            // It was ended at this very moment: it must not come back with the next start.
            byKey.remove(now.key(), task);
            file.remove(task.id());
        }
        if (before != null && before != task) {
            forget(before);
        }
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
            file.force();
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
        List<Report.Shared> told = new ArrayList<>();
        Consumer<Report> heard = report -> {
            if (report instanceof Report.Shared shared) {
                told.add(shared);
            }
            reports.accept(report);
        };
        Requests requests = new Requests(node, peer, heard, cancellation);
        PeerNode.Shared shared =
                requests.share(request, Path.of(request.paths().getFirst()), sentence -> lost(task, sentence));
        if (task.cancellation().isCancelled() || leaving) {
            node.unshare(List.of(shared));
            return;
        }
        serves(task, shared, told.getFirst().link());
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
        keep(task, serving.isShare() ? serving : serving.seeded(serving.seededOr(System.currentTimeMillis())));
        task.stands(Task.State.SHARING, null);
    }

    /** The tasks that share. */
    Stream<Task> shares() {
        return tasks.values().stream().filter(task -> task.kept().isShare());
    }

    /** The one that has a key, as {@link KeptTask#key} writes it. */
    Optional<Task> share(String key) {
        return Optional.ofNullable(byKey.get(key)).filter(task -> task.kept().isShare());
    }

    /** The tasks that download or have done so. */
    List<Task> downloads() {
        return tasks.values().stream().filter(task -> !task.kept().isShare()).toList();
    }

    /** What was downloaded has been passed on enough: it stays where it is, and nobody gets it here any more. */
    void passedOn(Task task, KeptTask.Seeded seeded) {
        PeerNode.Shared shared = task.shared();
        if (shared != null) {
            task.shares(null);
            node.unshare(List.of(shared));
            change(task, kept -> kept.seeded(seeded).serving(kept.serves(), true));
            stands(task, Task.State.DONE, seeded.over());
            node.events().info(task.kept().name() + ": " + seeded.over() + ".");
        }
    }

    /** What goes out of some names has another limit: a later start has it, too. */
    void limited(List<Name> names) {
        for (Task task : tasks.values()) {
            PeerNode.Shared shared = task.shared();
            if (shared != null && names.contains(shared.name())) {
                long limit = shared.served().ownLimit().orElse(-1);
                change(task, kept -> kept.limited(limit));
            }
        }
        file.force();
    }

    /** What a task served is not what it was; it is no longer served. */
    void lost(Task task, String sentence) {
        task.shares(null);
        stands(task, Task.State.CHANGED, sentence);
    }

    private void end(TaskWish.End wish, Consumer<Report> reports) {
        List<Task> ended = wish.all() ? List.copyOf(tasks.values()) : chosen(wish);
        for (Task task : ended) {
            forget(task);
            reports.accept(new TaskReport.TaskEnded(
                    task.id(), task.kept().kind(), task.kept().name()));
        }
        file.force();
    }

    private List<Task> chosen(TaskWish.End wish) {
        List<Task> chosen = new ArrayList<>();
        for (Long id : wish.ids()) {
            chosen.add(task(id));
        }
        for (String text : wish.names()) {
            List<String> names = Stream.concat(
                            Stream.of(text),
                            node.accounts().owners(peer.user()).stream()
                                    .map(owner ->
                                            Target.parse(text, owner).name().text()))
                    .toList();
            List<Task> found = tasks.values().stream()
                    .filter(task -> names.stream().anyMatch(task::isAbout))
                    .toList();
            if (found.isEmpty()) {
                throw new PeerException(
                        PeerException.Reason.NOT_FOUND,
                        "The running peer neither shares nor downloads anything as " + text
                                + " by itself. `shoal status` lists what it does.");
            }
            chosen.addAll(found);
        }
        return chosen;
    }

    private Task task(long id) {
        Task task = tasks.get(id);
        if (task == null) {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "There is no task " + id + ".");
        }
        return task;
    }

    private Task downloading(long id) {
        Task task = task(id);
        if (task.kept().isShare()) {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "The task " + id + " is a share.");
        }
        return task;
    }

    /** The names of what is downloaded, where they are whole ones. */
    List<Name> downloadNames() {
        return tasks.values().stream()
                .filter(task -> !task.kept().isShare())
                .flatMap(task -> DownloadTasks.name(task, peer.user()).stream())
                .toList();
    }

    /**
     * Lets downloads go on that were paused by themselves.
     *
     * @param names of what; none for all
     * @return what those are called that go on now
     */
    List<Name> goOn(List<Name> names) {
        List<Name> gone = new ArrayList<>();
        for (Task task : tasks.values()) {
            Optional<Name> name = DownloadTasks.name(task, peer.user());
            if (task.kept().paused()
                    && (names.isEmpty() || name.filter(names::contains).isPresent())) {
                downloads.goOn(this, task);
                name.ifPresent(gone::add);
            }
        }
        return gone;
    }

    /** What is remembered survives a power cut. */
    void force() {
        file.force();
    }

    /** Ends a task, and remembers it no longer. */
    void forget(Task task) {
        if (tasks.remove(task.id()) == null) {
            // It was ended meanwhile, and told so.
            return;
        }
        byKey.remove(task.kept().key(), task);
        task.cancellation().cancel();
        PeerNode.Shared shared = task.shared();
        if (shared != null && !task.kept().isWatched()) {
            task.shares(null);
            node.unshare(List.of(shared));
        }
        file.remove(task.id());
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
        for (Task task : tasks.values()) {
            if (task.kept().indexKey().equals(key)
                    && task.kept().serves() != null
                    && (name == null || task.isAbout(name.text()))) {
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
        tasks.values().forEach(task -> task.cancellation().cancel());
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
        file.close();
    }
}
