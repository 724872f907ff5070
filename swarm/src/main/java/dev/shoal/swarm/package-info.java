/**
 * Who asks whom for which chunk, and who is served next: pure state machines.
 */
@NullMarked
package dev.shoal.swarm;

import org.jspecify.annotations.NullMarked;
