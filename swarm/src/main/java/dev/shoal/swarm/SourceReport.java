package dev.shoal.swarm;

import org.jspecify.annotations.Nullable;

/**
 * What one source did for a download, for people. Immutable.
 *
 * @param source handle of the source
 * @param receivedBytes useful data that came from it
 * @param wastedBytes data from it that was already there or not wanted
 * @param rateBytesPerSecond its rate while data was requested from it, smoothed
 * @param chunkCount how many chunks it has
 * @param requestedBytes data requested from it and not yet there
 * @param dropped why it is no longer used; null while it is
 */
public record SourceReport(
        int source,
        long receivedBytes,
        long wastedBytes,
        long rateBytesPerSecond,
        int chunkCount,
        long requestedBytes,
        @Nullable DropReason dropped) {}
