/** The HTTP API of a peer that stays up: on loopback alone, for programs and pages of its own user. */
@NullMarked
package dev.shoal.web;

import org.jspecify.annotations.NullMarked;
