package dev.shoal.bench;

import dev.shoal.content.Name;

/**
 * Peers and contents that several servers are asked about alike. Immutable.
 *
 * @param contents which of the peers has which content in the beginning
 * @param names how many of the contents have a name, the first ones
 * @param mix what is asked
 */
record LoadWorld(SyntheticContents contents, int names, LoadMix mix) {

    /** Where random requests begin. */
    static final long SEED = 11;

    /** How many sources a look-up asks for. */
    static final int SOURCES_ASKED = 16;

    /** First component of all names. */
    static final String OWNER = "bench";

    /** How many registrations there are in the beginning. */
    long registrations() {
        return (long) contents.peers() * contents.eachPeer();
    }

    /** The name of a content. */
    static Name name(int content) {
        return new Name(OWNER + "/set-" + content % 100 + "/sample-" + content + ".dat");
    }

    /** A text that few names match. */
    static String searched(int content) {
        return "sample " + content;
    }
}
