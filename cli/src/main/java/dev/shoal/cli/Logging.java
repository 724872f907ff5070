package dev.shoal.cli;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Decides what the libraries log, before the first of them asks. Commands of people are silent, and Logback is not even
 * loaded for them; a server logs to standard error, a peer that stays up to a file.
 */
final class Logging {

    /** Read by {@code logback.xml}. */
    private static final String LEVEL_PROPERTY = "shoal.log.level";

    /** Read by {@code logback.xml}: {@code text} or {@code json}. */
    private static final String FORMAT_PROPERTY = "shoal.log.format";

    /** Read by {@code logback.xml}: where to log when the format is {@code file}. */
    private static final String FILE_PROPERTY = "shoal.log.file";

    /** Names the provider that SLF4J takes without looking for others. */
    private static final String PROVIDER_PROPERTY = "slf4j.provider";

    private static final String SILENT_PROVIDER = "org.slf4j.helpers.NOP_FallbackServiceProvider";

    /** How much SLF4J says of itself. */
    private static final String VERBOSITY_PROPERTY = "slf4j.internal.verbosity";

    /** How much a server logs. */
    enum Level {
        DEBUG,
        INFO,
        WARN
    }

    private Logging() {}

    /** Nothing is logged, unless somebody chose otherwise by a system property. */
    static void silent() {
        propose(PROVIDER_PROPERTY, SILENT_PROVIDER);
        // SLF4J would say on standard error that it takes this provider.
        propose(VERBOSITY_PROPERTY, "ERROR");
    }

    /** Logs from this level on, as lines for people or as JSON objects. */
    static void serving(Level level, boolean json) {
        if (SILENT_PROVIDER.equals(System.getProperty(PROVIDER_PROPERTY))) {
            System.clearProperty(PROVIDER_PROPERTY);
        }
        propose(LEVEL_PROPERTY, level.name().toLowerCase(Locale.ROOT));
        propose(FORMAT_PROPERTY, json ? "json" : "text");
    }

    /** Logs into a file, as JSON objects, from this level on. */
    static void into(Path file, Level level) {
        if (SILENT_PROVIDER.equals(System.getProperty(PROVIDER_PROPERTY))) {
            System.clearProperty(PROVIDER_PROPERTY);
        }
        propose(LEVEL_PROPERTY, level.name().toLowerCase(Locale.ROOT));
        propose(FILE_PROPERTY, file.toString());
        propose(FORMAT_PROPERTY, "file");
    }

    private static void propose(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
