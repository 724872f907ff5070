package dev.shoal.swarm;

/**
 * The data of one {@code C} frame that is to be sent now.
 *
 * @param peer who gets it
 * @param content number of the content at the caller
 * @param range which blocks
 * @param bytes how many bytes these blocks have
 */
public record Piece(int peer, int content, BlockRange range, int bytes) {}
