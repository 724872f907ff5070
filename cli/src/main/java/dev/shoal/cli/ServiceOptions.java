package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which index to use and under which name. Filled by picocli before the command runs. */
final class ServiceOptions {

    /** The environment variable that names the index. */
    static final String INDEX_VARIABLE = "SHOAL_INDEX";

    @Option(
            names = "--index",
            paramLabel = "HOST:PORT",
            description = "The index to use; else $" + INDEX_VARIABLE + ", else the configured one.")
    @Nullable
    HostAndPort index;

    @Option(names = "--user", paramLabel = "NAME", description = "Your name; else the configured one.")
    @Nullable
    String user;

    /**
     * The index that the command line or the environment names; null when the configuration decides.
     *
     * @throws dev.shoal.peer.PeerException when the environment names nonsense
     */
    @Nullable
    HostAndPort named(Map<String, String> environment) {
        String variable = environment.get(INDEX_VARIABLE);
        if (index != null || variable == null || variable.isBlank()) {
            return index;
        }
        try {
            return HostAndPort.parse(variable);
        } catch (IllegalArgumentException e) {
            throw Mistake.usage("$" + INDEX_VARIABLE + ": " + e.getMessage() + ".");
        }
    }
}
