/**
 * The rules of the house, as tests: arrows, sizes, format.
 */
@NullMarked
package dev.shoal.house;

import org.jspecify.annotations.NullMarked;
