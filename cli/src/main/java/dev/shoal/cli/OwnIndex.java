package dev.shoal.cli;

import dev.shoal.index.DataException;
import dev.shoal.index.RequestLimits;
import dev.shoal.peer.Configuration;
import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.MachineAddresses;
import dev.shoal.peer.PeerEvents.Level;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The index that this process runs because none is named anywhere, so that two people can share a file without setting
 * anything up. For one thread at a time.
 */
final class OwnIndex implements AutoCloseable {

    /** No index runs here, and the configuration decides which one is used. */
    static final OwnIndex NONE = new OwnIndex(null, null, null);

    private static final String EVERY_ADDRESS = "0.0.0.0";

    private static final String LOOPBACK = "127.0.0.1";

    /** From the start of an index to that of a peer takes a second, on a busy machine some. */
    private static final int LOOKS = 50;

    private static final long LOOK_MILLIS = 100;

    private final @Nullable String address;
    private final Peers.@Nullable OwnIndex own;
    private final @Nullable RunningIndex index;

    private OwnIndex(@Nullable String address, Peers.@Nullable OwnIndex own, @Nullable RunningIndex index) {
        this.address = address;
        this.own = own;
        this.index = index;
    }

    /**
     * Starts an index unless the command line, the environment or the configuration names one, or a running peer of
     * the home has one already.
     *
     * @param named what the command line or the environment names
     */
    static OwnIndex whereNoneIsNamed(Surroundings surroundings, @Nullable HostAndPort named, Output output) {
        Home home = surroundings.home();
        Configuration configuration = Configuration.load(home.configurationFile());
        if (named != null) {
            return new OwnIndex(named.toString(), null, null);
        }
        if (configuration.isConfigured(Setting.INDEX) || surroundings.services().isPeerRunning(home)) {
            return NONE;
        }
        Logging.serving(Logging.Level.WARN, false);
        RunningIndex index;
        try {
            index = start(surroundings.services(), home.create());
        } catch (PeerException e) {
            awaitPeer(surroundings, e);
            return NONE;
        }
        List<String> hosts = MachineAddresses.all();
        int port = index.address().port();
        String advertised = new HostAndPort(hosts.getFirst(), port).toString();
        output.said(
                Level.INFO,
                "No index is configured, so one runs here: " + advertised + ", key " + index.fingerprint() + ".");
        return new OwnIndex(
                new HostAndPort(LOOPBACK, port).toString(),
                new Peers.OwnIndex(advertised, hosts.subList(1, hosts.size()), index.fingerprint()),
                index);
    }

    /** The address to use, as {@code HOST:PORT}; null for the configured one. */
    @Nullable
    String address() {
        return address;
    }

    /** What a peer has to know of the index that this process runs; null when it runs none. */
    Peers.@Nullable OwnIndex own() {
        return own;
    }

    @Override
    public void close() {
        if (index != null) {
            index.close();
        }
    }

    /** The folder may be in use by another command of this home, which is about to be its peer. */
    private static void awaitPeer(Surroundings surroundings, PeerException failure) {
        boolean inUse = failure.getCause() instanceof DataException cause && cause.isInUse();
        for (int looks = 0; inUse && looks < LOOKS; looks++) {
            if (surroundings.services().isPeerRunning(surroundings.home())) {
                return;
            }
            surroundings.interruption().cancellation().await(LOOK_MILLIS);
        }
        throw failure;
    }

    private static RunningIndex start(Services services, Home home) {
        try {
            return services.index(choices(home, HostAndPort.INDEX_PORT));
        } catch (PeerException e) {
            // The usual port is taken, most likely by another index; any other does as well, since the link names it.
            return services.index(choices(home, 0));
        }
    }

    private static IndexChoices choices(Home home, int port) {
        HostAndPort listen = new HostAndPort(EVERY_ADDRESS, port);
        // Else the first stranger who signs up would administer it.
        String administrator = Peers.fingerprint(home);
        return new IndexChoices(
                listen,
                home.indexFolder(),
                null,
                IndexChoices.LEASE_SECONDS,
                null,
                administrator,
                RequestLimits.DEFAULT);
    }
}
