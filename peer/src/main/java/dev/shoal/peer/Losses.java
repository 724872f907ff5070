package dev.shoal.peer;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What a request that shares files waits for: that one of them is not served any more, or that it is cancelled. A file
 * is lost once, so that no more waits here than files are shared. Thread-safe.
 */
final class Losses {

    /** Stands for the end, in the place of a sentence. */
    private static final String END = "";

    private final BlockingQueue<String> sentences = new LinkedBlockingQueue<>();

    /** Ends with a cancellation. */
    Losses(Cancellation cancellation) {
        cancellation.whenCancelled(() -> sentences.add(END));
    }

    /** A file is lost, for a reason that a sentence says. */
    void lost(String sentence) {
        sentences.add(sentence);
    }

    /** Waits for the next loss; empty when there is nothing more to wait for. */
    Optional<String> next() {
        try {
            String sentence = sentences.take();
            return sentence.equals(END) ? Optional.empty() : Optional.of(sentence);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
