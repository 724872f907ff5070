package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import dev.shoal.transport.SecretFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a peer that stays up. */
class OwnLogFileTest {

    @TempDir
    Path folder;

    @Test
    void onlyItsOwnerCanReadItAlsoWhenANewFileFollows() {
        LoggerContext context = new LoggerContext();
        OwnLogFile log = new OwnLogFile();
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        PatternLayout layout = new PatternLayout();
        Path file = folder.resolve("up.log");
        log.setFile(file.toString());
        rolling.setFileNamePattern(file + ".%i");
        rolling.setParent(log);
        layout.setPattern("%msg");
        encoder.setLayout(layout);
        log.setRollingPolicy(rolling);
        log.setTriggeringPolicy(size);
        log.setEncoder(encoder);
        rolling.setContext(context);
        size.setContext(context);
        layout.setContext(context);
        encoder.setContext(context);
        log.setContext(context);
        layout.start();
        encoder.start();
        rolling.start();
        size.start();
        log.start();
        log.rollover();
        log.stop();
        assertThat(folder.resolve("up.log.1")).exists();
        assertThat(SecretFile.isOpenToOthers(file)).isFalse();
        assertThat(SecretFile.isOpenToOthers(folder.resolve("up.log.1"))).isFalse();
    }
}
