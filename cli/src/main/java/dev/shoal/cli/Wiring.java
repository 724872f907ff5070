package dev.shoal.cli;

import dev.shoal.index.AccessPolicy;
import dev.shoal.index.DataException;
import dev.shoal.index.IndexBackup;
import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexException;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.Diagnosis;
import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.web.PageLink;
import dev.shoal.web.WebServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rooms below as the commands use them: the only place that knows how a peer and an index are started. */
final class Wiring implements Services {

    @Override
    public PeerService peer(Home home, Peers.Options options, PeerEvents events) {
        return Peers.open(home, options, events);
    }

    @Override
    public boolean isPeerRunning(Home home) {
        return Peers.isRunning(home);
    }

    @Override
    public RunningIndex index(IndexChoices choices) {
        try {
            IndexConfiguration configuration = new IndexConfiguration(
                    address(choices.listen()),
                    choices.data(),
                    Optional.ofNullable(choices.metrics()).map(Wiring::address),
                    IndexSettings.DEFAULT
                            .withLeaseMillis(Math.toIntExact(TimeUnit.SECONDS.toMillis(choices.leaseSeconds())))
                            .withRequests(choices.requests()));
            AccessPolicy policy = choices.policy();
            if (policy != null) {
                configuration = configuration.withPolicy(policy);
            }
            String administrator = choices.administrator();
            if (administrator != null) {
                configuration = configuration.withAdministrator(administrator);
            }
            return new Running(IndexServer.start(configuration));
        } catch (DataException e) {
            throw PeerException.of(Reason.DISK, e);
        } catch (IndexException e) {
            throw PeerException.of(Reason.FAILED, e);
        }
    }

    @Override
    public RunningWeb web(Home home, PeerService peer, @Nullable Integer port, PeerEvents events) {
        return new Serving(WebServer.start(home, peer, port, events));
    }

    @Override
    public @Nullable PeerPage page(Home home) {
        PageLink link = isPeerRunning(home) ? PageLink.of(home).orElse(null) : null;
        return link == null ? null : new Linked(link, home);
    }

    @Override
    public SavedIndex saveIndex(Path folder, Path file) {
        return saved(() -> IndexBackup.make(folder, file));
    }

    @Override
    public SavedIndex restoreIndex(Path file, Path folder) {
        return saved(() -> IndexBackup.restore(file, folder));
    }

    private static SavedIndex saved(Supplier<IndexBackup.Summary> work) {
        try {
            IndexBackup.Summary summary = work.get();
            return new SavedIndex(summary.index().fingerprint(), summary.databaseBytes());
        } catch (DataException e) {
            throw PeerException.of(Reason.DISK, e);
        }
    }

    @Override
    public void examine(Home home, @Nullable HostAndPort index, Consumer<Finding> findings) {
        Diagnosis.Findings sink = (check, state, sentence) -> findings.accept(
                switch (state) {
                    case OK -> Finding.ok(check, sentence);
                    case WARNING -> Finding.warning(check, sentence);
                    case PROBLEM -> Finding.problem(check, sentence);
                });
        new Diagnosis(home, sink).run(index);
    }

    private static InetSocketAddress address(HostAndPort address) {
        InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
        if (resolved.isUnresolved()) {
            throw Mistake.usage("The index cannot use the address " + address + ": no host is called " + address.host()
                    + ". Name an address of this machine, or a port alone for all of them.");
        }
        return resolved;
    }

    private record Linked(PageLink way, Home home) implements PeerPage {
        @Override
        public String address() {
            return way.address();
        }

        @Override
        public String entrance() {
            return way.entrance();
        }

        @Override
        public Path link() {
            return way.write(home);
        }
    }

    private record Serving(WebServer server) implements RunningWeb {
        @Override
        public String address() {
            return server.address();
        }

        @Override
        public String entrance() {
            return server.entrance();
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private record Running(IndexServer server) implements RunningIndex {
        @Override
        public HostAndPort address() {
            return new HostAndPort(
                    server.address().getAddress().getHostAddress(),
                    server.address().getPort());
        }

        @Override
        public String fingerprint() {
            return server.id().fingerprint();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
