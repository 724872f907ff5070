/**
 * A running index server: sessions, directory, names, persistence.
 */
@NullMarked
package dev.shoal.index;

import org.jspecify.annotations.NullMarked;
