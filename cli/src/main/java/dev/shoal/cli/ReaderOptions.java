package dev.shoal.cli;

import dev.shoal.peer.Readers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may get what is shared. Filled by picocli before the command runs, or from the words at a prompt. */
final class ReaderOptions {

    static final String TO = "--to";
    private static final String PRIVATE = "--private";
    private static final String PUBLIC = "--public";

    @Option(
            names = TO,
            split = ",",
            paramLabel = "USER",
            description = "Only these accounts may get it, and members of your groups: --to bob,@lab.")
    List<String> to = new ArrayList<>();

    @Option(names = PRIVATE, description = "Only your own account may get it; `shoal allow` lets others in later.")
    boolean alone;

    @Option(names = PUBLIC, description = "Everybody may get it, though its newest version is private.")
    boolean everybody;

    /** Takes the options out of the words at a prompt. Returns the other words. */
    List<String> take(List<String> words) {
        PromptOptions taken = PromptOptions.of(words, List.of(TO), List.of(PRIVATE, PUBLIC));
        to = taken.values(TO);
        alone = taken.flags().contains(PRIVATE);
        everybody = taken.flags().contains(PUBLIC);
        return taken.rest();
    }

    /**
     * Who may get it; null when nothing was said.
     *
     * @throws dev.shoal.peer.PeerException with reason USAGE when what was said makes no sense
     */
    @Nullable
    Readers readers() {
        if ((alone ? 1 : 0) + (everybody ? 1 : 0) + (to.isEmpty() ? 0 : 1) > 1) {
            throw Mistake.usage(
                    "Say one of " + TO + " USER,..., " + PRIVATE + " for nobody but you, and " + PUBLIC + ".");
        }
        if (everybody) {
            return Readers.all();
        }
        return alone || !to.isEmpty() ? Readers.of(to) : null;
    }
}
