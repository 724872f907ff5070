package dev.shoal.cli;

import dev.shoal.peer.Rate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How fast data may go. Filled by picocli before the command runs. */
final class LimitOptions {

    @Option(
            names = "--upload-limit",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "Most bytes that this peer sends a second, in all: 2MiB/s, 20Mbit/s, unlimited.")
    @Nullable
    String upload;

    @Option(
            names = "--download-limit",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "Most bytes that this peer receives a second, in all.")
    @Nullable
    String download;

    /** Refuses what is no rate, before anything begins. */
    static final class RateConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                Rate.parse(text);
                return text;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
