package dev.shoal.peer;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at the ways between this machine and its index. Runs on the caller's thread, some ten seconds at most. */
public final class Diagnosis {

    /** From here on the times that others see become confusing, and a rejoin is not believed from ten minutes on. */
    private static final long CLOCK_WARNING_MILLIS = 60_000;

    private static final String REACHABLE = "own port reachable";

    /** As every index has it: the ports below are those of system services. */
    private static final int LOWEST_DIALLED_PORT = 1024;

    private static final int DIAL_MILLIS = 3_000;

    /** How a part of the set-up is. */
    public enum State {
        /** As it should be. */
        OK,
        /** Works, but not as well as it could. */
        WARNING,
        /** Something will not work. */
        PROBLEM
    }

    /** Takes what is found. */
    public interface Findings {
        /**
         * One check is done.
         *
         * @param check what was looked at, a few words
         * @param state how it is
         * @param sentence what was found and, when it is not well, what to do
         */
        void found(String check, State state, String sentence);
    }

    private final Home home;
    private final Configuration configuration;
    private final Findings findings;

    /** For a home. */
    public Diagnosis(Home home, Findings findings) {
        this.home = home;
        this.configuration = Configuration.load(home.configurationFile());
        this.findings = findings;
    }

    /**
     * Runs all checks.
     *
     * @param index address of the index; null when none is known
     */
    public void run(@Nullable HostAndPort index) {
        Identity identity;
        try {
            identity = Identity.loadOrCreate(home.create().identityFile());
            findings.found("key", State.OK, "This peer is " + identity.id().fingerprint() + ".");
        } catch (TransportException | PeerException e) {
            findings.found("key", State.PROBLEM, String.valueOf(e.getMessage()));
            return;
        }
        Tls tls = new Tls(identity);
        boolean runs = Peers.isRunning(home);
        try (OwnPort port = runs ? null : ownPort(tls)) {
            if (runs) {
                findings.found("own port", State.OK, "A peer runs in this home; `shoal status` tells its port.");
            }
            if (index != null) {
                index(IndexAddress.named(index), tls, identity.id(), port);
            }
        }
    }

    /** The port that would serve; null when it cannot. */
    private @Nullable OwnPort ownPort(Tls tls) {
        Optional<Integer> configured = configuration.value(Setting.LISTEN).map(Integer::valueOf);
        try {
            OwnPort port = new OwnPort(tls, configured);
            findings.found(
                    "own port",
                    State.OK,
                    configured.isPresent()
                            ? "TCP " + port.number() + " is free."
                            : "TCP ports can be opened; the first free one from 7801 on will serve others.");
            return port;
        } catch (PeerException e) {
            findings.found("own port", State.PROBLEM, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void index(IndexAddress index, Tls tls, PeerId self, @Nullable OwnPort port) {
        long before = System.currentTimeMillis();
        KnownKeys known = new KnownKeys(home.knownKeysFile());
        IndexClient client = new IndexClient(
                index, tls, known, new Self(new SecureRandom().nextLong(), "", 0, List.of()), PeerEvents.NONE);
        try {
            client.join();
            findings.found(
                    "index over TLS",
                    State.OK,
                    "Reached " + index.address() + " in " + (System.currentTimeMillis() - before) + " ms, key "
                            + client.index().fingerprint() + ".");
            clock(client.clockDifferenceMillis(before));
            datagrams(client);
            InetAddress observed = observed(client);
            if (port != null) {
                dialledBack(port, index, known, observed);
            } else if (Peers.isRunning(home)) {
                dialled(index.address(), tls, self, observed);
            }
        } catch (PeerException e) {
            findings.found("index over TLS", State.PROBLEM, String.valueOf(e.getMessage()));
        } finally {
            client.quit();
        }
    }

    private void clock(long differenceMillis) {
        long seconds = Math.abs(differenceMillis) / 1_000;
        findings.found(
                "clock",
                Math.abs(differenceMillis) > CLOCK_WARNING_MILLIS ? State.WARNING : State.OK,
                Math.abs(differenceMillis) > CLOCK_WARNING_MILLIS
                        ? "It differs from the index's by " + seconds + " s. Set the clock of this machine."
                        : "It agrees with the index's within " + (seconds + 1) + " s.");
    }

    private void datagrams(IndexClient client) {
        boolean work = client.probeDatagrams(new IndexRequest.Heartbeat(0, 0, 0, 0));
        findings.found(
                "index over UDP",
                work ? State.OK : State.WARNING,
                work
                        ? "Datagrams get through."
                        : "Datagrams do not get through; everything goes over TLS, which works but costs the index"
                                + " more. Open UDP port " + client.address().port() + " to it if you can.");
    }

    private InetAddress observed(IndexClient client) {
        IndexReply.HeartbeatReply reply =
                client.ask(new IndexRequest.Heartbeat(0, 0, 0, 0), IndexReply.HeartbeatReply.class);
        InetAddress observed = reply.observed().address();
        findings.found("own address", State.OK, "The index sees this machine at " + observed.getHostAddress() + ".");
        return observed;
    }

    /** No peer runs: the index is asked to come, and the port is watched. */
    private void dialledBack(OwnPort port, IndexAddress index, KnownKeys known, InetAddress observed) {
        String where = new Endpoint(observed, port.number()).toString();
        if (port.number() < LOWEST_DIALLED_PORT) {
            findings.found(
                    REACHABLE, State.OK, "Not tested: an index dials no port below " + LOWEST_DIALLED_PORT + ".");
        } else if (!port.isReachedBy(index, known, observed)) {
            findings.found(
                    REACHABLE,
                    State.WARNING,
                    "The index does not reach " + where + ". Downloads work; others get from this peer only where it"
                            + " dials them. Open that port in the firewall, or forward it in the router.");
        } else if (observed.isLoopbackAddress()) {
            findings.found(
                    REACHABLE,
                    State.OK,
                    "The index, on this machine, reached " + where
                            + "; whether other machines reach it was not tested.");
        } else {
            findings.found(REACHABLE, State.OK, "The index reached " + where + ", so other peers can.");
        }
    }

    /** A peer runs and has the port, so the index cannot be watched as it comes: only this machine can try. */
    private void dialled(HostAndPort index, Tls tls, PeerId self, InetAddress observed) {
        int port = runningPort(index);
        if (port == 0) {
            return;
        }
        String where = new Endpoint(observed, port).toString();
        String further = " Stop it and run `shoal doctor` again to have the index try.";
        try (TlsStream stream =
                FrameLink.dial(new InetSocketAddress(observed, port), tls, Tls.PEER_PROTOCOL, DIAL_MILLIS)) {
            boolean own = stream.remoteKey().id().equals(self);
            findings.found(
                    REACHABLE,
                    own ? State.OK : State.WARNING,
                    own
                            ? "The running peer answers this machine on " + where
                                    + "; whether other machines reach it was not tested." + further
                            : "Somebody else answers on " + where + ". Forward that port to this machine.");
        } catch (TransportException e) {
            findings.found(
                    REACHABLE,
                    State.WARNING,
                    "This machine does not reach the running peer on " + where
                            + ", but some routers do not lead back what comes from inside." + further);
        }
    }

    /** The port of the peer that runs; 0 when it does not tell. */
    private int runningPort(HostAndPort index) {
        int[] port = new int[1];
        try (PeerService peer = Peers.open(home, Peers.Options.CONFIGURED, PeerEvents.NONE)) {
            peer.run(
                    new Request.Status(index.toString()),
                    report -> port[0] = report instanceof Report.State state ? state.listenPort() : port[0],
                    new Cancellation());
        } catch (PeerException e) {
            findings.found(REACHABLE, State.WARNING, "The running peer does not tell its port: " + e.getMessage());
        }
        return port[0];
    }
}
