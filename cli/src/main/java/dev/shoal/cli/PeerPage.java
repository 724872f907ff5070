package dev.shoal.cli;

import java.nio.file.Path;

/** The page of a peer that is up. */
interface PeerPage {

    /** Where it answers. */
    String address();

    /** What its user opens, with the secret that lets him in. */
    String entrance();

    /**
     * A file that leads a browser there, so that the secret is in no argument of a program.
     *
     * @throws dev.shoal.peer.PeerException when it cannot be written
     */
    Path link();
}
