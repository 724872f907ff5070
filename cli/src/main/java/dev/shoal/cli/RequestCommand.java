package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command that asks the peer one thing and tells the answer. Runs on the main thread. */
abstract class RequestCommand extends Subcommand {

    @Mixin
    final ServiceOptions service = new ServiceOptions();

    RequestCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What to ask of the index with this address; null for the configured one. */
    abstract Request request(@Nullable String index);

    /** What is said, and with which exit code, when the answer is empty. */
    Nothing nothing() {
        return new Nothing("", ExitCode.DONE);
    }

    /** What is told of a report: itself, unless a command has something to add. */
    Report told(Report report) {
        return report;
    }

    /**
     * An empty answer.
     *
     * @param sentence for people; empty for none
     */
    record Nothing(String sentence, int exit) {}

    @Override
    public Integer call() {
        Output output = output();
        HostAndPort named = service.named(surroundings.environment());
        String index = named == null ? null : named.toString();
        int[] reports = new int[1];
        int exit = ask(output, choices(index), request(index), report -> {
            reports[0]++;
            output.report(told(report));
        });
        if (exit == ExitCode.DONE && reports[0] == 0) {
            if (!nothing().sentence().isEmpty() && !common.json) {
                surroundings.screen().remark(nothing().sentence());
            }
            return nothing().exit();
        }
        return exit;
    }

    /** What the command line says about the peer. */
    Peers.Options choices(@Nullable String index) {
        return new Peers.Options(index, null, service.user, null, null, false);
    }

    /**
     * Asks the peer and waits for the answer; stops when the person or whoever reads the answer has enough.
     *
     * @return the exit code
     */
    int ask(Output output, Peers.Options choices, Request request, Consumer<Report> reports) {
        Interruption interruption = surroundings.interruption();
        try (PeerService peer = surroundings.services().peer(surroundings.home(), choices, output.events())) {
            // With the request this process ends: one good-bye in place of a message for each thing that it shares.
            interruption.whenInterrupted(peer::leave);
            Consumer<Report> watched = report -> {
                reports.accept(report);
                if (output.isClosed()) {
                    peer.leave();
                    interruption.cancellation().cancel();
                }
            };
            peer.run(request, watched, interruption.cancellation());
        } catch (PeerException e) {
            // Whoever stops a command does not want to hear that it was stopped.
            if (!interruption.isInterrupted()) {
                throw e;
            }
        } finally {
            output.end();
        }
        if (output.isClosed()) {
            return ExitCode.OUTPUT_CLOSED;
        }
        return interruption.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
}
