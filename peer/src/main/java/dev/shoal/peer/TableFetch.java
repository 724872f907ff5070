package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.SegmentCutter;
import dev.shoal.content.SegmentGroup;
import dev.shoal.content.SegmentTable;
import dev.shoal.protocol.SegmentPdu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The segment table of a content on its way here, from one source at a time: first all groups, then the segments of
 * those groups that no table here has. A source that lies as far as can be seen, answers nothing or has no table is not
 * asked again, and another one is asked for everything. What it says is to be sent comes out; time comes in. Not
 * thread-safe.
 */
final class TableFetch {

    /** How long a source may take for an answer. */
    static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So many sources are asked in all: a table is worth no more time than that. */
    static final int MAX_SOURCES = 4;

    /** A source that goes on saying that it makes the table has none. */
    static final int MAX_BUSY = 2_000;

    /** The segments of so many groups are asked for at a time. */
    static final int MAX_GROUPS_ASKED = 4 * SegmentPdu.MAX_GROUPS_ASKED;

    /** How long a source that makes the table is left alone at least. */
    static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long a source that makes the table is left alone at most, whatever it says: it may be asked in vain. */
    static final long MOST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A group of a table that is here. */
    private record Known(SegmentTable table, int group) {}

    private final long length;
    private final Map<SegmentGroup, Known> known = new HashMap<>();
    private final Set<Integer> excluded = new HashSet<>();
    private final List<SegmentGroup> groups = new ArrayList<>();
    private final Map<Integer, byte[]> segments = new HashMap<>();
    private boolean knowsOwn;
    private int asked = -1;
    private long askedNanos;
    private long pausedUntilNanos;
    private boolean paused;
    private int busyTimes;
    private int tableGroups = -1;
    private int nextGroup;
    private int outstanding;
    private @Nullable SegmentTable complete;

    /** Of a content of that length. */
    TableFetch(long length) {
        this.length = length;
    }

    /** The tables of what is here are known: their groups need not be fetched. */
    List<SegmentPdu> own(List<SegmentTable> tables, long nowNanos) {
        for (SegmentTable table : tables) {
            for (int group = 0; group < table.groupCount(); group++) {
                known.putIfAbsent(table.group(group), new Known(table, group));
            }
        }
        knowsOwn = true;
        return asked < 0 ? List.of() : askForSegments(nowNanos);
    }

    /** The table; null as long as it is not complete. */
    @Nullable
    SegmentTable table() {
        return complete;
    }

    /** Who is asked now; nobody when it is complete. */
    OptionalInt source() {
        return asked < 0 ? OptionalInt.empty() : OptionalInt.of(asked);
    }

    /** Whether no source can be asked any more. */
    boolean isHopeless() {
        return complete == null && asked < 0 && excluded.size() >= MAX_SOURCES;
    }

    /** Asks one of the sources that have everything, when nobody is asked; what is returned is for {@link #source}. */
    List<SegmentPdu> tick(Collection<Integer> seeds, long nowNanos) {
        if (complete != null) {
            return List.of();
        }
        if (asked >= 0 && !paused && outstanding > 0 && nowNanos - askedNanos > ANSWER_NANOS) {
            exclude();
        }
        if (asked >= 0 && paused && nowNanos - pausedUntilNanos >= 0) {
            return askForGroups(nowNanos);
        }
        if (asked >= 0 || excluded.size() >= MAX_SOURCES) {
            return List.of();
        }
        for (int source : seeds) {
            if (!excluded.contains(source)) {
                asked = source;
                return askForGroups(nowNanos);
            }
        }
        return List.of();
    }

    /** A source answered. What is returned is for it. */
    List<SegmentPdu> arrived(int source, SegmentPdu answer, long nowNanos) {
        if (source != asked || complete != null || paused || outstanding == 0) {
            return List.of();
        }
        boolean honest = switch (answer) {
            case SegmentPdu.Groups page -> groups(page);
            case SegmentPdu.Segments some -> segments(some);
            default -> false;
        };
        if (!honest) {
            exclude();
            return List.of();
        }
        askedNanos = nowNanos;
        if (groups.size() < tableGroups) {
            return askForGroups(nowNanos);
        }
        return askForSegments(nowNanos);
    }

    private boolean groups(SegmentPdu.Groups page) {
        boolean fits = page.firstGroup() == groups.size()
                && !page.page().isEmpty()
                && page.firstGroup() + page.page().size() <= page.tableGroups()
                && page.tableGroups() <= length / SegmentCutter.MIN_BYTES + 1
                && (tableGroups < 0 || page.tableGroups() == tableGroups);
        if (!fits) {
            return false;
        }
        tableGroups = page.tableGroups();
        groups.addAll(page.page());
        outstanding = 0;
        return groups.size() < tableGroups || addUp();
    }

    /** Whether the groups together are as long as the content. */
    private boolean addUp() {
        long bytes = 0;
        long count = 0;
        for (SegmentGroup group : groups) {
            bytes += group.bytes();
            count += group.segmentCount();
        }
        return bytes == length && count <= SegmentTable.MAX_SEGMENTS;
    }

    private boolean segments(SegmentPdu.Segments some) {
        boolean isWanted = some.group() < nextGroup
                && groups.size() == tableGroups
                && !segments.containsKey(some.group())
                && !known.containsKey(groups.get(some.group()));
        if (!isWanted) {
            return false;
        }
        try {
            if (!SegmentTable.groupOf(some.entries()).equals(groups.get(some.group()))) {
                return false;
            }
        } catch (IllegalArgumentException e) {
            return false;
        }
        segments.put(some.group(), some.entries());
        outstanding--;
        return true;
    }

    private List<SegmentPdu> askForGroups(long nowNanos) {
        paused = false;
        askedNanos = nowNanos;
        outstanding = 1;
        return List.of(new SegmentPdu.GetGroups(groups.size()));
    }

    /** Asks for the next groups that are not here, as many as may be asked for. */
    private List<SegmentPdu> askForSegments(long nowNanos) {
        if (!knowsOwn || tableGroups < 0 || groups.size() < tableGroups || paused) {
            return List.of();
        }
        if (outstanding > MAX_GROUPS_ASKED / 2) {
            // Many groups at a time, and no request for each one that came.
            return List.of();
        }
        List<SegmentPdu> requests = new ArrayList<>();
        List<ChunkRun> runs = new ArrayList<>();
        int count = 0;
        while (nextGroup < tableGroups && outstanding + count < MAX_GROUPS_ASKED) {
            if (!known.containsKey(groups.get(nextGroup))) {
                add(runs, nextGroup);
                count++;
                if (count == SegmentPdu.MAX_GROUPS_ASKED) {
                    requests.add(new SegmentPdu.GetSegments(List.copyOf(runs)));
                    runs.clear();
                    outstanding += count;
                    count = 0;
                }
            }
            nextGroup++;
        }
        if (count > 0) {
            requests.add(new SegmentPdu.GetSegments(List.copyOf(runs)));
            outstanding += count;
        }
        if (!requests.isEmpty()) {
            askedNanos = nowNanos;
        } else if (outstanding == 0 && nextGroup == tableGroups) {
            finish();
        }
        return requests;
    }

    private static void add(List<ChunkRun> runs, int group) {
        if (!runs.isEmpty() && runs.getLast().end() == group) {
            ChunkRun last = runs.removeLast();
            runs.add(new ChunkRun(last.first(), last.count() + 1));
        } else {
            runs.add(new ChunkRun(group, 1));
        }
    }

    private void finish() {
        SegmentTable table = joined();
        if (table == null || table.groupCount() != tableGroups) {
            exclude();
            return;
        }
        complete = table;
        groups.clear();
        segments.clear();
    }

    /** The groups one after the other; null when they are no table, as what was said to be one is too many. */
    private @Nullable SegmentTable joined() {
        SegmentTable.Builder table = new SegmentTable.Builder();
        for (int group = 0; group < tableGroups; group++) {
            Known here = known.get(groups.get(group));
            byte[] entries = here == null ? segments.get(group) : here.table.groupEntries(here.group);
            if (entries == null) {
                throw new IllegalStateException("the segments of group " + group + " did not come");
            }
            try {
                table.add(entries);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return table.build();
    }

    /**
     * A source does not answer.
     *
     * @param retryNanos when it may be asked again; negative when it has no table
     */
    void refused(int source, long retryNanos, long nowNanos) {
        if (source != asked || complete != null) {
            return;
        }
        if (retryNanos < 0 || ++busyTimes > MAX_BUSY) {
            exclude();
            return;
        }
        forget();
        paused = true;
        pausedUntilNanos = nowNanos + Math.clamp(retryNanos, LEAST_PAUSE_NANOS, MOST_PAUSE_NANOS);
    }

    /** A source is gone. */
    void gone(int source) {
        if (source == asked && complete == null) {
            exclude();
        }
    }

    private void exclude() {
        excluded.add(asked);
        asked = -1;
        busyTimes = 0;
        forget();
    }

    private void forget() {
        paused = false;
        tableGroups = -1;
        nextGroup = 0;
        outstanding = 0;
        groups.clear();
        segments.clear();
    }
}
