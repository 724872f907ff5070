package dev.shoal.cli;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An index and some peers in one process, on loopback, for tests. */
final class Network implements AutoCloseable {

    /** Short, so that a test sees leases end and begin. */
    static final int LEASE_MILLIS = 3_000;

    private static final long LIMIT_SECONDS = 60;

    private final Path folder;
    private final UnaryOperator<IndexConfiguration> adjustment;
    private final List<PeerService> parts = new ArrayList<>();
    private IndexServer index;

    Network(Path folder) {
        this(folder, configuration -> configuration);
    }

    /** With an index that is configured otherwise. */
    Network(Path folder, UnaryOperator<IndexConfiguration> adjustment) {
        this.folder = folder;
        this.adjustment = adjustment;
        this.index = startIndex(0);
    }

    static Network withLease(Path folder, int leaseMillis) {
        return new Network(
                folder,
                configuration -> new IndexConfiguration(
                        configuration.listen(),
                        configuration.data(),
                        configuration.metrics(),
                        configuration.settings().withLeaseMillis(leaseMillis)));
    }

    IndexServer startIndex(int port) {
        return IndexServer.start(adjustment.apply(new IndexConfiguration(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                folder.resolve("index"),
                Optional.empty(),
                IndexSettings.DEFAULT.withLeaseMillis(LEASE_MILLIS))));
    }

    IndexServer index() {
        return index;
    }

    void restartIndex() {
        int port = index.address().getPort();
        index.close();
        restartIndex(port);
    }

    /** Starts an index that was closed, where it was. */
    void restartIndex(int port) {
        index = startIndex(port);
    }

    String address() {
        return "127.0.0.1:" + index.address().getPort();
    }

    Path folder() {
        return folder;
    }

    /** A peer with a home of its own. */
    Peer peer(String name) {
        return peer(name, null, PeerEvents.NONE);
    }

    Peer peer(String name, @Nullable String uploadLimit, PeerEvents events) {
        return inHome(name, new Peers.Options(address(), null, name, uploadLimit, null, true), events);
    }

    /** A peer in the home of a name, which may be the home of another one. */
    Peer inHome(String home, Peers.Options options, PeerEvents events) {
        PeerService service = Peers.open(new Home(folder.resolve(home)), options, events);
        parts.add(service);
        return new Peer(service);
    }

    @Override
    public void close() {
        for (PeerService part : parts) {
            part.close();
        }
        index.close();
    }

    /** One request that runs in the background. */
    record Job(BlockingQueue<Report> reports, CompletableFuture<Boolean> end, Cancellation cancellation) {

        /** The next report of a kind. */
        <R extends Report> R next(Class<R> type) throws InterruptedException {
            while (true) {
                Report report = reports.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
                if (type.isInstance(report)) {
                    return type.cast(report);
                }
                if (report == null || (end.isCompletedExceptionally() && reports.isEmpty())) {
                    throw new AssertionError("no " + type.getSimpleName() + " came; the job: " + end);
                }
            }
        }

        void stop() throws Exception {
            cancellation.cancel();
            end.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** A peer of the test. */
    record Peer(PeerService service) {

        /** Runs a request to its end and returns its reports of a kind. A share ends as soon as it stands. */
        <R extends Report> List<R> ask(Request request, Class<R> type) {
            Cancellation cancellation = new Cancellation();
            List<R> found = new ArrayList<>();
            service.run(
                    request,
                    report -> {
                        if (type.isInstance(report)) {
                            found.add(type.cast(report));
                        }
                        if (report instanceof Report.Shared) {
                            // Or it would go on for ever.
                            cancellation.cancel();
                        }
                    },
                    cancellation);
            return found;
        }

        /** Begins a request. */
        Job begin(Request request) {
            Job job = new Job(new LinkedBlockingQueue<>(), new CompletableFuture<>(), new Cancellation());
            Thread.ofVirtual().start(() -> {
                try {
                    service.run(request, job.reports::add, job.cancellation);
                    job.end.complete(true);
                } catch (RuntimeException e) {
                    job.end.completeExceptionally(e);
                    job.reports.add(new Report.Said("ERROR", String.valueOf(e.getMessage())));
                }
            });
            return job;
        }

        /** The error that a request ends with. */
        PeerException refusal(Request request) {
            return outcome(request).orElseThrow(() -> new AssertionError("not refused: " + request));
        }

        /** The error that a request ends with, if it does; a share that does not ends as soon as it stands. */
        Optional<PeerException> outcome(Request request) {
            return Optional.ofNullable(catchThrowableOfType(PeerException.class, () -> ask(request, Report.class)));
        }

        Job share(Path file) {
            return begin(new Request.Share(null, List.of(file.toString()), null, ""));
        }

        Report.Got get(String target, Path output) {
            return ask(new Request.Get(null, target, output.toString(), false, false), Report.Got.class)
                    .getFirst();
        }
    }
}
