package dev.shoal.cli;

import dev.shoal.peer.PeerEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a peer tells. */
final class Heard implements PeerEvents {

    private final List<String> sentences = new CopyOnWriteArrayList<>();

    @Override
    public void happened(Level level, String text) {
        sentences.add(level + " " + text);
    }

    /** Each with its level in front. */
    List<String> sentences() {
        return sentences;
    }
}
