package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.PeerPdu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A content that is served to everybody or to one circle: where its bytes can be read, which chunks others were told
 * of, and who has it open. The same content may be shared several times (under two names, or as a share and as a
 * download of it), and each of these begins and ends for itself. Not thread-safe: guarded by the lock of {@link
 * Servings}.
 */
final class Serving {

    /**
     * One link's handle for a content.
     *
     * @param admission until when it may be open; null for what everybody may get
     */
    record Opened(
            PeerLink link,
            int handle,
            Serving serving,
            @Nullable Admission admission) {}

    /** Of this many looks, one takes what is not urgent as well: every two seconds. */
    static final int UNHURRIED_LOOKS = 20;

    private final int number;

    private final ShareKey key;
    /** Where it can be read: one for each request of this peer's user that shares or gets it. */
    private final List<Served> places;

    private final ChunkSet told;
    /** By number of the link; a link has a content open once. */
    private final Map<Integer, Opened> openedBy = new HashMap<>();

    private ChunkSet fresh;
    private ChunkSet unhurried;
    private int looks;
    private Served place;

    /**
     * Nobody has it open yet.
     *
     * @param number what the decisions call it
     * @param places where it can be read, at least one
     */
    Serving(int number, List<Served> places) {
        this.number = number;
        this.key = places.getFirst().key();
        this.places = new ArrayList<>(places);
        this.place = best(places);
        this.told = place.chunks();
        this.fresh = new ChunkSet(told.size());
        this.unhurried = new ChunkSet(told.size());
    }

    /** What the decisions call it. */
    int number() {
        return number;
    }

    /** Which content it is, and with whom it is shared. */
    ShareKey key() {
        return key;
    }

    /** Where it is read now. */
    Served place() {
        return place;
    }

    /** Where else it could be read, and where it is. */
    List<Served> places() {
        return List.copyOf(places);
    }

    /**
     * Most that goes out of it, in bytes a second: whoever shares it with a limit may rely on that, whatever else it is
     * shared as. 0 when it is paused, {@link Rate#UNLIMITED} when nothing limits it.
     */
    long limitBytesPerSecond() {
        return places.stream()
                .flatMapToLong(served -> served.limit().stream())
                .min()
                .orElse(Rate.UNLIMITED);
    }

    /** The chunks that others were told of, or are about to be; only to be read. */
    ChunkSet told() {
        return told;
    }

    /** Who has it open; for the lock's holder to change. */
    Map<Integer, Opened> openedBy() {
        return openedBy;
    }

    /** It can be read there as well. Who has it open learns of chunks that were not here before. */
    void add(Served more) {
        if (!places.contains(more)) {
            places.add(more);
            place = best(places);
            for (ChunkRun run : place.chunks().runs()) {
                for (int chunk = run.first(); chunk < run.end(); chunk++) {
                    chunkCame(chunk, true);
                }
            }
        }
    }

    /** It can no longer be read there. Returns whether it could until now. */
    boolean remove(Served gone) {
        boolean known = places.remove(gone);
        if (known && !places.isEmpty()) {
            place = best(places);
        }
        return known;
    }

    /** Whether everything that others were told of can still be read. */
    boolean isAsTold() {
        if (places.isEmpty()) {
            return false;
        }
        ChunkSet here = place.chunks();
        for (int chunk = told.next(0); chunk >= 0; chunk = told.next(chunk + 1)) {
            if (!here.contains(chunk)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A chunk can be read now.
     *
     * @param soon whether others are to know it at once: what came from files that are here most likely is with them,
     *     too, and to tell so many of each chunk would be more bytes than what has changed
     */
    void chunkCame(int chunk, boolean soon) {
        if (told.add(chunk)) {
            (soon ? fresh : unhurried).add(chunk);
        }
    }

    /**
     * Tells who has it open of the chunks that came. To be called ten times a second, until there is nothing more to
     * tell.
     *
     * @return whether everything is told
     */
    boolean tell() {
        ChunkSet news = news();
        if (!news.isEmpty()) {
            List<PeerPdu.MoreChunks> pages = Announcements.pages(news);
            for (Opened opened : openedBy.values()) {
                pages.forEach(more -> opened.link().postReply(opened.handle(), more));
            }
        }
        return fresh.isEmpty() && unhurried.isEmpty();
    }

    /** What to tell at this look; it is not told again. */
    ChunkSet news() {
        looks++;
        if (looks % UNHURRIED_LOOKS == 0) {
            unhurried.runs().forEach(fresh::add);
            unhurried = new ChunkSet(told.size());
        }
        if (fresh.isEmpty()) {
            return fresh;
        }
        ChunkSet news = fresh;
        fresh = new ChunkSet(told.size());
        return news;
    }

    /** The place with the most chunks; of equal ones the oldest. */
    private static Served best(Collection<Served> places) {
        return places.stream()
                .max(Comparator.comparingInt(served -> served.chunks().count()))
                .orElseThrow();
    }
}
