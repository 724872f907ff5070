package dev.shoal.index;

import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.Pdu;
import dev.shoal.transport.Sealing;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;

/**
 * Writes, seals and sends answers, with buffers that are used again for each. Safe for any thread, one after the other:
 * the receiving thread has one of its own, all that answer later share another.
 */
final class AnswerSeal {

    private final Sealing sealing = Sealing.forMany();
    private final ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);

    /** Outside the heap, from where the system takes it without a copy. */
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(Sealing.MAX_DATAGRAM_BYTES);

    private final BiConsumer<ByteBuffer, InetSocketAddress> answers;

    /**
     * One that hands on what it sealed.
     *
     * @param answers sends an answer, which is valid until it returns
     */
    AnswerSeal(BiConsumer<ByteBuffer, InetSocketAddress> answers) {
        this.answers = answers;
    }

    /** Sends the answer to a request; nothing when there is none. */
    synchronized void send(Session session, int id, Answer answer, InetSocketAddress to) {
        Pdu reply = answer.pdu();
        if (reply != null) {
            reply.encodeReply(id, answer.truncated(), pdu.clear());
            seal(session, to);
        }
    }

    /** Sends what was not asked for. */
    synchronized void push(Session session, int id, IndexPush push, InetSocketAddress to) {
        push.encodeRequest(id, pdu.clear());
        seal(session, to);
    }

    private void seal(Session session, InetSocketAddress to) {
        long counter = session.datagrams().next();
        sealing.seal(session.keys().indexKey(), session.id(), counter, pdu.flip(), datagram.clear());
        answers.accept(datagram.flip(), to);
    }
}
