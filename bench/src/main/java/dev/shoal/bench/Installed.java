package dev.shoal.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

    /** What is missing of some programs, and how to install it; empty when nothing is. */
    static Optional<String> missing(String... programs) {
        List<String> absent =
                Stream.of(programs).filter(program -> find(program).isEmpty()).toList();
        return absent.isEmpty()
                ? Optional.empty()
                : Optional.of("Not installed: " + String.join(", ", absent) + "; on Debian: apt install "
                        + String.join(" ", absent));
    }
}
