package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.Pdu;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells an index what is registered, and loses nothing on the way: what was not acknowledged is said again. News may be
 * told on any thread; for the rest it is one thread's.
 */
final class Statements {

    private final Registrations registrations;
    private final IndexLine index;
    private final PeerEvents events;
    /** Held while new chunks or a withdrawal are told, so that no chunks of a content follow its withdrawal. */
    private final ReentrantLock telling = new ReentrantLock();

    private boolean owed;

    Statements(Registrations registrations, IndexLine index, PeerEvents events) {
        this.registrations = registrations;
        this.index = index;
        this.events = events;
    }

    /**
     * Tells of all chunks that came.
     *
     * @throws PeerException when the index is not there; what it did not hear of is told by the next call
     */
    void tellNews() {
        tell(registrations.untold());
    }

    /** As {@link #tellNews()}, but of one content. */
    void tellNews(ContentId content) {
        tell(registrations.untold(content));
    }

    /**
     * States everything in place of what the index has.
     *
     * @throws PeerException when the index is not there; then everything {@link #isOwed}
     */
    void restate() {
        owed = true;
        registrations.restatement().forEach(this::deliver);
        owed = false;
    }

    /** Whether a restatement was begun and not ended. Its chunks show in no digest, so that only this tells of them. */
    boolean isOwed() {
        return owed;
    }

    /** Says that contents are withdrawn, as far as the index is there. Any thread. */
    void withdraw(List<ContentId> contents) {
        try {
            for (ContentId content : contents) {
                telling.lock();
                try {
                    // This may take longer than whoever began it waited; meanwhile it may be shared again.
                    if (!registrations.isRegistered(content)) {
                        index.ask(new IndexRequest.DeregisterContent(content), IndexReply.Ack.class);
                    }
                } finally {
                    telling.unlock();
                }
            }
        } catch (PeerException e) {
            events.detail("The index was not told: " + e.getMessage());
        }
    }

    private void tell(List<RegisterChunks> requests) {
        int told = 0;
        try {
            for (RegisterChunks request : requests) {
                telling.lock();
                try {
                    registrations.upToDate(request).ifPresent(this::deliver);
                } finally {
                    telling.unlock();
                }
                told++;
            }
        } finally {
            requests.subList(told, requests.size()).forEach(registrations::untell);
        }
    }

    /** Waits until the index has it, or has refused it for good. */
    private void deliver(IndexRequest request) {
        Pdu answer = index.exchange(request);
        if (answer instanceof IndexReply.Ack) {
            return;
        }
        PeerException refusal = IndexClient.refusal(answer);
        boolean lasting = answer instanceof Failure failure
                && failure.code() != ErrorCode.BUSY
                && failure.code() != ErrorCode.UNAVAILABLE;
        if (!lasting) {
            throw refusal;
        }
        events.detail("The index did not take what it was told: " + refusal.getMessage());
    }
}
