package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.SegmentTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/protocol.md shows what is true: a block that opens with {@code ```hex NAME} is the vector of that name, each
 * line an offset, bytes and, after two spaces, what they mean.
 */
class DocumentTest {

    private static final String BLOCK = "```hex ";

    private static List<String> lines() throws IOException {
        return Files.readAllLines(Vector.docs().resolve("protocol.md"));
    }

    private static Map<String, String> examples() throws IOException {
        Map<String, String> examples = new TreeMap<>();
        String name = "";
        StringBuilder hex = new StringBuilder();
        for (String line : lines()) {
            if (line.startsWith(BLOCK)) {
                name = line.substring(BLOCK.length());
                hex.setLength(0);
            } else if (!name.isEmpty() && line.equals("```")) {
                assertThat(examples.put(name, hex.toString())).as(name).isNull();
                name = "";
            } else if (!name.isEmpty()) {
                String[] columns = line.strip().split(" {2,}", 3);
                assertThat(Integer.parseInt(columns[0])).as(name + ": " + line).isEqualTo(hex.length() / 2);
                hex.append(digits(columns[1]));
            }
        }
        return examples;
    }

    /** {@code 0a 0b} stands for itself, {@code 00 * 20} for so many zeros. */
    private static String digits(String column) {
        String[] repeated = column.split(" \\* ", 2);
        return repeated.length == 2 ? repeated[0].repeat(Integer.parseInt(repeated[1])) : column.replace(" ", "");
    }

    @Test
    void hexExamplesAreTheVectors() throws IOException {
        examples()
                .forEach((name, hex) -> assertThat(hex)
                        .as("example %s", name)
                        .isEqualTo(HexFormat.of().formatHex(Vector.named(name).bytes())));
    }

    @Test
    void everyKindOfPduHasAnExample() throws IOException {
        Set<String> shown = new HashSet<>();
        examples().keySet().stream()
                .map(Vector::named)
                .filter(vector -> vector.association().startsWith("peer-"))
                .forEach(vector -> shown.add(VectorsTest.kind(vector)));
        assertThat(shown)
                .containsAll(VectorsTest.goodPdus().map(VectorsTest::kind).collect(Collectors.toSet()));
        assertThat(examples().keySet())
                .contains("record-first", "sealed-request", "unknown-session", "rejoin", "rejoined");
    }

    @Test
    void everyErrorCodeAndOutcomeIsDescribed() throws IOException {
        String text = String.join("\n", lines());
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(text).contains("| " + code.number() + " | " + code.name() + " |");
        }
        for (IndexReply.Ack.Outcome outcome : IndexReply.Ack.Outcome.values()) {
            assertThat(text).contains(outcome.name());
        }
    }

    @Test
    void limitsAreThoseOfTheProgram() throws IOException {
        String text = String.join("\n", lines());
        for (int limit : new int[] {
            Pdu.MAX_DATAGRAM_BYTES,
            Pdu.MAX_STREAM_BYTES,
            PeerPdu.MAX_DATA_BYTES,
            PeerPdu.MAX_HASHES,
            PeerPdu.MAX_RUNS,
            PeerPdu.MAX_MAP_CHUNKS,
            PeerPdu.MAX_CHUNKS,
            SegmentPdu.MAX_GROUPS,
            SegmentPdu.MAX_GROUPS_ASKED,
            SegmentTable.MAX_SEGMENTS,
            SegmentTable.MAX_GROUPS,
            SegmentTable.MAX_GROUP_SEGMENTS,
            IndexRequest.MAX_RUNS,
            IndexRequest.MAX_BULK_ENTRIES,
            IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM,
            IndexRequest.MAX_PAGE_ENTRIES,
            VersionList.MAX_ENTRIES,
            GroupRequest.MAX_READERS,
            IndexReply.Source.MAX_RUNS,
            VersionRecord.MAX_BYTES,
            Welcome.MAX_TICKET_BYTES,
            Failure.MAX_SENTENCE_BYTES,
            Link.MAX_LENGTH
        }) {
            String grouped = String.format(Locale.ROOT, "%,d", limit).replace(",", " ");
            assertThat(text).contains("| " + grouped + " |");
        }
    }
}
