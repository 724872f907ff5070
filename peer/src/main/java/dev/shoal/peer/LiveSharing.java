package dev.shoal.peer;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.store.FileChangedException;
import dev.shoal.store.FolderMemory;
import dev.shoal.store.SharedFile;
import dev.shoal.store.StoreException;
import dev.shoal.transport.TransportException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shares files and folders for as long as its request runs, and publishes a new version of each whenever it has settled
 * after a change. What has changed the {@link Lookout} says; how something is shared is {@link Sharing}'s. Runs on the
 * thread of its request, which publishes one after the other.
 */
final class LiveSharing {

    /** Who has logged out will log in again, maybe from another command. */
    private static final List<ErrorCode> PASSING =
            List.of(ErrorCode.LIMIT, ErrorCode.STALE_VERSION, ErrorCode.THROTTLED, ErrorCode.NOT_LOGGED_IN);

    /** After so many times that a file changed while it was read, its owner is told, once. */
    private static final int MANY_TORN = 3;

    private final PeerNode node;
    private final Publisher publisher;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;

    /** What there is to do: of each file to publish it, and one sentence to say. */
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    private final List<Live> lives = new ArrayList<>();
    private boolean isOver;

    /** Makes what a file or a folder is now the newest version of a name, and serves it. */
    interface Publisher {

        /**
         * Publishes, and tells so if that makes a version.
         *
         * @param isFirst whether it is told in any case
         * @param memory of a folder, what was found when it was published before
         * @param lost is told, in a sentence, when it turns out that the file is not what it was; returns at once
         */
        Outcome publish(Path path, Request.Share as, boolean isFirst, FolderMemory memory, Consumer<String> lost);
    }

    /**
     * What became of it.
     *
     * @param isVersion whether this made a version
     */
    record Outcome(PeerNode.Shared shared, boolean isVersion) {}

    LiveSharing(PeerNode node, Publisher publisher, Consumer<Report> reports, Cancellation cancellation) {
        this.node = node;
        this.publisher = publisher;
        this.reports = reports;
        this.cancellation = cancellation;
        cancellation.whenCancelled(() -> tasks.add(() -> isOver = true));
    }

    /**
     * Shares all files until the cancellation.
     *
     * @throws PeerException when one of them cannot be shared at first, or none is shared any more
     */
    void run(Request.Share request) {
        try {
            for (String path : request.paths()) {
                lives.add(new Live(Path.of(path), request));
            }
            lives.forEach(Live::begin);
            while (!isOver) {
                tasks.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lives.forEach(Live::close);
        }
    }

    /** One file or folder. */
    private final class Live implements Lookout.Listener {
        private final Path path;
        private final Watched watched;
        private final FolderMemory memory = new FolderMemory();
        private final Request.Share first;
        private Lookout.@Nullable Watch watch;
        private PeerNode.@Nullable Shared shared;
        private Watched.@Nullable Look publishedLook;
        private String told = "";
        private boolean isPollingTold;
        private final AtomicBoolean isSaying = new AtomicBoolean();

        /** Whether what is shared is known not to be there any more; set by whoever reads it. */
        private AtomicBoolean isLost = new AtomicBoolean();

        Live(Path path, Request.Share request) {
            this.path = path;
            this.first = request;
            this.watched = Files.isDirectory(path) ? new WatchedFolder(path) : new WatchedFile(path);
        }

        void begin() {
            watch = node.lookout().watch(watched, this);
        }

        private Lookout.Watch watch() {
            Lookout.Watch begun = watch;
            if (begun == null) {
                throw new IllegalStateException("not watched yet");
            }
            return begun;
        }

        @Override
        public void isDue() {
            tasks.add(this::publish);
        }

        @Override
        public void isGone() {
            sayLater(path + " is gone. When it is there again, it is published again.");
        }

        @Override
        public void isOpenForLong() {
            sayLater("Some program has " + path
                    + (watched instanceof WatchedFolder ? ", or something in it," : "")
                    + " open to write to it: it is published when that has closed it.");
        }

        private void sayLater(String sentence) {
            if (isSaying.compareAndSet(false, true)) {
                tasks.add(() -> {
                    isSaying.set(false);
                    say("INFO", sentence);
                });
            }
        }

        private void publish() {
            if (!lives.contains(this) || isTakenAway()) {
                return;
            }
            try {
                if (isInUse()) {
                    watch().changed();
                    return;
                }
                if (watched instanceof WatchedFolder folder) {
                    memory.saw(folder.recent().orElse(null));
                }
                PeerNode.Shared before = shared;
                AtomicBoolean isNewLost = new AtomicBoolean();
                Outcome outcome = publisher.publish(
                        path, request(before), before == null, memory, sentence -> lost(isNewLost, sentence));
                shared = outcome.shared();
                isLost = isNewLost;
                told = "";
                replace(before, outcome.shared());
                published(outcome);
            } catch (FileChangedException e) {
                if (watch().torn() == MANY_TORN) {
                    say(
                            "INFO",
                            path + " changes whenever it is read. It is tried less often now, and published when it"
                                    + " rests for as long as reading it takes.");
                }
            } catch (CancellationException e) {
                throw e;
            } catch (PeerException | StoreException | TransportException e) {
                failed(e);
            }
        }

        private void published(Outcome outcome) {
            if (outcome.shared().served().stored() instanceof SharedFile file) {
                Watched.Look look = WatchedFile.look(file.hashed().stamp());
                publishedLook = look;
                watch().published(look, outcome.isVersion());
            } else if (watched instanceof WatchedFolder folder) {
                Watched.Look look = folder.published(memory.look().orElseThrow());
                publishedLook = look;
                watch().published(look, outcome.isVersion());
                if (folder.isTooLarge() && !isPollingTold) {
                    isPollingTold = true;
                    say(
                            "INFO",
                            path + " has more folders in it than the " + WatchedFolder.MOST_FOLDERS
                                    + " that the system is asked to watch: changes in the others are found by looking,"
                                    + " every few seconds.");
                }
            }
        }

        /** Whether it is something else now, or is written to again, since it was due: others may have come before. */
        private boolean isInUse() {
            return Files.isDirectory(path) != watched instanceof WatchedFolder || watched.isOpen();
        }

        /** What was said at the beginning holds, but for what was changed since: readers, and the limit. */
        private Request.Share request(PeerNode.@Nullable Shared before) {
            return before == null
                    ? first
                    : new Request.Share(
                            first.index(),
                            List.of(path.toString()),
                            before.name().text(),
                            first.note(),
                            first.limit(),
                            null,
                            true);
        }

        private void lost(AtomicBoolean which, String sentence) {
            which.set(true);
            node.events().detail(sentence);
            tasks.add(() -> hashAgain(sentence));
        }

        /** What has changed shows; else it was written to in secret, or the disk has lost something of it. */
        private void hashAgain(String sentence) {
            if (!lives.contains(this)) {
                return;
            }
            if (publishedLook != null && watched.look().equals(Optional.of(publishedLook))) {
                node.catalog().ifPresent(catalog -> catalog.forget(path));
                memory.forget();
                say("WARNING", sentence + " It is read again.");
                watch().lost();
            } else {
                watch().poke();
            }
        }

        @Override
        public void isBroken(RuntimeException cause) {
            tasks.add(() -> {
                if (lives.contains(this)) {
                    end(new PeerException(
                            PeerException.Reason.FAILED,
                            path + " is not watched any more, as it cannot be looked at: " + cause
                                    + ". Share it again.",
                            cause));
                }
            });
        }

        /** The new one is served by now; who reads the old one turns to it. */
        private void replace(PeerNode.@Nullable Shared before, PeerNode.Shared now) {
            if (before == null) {
                return;
            }
            OptionalLong limit = before.served().ownLimit();
            now.served().limit(limit.orElse(Rate.UNLIMITED));
            node.servings().limitChanged(now.served());
            node.unshare(List.of(before));
        }

        /** Whoever took the name away does not want it to come back with the next change. */
        private boolean isTakenAway() {
            PeerNode.Shared before = shared;
            if (before == null
                    || isLost.get()
                    || node.sharesOf(before.served().key()).contains(before)) {
                return false;
            }
            end(new PeerException(
                    PeerException.Reason.NOT_FOUND,
                    before.name() + " was taken away: " + path + " is not watched any more."));
            return true;
        }

        private void failed(RuntimeException trouble) {
            if (shared == null) {
                throw trouble;
            }
            if (cancellation.isCancelled()) {
                return;
            }
            if (isForGood(trouble)) {
                end(trouble);
                return;
            }
            if (Files.notExists(path)) {
                watch().changed();
                return;
            }
            String kind = trouble instanceof PeerException known
                    ? known.reason().name()
                    : trouble.getClass().getName();
            if (!kind.equals(told)) {
                told = kind;
                say(
                        "WARNING",
                        path + " has changed and is not published yet: " + trouble.getMessage() + " Trying again.");
            }
            watch().failed();
        }

        /** This one is over; the request is when it was the last. */
        private void end(RuntimeException why) {
            close();
            lives.remove(this);
            if (lives.isEmpty()) {
                throw why;
            }
            say("WARNING", String.valueOf(why.getMessage()));
        }

        void close() {
            if (watch != null) {
                watch.close();
            }
            if (shared != null) {
                node.unshare(List.of(shared));
                shared = null;
            }
        }
    }

    static boolean isForGood(RuntimeException trouble) {
        return trouble instanceof PeerException known
                && known.reason() == PeerException.Reason.NOT_ALLOWED
                && PASSING.stream().noneMatch(known::isRefusal);
    }

    private void say(String level, String sentence) {
        reports.accept(new Report.Said(level, sentence));
    }
}
