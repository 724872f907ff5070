package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Writes what a benchmark found as a JSON file, with where, when and how it was found. */
final class ResultFile {

    private ResultFile() {}

    /**
     * Writes a file, and says where it is.
     *
     * @param command what was typed
     * @param results maps, collections, numbers, truths and texts
     */
    static void write(Path file, String command, Map<String, ?> results) throws IOException {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("command", command);
        whole.put("machine", Machine.here().facts());
        whole.putAll(results);
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(ObjectWriteContext.empty(), Files.newBufferedWriter(file))
                .configure(StreamWriteFeature.AUTO_CLOSE_TARGET, true)) {
            value(json, whole);
        }
        System.out.println("Results as JSON: " + file);
    }

    /** A file in the same folder as the results. */
    static Path beside(Path json, String name) {
        return json.toAbsolutePath().resolveSibling(name);
    }

    private static void value(JsonGenerator json, Object value) {
        switch (value) {
            case Map<?, ?> members -> {
                json.writeStartObject();
                members.forEach((name, member) -> {
                    json.writeName(String.valueOf(name));
                    value(json, member);
                });
                json.writeEndObject();
            }
            case Collection<?> elements -> {
                json.writeStartArray();
                elements.forEach(element -> value(json, element));
                json.writeEndArray();
            }
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Boolean truth -> json.writeBoolean(truth);
            default -> json.writeString(value.toString());
        }
    }
}
