package dev.shoal.store;

import java.nio.file.Path;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The one place that loads Flyway; a class of its own, so that a database that is up to date never does. */
final class Migrations {

    private Migrations() {}

    /** Brings the tables up to date, saying nothing. */
    static void run(Path file, String address, Properties properties, String folder) {
        SQLiteDataSource source = new SQLiteDataSource(new SQLiteConfig(properties));
        source.setUrl(address);
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:" + folder)
                    .failOnMissingLocations(true)
                    .loggers(Silence.class.getName())
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new DatabaseException(
                    DatabaseException.Reason.FAILED,
                    "the tables of " + Failures.show(file) + " cannot be brought up to date: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Flyway reports its failures by exceptions; what else it says is for its own command line. It makes this class by
     * its name, because a creator that is handed over is forgotten when a migration starts.
     */
    public static final class Silence implements LogCreator, Log {

        /** Found by reflection. */
        public Silence() {}

        @Override
        public Log createLogger(Class<?> type) {
            return this;
        }

        @Override
        public void debug(String message) {}

        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}

        @Override
        public void error(String message) {}

        @Override
        public void error(String message, Exception cause) {}

        @Override
        public void notice(String message) {}
    }
}
