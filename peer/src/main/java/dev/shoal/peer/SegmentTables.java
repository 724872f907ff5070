package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.SegmentGroup;
import dev.shoal.content.SegmentTable;
import dev.shoal.store.FileHasher;
import dev.shoal.store.KeptTables;
import dev.shoal.store.StoreException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The segment tables of what is served here: made when somebody asks, one at a time on a thread of its own that reads
 * the content once, and kept on the disk. Those that were asked for lately are in memory. Thread-safe.
 */
final class SegmentTables implements AutoCloseable {

    /** Most contents that wait to be cut; who asks for another one is told to come again. */
    static final int MAX_WAITING = 64;

    /** The tables in memory have at most this many bytes: those of 40 GiB. */
    static final long MAX_CACHED_BYTES = 64L * 1024 * 1024;

    /** What could not be cut is not tried again for this time. */
    private static final long HOPELESS_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final int MAX_HOPELESS = 1_024;

    /** How much is cut in a millisecond, roughly, when somebody is told when to come again. */
    private static final long BYTES_A_MILLISECOND = 1024 * 1024;

    /** How often who waits for a table asks meanwhile, roughly: it notices so much too late at most. */
    private static final int LOOKS = 16;

    private static final int LEAST_WAIT_MILLIS = 50;
    private static final int MOST_WAIT_MILLIS = 1_000;

    /** What there is of a table. */
    sealed interface Answer {}

    /** It is here, with what its groups are: to find that out for everybody who asks would cost more than to tell. */
    record Found(SegmentTable table, List<SegmentGroup> groups) implements Answer {

        /** What a group takes in memory, with its hash and its place in the list. */
        private static final int GROUP_BYTES = 72;

        static Found of(SegmentTable table) {
            return new Found(
                    table,
                    IntStream.range(0, table.groupCount())
                            .mapToObj(table::group)
                            .toList());
        }

        long bytes() {
            return (long) table.count() * SegmentTable.ENTRY_BYTES + (long) groups.size() * GROUP_BYTES;
        }
    }

    /** It will be here. */
    record Later(int retryMillis) implements Answer {}

    /** There is none. */
    record Never() implements Answer {}

    /** What is to be cut, and on how many processors. */
    private record Work(Served served, int threads) {
        ContentId content() {
            return served.content();
        }
    }

    private final FileHasher hasher;
    private final KeptTables kept;
    private final Map<ContentId, Found> cached = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<ContentId, Long> hopelessUntil = new LinkedHashMap<>();
    private final Queue<Work> waiting = new ArrayDeque<>();
    private BiConsumer<Served, StoreException> unreadable = (served, cause) -> {};
    private long cachedBytes;
    private @Nullable Work making;
    private boolean closed;

    /** Cut by the threads of a hasher, kept in a folder. */
    SegmentTables(FileHasher hasher, KeptTables kept) {
        this.hasher = hasher;
        this.kept = kept;
    }

    /** Who is to be told of what could not be read. */
    void whenUnreadable(BiConsumer<Served, StoreException> listener) {
        unreadable = listener;
    }

    /**
     * The table of something that is served, which is made when it is not there yet: on half of the processors, as
     * others are served meanwhile. Returns at once.
     */
    Answer find(Served served) {
        return find(new Work(served, Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
    }

    /**
     * Makes the table of something that others are about to ask for, on all processors; of what is so short that nobody
     * does, none. Returns at once.
     */
    void prepare(Served served) {
        if (served.content().length() > KeptTables.LEAST_BYTES) {
            find(new Work(served, Integer.MAX_VALUE));
        }
    }

    /**
     * The table of something, made on all processors while the caller waits, if it is not kept.
     *
     * @return empty when it has too many segments
     * @throws StoreException when it cannot be read
     */
    Optional<SegmentTable> made(Served served) {
        try {
            Found found = Found.of(cut(new Work(served, Integer.MAX_VALUE)));
            done(served.content(), found);
            return Optional.of(found.table());
        } catch (IllegalArgumentException | OutOfMemoryError tooMuch) {
            return Optional.empty();
        }
    }

    private synchronized Answer find(Work work) {
        ContentId content = work.content();
        Found found = cached.get(content);
        if (found != null) {
            return found;
        }
        Long until = hopelessUntil.get(content);
        boolean isHopeless = until != null && System.nanoTime() - until < 0;
        if (closed || isHopeless || !work.served.chunks().isFull()) {
            return new Never();
        }
        if (!isMaking(content) && waiting.size() < MAX_WAITING) {
            waiting.add(work);
            if (making == null) {
                makeNext();
            }
        }
        long bytes = content.length();
        for (Work before : waiting) {
            bytes += before.content().length();
        }
        return new Later(Math.clamp(bytes / BYTES_A_MILLISECOND / LOOKS, LEAST_WAIT_MILLIS, MOST_WAIT_MILLIS));
    }

    /** The table of a content that was cut before; reads the disk. */
    Optional<SegmentTable> remembered(ContentId content) {
        return kept.find(content);
    }

    /** Keeps the table of a content that was cut elsewhere. */
    void remember(ContentId content, SegmentTable table) {
        kept.keep(content, table);
    }

    private boolean isMaking(ContentId content) {
        Work now = making;
        return (now != null && now.content().equals(content))
                || waiting.stream().anyMatch(work -> work.content().equals(content));
    }

    private synchronized void makeNext() {
        Work next = closed ? null : waiting.poll();
        making = next;
        if (next != null) {
            Thread.ofPlatform().daemon().name("segments").start(() -> make(next));
        }
    }

    private void make(Work work) {
        try {
            done(work.content(), Found.of(cut(work)));
        } catch (StoreException e) {
            hopeless(work.content());
            unreadable.accept(work.served, e);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Too many segments, or no memory for them: whoever wants something alike gets all of it.
            hopeless(work.content());
        } finally {
            makeNext();
        }
    }

    private SegmentTable cut(Work work) {
        Served served = work.served;
        Optional<SegmentTable> known = kept.find(served.content());
        if (known.isPresent()) {
            return known.get();
        }
        SegmentTable table = hasher.segments(served.content().length(), served::read, work.threads);
        kept.keep(served.content(), table);
        return table;
    }

    private synchronized void done(ContentId content, Found found) {
        Found before = cached.put(content, found);
        cachedBytes += found.bytes() - (before == null ? 0 : before.bytes());
        var oldest = cached.values().iterator();
        while (cachedBytes > MAX_CACHED_BYTES && cached.size() > 1) {
            cachedBytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    private synchronized void hopeless(ContentId content) {
        if (hopelessUntil.size() == MAX_HOPELESS) {
            hopelessUntil.remove(hopelessUntil.keySet().iterator().next());
        }
        hopelessUntil.put(content, System.nanoTime() + HOPELESS_NANOS);
    }

    /** Makes no more tables. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
        cached.clear();
    }
}
