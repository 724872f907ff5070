package dev.shoal.peer;

import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;

/** What {@link Presence} needs of the way to an index. Thread-safe; requests block their callers. */
interface IndexLine {

    /**
     * Asks the index and waits for its answer.
     *
     * @throws PeerException with the reason of the index's refusal, or UNREACHABLE
     */
    <R extends IndexReply> R ask(IndexRequest request, Class<R> expected);

    /** As {@link #ask}, but a refusal is a value. */
    Pdu exchange(IndexRequest request);

    /** Number of the session, another one after each loss. */
    long sessionNumber();

    /** Begins a new session in place of the one that there is. */
    void renew();

    /** Whether requests go by datagram now. */
    boolean usesDatagrams();

    /** Finds out whether datagrams get through, and uses them if so. */
    boolean probeDatagrams(IndexRequest.Heartbeat heartbeat);

    /** Where the index is asked for. */
    HostAndPort address();
}
