package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import java.util.List;

/**
 * What is kept of how a download stood at a moment: some kilobytes, however long it is. Immutable.
 *
 * @param chunks how many chunks the content has
 * @param chunkBytes how long one is
 */
record CloseView(int chunks, int chunkBytes, ChunkCells cells, List<TaskReport.SourceDetail> sources) {

    /** Nothing is known. */
    static final CloseView NOTHING = new CloseView(0, 0, ChunkCells.NONE, List.of());

    /** Copies the list. */
    CloseView {
        sources = List.copyOf(sources);
    }

    /** How it stands now. */
    static CloseView of(Downloading downloading) {
        return of(downloading, downloading.closely());
    }

    /** How one stands that has come to an end, whatever that was. */
    static CloseView atRest(Downloading downloading) {
        CloseView last = of(downloading, downloading.closely().atRest());
        return new CloseView(
                last.chunks,
                last.chunkBytes,
                last.cells,
                last.sources.stream().map(TaskReport.SourceDetail::atRest).toList());
    }

    /** The same with the sources of an earlier one, where it has none: why these are not used is still so. */
    CloseView orSourcesOf(CloseView earlier) {
        return sources.isEmpty() ? new CloseView(chunks, chunkBytes, cells, earlier.sources) : this;
    }

    private static CloseView of(Downloading downloading, TransferState state) {
        ChunkLayout layout = downloading.key().content().layout();
        return new CloseView(
                layout.chunkCount(),
                layout.chunkBytes(),
                state.cells(TaskWish.LookClosely.MOST_CELLS),
                state.sources());
    }
}
