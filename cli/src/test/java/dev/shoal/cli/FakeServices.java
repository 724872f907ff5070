package dev.shoal.cli;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Services without a network: a test says what a peer answers. */
final class FakeServices implements Services {

    /** What the peer does with a request. */
    interface Answer {
        void to(Request request, Consumer<Report> reports, Cancellation cancellation);
    }

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final List<Request.Attend> attendances = new CopyOnWriteArrayList<>();
    final List<Peers.Options> choices = new CopyOnWriteArrayList<>();
    final List<IndexChoices> indexes = new CopyOnWriteArrayList<>();
    final List<String> copies = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger left = new AtomicInteger();
    volatile Answer answer = (request, reports, cancellation) -> {};
    /** Whoever only wants to be on-line is. */
    volatile Answer attendance = (request, reports, cancellation) -> {
        reports.accept(new Report.Running("user"));
        cancellation.await();
    };

    volatile List<Finding> findings = List.of();
    volatile boolean peerRuns;
    volatile int takenPort;

    @Override
    public PeerService peer(Home home, Peers.Options chosen, PeerEvents events) {
        choices.add(chosen);
        open.incrementAndGet();
        return new PeerService() {
            @Override
            public void run(Request request, Consumer<Report> reports, Cancellation cancellation) {
                if (request instanceof Request.Attend attend) {
                    attendances.add(attend);
                    attendance.to(request, reports, cancellation);
                    return;
                }
                requests.add(request);
                answer.to(request, reports, cancellation);
            }

            @Override
            public void leave() {
                left.incrementAndGet();
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    @Override
    public boolean isPeerRunning(Home home) {
        return peerRuns;
    }

    @Override
    public RunningIndex index(IndexChoices chosen) {
        indexes.add(chosen);
        if (chosen.listen().port() == takenPort && takenPort != 0) {
            throw Mistake.usage("The port is taken.");
        }
        open.incrementAndGet();
        int port = chosen.listen().port() == 0 ? 7999 : chosen.listen().port();
        return new RunningIndex() {
            @Override
            public HostAndPort address() {
                return new HostAndPort(chosen.listen().host(), port);
            }

            @Override
            public String fingerprint() {
                return "fingerprint";
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    @Override
    public RunningWeb web(Home home, PeerService peer, @Nullable Integer port, PeerEvents events) {
        throw new UnsupportedOperationException("no test serves pages of a peer that is none");
    }

    @Override
    public @Nullable PeerPage page(Home home) {
        return null;
    }

    @Override
    public SavedIndex saveIndex(Path folder, Path file) {
        copies.add("save " + folder + " " + file);
        return new SavedIndex("fingerprint", 4096);
    }

    @Override
    public SavedIndex restoreIndex(Path file, Path folder) {
        copies.add("restore " + file + " " + folder);
        return new SavedIndex("fingerprint", 4096);
    }

    @Override
    public void examine(Home home, @Nullable HostAndPort index, Consumer<Finding> told) {
        findings.forEach(told);
    }
}
