/**
 * What is shared: identities, the hash tree, the chunk layout and chunk sets. Pure: no file, thread, socket or clock.
 */
@NullMarked
package dev.shoal.content;

import org.jspecify.annotations.NullMarked;
