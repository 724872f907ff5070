/**
 * Chunks and files on disk: what is shared, what is partial, crash-safe.
 */
@NullMarked
package dev.shoal.store;

import org.jspecify.annotations.NullMarked;
