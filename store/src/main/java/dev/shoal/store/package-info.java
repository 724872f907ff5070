/**
 * Chunks and files on disk: what is shared, what is partial, crash-safe. Nothing here knows the network or peers.
 *
 * <p>Everything runs on the caller's thread, which may be virtual, and blocks. The exception is {@code FileHasher},
 * which owns a few threads because hashing keeps a processor busy.
 *
 * <p><b>Never interrupt a thread that reads or writes here.</b> An interrupt closes the {@code FileChannel} that the
 * thread is in, for every thread that uses it, and with it goes the lock on a part file. Threads are ended by closing
 * their sockets, or by a callback that throws.
 *
 * <p>Files are read and written at positions, never mapped: a mapped file turns a full disk or a lost network drive
 * into a signal that ends the whole process.
 */
@NullMarked
package dev.shoal.store;

import org.jspecify.annotations.NullMarked;
