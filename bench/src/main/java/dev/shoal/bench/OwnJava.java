package dev.shoal.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts this program once more, as another process. Without state. */
final class OwnJava {

    private OwnJava() {}

    /**
     * The words that start it.
     *
     * @param before words in front, which start the rest in some other place
     * @param words name of a benchmark, or of a part of one, and its options
     */
    static List<String> command(List<String> before, String... words) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(words));
        return command;
    }
}
