package dev.shoal.cli;

import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.WebLinkReport;
import dev.shoal.peer.WebLinkWish;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal link}. */
@Command(
        name = "link",
        description = "Make a plain HTTPS link to what `shoal up` shares, for somebody who has no Shoal.",
        footer = {
            "Whoever has the link gets the newest version of the share, a folder as a zip file, until the link ends.",
            "The peer that stays up answers at the port `link-port` (7843); who is elsewhere must be able to reach it.",
            "`shoal links` lists them, `shoal unlink` ends one. docs/links.md has the whole of it."
        })
final class LinkCommand extends Subcommand {

    @Parameters(paramLabel = "NAME-or-PATH", description = "What is shared: its name, or where it lies.")
    String what = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = PauseCommand.DurationConverter.class,
            description = "For how long: 30min, 12h, 7d; 30d at most. Without it, 24h.")
    @Nullable
    Duration duration;

    @Option(names = "--times", paramLabel = "N", description = "For so many downloads; without it, for any number.")
    @Nullable
    Integer times;

    @Option(
            names = "--private-too",
            description = "Also of what is shared with some people alone: whoever has the link gets it then.")
    boolean privateToo;

    LinkCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Output output = output();
        try (PeerService peer =
                surroundings.services().peer(surroundings.home(), Peers.Options.CONFIGURED, output.events())) {
            peer.run(
                    wish(),
                    report -> {
                        if (report instanceof WebLinkReport.WebLink link) {
                            output.fact("webLink", link, common.quiet ? WebLinkText.url(link) : text(link));
                        }
                    },
                    surroundings.interruption().cancellation());
        } finally {
            output.end();
        }
        return ExitCode.DONE;
    }

    private String text(WebLinkReport.WebLink link) {
        return String.join(
                "\n",
                WebLinkText.made(
                        link, ZoneId.systemDefault(), surroundings.screen().paint()));
    }

    /** What is asked for. */
    WebLinkWish wish() {
        if (times != null && times < 1) {
            throw misused("--times is 1 or more.");
        }
        return new WebLinkWish.MakeWebLink(
                null,
                0,
                what,
                surroundings.absolute(what).toString(),
                duration == null ? WebLinkWish.USUAL_MILLIS : duration.toMillis(),
                times == null ? 0 : times,
                privateToo);
    }
}
