package dev.shoal.cli;

import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes records as JSON objects, one a line: each component under its own name, an enum constant in lower case.
 * Streaming, because binding whole object trees takes longer to start than most commands take. Thread-safe.
 */
final class JsonRecords {

    private final JsonFactory factory = new JsonFactory();

    /** The object as one line, with its type as the first member. */
    String line(String type, Record value) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("type", type);
            members(json, value);
            json.writeEndObject();
        }
        return line.toString();
    }

    /** What a record is called in JSON: its class's name with a small first letter. */
    static String typeOf(Record value) {
        String name = value.getClass().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static void members(JsonGenerator json, Record value) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            json.writeName(component.getName());
            value(json, read(component, value));
        }
    }

    private static @Nullable Object read(RecordComponent component, Record value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a record's components can be read", e);
        }
    }

    private static void value(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case String text -> json.writeString(text);
            case Boolean truth -> json.writeBoolean(truth);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Enum<?> constant -> json.writeString(constant.name().toLowerCase(Locale.ROOT));
            case Record record -> {
                json.writeStartObject();
                members(json, record);
                json.writeEndObject();
            }
            case Collection<?> elements -> {
                json.writeStartArray();
                elements.forEach(element -> value(json, element));
                json.writeEndArray();
            }
            default -> json.writeString(value.toString());
        }
    }
}
