/**
 * Benchmarks: micro-benchmarks and whole processes, side by side with other systems.
 */
@NullMarked
package dev.shoal.bench;

import org.jspecify.annotations.NullMarked;
