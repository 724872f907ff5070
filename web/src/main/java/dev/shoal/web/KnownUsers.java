package dev.shoal.web;

import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which accounts the peers have that are on-line, as the index says. It is asked at most every few seconds, and only
 * while somebody wants to know; nobody waits for that, so that the first answers may know nobody. Thread-safe.
 */
final class KnownUsers {

    private static final long AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Ask ask;
    private final AtomicLong dueNanos = new AtomicLong(System.nanoTime());
    private volatile Map<String, String> byPeer = Map.of();

    KnownUsers(Ask ask) {
        this.ask = ask;
    }

    /** A download with the accounts of its sources, as far as they are known. */
    TaskReport.TaskDetail in(TaskReport.TaskDetail detail) {
        if (detail.sources().isEmpty()) {
            return detail;
        }
        look();
        Map<String, String> known = byPeer;
        List<TaskReport.SourceDetail> sources = detail.sources().stream()
                .map(source -> source.by(known.get(source.peer())))
                .toList();
        return new TaskReport.TaskDetail(
                detail.task(),
                detail.chunks(),
                detail.chunkBytes(),
                detail.chunksPerCell(),
                detail.cells(),
                sources,
                detail.queue());
    }

    private void look() {
        long now = System.nanoTime();
        long due = dueNanos.get();
        if (now - due >= 0 && dueNanos.compareAndSet(due, now + AGE_NANOS)) {
            Thread.ofVirtual().name("users of sources").start(this::ask);
        }
    }

    private void ask() {
        try {
            Map<String, String> found = new HashMap<>();
            for (Report.UserOnline user : ask.all(new Request.Users(null), Report.UserOnline.class)) {
                // What a peer calls itself nobody checked: it may be the account of somebody else.
                String account = user.account();
                if (account != null) {
                    found.put(user.peer(), account);
                }
            }
            byPeer = Map.copyOf(found);
        } catch (PeerException e) {
            // The index is away: what was known is as good as anything.
            return;
        }
    }
}
