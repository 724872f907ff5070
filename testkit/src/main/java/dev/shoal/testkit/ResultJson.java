package dev.shoal.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes what simulated runs found as a JSON file, with when and with which Java they ran. Without state. */
final class ResultJson {

    /** The system property that names the folder of results; else it is the one of the benchmarks. */
    private static final String FOLDER_PROPERTY = "shoal.results";

    private ResultJson() {}

    /**
     * Writes a file, and says where it is.
     *
     * @param given where, as the command was told; else it is {@code NAME.json} in the folder of results
     * @param results maps, collections, numbers, truths and texts
     */
    static void write(String given, String name, Map<String, ?> results, PrintStream out) throws IOException {
        String folder = System.getProperty(FOLDER_PROPERTY, "bench/target/results");
        Path file = given.isEmpty() ? Path.of(folder, name + ".json") : Path.of(given);
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("name", name);
        whole.put("date", LocalDate.now(ZoneId.systemDefault()).toString());
        whole.put("java", System.getProperty("java.runtime.version"));
        whole.put("cores", Runtime.getRuntime().availableProcessors());
        whole.putAll(results);
        Path absolute = file.toAbsolutePath();
        if (absolute.getParent() != null) {
            Files.createDirectories(absolute.getParent());
        }
        Files.writeString(absolute, text(whole) + "\n");
        out.println("Results as JSON: " + file);
    }

    /** A value as JSON. */
    static String text(Object value) {
        return switch (value) {
            case Map<?, ?> members ->
                members.entrySet().stream()
                        .map(member -> quoted(String.valueOf(member.getKey())) + ":" + text(member.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case Collection<?> elements ->
                elements.stream().map(ResultJson::text).collect(Collectors.joining(",", "[", "]"));
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                default -> {
                    if (letter < ' ') {
                        quoted.append(String.format("\\u%04x", (int) letter));
                    } else {
                        quoted.append(letter);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
