package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.store.FolderHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.LocalContent;
import dev.shoal.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes up again what an earlier process shared and downloaded. What still looks as it did is neither read nor asked
 * about: the index hears of all of it at once. A virtual thread an index, which waits for that one alone. Thread-safe.
 */
final class Resumption {

    private static final String CHANGED = " has changed since it was shared, and is not served any more. Share it again"
            + " to publish what it is now.";

    private final PeerNode node;
    private final HomePeer peer;
    private final Upkeep upkeep;
    private final DownloadTasks downloads;
    private final AtomicInteger remaining;
    private final Cancellation never = new Cancellation();

    /**
     * For a process that has just begun.
     *
     * @param remaining counts what is still to be looked after
     */
    Resumption(PeerNode node, HomePeer peer, Upkeep upkeep, DownloadTasks downloads, AtomicInteger remaining) {
        this.downloads = downloads;
        this.remaining = remaining;
        this.node = node;
        this.peer = peer;
        this.upkeep = upkeep;
    }

    /** Begins with all of them, and is on-line at the usual index whatever there is. Returns at once. */
    void begin(List<Task> tasks) {
        Map<String, List<Task>> byIndex = new LinkedHashMap<>();
        byIndex.put("", new ArrayList<>());
        for (Task task : tasks) {
            KeptTask kept = task.kept();
            if (!kept.over() && kept.serves() == null && !kept.isShare()) {
                if (!kept.paused()) {
                    downloads.resume(upkeep, task);
                }
            } else if (!kept.over()) {
                remaining.incrementAndGet();
                byIndex.computeIfAbsent(Objects.requireNonNullElse(kept.index(), ""), fresh -> new ArrayList<>())
                        .add(task);
            }
        }
        byIndex.forEach((index, some) -> Thread.ofVirtual()
                .name("resumption at " + index)
                .start(() -> resumeAt(index.isEmpty() ? null : index, some)));
    }

    private void resumeAt(@Nullable String index, List<Task> tasks) {
        IndexSession session = joined(index, tasks);
        if (session == null) {
            return;
        }
        List<ShareKey> shared = new ArrayList<>();
        List<Task> rest = new ArrayList<>();
        for (Task task : tasks) {
            if (upkeep.isLeaving()) {
                return;
            }
            if (task.cancellation().isCancelled()) {
                remaining.decrementAndGet();
            } else if (isAt(session, task) && (task.kept().isWatched() || !serveUnread(session, task, shared))) {
                rest.add(task);
            }
        }
        restored(session, shared);
        for (Task task : rest) {
            if (task.kept().isWatched()) {
                // What some program has open to write to is waited for: nothing else waits with it.
                Thread.ofVirtual().name("resumption of " + task.id()).start(() -> resumeCounted(session, task));
            } else {
                resumeCounted(session, task);
            }
        }
    }

    private void resumeCounted(IndexSession session, Task task) {
        if (!upkeep.isLeaving()) {
            resumeOne(session, task);
            remaining.decrementAndGet();
        }
    }

    /** Null when this process ends before the index is there. */
    private @Nullable IndexSession joined(@Nullable String index, List<Task> tasks) {
        long retryMillis = Upkeep.FIRST_RETRY_MILLIS;
        String told = "";
        while (!upkeep.isLeaving()) {
            try {
                IndexAddress address = peer.indexOf(new Request.Status(index), Optional.empty());
                return node.sessions().at(address, peer.advertised(address));
            } catch (RuntimeException e) {
                String sentence = String.valueOf(e.getMessage());
                if (!sentence.equals(told) && !upkeep.isLeaving()) {
                    told = sentence;
                    node.events().warning(sentence + " Trying again.");
                    tasks.forEach(task -> upkeep.stands(task, Task.State.WAITING, sentence));
                }
                never.await(retryMillis);
                retryMillis = Upkeep.afterwards(retryMillis);
            }
        }
        return null;
    }

    /** Serves what looks as it did; returns whether nothing more is to be done about it. */
    private boolean serveUnread(IndexSession session, Task task, List<ShareKey> shared) {
        KeptTask kept = task.kept();
        KeptTask.Serves serves = kept.serves();
        if (serves == null) {
            return false;
        }
        Optional<HashedFile> file = known(serves);
        if (file.isEmpty()
                || !file.get().id().equals(serves.id())
                || !file.get().isCurrent()) {
            return false;
        }
        shared.add(serve(session, task, serves, file.get()).key());
        remaining.decrementAndGet();
        return true;
    }

    /** Whether the index is the one that a task was begun at; another one must not hear what it is. */
    private boolean isAt(IndexSession session, Task task) {
        String key = task.kept().indexKey();
        if (key.isEmpty() || session.index().fingerprint().equals(key)) {
            return true;
        }
        remaining.decrementAndGet();
        upkeep.stands(
                task,
                Task.State.FAILED,
                "It was shared at an index with the key " + key + ", and at "
                        + session.client().address() + " there is another now. Share it again.");
        return false;
    }

    private Served serve(IndexSession session, Task task, KeptTask.Serves serves, LocalContent file) {
        long limit = serves.limitBytesPerSecond() < 0 ? Rate.UNLIMITED : serves.limitBytesPerSecond();
        Served served = new Served(file.shared(node.openFiles()), session.circle(serves.audienceId()), limit);
        if (task.kept().isShare()) {
            served.whenLost(sentence -> upkeep.lost(task, sentence));
        }
        PeerNode.Shared shared = new PeerNode.Shared(session, nameOf(serves), serves.path(), served);
        node.share(shared);
        task.shares(shared);
        upkeep.stands(task, Task.State.SHARING, null);
        return served;
    }

    private static Name nameOf(KeptTask.Serves serves) {
        return new Name(serves.name());
    }

    /** What is watched, a folder, or a file that has to be read. */
    private void resumeOne(IndexSession session, Task task) {
        KeptTask kept = task.kept();
        KeptTask.Serves serves = kept.serves();
        try {
            if (serves == null || kept.isWatched()) {
                if (serves == null || isKnown(session, task, serves)) {
                    again(task);
                }
            } else if (Files.notExists(Path.of(serves.path()))) {
                upkeep.stands(task, Task.State.CHANGED, serves.path() + " is gone, and is not served any more.");
            } else {
                reread(session, task, serves);
            }
        } catch (PeerException | StoreException | InvalidFolderException e) {
            if (upkeep.isLeaving()) {
                return;
            }
            upkeep.stands(task, Task.State.FAILED, e.getMessage());
            node.events().warning(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            upkeep.stands(task, Task.State.FAILED, "It failed for a reason that should not be: " + e);
            node.events().warning(kept.name() + ": " + e);
        }
    }

    /** Whether the index still has the name. What somebody took away is not published again by a start. */
    private boolean isKnown(IndexSession session, Task task, KeptTask.Serves serves) {
        Pdu answer = session.client().exchange(new IndexRequest.Inspect(nameOf(serves), 0));
        if (answer instanceof IndexReply.Version) {
            return true;
        }
        if (!(answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND)) {
            throw IndexClient.refusal(answer);
        }
        if (serves.audience() == null) {
            upkeep.stands(
                    task,
                    Task.State.CHANGED,
                    serves.name() + " was taken away from the index, and is not published any more. Share it again.");
        } else {
            upkeep.stands(
                    task,
                    Task.State.FAILED,
                    serves.name() + " was shared privately, and the index knows nothing of it now, or does not let you"
                            + " see it. Log in if you have logged out; else share it again, and say who may get it.");
        }
        return false;
    }

    private void reread(IndexSession session, Task task, KeptTask.Serves serves) {
        Path path = Path.of(serves.path());
        LocalContent file = read(path);
        ContentId expected = serves.id();
        if (!file.id().equals(expected)) {
            upkeep.stands(task, Task.State.CHANGED, serves.path() + CHANGED);
            node.events().warning(serves.path() + CHANGED);
            return;
        }
        Served served = serve(session, task, serves, file);
        restored(session, List.of(served.key()));
        synchronized (task) {
            PeerNode.Shared shared = task.shared();
            if (shared != null) {
                // It was written to without a change, or moved: next time it need not be read.
                upkeep.serves(task, shared, serves.link());
            }
        }
    }

    private void restored(IndexSession session, List<ShareKey> shared) {
        session.presence().restored(shared);
        // What was ended, or has been passed on enough, in the meantime found nothing to withdraw.
        node.withdrawUnshared(session, shared);
    }

    private LocalContent read(Path path) {
        if (Files.isDirectory(path)) {
            return new FolderHasher(node.hasher(), path).hash(HashProgress.UNSEEN);
        }
        return node.catalog()
                .map(catalog -> catalog.hash(path, node.hasher(), HashProgress.UNSEEN))
                .orElseGet(() -> node.hasher().hash(path));
    }

    /** What it was last, which need not be what it was shared with. */
    private static @Nullable String limit(KeptTask.Serves serves) {
        return serves.limitBytesPerSecond() < 0 ? null : Long.toString(serves.limitBytesPerSecond());
    }

    /** As it was begun at first, under the name that it got then. */
    private void again(Task task) {
        KeptTask kept = task.kept();
        if (kept.work() instanceof Request.Share share) {
            KeptTask.Serves serves = kept.serves();
            String name = serves == null ? share.name() : serves.name();
            String limit = serves == null ? share.limit() : limit(serves);
            Request.Share same = new Request.Share(
                    kept.index() == null ? share.index() : kept.index(),
                    share.paths(),
                    name,
                    share.note(),
                    limit,
                    serves == null ? share.readers() : null,
                    share.watch());
            task.keep(new KeptTask(
                    kept.id(),
                    kept.index(),
                    kept.indexKey(),
                    same,
                    serves,
                    false,
                    false,
                    kept.sinceMillis(),
                    kept.seeded()));
            upkeep.share(task, report -> {}, task.cancellation());
        } else {
            downloads.resume(upkeep, task);
        }
    }

    /** What the file of a task is, if it looks as it did. Empty when it has to be read. */
    private Optional<HashedFile> known(KeptTask.Serves serves) {
        try {
            return node.catalog().flatMap(catalog -> catalog.find(Path.of(serves.path()), serves.stamp()));
        } catch (StoreException e) {
            node.events().detail("Not known without reading it: " + serves.path() + " (" + e.getMessage() + ")");
            return Optional.empty();
        }
    }
}
