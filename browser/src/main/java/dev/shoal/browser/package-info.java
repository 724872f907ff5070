/**
 * The page of a peer in a real browser, as tests.
 */
@NullMarked
package dev.shoal.browser;

import org.jspecify.annotations.NullMarked;
