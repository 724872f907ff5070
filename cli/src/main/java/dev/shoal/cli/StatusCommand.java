package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shoal status}. */
@Command(
        name = "status",
        description = "Show what this peer is doing: shares, downloads, followed names, the way to the index.",
        footer = "In a terminal, where a peer of this home runs, it is drawn anew each second until Ctrl-C.")
final class StatusCommand extends RequestCommand {

    /** People do not read faster. */
    private static final long PAUSE_MILLIS = 1_000;

    @Option(names = "--once", description = "Print it once, also in a terminal.")
    boolean once;

    StatusCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new Request.Status(index);
    }

    @Override
    public Integer call() {
        Screen screen = surroundings.screen();
        boolean live = !once
                && !common.json
                && !common.quiet
                && screen.frameRows() > 0
                && surroundings.services().isPeerRunning(surroundings.home());
        return live ? follow(screen) : super.call();
    }

    /** Draws until the person has enough, or the peer that was looked at has ended. */
    private int follow(Screen screen) {
        HostAndPort named = service.named(surroundings.environment());
        String index = named == null ? null : named.toString();
        Interruption interruption = surroundings.interruption();
        try (PeerService peer = surroundings.services().peer(surroundings.home(), choices(index), output().events())) {
            do {
                Frame frame = new Frame(screen);
                TextOutput text = new TextOutput(
                        frame, new TextOutput.Style(false, common.least(), surroundings.time(), Outputs.command()));
                peer.run(request(index), text::report, interruption.cancellation());
                text.end();
                if (!interruption.isInterrupted()) {
                    screen.frame(frame.lines());
                }
            } while (!screen.isClosed()
                    && !interruption.cancellation().await(PAUSE_MILLIS)
                    && surroundings.services().isPeerRunning(surroundings.home()));
        }
        if (screen.isClosed()) {
            return ExitCode.OUTPUT_CLOSED;
        }
        return interruption.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }

    /** The lines of one picture, of which the last says what does not fit. */
    private static final class Frame implements Screen {
        private final Screen screen;
        private final List<String> lines = new ArrayList<>();
        private int more;

        Frame(Screen screen) {
            this.screen = screen;
        }

        List<String> lines() {
            if (more == 0) {
                return lines;
            }
            List<String> shown = new ArrayList<>(lines.subList(0, lines.size() - 1));
            shown.add(
                    "... and " + HumanText.count(more + 1, "line", "lines") + " more; `shoal status --once` has all.");
            return shown;
        }

        @Override
        public void result(String line) {
            if (lines.size() < screen.frameRows()) {
                lines.add(line);
            } else {
                more++;
            }
        }

        @Override
        public void remark(String line) {
            result(line);
        }

        @Override
        public void progress(String line) {
            // The tables tell it.
        }

        @Override
        public boolean isAnimated() {
            return false;
        }

        @Override
        public int resultColumns() {
            return screen.resultColumns();
        }

        @Override
        public int progressColumns() {
            return screen.progressColumns();
        }

        @Override
        public Paint paint() {
            return screen.paint();
        }

        @Override
        public Optional<IOException> trouble() {
            return screen.trouble();
        }
    }
}
