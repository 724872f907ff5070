package dev.shoal.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The runtime of a distribution has every module of Java that the program's own classes use. */
class ModulesTest {

    /** Those that are not part of the program. */
    private static final List<String> FOR_TESTS = List.of("bench", "browser", "house", "testkit");

    @Test
    void whatTheClassesUseIsLinked() throws IOException {
        List<String> linked = Files.readAllLines(Sources.root().resolve("dist/modules")).stream()
                .filter(line -> line.matches("[a-z].*"))
                .map(line -> line.replaceFirst(" .*", ""))
                .toList();
        List<String> arguments = new ArrayList<>(List.of("--multi-release", "25", "--ignore-missing-deps", "-s"));
        for (Path module : Sources.modules()) {
            if (!FOR_TESTS.contains(module.getFileName().toString())) {
                arguments.add(module.resolve("target/classes").toString());
            }
        }
        StringWriter said = new StringWriter();
        int exit = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(new PrintWriter(said), new PrintWriter(said), arguments.toArray(String[]::new));

        TreeSet<String> used = said.toString()
                .lines()
                .map(line -> line.replaceFirst(".* -> ", ""))
                .filter(name -> name.matches("(java|jdk)\\.[a-z.]+"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(exit).as(said.toString()).isZero();
        assertThat(used).contains("java.base", "java.sql", "jdk.httpserver");
        assertThat(linked).containsAll(used).doesNotHaveDuplicates();
    }
}
