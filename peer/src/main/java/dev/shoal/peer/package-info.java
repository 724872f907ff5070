/**
 * A running peer: shares, serves and downloads; talks to the index and to other peers.
 */
@NullMarked
package dev.shoal.peer;

import org.jspecify.annotations.NullMarked;
