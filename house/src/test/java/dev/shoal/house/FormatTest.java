package dev.shoal.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    void everyFileIsFormatted() throws IOException {
        boolean write = Boolean.getBoolean("shoal.format");
        List<Path> wrong = new ArrayList<>();
        for (Path file : Sources.all()) {
            String text = Sources.read(file);
            String formatted = format(file, text);
            if (!formatted.equals(text)) {
                if (write) {
                    Files.writeString(file, formatted);
                } else {
                    wrong.add(Sources.root().relativize(file));
                }
            }
        }
        assertThat(wrong)
                .as("files to format; run this test with -Dshoal.format=true")
                .isEmpty();
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
