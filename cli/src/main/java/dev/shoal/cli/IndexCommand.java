package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shoal index}. */
@Command(
        name = "index",
        description = "Run an index server until it is stopped.",
        footer = "It logs to standard error; with --json as JSON objects.")
final class IndexCommand extends Subcommand {

    /** Below this, a lost heartbeat or two make a living peer disappear. */
    private static final int MIN_LEASE_SECONDS = 3;

    /** Above this, the lists are full of peers that left long ago. */
    private static final int MAX_LEASE_SECONDS = 3_600;

    private static final String EVERY_ADDRESS = "0.0.0.0";

    private static final int MAX_PORT = 65_535;

    private static final Pattern WITH_PORT = Pattern.compile("(.*:)?\\d+");

    private static final Pattern PORT_ALONE = Pattern.compile(":?(\\d{1,9})");

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = EVERY_ADDRESS + ":" + HostAndPort.INDEX_PORT,
            description = {
                "Where to listen, UDP and TCP; ${DEFAULT-VALUE} when not given.",
                "A port alone means every address, port 0 any free one."
            })
    String listen = "";

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of what must last; else in the home.")
    @Nullable
    String data;

    @Option(names = "--metrics", paramLabel = "HOST:PORT", description = "Serve metrics for Prometheus over HTTP.")
    @Nullable
    String metrics;

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            defaultValue = "" + IndexChoices.LEASE_SECONDS,
            description = "How long to believe a peer that says nothing; ${DEFAULT-VALUE} when not given.")
    int leaseSeconds;

    /** What programs are told when the index is ready. */
    private record Ready(String address, String fingerprint, List<String> reachable) {}

    IndexCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (leaseSeconds < MIN_LEASE_SECONDS || leaseSeconds > MAX_LEASE_SECONDS) {
            throw misused("--lease is a number from " + MIN_LEASE_SECONDS + " to " + MAX_LEASE_SECONDS + ", not "
                    + leaseSeconds + ".");
        }
        Logging.serving(level(), common.json);
        Path folder = data == null ? surroundings.home().create().indexFolder() : surroundings.absolute(data);
        IndexChoices choices = new IndexChoices(
                listening("--listen", listen), folder, metrics == null ? null : serving(metrics), leaseSeconds);
        Output output = output();
        try (RunningIndex index = surroundings.services().index(choices)) {
            ready(output, index);
            if (!output.isClosed()) {
                surroundings.interruption().cancellation().await();
            }
        }
        return ExitCode.DONE;
    }

    private Logging.Level level() {
        if (common.verbose) {
            return Logging.Level.DEBUG;
        }
        return common.quiet ? Logging.Level.WARN : Logging.Level.INFO;
    }

    private static void ready(Output output, RunningIndex index) {
        HostAndPort address = index.address();
        boolean everywhere = address.host().equals("0.0.0.0") || address.host().equals("::");
        List<String> reachable = (everywhere ? MachineAddresses.all() : List.of(address.host()))
                .stream()
                        .map(host -> new HostAndPort(host, address.port()).toString())
                        .toList();
        output.fact(
                "index",
                new Ready(address.toString(), index.fingerprint(), reachable),
                "Index ready: --index " + reachable.getFirst() + (everywhere ? " (listens on every address)" : "")
                        + ", key " + index.fingerprint());
    }

    /** Without a port it would be that of the index. */
    private HostAndPort serving(String text) {
        if (!WITH_PORT.matcher(text).matches()) {
            throw misused("--metrics: \"" + text + "\" has no port; write HOST:PORT.");
        }
        return listening("--metrics", text);
    }

    /**
     * As {@link HostAndPort#parse}; port 0 stands for any free one, and a port alone for every address of the machine.
     */
    private HostAndPort listening(String option, String text) {
        Matcher alone = PORT_ALONE.matcher(text);
        if (alone.matches()) {
            int port = Integer.parseInt(alone.group(1));
            if (port > MAX_PORT) {
                throw misused(option + ": a port is a number up to " + MAX_PORT + ", not " + port + ".");
            }
            return new HostAndPort(EVERY_ADDRESS, port);
        }
        boolean any = text.endsWith(":0");
        try {
            HostAndPort parsed = HostAndPort.parse(any ? text.substring(0, text.length() - 2) : text);
            return any ? new HostAndPort(parsed.host(), 0) : parsed;
        } catch (IllegalArgumentException e) {
            throw misused(option + ": " + e.getMessage() + ".");
        }
    }
}
