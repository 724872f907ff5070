package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How the command for simulated crowds is called. */
class SwarmRunsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpNamesTheSwarmsAndEveryNameIsOne() throws IOException {
        assertThat(run("--help")).isZero();
        assertThat(text(err)).isEmpty();
        List<String> names = Pattern.compile("\\b(?:equal|mixed|slow|crowd)[0-9]*(?=[,;])")
                .matcher(text(out))
                .results()
                .map(match -> match.group())
                .toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(7);
        assertThat(names)
                .allSatisfy(name ->
                        assertThat(SwarmRuns.scenario(name, 1).downloaders()).isPositive());
    }

    @Test
    void anUnknownNameIsAnsweredByThoseThatThereAre() throws IOException {
        assertThat(run("mixed8")).isEqualTo(2);
        assertThat(text(err).lines()).singleElement().asString().contains("mixed8", "equal8", "crowd10000");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void whatIsNoNumberIsAnsweredByHowItIsCalled() throws IOException {
        assertThat(run("equal8", "many")).isEqualTo(2);
        assertThat(run("equal8", "1", "1", "1")).isEqualTo(2);
        assertThat(run("equal8", "--json")).isEqualTo(2);
        assertThat(text(err)).contains("bench/run crowd");
        assertThat(text(out)).isEmpty();
    }

    private int run(String... arguments) throws IOException {
        return SwarmRuns.main(List.of(arguments), stream(out), stream(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
