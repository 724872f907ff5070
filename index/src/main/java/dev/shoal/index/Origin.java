package dev.shoal.index;

import java.net.InetAddress;

/**
 * Where a request came from and when, as the audit log keeps it. Immutable.
 *
 * @param address of who asked
 * @param nowMillis since 1970
 */
record Origin(InetAddress address, long nowMillis) {}
