package dev.shoal.cli;

import dev.shoal.peer.PeerException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shoal page}. */
@Command(
        name = "page",
        description = "Open the page of the peer that `shoal up` runs in this home, in your browser.",
        footer = {
            "The browser is given a file in the home that only you can read and that leads to the page, since others",
            "on this machine can see what programs are started with. Where no browser can be started, or with",
            "--print, the address is printed, which has the token in it that lets you in: it is for you alone."
        })
final class PageCommand extends Subcommand {

    @Option(names = "--print", description = "Print the address, and start no browser.")
    boolean print;

    /**
     * What programs are told.
     *
     * @param entrance the address with the token
     * @param trouble why no browser was started; null when one was, or none was wanted
     */
    record Opened(
            String address,
            String entrance,
            boolean opened,
            @Nullable String trouble) {}

    PageCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Output output = output();
        PeerPage page = surroundings.services().page(surroundings.home());
        if (page == null) {
            throw new PeerException(
                    PeerException.Reason.NOT_FOUND,
                    surroundings.services().isPeerRunning(surroundings.home())
                            ? "The peer of this home runs without a page. End it (`shoal down`, or Ctrl-C where it"
                                    + " runs) and start it with one: `shoal up --open`."
                            : "No peer with a page runs in this home. `shoal up --open` starts one and opens its"
                                    + " page.");
        }
        if (print) {
            String entrance = page.entrance();
            output.fact("page", new Opened(page.address(), entrance, false, null), entrance);
        } else {
            open(page, surroundings, output);
        }
        output.end();
        return ExitCode.DONE;
    }

    /** Opens a page, or says why not and what to do. */
    static void open(PeerPage page, Surroundings surroundings, Output output) {
        String trouble = trouble(page, surroundings);
        output.fact(
                "page",
                new Opened(page.address(), page.entrance(), trouble == null, trouble),
                trouble == null
                        ? "Its page opens in your browser. If it does not, `shoal page --print` prints the address."
                        : "No browser could be started: " + trouble
                                + ". Open this address in one on this machine, it is for you alone: "
                                + page.entrance());
    }

    /** Why no browser leads there; null when one does. */
    private static @Nullable String trouble(PeerPage page, Surroundings surroundings) {
        try {
            return BrowserStart.of(surroundings).open(page.link());
        } catch (PeerException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
