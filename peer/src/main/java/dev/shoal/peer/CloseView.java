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
        ChunkLayout layout = downloading.key().content().layout();
        TransferState state = downloading.closely();
        return new CloseView(
                layout.chunkCount(),
                layout.chunkBytes(),
                state.cells(TaskWish.LookClosely.MOST_CELLS),
                state.sources());
    }
}
