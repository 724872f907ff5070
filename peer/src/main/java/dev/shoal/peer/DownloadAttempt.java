package dev.shoal.peer;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a task to download: finds the {@link Downloading} that carries it out as soon as there is one, and has
 * it keep to what is remembered of the task. {@link #look} is for the thread of the attempt, the rest for any.
 */
final class DownloadAttempt {

    private final PeerNode node;
    private final Task task;
    private final Cancellation cancellation;
    private volatile @Nullable Downloading downloading;
    /** What it keeps to, as it was asked for. */
    private @Nullable String limit;

    /**
     * One that is about to begin.
     *
     * @param cancellation what it is ended by, and known by
     */
    DownloadAttempt(PeerNode node, Task task, Cancellation cancellation) {
        this.node = node;
        this.task = task;
        this.cancellation = cancellation;
        this.limit = task.kept().limit();
    }

    /** It has moved. */
    void look() {
        if (downloading == null) {
            // What is passed on of it meanwhile counts.
            downloading().ifPresent(begun -> task.sends(begun.served()));
        }
        String now = task.kept().limit();
        if (!Objects.equals(now, limit)) {
            // It was changed when nothing ran yet that could have been told.
            downloading().ifPresent(running -> {
                running.limit(Rate.ofRequest(now));
                limit = now;
            });
        }
    }

    /** How it stands; empty when nothing is known of that yet. */
    Optional<CloseView> view() {
        return downloading().map(cancellation.isCancelled() ? CloseView::atRest : CloseView::of);
    }

    /** What carries it out, or did; empty for nothing. */
    Optional<Downloading> downloading() {
        Optional<Downloading> known = Optional.ofNullable(downloading)
                .or(() -> node.running().values().stream()
                        .filter(each -> each.isFor(cancellation))
                        .findFirst());
        known.ifPresent(found -> downloading = found);
        return known;
    }
}
