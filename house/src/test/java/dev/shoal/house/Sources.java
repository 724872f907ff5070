package dev.shoal.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's Java files, as the rules read them. */
final class Sources {

    private Sources() {}

    /** The folder of the whole project. */
    static Path root() {
        String root = System.getProperty("shoal.root");
        return root == null ? Path.of("").toAbsolutePath() : Path.of(root);
    }

    /** Every Java file of every module, tests included. */
    static List<Path> all() {
        try (Stream<Path> modules = Files.list(root())) {
            return modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(Sources::javaFiles)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the page is made of: its modules and style sheets. */
    static List<Path> page() {
        try (Stream<Path> files = Files.walk(root().resolve("web/src/main/resources"))) {
            return files.filter(file -> file.toString().matches(".*\\.(js|css)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folders of the modules that have a program. */
    static List<Path> modules() {
        try (Stream<Path> modules = Files.list(root())) {
            return modules.filter(module -> Files.isDirectory(module.resolve("src/main")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
