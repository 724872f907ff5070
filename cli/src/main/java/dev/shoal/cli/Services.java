package dev.shoal.cli;

import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the commands need of the rooms below; {@link Main} has the real one, tests have their own. Thread-safe. */
interface Services {

    /**
     * The peer of a home: the one that another process runs, else this process becomes it.
     *
     * @throws dev.shoal.peer.PeerException when the home cannot be used
     */
    PeerService peer(Home home, Peers.Options options, PeerEvents events);

    /** Whether another process runs the peer of this home. */
    boolean isPeerRunning(Home home);

    /**
     * Starts an index server in this process.
     *
     * @throws dev.shoal.peer.PeerException when it cannot start
     */
    RunningIndex index(IndexChoices choices);

    /**
     * Serves the API of a peer.
     *
     * @param port where on loopback; 0 for any, null for the usual one if that is free
     * @param events hears when it is not
     * @throws dev.shoal.peer.PeerException when it cannot
     */
    RunningWeb web(Home home, PeerService peer, @Nullable Integer port, PeerEvents events);

    /** The page of the peer of this home that runs, in whatever process; null when none does, or it has no page. */
    @Nullable
    PeerPage page(Home home);

    /**
     * Saves the data of an index, which may run meanwhile, in a file that is not there yet.
     *
     * @throws dev.shoal.peer.PeerException when there is no index in the folder, or the file cannot be written
     */
    SavedIndex saveIndex(Path folder, Path file);

    /**
     * Puts the saved data of an index into a folder that has none.
     *
     * @throws dev.shoal.peer.PeerException when the file is no backup, or the folder has an index or cannot be written
     */
    SavedIndex restoreIndex(Path file, Path folder);

    /**
     * Looks at the ways to the index and to this peer, and tells what it finds.
     *
     * @param index address of the index; null when none is known
     */
    void examine(Home home, @Nullable HostAndPort index, Consumer<Finding> findings);
}
