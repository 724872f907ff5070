/**
 * The PDUs: one record each, encode and decode side by side. Pure: no file, thread, socket or clock.
 */
@NullMarked
package dev.shoal.protocol;

import org.jspecify.annotations.NullMarked;
