package dev.shoal.cli;

import dev.shoal.index.AccessPolicy;
import dev.shoal.index.RequestLimits;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.MachineAddresses;
import dev.shoal.protocol.PeerId;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal index}. */
@Command(
        name = "index",
        description = "Run an index server until it is stopped; save its data, or put it back.",
        customSynopsis = {
            "shoal index [OPTION...]",
            "       shoal index backup FILE [--data DIR]",
            "       shoal index restore FILE [--data DIR]"
        },
        footer = {
            "It logs to standard error; with --json as JSON objects.",
            "backup saves key, secrets and names in one file, also while the index runs: keep it",
            "secret. restore puts them into an empty folder."
        })
final class IndexCommand extends Subcommand {

    /** Below this, a lost heartbeat or two make a living peer disappear. */
    private static final int MIN_LEASE_SECONDS = 3;

    /** Above this, the lists are full of peers that left long ago. */
    private static final int MAX_LEASE_SECONDS = 3_600;

    static final String OPEN = "open";

    static final String ACCOUNTS = "accounts";

    private static final String EVERY_ADDRESS = "0.0.0.0";

    private static final int MAX_PORT = 65_535;

    private static final Pattern FINGERPRINT = Pattern.compile("[a-zA-Z2-7]{" + PeerId.FINGERPRINT_LENGTH + "}");

    private static final Pattern WITH_PORT = Pattern.compile("(.*:)?\\d+");

    private static final Pattern PORT_ALONE = Pattern.compile(":?(\\d{1,9})");

    private static final String BACKUP = "backup";
    private static final String RESTORE = "restore";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "\"" + BACKUP + "\" or \"" + RESTORE + "\"; the index runs without it.")
    @Nullable
    String action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "The backup.")
    @Nullable
    String file;

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

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = {
                "Who may make names: open, any peer; or accounts, each under its own name.",
                "Without it as the last time, at first open."
            })
    @Nullable
    String mode;

    @Option(names = "--invite-only", description = "With --mode accounts: accounts need an invitation.")
    boolean inviteOnly;

    @Option(names = "--members-only", description = "With --mode accounts: reading needs an account too.")
    boolean membersOnly;

    @Option(
            names = "--admin",
            paramLabel = "KEY",
            description = {
                "Fingerprint of a peer's key that administers the index.",
                "Without it, the first account does."
            })
    @Nullable
    String administrator;

    @Option(
            names = "--requests-per-session",
            paramLabel = "NUMBER",
            defaultValue = "" + RequestLimits.PER_SESSION,
            description = "Most requests a second of one session; ${DEFAULT-VALUE} when not given.")
    int requestsPerSession;

    @Option(
            names = "--requests-per-address",
            paramLabel = "NUMBER",
            defaultValue = "" + RequestLimits.PER_ADDRESS,
            description = "The same of all sessions from one address; ${DEFAULT-VALUE}.")
    int requestsPerAddress;

    @Option(
            names = "--requests-per-account",
            paramLabel = "NUMBER",
            defaultValue = "" + RequestLimits.PER_ACCOUNT,
            description = "The same of all sessions of one account; ${DEFAULT-VALUE}.")
    int requestsPerAccount;

    /** What programs are told of a backup. */
    private record Saved(String file, String data, String fingerprint, long databaseBytes) {}

    /** What programs are told when the index is ready. */
    private record Ready(String address, String fingerprint, List<String> reachable) {}

    IndexCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (action != null) {
            return copy(action);
        }
        if (leaseSeconds < MIN_LEASE_SECONDS || leaseSeconds > MAX_LEASE_SECONDS) {
            throw misused("--lease is a number from " + MIN_LEASE_SECONDS + " to " + MAX_LEASE_SECONDS + ", not "
                    + leaseSeconds + ".");
        }
        AccessPolicy policy = policy();
        Logging.serving(level(), common.json);
        Path folder = folder();
        IndexChoices choices = new IndexChoices(
                listening("--listen", listen),
                folder,
                metrics == null ? null : serving(metrics),
                leaseSeconds,
                policy,
                administrator(),
                requests());
        Output output = output();
        try (RunningIndex index = surroundings.services().index(choices)) {
            ready(output, index);
            if (!output.isClosed()) {
                surroundings.interruption().cancellation().await();
            }
        }
        return ExitCode.DONE;
    }

    private Path folder() {
        return data == null ? surroundings.home().create().indexFolder() : surroundings.absolute(data);
    }

    private int copy(String how) {
        if (!how.equals(BACKUP) && !how.equals(RESTORE)) {
            throw misused("\"" + how + "\" is nothing that can be done with an index: write " + BACKUP + " or "
                    + RESTORE + ", or nothing to run it.");
        }
        if (file == null) {
            throw misused("Say which file: shoal index " + how + " FILE.");
        }
        Path saved = surroundings.absolute(file);
        Path folder = folder();
        boolean restored = how.equals(RESTORE);
        Services services = surroundings.services();
        SavedIndex index = restored ? services.restoreIndex(saved, folder) : services.saveIndex(folder, saved);
        String key = "index " + index.fingerprint() + " (" + HumanText.size(index.databaseBytes()) + " of names)";
        output().fact(
                        restored ? "restored" : "saved",
                        new Saved(saved.toString(), folder.toString(), index.fingerprint(), index.databaseBytes()),
                        restored
                                ? "Restored " + key + " into " + folder + "; `shoal index --data " + folder
                                        + "` runs it."
                                : "Saved " + key + " in " + saved
                                        + ". Keep it secret: who has it can pose as this index.");
        return ExitCode.DONE;
    }

    /** Null for what the index was told the last time. */
    private @Nullable AccessPolicy policy() {
        boolean accounts = ACCOUNTS.equals(mode);
        if (mode != null && !accounts && !OPEN.equals(mode)) {
            throw misused("--mode is " + OPEN + " or " + ACCOUNTS + ", not \"" + mode + "\".");
        }
        if ((inviteOnly || membersOnly) && !accounts) {
            throw misused("--invite-only and --members-only go with --mode " + ACCOUNTS + ".");
        }
        return mode == null ? null : new AccessPolicy(accounts, inviteOnly, membersOnly);
    }

    private RequestLimits requests() {
        try {
            return new RequestLimits(requestsPerSession, requestsPerAddress, requestsPerAccount);
        } catch (IllegalArgumentException e) {
            throw misused("--requests-per-session, -address and -account: " + e.getMessage() + ".");
        }
    }

    /** Null for the first account. */
    private @Nullable String administrator() {
        if (administrator != null && !FINGERPRINT.matcher(administrator).matches()) {
            throw misused("--admin: \"" + administrator + "\" is no fingerprint, which has " + PeerId.FINGERPRINT_LENGTH
                    + " letters a to z and digits 2 to 7.");
        }
        return administrator;
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
