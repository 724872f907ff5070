package dev.shoal.cli;

import dev.shoal.peer.LimitWish;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code shoal pause}. */
@Command(
        name = "pause",
        description = "Let nothing of this home go any more, or nothing of one name, until `shoal resume`.",
        footer = {
            "What was requested still comes, and all that has come is kept. It holds for whatever process of",
            "this home shares, downloads or follows, now and after a restart. By the clock, a rule does it:",
            "`shoal limit --download paused --from 8:00 --to 18:00`."
        })
final class PauseCommand extends Subcommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "What is followed, shared or downloaded here; without it, everything.")
    @Nullable
    String name;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "For how long: 30min, 2h, 1d. Without it, until `shoal resume`.")
    @Nullable
    Duration duration;

    PauseCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        ask(wish());
        return ExitCode.DONE;
    }

    /** What is asked for. */
    LimitWish wish() {
        return new LimitWish.Pause(name, duration == null ? 0 : duration.toMillis());
    }

    /** Reads spans of time as people write them. */
    static final class DurationConverter implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\s*(s|min|m|h|d)");

        @Override
        public Duration convert(String text) {
            Matcher matcher = FORM.matcher(text.strip());
            if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
                throw new TypeConversionException("write a span of time as 30min, 2h or 1d");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofMinutes(number);
            };
        }
    }
}
