package dev.shoal.cli;

import java.util.Locale;

/**
 * Decides what the libraries log, before the first of them asks. Commands of people are silent, and Logback is not even
 * loaded for them; a server logs to standard error.
 */
final class Logging {

    /** Read by {@code logback.xml}. */
    private static final String LEVEL_PROPERTY = "shoal.log.level";

    /** Read by {@code logback.xml}: {@code text} or {@code json}. */
    private static final String FORMAT_PROPERTY = "shoal.log.format";

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

    private static void propose(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
