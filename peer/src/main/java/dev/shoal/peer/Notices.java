package dev.shoal.peer;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the system tell of changes in folders, and says which of the things that are watched there may have changed, by
 * their names: one or several, at most some times a second however many changes there are. Where the system cannot,
 * nothing is told, and that is said once. A virtual thread, begun with the first folder. Thread-safe.
 */
final class Notices implements AutoCloseable {

    /** Changes are collected for so long. */
    private static final long COLLECT_MILLIS = 25;

    private static final WatchEvent.Kind<?>[] CHANGES = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE
    };

    private final Consumer<Object> noticed;
    private final PeerEvents events;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** By folder; for as long as somebody wants to hear of it. */
    private final Map<Path, Folder> folders = new HashMap<>();

    private @Nullable WatchService service;
    private boolean isTroubleTold;

    /** A folder of which the system tells. */
    private record Folder(WatchKey key, Map<Object, Set<String>> listeners) {}

    /**
     * About no folder yet.
     *
     * @param noticed is told which of the things may have changed; returns at once
     */
    Notices(Consumer<Object> noticed, PeerEvents events) {
        this.noticed = noticed;
        this.events = events;
    }

    /**
     * From now on a thing may have changed when something has in these folders, and not in others.
     *
     * @param names of what is about it there; none for anything
     */
    synchronized void tellOf(Object about, Set<Path> wanted, Set<String> names) {
        // First, as a folder that was renamed has the same key under its new name.
        folders.entrySet().removeIf(entry -> !wanted.contains(entry.getKey()) && isLeft(entry.getValue(), about));
        for (Path folder : wanted) {
            Folder known = folders.get(folder);
            if (known != null && known.key.isValid()) {
                known.listeners.put(about, names);
            } else if (closed.getCount() > 0) {
                begin(folder, about, names);
            }
        }
    }

    /** A thing is watched no longer. */
    synchronized void forget(Object about) {
        folders.values().removeIf(folder -> isLeft(folder, about));
    }

    private static boolean isLeft(Folder folder, Object by) {
        folder.listeners.remove(by);
        if (folder.listeners.isEmpty()) {
            folder.key.cancel();
            return true;
        }
        return false;
    }

    private void begin(Path folder, Object about, Set<String> names) {
        try {
            WatchKey key = folder.register(service(), CHANGES);
            Folder before = folders.get(folder);
            Map<Object, Set<String>> listeners = before == null ? new HashMap<>() : before.listeners;
            listeners.put(about, names);
            folders.put(folder, new Folder(key, listeners));
        } catch (IOException | UnsupportedOperationException e) {
            if (!isTroubleTold) {
                isTroubleTold = true;
                events.info("The system does not tell of changes in " + folder + " (" + e.getMessage()
                        + "): what is watched is looked at every few seconds.");
            }
        }
    }

    private WatchService service() throws IOException {
        WatchService open = service;
        if (open == null) {
            WatchService fresh = FileSystems.getDefault().newWatchService();
            Thread.ofVirtual().name("notices of changes").start(() -> run(fresh));
            service = fresh;
            return fresh;
        }
        return open;
    }

    private void run(WatchService open) {
        try {
            while (true) {
                List<WatchKey> keys = new ArrayList<>();
                for (WatchKey key = open.take(); key != null; key = open.poll()) {
                    keys.add(key);
                    listeners(key, key.pollEvents()).forEach(noticed);
                }
                // Until they are reset, they tell nothing.
                if (closed.await(COLLECT_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                // One that is gone is begun with again when it is back and looked at.
                keys.forEach(WatchKey::reset);
            }
        } catch (ClosedWatchServiceException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Object> listeners(WatchKey key, List<WatchEvent<?>> changes) {
        Set<String> changed = new HashSet<>();
        // Without a name, more happened than could be told; and a folder that is gone is told without any.
        boolean isAll = changes.isEmpty();
        for (WatchEvent<?> change : changes) {
            isAll |= change.context() == null;
            changed.add(String.valueOf(change.context()));
        }
        boolean isAny = isAll;
        return folders.values().stream()
                .filter(folder -> folder.key.equals(key))
                .flatMap(folder -> folder.listeners.entrySet().stream())
                .filter(entry -> isAny || isAbout(entry.getValue(), changed))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean isAbout(Set<String> names, Set<String> changed) {
        return names.isEmpty() || !Collections.disjoint(names, changed);
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        folders.clear();
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                events.detail("Not closed: " + e.getMessage());
            }
        }
    }
}
