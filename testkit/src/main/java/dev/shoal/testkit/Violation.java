package dev.shoal.testkit;

/**
 * A rule that a simulated swarm broke. Immutable.
 *
 * @param rule which one
 * @param nanos when, in virtual time
 * @param sentence what was seen
 */
public record Violation(String rule, long nanos, String sentence) {

    @Override
    public String toString() {
        return Fault.seconds(nanos) + ": " + sentence + " (rule: " + rule + ")";
    }
}
