package dev.shoal.cli;

import org.jspecify.annotations.Nullable;

/**
 * What the command line says about the peer, ahead of the configuration. Immutable.
 *
 * @param index the index to use, as {@code HOST:PORT}; null for the configured one
 * @param advertised address that links name for that index; null for the same
 * @param user name that others see; null for the configured one
 * @param uploadLimit limit of all uploads, as {@link dev.shoal.peer.Rate} reads it; null for the configured one
 * @param downloadLimit limit of all downloads; null for the configured one
 * @param stays whether the process goes on after its first request, and serves what it got
 */
record PeerChoices(
        @Nullable String index,
        @Nullable String advertised,
        @Nullable String user,
        @Nullable String uploadLimit,
        @Nullable String downloadLimit,
        boolean stays) {}
