package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Uses an API as its description says, and holds every answer against that. For one thread. */
final class Client implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final JsonMapper json = new JsonMapper();
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Station station;
    private final JsonNode description;
    private final Map<String, Schema> known = new TreeMap<>();
    /** Which operations were answered as they should be, and which reasons of problems were heard. */
    final Set<String> answered = new TreeSet<>();

    final Set<String> reasons = new TreeSet<>();

    Client(Station station) throws Exception {
        this.station = station;
        this.description = json.readTree(get("/api/v1/openapi.json").body());
        answered.add("GET /api/v1/openapi.json");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request("GET", path, null), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path, @Nullable String body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(station.web.address() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + station.token());
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return request.method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
    }

    /** Every method and path of the description. */
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                operations.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
            }
        }
        return operations;
    }

    /** Every reason that a problem may have. */
    Set<String> describedReasons() {
        Set<String> reasonsSaid = new TreeSet<>();
        description
                .at("/components/schemas/Problem/properties/reason/enum")
                .forEach(reason -> reasonsSaid.add(reason.asString()));
        return reasonsSaid;
    }

    /** Asks, and returns an answer that is as the description says. */
    JsonNode ask(String method, String path, @Nullable Object body) throws Exception {
        String text = body == null ? null : body instanceof String raw ? raw : json.writeValueAsString(body);
        HttpResponse<String> answer = http.send(request(method, path, text), BodyHandlers.ofString());
        if (text != null && answer.statusCode() < 400) {
            JsonNode asked = description.path("paths").path(template(path)).path(method.toLowerCase(Locale.ROOT));
            check(asked.at("/requestBody/content/application~1json/schema"), json.readTree(text));
        }
        return checked(method, path, answer);
    }

    private JsonNode checked(String method, String path, HttpResponse<String> answer) {
        String template = template(path);
        JsonNode operation = description.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
        assertThat(operation.isMissingNode()).as(method + " " + template).isFalse();
        if (answer.statusCode() >= 400) {
            return problem(answer);
        }
        JsonNode said = operation.path("responses").path(Integer.toString(answer.statusCode()));
        assertThat(said.isMissingNode())
                .as(method + " " + path + ": " + answer.statusCode())
                .isFalse();
        answered.add(method + " " + template);
        if (answer.statusCode() == 204) {
            return json.nullNode();
        }
        String media = answer.headers().firstValue("Content-Type").orElse("").split(";", -1)[0];
        JsonNode schema = said.path("content").path(media).path("schema");
        assertThat(schema.isMissingNode())
                .as(method + " " + path + " as " + media)
                .isFalse();
        JsonNode value =
                media.equals("application/json") ? json.readTree(answer.body()) : json.valueToTree(answer.body());
        check(schema, value);
        return value;
    }

    /** Sends a file of a drop, and returns an answer that is as the description says. */
    JsonNode drop(String path, String text) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(station.web.address() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + station.token())
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofString(text, StandardCharsets.UTF_8))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        return checked("PUT", path, answer);
    }

    /** Asks for what is refused. */
    JsonNode refused(int status, String method, String path, @Nullable Object body) throws Exception {
        JsonNode problem = ask(method, path, body);
        assertThat(problem.path("status").asInt()).as(problem.toString()).isEqualTo(status);
        return problem;
    }

    private JsonNode problem(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        JsonNode problem = json.readTree(answer.body());
        check(json.createObjectNode().put("$ref", "#/components/schemas/Problem"), problem);
        assertThat(problem.path("status").asInt()).isEqualTo(answer.statusCode());
        reasons.add(problem.path("reason").asString());
        return problem;
    }

    private void check(JsonNode schema, JsonNode value) {
        Schema compiled = known.computeIfAbsent(schema.toString(), text -> {
            ObjectNode whole = (ObjectNode) json.readTree(text);
            whole.set("components", description.path("components"));
            return schemas.getSchema(whole);
        });
        List<Error> errors = compiled.validate(value);
        assertThat(errors).as(value.toString()).isEmpty();
    }

    private String template(String path) {
        String bare = path.split("\\?", -1)[0];
        return bare.replaceAll("/drops/[^/]+/.+$", "/drops/{drop}/{path}")
                .replaceAll("/drops/[^/{]+$", "/drops/{drop}")
                .replaceAll("/[0-9]+(?=/|$)", "/{id}");
    }

    @Override
    public void close() {
        http.close();
    }
}
