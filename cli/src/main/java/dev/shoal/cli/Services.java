package dev.shoal.cli;

import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
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
     * Looks at the ways to the index and to this peer, and tells what it finds.
     *
     * @param index address of the index; null when none is known
     */
    void examine(Home home, @Nullable HostAndPort index, Consumer<Finding> findings);
}
