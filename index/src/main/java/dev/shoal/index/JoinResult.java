package dev.shoal.index;

import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Welcome;

/** What came of a greeting or a ticket. */
public sealed interface JoinResult {

    /** A session began. */
    record Joined(Session session, Welcome welcome) implements JoinResult {}

    /** None began. */
    record Refused(Failure failure) implements JoinResult {}
}
