package dev.shoal.peer;

import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at the ways between this machine and its index. Runs on the caller's thread, some seconds at most. */
public final class Diagnosis {

    /** From here on the times that others see become confusing, and a rejoin is not believed from ten minutes on. */
    private static final long CLOCK_WARNING_MILLIS = 60_000;

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
        port(tls);
        if (index != null) {
            index(index, tls);
        }
    }

    private void port(Tls tls) {
        if (Peers.isRunning(home)) {
            findings.found("own port", State.OK, "A peer runs in this home; `shoal status` tells its port.");
            return;
        }
        Optional<Integer> port = configuration.value(Setting.LISTEN).map(Integer::valueOf);
        try (TlsListener listener =
                new TlsListener(new InetSocketAddress(port.orElse(0)), tls, Tls.PEER_PROTOCOL, 1, TlsStream::close)) {
            findings.found(
                    "own port",
                    State.OK,
                    port.isPresent()
                            ? "TCP " + listener.address().getPort() + " is free."
                            : "TCP ports can be opened; the first free one from 7801 on will serve others.");
        } catch (IOException e) {
            findings.found(
                    "own port",
                    State.PROBLEM,
                    "TCP " + port.orElse(0) + " cannot be used: " + e.getMessage()
                            + ". Choose another with `shoal config listen PORT`.");
        }
    }

    private void index(HostAndPort address, Tls tls) {
        long before = System.currentTimeMillis();
        IndexClient client = new IndexClient(
                new IndexAddress(address, Optional.empty()),
                tls,
                new KnownKeys(home.knownKeysFile()),
                new Self(new SecureRandom().nextLong(), "", 0, List.of()),
                PeerEvents.NONE);
        try {
            client.join();
            findings.found(
                    "index over TLS",
                    State.OK,
                    "Reached " + address + " in " + (System.currentTimeMillis() - before) + " ms, key "
                            + client.index().fingerprint() + ".");
            clock(client.clockDifferenceMillis(before));
            datagrams(client);
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
        if (work) {
            IndexReply.HeartbeatReply reply =
                    client.ask(new IndexRequest.Heartbeat(0, 0, 0, 0), IndexReply.HeartbeatReply.class);
            findings.found("own address", State.OK, "The index sees this machine at " + reply.observed() + ".");
        }
    }
}
