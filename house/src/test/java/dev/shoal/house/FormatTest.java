package dev.shoal.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every file looks as the formatter writes it. {@code ./mvnw -q test -pl house -am -Dtest=FormatTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dshoal.format=true} writes them so.
 */
class FormatTest {

    private final Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());

    @Test
    void everyFileIsFormatted() {
        boolean write = Boolean.getBoolean("shoal.format");
        List<Path> wrong = Sources.all().parallelStream()
                .filter(file -> !isFormatted(file, write))
                .map(Sources.root()::relativize)
                .toList();
        assertThat(wrong)
                .as("files to format; run this test with -Dshoal.format=true")
                .isEmpty();
    }

    /** Returns whether one is as it should be, as it is in any case when it may be written anew. */
    private boolean isFormatted(Path file, boolean write) {
        String text = Sources.read(file);
        String formatted = format(file, text);
        if (write && !formatted.equals(text)) {
            Sources.write(file, formatted);
        }
        return write || formatted.equals(text);
    }

    private String format(Path file, String text) {
        try {
            String ordered =
                    ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(text), Style.PALANTIR);
            return formatter.formatSource(ordered);
        } catch (FormatterException e) {
            throw new AssertionError(file + ": " + e.getMessage(), e);
        }
    }
}
