package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import java.util.List;
import java.util.SplittableRandom;

/** Downloads for tests, and what comes of them. */
final class Downloads {

    private Downloads() {}

    /** One of so many chunks of 64 KiB, of which nothing is here. */
    static Download download(int chunks, Order order) {
        ChunkLayout layout = new ChunkLayout(chunks * 64L * 1024);
        return new Download(layout, new ChunkSet(chunks), order, new SplittableRandom(1), RequestBudget.unlimited());
    }

    /** Actions of one kind. */
    static <T> List<T> only(Class<T> kind, List<DownloadAction> actions) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** What was requested comes. */
    static List<DownloadAction> arrive(Download download, int source, BlockRange range, long now) {
        assertThat(download.claim(source, range)).isTrue();
        return download.dataArrived(source, range, now);
    }
}
