package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * An index and the accounts on it, each with a home, from the command line. The tests of a class share one: passwords
 * take their time.
 */
final class Members implements AutoCloseable {

    static final String WORDS = "correct horse";
    static final Pattern LINK = Pattern.compile("shoal://\\S+");

    private static final int LEASE_MILLIS = 60_000;

    private final Path all;
    private final Network network;

    /** An index in a folder, on which nobody is yet. */
    Members(Path all) {
        this.all = all;
        this.network = Network.withLease(all, LEASE_MILLIS);
    }

    Network network() {
        return network;
    }

    /** A home beside the index, with an account of its name. */
    Terminal signedUp(String home) {
        Terminal terminal = terminal(home);
        succeeds(terminal.typing(WORDS + "\n"), "signup", home);
        return terminal;
    }

    /** A home beside the index that knows it. */
    Terminal terminal(String home) {
        return terminal(all, home);
    }

    /** A home in a folder that knows the index. */
    Terminal terminal(Path folder, String home) {
        Terminal terminal = new Terminal(folder.resolve(home), folder);
        succeeds(terminal, "config", "index", network.address());
        succeeds(terminal, "config", "user", home);
        return terminal;
    }

    /** What a command prints that does what it is told. */
    static String succeeds(Terminal terminal, String... arguments) {
        return ends(terminal, ExitCode.DONE, arguments).out();
    }

    /** What a command says that does not. */
    static String refused(Terminal terminal, int exit, String... arguments) {
        return ends(terminal, exit, arguments).err();
    }

    private static Terminal.Ended ends(Terminal terminal, int exit, String... arguments) {
        Terminal.Ended ended = terminal.run(arguments);
        assertThat(ended.exit())
                .as(String.join(" ", arguments) + ": " + ended.out() + ended.err())
                .isEqualTo(exit);
        return ended;
    }

    @Override
    public void close() {
        network.close();
    }
}
