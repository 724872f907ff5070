package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderListing;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.content.InvalidFolderException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The list of a folder, and where its files stand, agree with docs/protocol-vectors.json. */
class FolderVectorsTest {

    static Stream<Vector> bad() {
        return VectorsTest.named("tree", "folder-bad-");
    }

    @Test
    void aFolderIsListedAndLaidOut() {
        Vector vector = Vector.named("folder-small");
        List<FolderEntry> entries = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        vector.fields().path("entries").forEach(entry -> entries.add(entry(entry)));
        vector.fields().path("starts").forEach(start -> starts.add(start.asInt()));
        FolderListing listing = FolderListing.decode(vector.bytes());
        assertThat(listing.entries()).isEqualTo(entries);
        assertThat(FolderListing.of(entries).head()).isEqualTo(vector.bytes());
        FolderLayout layout = new FolderLayout(listing);
        byte[] content = new byte[(int) layout.length()];
        System.arraycopy(vector.bytes(), 0, content, 0, vector.bytes().length);
        for (int entry = 0; entry < entries.size(); entry++) {
            int place = layout.placeOf(entry);
            assertThat(place < 0 ? -1 : layout.start(place)).isEqualTo((long) starts.get(entry));
            if (place >= 0) {
                byte[] data = sample((int) layout.length(place));
                System.arraycopy(data, 0, content, (int) layout.start(place), data.length);
            }
        }
        assertThat(layout.length()).isEqualTo(vector.number("length"));
        HashTree tree = new HashTree();
        Hash root = tree.subtreeRoot(
                tree.leaves(content, 0, content.length),
                0,
                new ContentId(Hash.ZERO, content.length).layout().height());
        assertThat(root.hex()).isEqualTo(vector.text("root"));
    }

    private static FolderEntry entry(JsonNode entry) {
        String path = entry.path("path").asString();
        return switch (entry.path("kind").asString()) {
            case "emptyFolder" -> new FolderEntry.EmptyFolder(path);
            case "link" -> new FolderEntry.Link(path, entry.path("target").asString());
            default ->
                new FolderEntry.File(
                        path,
                        new ContentId(
                                Hash.parseHex(entry.path("root").asString()),
                                entry.path("length").asLong()),
                        entry.path("kind").asString().equals("executable"));
        };
    }

    private static byte[] sample(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31 + (i >> 8) * 17 + (i >> 16) * 7);
        }
        return data;
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aListThatBreaksARuleIsRefused(Vector vector) {
        assertThatThrownBy(() -> FolderListing.decode(vector.bytes())).isInstanceOf(InvalidFolderException.class);
    }
}
