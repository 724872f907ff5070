/**
 * The shoal command: subcommands, shell, progress bars, output as text or JSON.
 */
@NullMarked
package dev.shoal.cli;

import org.jspecify.annotations.NullMarked;
