package dev.shoal.cli;

/**
 * What a backup of an index holds.
 *
 * @param fingerprint that of the index's key
 * @param databaseBytes length of its database
 */
record SavedIndex(String fingerprint, long databaseBytes) {}
