package dev.shoal.peer;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.io.Reader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What goes over the home's socket: one JSON object a line. A client sends one {@link Attached} request; the peer
 * answers with {@link Alive} at once and every few seconds, with {@link Report}s and an {@link End}. Whoever closes the
 * connection cancels the request. Only for processes of the same user and version: not a stable interface.
 */
final class ControlMessages {

    /** The longest line: a report with a thousand sources. */
    static final int MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(Request.class, Typed.class)
            .addMixIn(Reply.class, Typed.class)
            .addMixIn(Report.class, Typed.class)
            .registerSubtypes(recordsOf(Request.class))
            .registerSubtypes(recordsOf(Report.class))
            .registerSubtypes(recordsOf(Reply.class))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ControlMessages() {}

    /** Marks objects with the name of their record. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
    private interface Typed {}

    /**
     * A request, and what its command line says of the peer; null where that says nothing.
     *
     * @param user the name that others see
     * @param uploadLimit as {@link Rate} reads it
     * @param downloadLimit as {@link Rate} reads it
     */
    record Attached(
            Request request,
            @Nullable String user,
            @Nullable String uploadLimit,
            @Nullable String downloadLimit) {}

    /** A line of an answer. */
    sealed interface Reply {}

    /**
     * The request has come to the process that runs the peer, which goes on.
     *
     * @param process its number
     */
    record Alive(long process) implements Reply {}

    /** A piece of the answer. */
    record Piece(Report report) implements Reply {}

    /** The end of the answer: all is well, or what went wrong. */
    record End(
            PeerException.@Nullable Reason reason, @Nullable String message) implements Reply {}

    /** The records that a sealed interface permits, by itself or through another one. */
    private static Class<?>[] recordsOf(Class<?> permitting) {
        return Stream.of(permitting.getPermittedSubclasses())
                .flatMap(permitted -> permitted.isRecord() ? Stream.of(permitted) : Stream.of(recordsOf(permitted)))
                .toArray(Class<?>[]::new);
    }

    static String write(Object message) {
        return JSON.writeValueAsString(message);
    }

    /**
     * The next line; null at the end. What is not ended by a line break is no message.
     *
     * @throws IOException when the connection breaks, or the line is longer than {@link #MAX_LINE_CHARACTERS}
     */
    static @Nullable String readLine(Reader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString();
            }
            if (line.length() == MAX_LINE_CHARACTERS) {
                throw new IOException("a line is longer than " + MAX_LINE_CHARACTERS + " characters");
            }
            line.append((char) next);
        }
        return null;
    }

    static Attached readRequest(String line) {
        return read(line, Attached.class);
    }

    /** A task as a home keeps it. */
    static KeptTask readTask(String line) {
        return read(line, KeptTask.class);
    }

    /** A download link as a home keeps it. */
    static KeptWebLink readWebLink(String line) {
        return read(line, KeptWebLink.class);
    }

    static Reply readReply(String line) {
        return read(line, Reply.class);
    }

    private static <T> T read(String line, Class<T> type) {
        try {
            T value = JSON.readValue(line, type);
            if (value != null) {
                return value;
            }
        } catch (JacksonException e) {
            throw otherVersion();
        }
        throw otherVersion();
    }

    /** Two processes of one home that do not understand each other. */
    static PeerException otherVersion() {
        return new PeerException(
                PeerException.Reason.FAILED,
                "The peer that runs in this home speaks another version of Shoal. Stop it and start it again.");
    }
}
