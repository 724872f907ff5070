package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shoal shell}. */
@Command(
        name = "shell",
        description = "Work at a prompt, with single letters or words; on-line, serving and downloading meanwhile.",
        footer = "From a pipe: printf 'O\\nQ\\n' | shoal shell --user bob")
final class ShellCommand extends Subcommand {

    @Mixin
    final ServiceOptions service = new ServiceOptions();

    @Mixin
    final LimitOptions limits = new LimitOptions();

    ShellCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (common.json) {
            throw misused("The shell is for people; programs use the commands one by one, with --json.");
        }
        RecentNames recent = new RecentNames();
        HostAndPort named = service.named(surroundings.environment());
        Output output = output();
        Optional<String> running = running(output);
        try (ShellInput input = input(recent)) {
            surroundings.interruption().whenInterrupted(input::wake);
            String user = running.isPresent() ? running.get() : user(input);
            if (user == null) {
                return ExitCode.DONE;
            }
            try (OwnIndex own = OwnIndex.whereNoneIsNamed(surroundings, named, output);
                    PeerService peer = peer(own, user, events(input))) {
                String index = named == null ? null : named.toString();
                new Shell(surroundings, input, recent, peer, index, user).run();
            }
        }
        return surroundings.interruption().isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }

    private PeerService peer(OwnIndex own, @Nullable String user, PeerEvents events) {
        Peers.Options options = new Peers.Options(own.address(), own.own(), user, limits.upload, limits.download, true);
        return surroundings.services().peer(surroundings.home(), options, events);
    }

    /**
     * The name of the peer that runs in this home already, which the shell goes by then.
     *
     * @throws PeerException when that peer is not what the command line asks for: once, and not for every line
     */
    private Optional<String> running(Output output) {
        List<String> users = new ArrayList<>();
        if (surroundings.services().isPeerRunning(surroundings.home())) {
            try (PeerService peer = peer(OwnIndex.NONE, service.user, output.events())) {
                peer.run(
                        new Request.Identify(),
                        report -> {
                            output.report(report);
                            if (report instanceof Report.Running running) {
                                users.add(running.user());
                            }
                        },
                        surroundings.interruption().cancellation());
            }
        }
        return users.stream().findFirst();
    }

    private PeerEvents events(ShellInput input) {
        TextOutput.Style style =
                new TextOutput.Style(common.quiet, common.least(), surroundings.time(), Outputs.command());
        return new TextOutput(new ShellScreen(input, surroundings.screen()), style).events();
    }

    private ShellInput input(RecentNames recent) {
        return surroundings.inputIsTerminal()
                ? TerminalInput.system(surroundings.home().create(), recent::all)
                : new PipedInput(surroundings.input(), surroundings.screen()::result);
    }

    /** The name to go by; null when the input ended before there was one. */
    private @Nullable String user(ShellInput input) {
        if (service.user != null) {
            return Setting.USER.checked(service.user);
        }
        String usual = configuration().user();
        while (true) {
            String typed = input.line("Your name [" + usual + "]: ");
            if (typed == null) {
                return null;
            }
            Optional<String> name = checked(typed.isBlank() ? usual : typed.strip(), input);
            if (name.isPresent()) {
                return name.get();
            }
        }
    }

    private static Optional<String> checked(String name, ShellInput input) {
        try {
            return Optional.of(Setting.USER.checked(name));
        } catch (PeerException e) {
            input.print(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
