package dev.shoal.web;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A method and a path of the API, and what carries it out. Immutable.
 *
 * @param method GET, POST, PUT or DELETE
 * @param path with the parts that vary in braces, as the description of the API has it; {@code {path}} at the end
 *     stands for one or more parts
 * @param handler answers
 */
record Route(String method, String path, Handler handler) {

    private static final String REST = "{path}";

    /** Answers a call, or throws what is in the way. */
    @FunctionalInterface
    interface Handler {
        void answer(Call call) throws IOException;
    }

    /** What stands for the parts that vary; empty when the path is another. */
    Optional<Map<String, String>> match(String asked) {
        List<String> parts = List.of(path.split("/", -1));
        List<String> found = List.of(asked.split("/", -1));
        Map<String, String> variables = new HashMap<>();
        boolean isOpen = parts.getLast().equals(REST);
        boolean isSame = parts.size() == found.size() || (isOpen && parts.size() < found.size());
        for (int i = 0; isSame && i < parts.size(); i++) {
            String part = parts.get(i);
            if (part.equals(REST) && i == parts.size() - 1) {
                variables.put("path", String.join("/", found.subList(i, found.size())));
            } else if (part.startsWith("{")) {
                variables.put(part.substring(1, part.length() - 1), found.get(i));
            } else {
                isSame = part.equals(found.get(i));
            }
        }
        return isSame ? Optional.of(variables) : Optional.empty();
    }
}
