package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.TaskWish;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shoal up}. */
@Command(
        name = "up",
        description = "Run the peer of this home until Ctrl-C or `shoal down`: share, download and follow.",
        footer = {
            "It takes up again what it shared and downloaded before, and keeps in step what this home follows. Other",
            "commands of this home are handed to it: share, get --detach, sub, limit, status, stop.",
            "Where no index is configured, one runs in the same process."
        })
final class UpCommand extends Subcommand {

    private static final int MAX_PORT = 65_535;

    @Mixin
    final ServiceOptions service = new ServiceOptions();

    @Mixin
    final LimitOptions limits = new LimitOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the HTTP API on loopback, 0 for any; else 7808, or any where that is taken.")
    @Nullable
    Integer port;

    @Option(
            names = "--open",
            description = "Open its page in your browser; where the peer runs already, the page of that one.")
    boolean open;

    @Option(names = "--no-web", description = "Do not serve the HTTP API.")
    boolean noWeb;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Log what happens into a file, a JSON object a line; 64 MiB of it are kept.")
    @Nullable
    String log;

    /** What programs are told. */
    private record Up(
            String user,
            long process,
            @Nullable String address,
            @Nullable String entrance) {}

    /** What runs beside the peer, from the moment on at which it answers. */
    private final AtomicReference<@Nullable RunningWeb> web = new AtomicReference<>();

    /** What leads the browser to it, or has done so. */
    private final AtomicReference<@Nullable Thread> opening = new AtomicReference<>();

    UpCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (port != null && (noWeb || port < 0 || port > MAX_PORT)) {
            throw misused("--port is a number from 0 to " + MAX_PORT + ", and goes not with --no-web.");
        }
        if (open && noWeb) {
            throw misused("--open opens the page, which there is not with --no-web.");
        }
        Output output = output();
        PeerPage there = open ? surroundings.services().page(surroundings.home()) : null;
        if (there != null) {
            PageCommand.open(there, surroundings, output);
            output.end();
            return ExitCode.DONE;
        }
        PeerLog kept = log == null ? null : PeerLog.into(surroundings.absolute(log), level());
        if (surroundings.services().isPeerRunning(surroundings.home())) {
            throw new PeerException(
                    PeerException.Reason.FAILED,
                    "The peer of this home runs already. `shoal status` shows what it does, `shoal down` ends it if it"
                            + " stays up.");
        }
        PeerEvents events = kept == null ? output.events() : kept.beside(output.events());
        HostAndPort named = service.named(surroundings.environment());
        try (OwnIndex index = OwnIndex.whereNoneIsNamed(surroundings, named, output)) {
            Peers.Options choices =
                    new Peers.Options(index.address(), index.own(), service.user, limits.upload, limits.download, true);
            return stay(output, choices, events, kept);
        }
    }

    private int stay(Output output, Peers.Options choices, PeerEvents events, @Nullable PeerLog kept) {
        Interruption interruption = surroundings.interruption();
        try (PeerService peer = surroundings.services().peer(surroundings.home(), choices, events)) {
            interruption.whenInterrupted(peer::leave);
            stay(peer, choices, output, events, kept);
        } catch (PeerException e) {
            if (!interruption.isInterrupted()) {
                throw e;
            }
        } finally {
            output.end();
        }
        if (!common.json && !common.quiet) {
            surroundings.screen().remark("Down.");
        }
        return interruption.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }

    /** The API ends first: whoever runs the peer next wants its port. */
    private void stay(
            PeerService peer, Peers.Options choices, Output output, PeerEvents events, @Nullable PeerLog kept) {
        try {
            peer.run(
                    new TaskWish.Stay(choices.index()),
                    report -> {
                        if (report instanceof Report.Running running) {
                            serve(peer, events);
                            ready(output, running.user());
                            follow(peer, kept);
                            open(output);
                        }
                    },
                    surroundings.interruption().cancellation());
            peer.leave();
        } finally {
            endOpening();
            RunningWeb serving = web.get();
            if (serving != null) {
                serving.close();
            }
        }
    }

    private void follow(PeerService peer, @Nullable PeerLog kept) {
        if (kept != null) {
            kept.follow(peer, surroundings.interruption().cancellation());
        }
    }

    private void serve(PeerService peer, PeerEvents events) {
        if (!noWeb) {
            web.set(surroundings.services().web(surroundings.home(), peer, port, events));
        }
    }

    private void ready(Output output, String user) {
        RunningWeb serving = web.get();
        String address = serving == null ? null : serving.address();
        String entrance = serving == null ? null : serving.entrance();
        String line = "Up as " + user + ". Ctrl-C or `shoal down` ends it."
                + (entrance == null ? "" : "\nIts page, for you alone: " + entrance);
        String bare = entrance == null ? "" : entrance;
        output.fact("up", new Up(user, ProcessHandle.current().pid(), address, entrance), common.quiet ? bare : line);
    }

    /** Beside everything else: whoever waits for the browser would keep the peer from going on meanwhile. */
    private void open(Output output) {
        PeerPage page = open ? surroundings.services().page(surroundings.home()) : null;
        if (page != null) {
            opening.set(Thread.ofVirtual()
                    .name("opening the page")
                    .start(() -> PageCommand.open(page, surroundings, output)));
        }
    }

    /** Nothing is said after the end, and no file is left that leads to where nobody answers. */
    private void endOpening() {
        Thread begun = opening.get();
        if (begun == null) {
            return;
        }
        begun.interrupt();
        try {
            begun.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Logging.Level level() {
        if (common.verbose) {
            return Logging.Level.DEBUG;
        }
        return common.quiet ? Logging.Level.WARN : Logging.Level.INFO;
    }
}
