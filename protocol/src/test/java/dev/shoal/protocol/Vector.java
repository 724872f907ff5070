package dev.shoal.protocol;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.content.SegmentHash;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One entry of docs/protocol-vectors.json, and the form in which it shows the fields of a record. */
record Vector(String name, String association, String direction, byte[] bytes, JsonNode json) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** The folder of the documents. */
    static Path docs() {
        String root = System.getProperty("shoal.root");
        return root == null ? Path.of("../docs") : Path.of(root, "docs");
    }

    static List<Vector> all() {
        List<Vector> vectors = new ArrayList<>();
        for (JsonNode json : MAPPER.readTree(docs().resolve("protocol-vectors.json"))) {
            vectors.add(new Vector(
                    json.path("name").asString(),
                    json.path("association").asString(),
                    json.path("direction").asString(),
                    HexFormat.of().parseHex(json.path("hex").asString()),
                    json));
        }
        return vectors;
    }

    static Stream<Vector> of(String association) {
        return all().stream().filter(vector -> vector.association.equals(association));
    }

    static Vector named(String name) {
        return all().stream()
                .filter(vector -> vector.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no vector is called " + name));
    }

    JsonNode fields() {
        return json.path("fields");
    }

    String text(String field) {
        return fields().path(field).asString();
    }

    byte[] hex(String field) {
        return HexFormat.of().parseHex(text(field));
    }

    long number(String field) {
        return fields().path(field).asLong();
    }

    /** Whether it decodes to its fields, but is not what this version writes. */
    boolean isDecodeOnly() {
        return json.path("decodeOnly").asBoolean(false);
    }

    /** MALFORMED, UNSUPPORTED or DROP when it has to be refused; else empty. */
    String error() {
        return json.path("error").asString("");
    }

    @Override
    public String toString() {
        return name;
    }

    /** A record as the vectors show it. */
    static JsonNode tree(Object fields) {
        return MAPPER.readTree(MAPPER.writeValueAsString(plain(fields)));
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case Hash hash -> hash.hex();
            case SegmentHash hash -> hash.toString();
            case PeerId peer -> peer.hash().hex();
            case PeerKey key -> HexFormat.of().formatHex(key.toBytes());
            case AccountProof proof -> HexFormat.of().formatHex(proof.toBytes());
            case Fingerprint fingerprint -> HexFormat.of().formatHex(fingerprint.toBytes());
            case AudienceId audience -> audience.toString();
            case AudienceSeed seed -> seed.toString();
            case WrappedKey key -> HexFormat.of().formatHex(key.toBytes());
            case ContentId content -> content.toString();
            case Name name -> name.text();
            case Endpoint endpoint -> endpoint.toString();
            case Enum<?> constant -> constant.name();
            case List<?> list -> list.stream().map(Vector::plain).toList();
            case Record fields -> components(fields);
            case null, default -> value;
        };
    }

    private static Map<String, @Nullable Object> components(Record fields) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        switch (fields) {
            case IndexRequest.DeregisterName name -> shown.put("scope", 0);
            case IndexRequest.DeregisterContent content -> shown.put("scope", 1);
            case IndexRequest.DeregisterAll all -> shown.put("scope", 2);
            case PduOfKind pdu -> shown.put("kind", pdu.kind());
            case PeerPdu.AllChunks all -> shown.put("form", 0);
            case PeerPdu.MapWindow window -> shown.put("form", 1);
            case PeerPdu.MoreChunks more -> shown.put("form", 2);
            default -> {}
        }
        for (RecordComponent component : fields.getClass().getRecordComponents()) {
            try {
                if (component.getType() != char.class) {
                    shown.put(component.getName(), plain(component.getAccessor().invoke(fields)));
                }
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(component.toString(), e);
            }
        }
        return shown;
    }
}
