package dev.shoal.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The tasks of a peer that stays up: by number, by what there is one of, and in the file of the home. Begins and ends
 * nothing; {@link Upkeep} does. Thread-safe.
 */
final class TaskTable implements AutoCloseable {

    /** Several times the largest home; a task takes about a kilobyte. */
    static final int MOST_TASKS = 200_000;

    private final KeptTasks file;
    private final Map<Long, Task> tasks = new ConcurrentSkipListMap<>();
    /** Which task has a key, so that a name is not shared twice. */
    private final Map<String, Task> byKey = new ConcurrentHashMap<>();

    private final AtomicLong lastId = new AtomicLong();

    /**
     * Reads what the home remembers.
     *
     * @throws PeerException when that cannot be read
     */
    TaskTable(KeptTasks file) {
        this.file = file;
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
    }

    /** All of them, the oldest first; a copy. */
    List<Task> all() {
        return List.copyOf(tasks.values());
    }

    /** The highest number that a task has or had. */
    long lastId() {
        return lastId.get();
    }

    /** Those with a number up to this, the oldest first; a copy. */
    List<Task> upTo(long id) {
        return stream().filter(task -> task.id() <= id).toList();
    }

    /** All of them, the oldest first, as they are while this is read. */
    Stream<Task> stream() {
        return tasks.values().stream();
    }

    /** Whether one was not ended. */
    boolean has(Task task) {
        return tasks.containsKey(task.id());
    }

    /** How many there are. */
    int size() {
        return tasks.size();
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

    /**
     * Remembers a task as it is from now on, unless it was ended meanwhile.
     *
     * @return those whose place it took, which are to be ended; at most one
     */
    List<Task> keep(Task task, KeptTask now) {
        if (!tasks.containsKey(task.id())) {
            return List.of();
        }
        String known = task.kept().key();
        task.keep(now);
        // At no moment is there nothing under a key that stays: a link to it would lead nowhere, or end.
        Task before = byKey.put(now.key(), task);
        if (!known.equals(now.key())) {
            byKey.remove(known, task);
        }
        file.put(now);
        if (!tasks.containsKey(task.id())) {
            // It was ended at this very moment: it must not come back with the next start.
            byKey.remove(now.key(), task);
            file.remove(task.id());
        }
        return before == null || before == task ? List.of() : List.of(before);
    }

    /** Changes what is remembered of a task, from what it is at that moment. Returns what {@link #keep} does. */
    List<Task> change(Task task, UnaryOperator<KeptTask> change) {
        synchronized (task) {
            return keep(task, change.apply(task.kept()));
        }
    }

    /** One is no more, in the file neither. Returns false when that was so before. */
    boolean remove(Task task) {
        if (tasks.remove(task.id()) == null) {
            return false;
        }
        byKey.remove(task.kept().key(), task);
        file.remove(task.id());
        return true;
    }

    /**
     * The task of a number.
     *
     * @throws PeerException with reason NOT_FOUND when there is none
     */
    Task find(long id) {
        Task task = tasks.get(id);
        if (task == null) {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "There is no task " + id + ".");
        }
        return task;
    }

    /** The one that has a key, as {@link KeptTask#key} writes it. */
    Optional<Task> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /**
     * The task of a number, which downloads.
     *
     * @throws PeerException with reason NOT_FOUND when there is none
     */
    Task findDownload(long id) {
        Task task = find(id);
        if (task.kept().isShare()) {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "The task " + id + " is a share.");
        }
        return task;
    }

    /** The tasks that download or have done so. */
    List<Task> downloads() {
        return stream().filter(task -> !task.kept().isShare()).toList();
    }

    /**
     * Those that a person means.
     *
     * @param whole what a text may be as a whole name
     * @param called what a task that is not there yet may be called as a whole
     * @throws PeerException with reason NOT_FOUND when a number or a name is of none
     */
    List<Task> chosen(TaskWish.End wish, Function<String, List<String>> whole, Function<Task, List<String>> called) {
        List<Task> chosen = new ArrayList<>();
        wish.ids().forEach(id -> chosen.add(find(id)));
        for (String text : wish.names()) {
            List<String> names =
                    Stream.concat(Stream.of(text), whole.apply(text).stream()).toList();
            List<Task> found = stream()
                    .filter(task -> names.stream().anyMatch(task::isAbout)
                            || called.apply(task).stream().anyMatch(names::contains))
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

    /** Those that are asked for, the youngest first. */
    List<Task> list(TaskWish.ListTasks wish) {
        String text = wish.text().toLowerCase(Locale.ROOT);
        List<Task> found = new ArrayList<>();
        for (Task task : tasks.values()) {
            if ((wish.kind().isEmpty() || wish.kind().equals(task.kept().kind()))
                    && (text.isEmpty() || task.contains(text))) {
                found.add(task);
            }
        }
        return found.reversed();
    }

    /** What is remembered survives a power cut. */
    void force() {
        file.force();
    }

    @Override
    public void close() {
        file.close();
    }
}
