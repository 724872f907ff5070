package dev.shoal.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A log that only its owner can read, as it tells of private names: also each new file that follows a full one. Made by
 * Logback, as {@code logback.xml} says.
 */
public final class OwnLogFile extends RollingFileAppender<ILoggingEvent> {

    @Override
    public void openFile(String name) throws IOException {
        SecretFile.createIfAbsent(Path.of(name));
        super.openFile(name);
    }
}
