package dev.shoal.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which programs of others are on this machine. */
final class Installed {

    /** Where servers are kept that are not on an ordinary user's path. */
    private static final List<String> MORE_FOLDERS = List.of("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin");

    private Installed() {}

    /** The file of a program; empty when it is not installed. */
    static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":", -1)), MORE_FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What is missing of some programs whose packages are called as they are, and how to install it. */
    static Optional<String> missing(String... programs) {
        return missing(Stream.of(programs).collect(Collectors.toMap(Function.identity(), Function.identity())));
    }

    /** What is missing of some programs, by the names of their packages, and how to install it; empty if nothing is. */
    static Optional<String> missing(Map<String, String> packages) {
        List<String> absent = packages.keySet().stream()
                .filter(program -> find(program).isEmpty())
                .sorted()
                .toList();
        return absent.isEmpty()
                ? Optional.empty()
                : Optional.of("Not installed: " + String.join(", ", absent) + "; on Debian: apt install "
                        + absent.stream().map(packages::get).distinct().collect(Collectors.joining(" ")));
    }
}
