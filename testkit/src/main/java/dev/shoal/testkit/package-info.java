/**
 * What tests of several rooms share: virtual time, a simulated network and disk with faults, swarm simulation.
 */
@NullMarked
package dev.shoal.testkit;

import org.jspecify.annotations.NullMarked;
