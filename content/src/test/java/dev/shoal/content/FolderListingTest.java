package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderListingTest {

    private static final ContentId SOME = content(1, 4096);

    private static ContentId content(int seed, long length) {
        return length == 0 ? ContentId.EMPTY : new ContentId(new Hash(seed, 2, 3, 4), length);
    }

    private static FolderEntry.File file(String path) {
        return new FolderEntry.File(path, SOME, false);
    }

    private static FolderListing listing(String... files) {
        return FolderListing.of(Stream.of(files).map(FolderListingTest::file).toList());
    }

    private static List<FolderEntry> random(Random random) {
        List<FolderEntry> entries = new ArrayList<>();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            String path = IntStream.range(0, random.nextInt(3))
                            .mapToObj(level -> "d" + random.nextInt(3) + "/")
                            .reduce("", String::concat)
                    + "é" + i;
            entries.add(
                    switch (random.nextInt(5)) {
                        case 0 -> new FolderEntry.EmptyFolder(path);
                        case 1 -> new FolderEntry.Link(path, "d" + random.nextInt(5));
                        default ->
                            new FolderEntry.File(
                                    path,
                                    content(random.nextInt(9), random.nextInt(3) * 700_000L),
                                    random.nextBoolean());
                    });
        }
        return entries;
    }

    @Test
    void isTheSameInWhateverOrderTheEntriesCome() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            List<FolderEntry> entries = random(random);
            FolderListing listing = FolderListing.of(entries);
            Collections.shuffle(entries, random);
            assertThat(FolderListing.of(entries).head()).as("seed %d", seed).isEqualTo(listing.head());
            FolderListing decoded = FolderListing.decode(listing.head().clone());
            assertThat(decoded.entries()).as("seed %d", seed).isEqualTo(listing.entries());
            assertThat(decoded.entries()).containsExactlyInAnyOrderElementsOf(entries);
            FolderLayout layout = new FolderLayout(decoded);
            assertThat(FolderListing.headBytes(listing.head(), layout.length())).isEqualTo(listing.headBytes());
        }
    }

    @Test
    void aHeadThatIsDamagedIsRefusedOrWrittenSoItself() {
        for (long seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] head = FolderListing.of(random(random)).head().clone();
            head[random.nextInt(head.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                FolderListing decoded = FolderListing.decode(head);
                assertThat(FolderListing.of(decoded.entries()).head())
                        .as("seed %d", seed)
                        .isEqualTo(head);
            } catch (InvalidFolderException refused) {
                assertThat(refused).as("seed %d", seed).hasMessageMatching("(?s)(the|a) .*");
            }
        }
    }

    @Test
    void nothingIsAllocatedByWhatAFieldClaims() {
        byte[] head = listing("a").head().clone();
        head[16] = 0x7f;
        assertThatThrownBy(() -> FolderListing.decode(head)).isInstanceOf(InvalidFolderException.class);
        byte[] start = listing("a").head().clone();
        start[8] = 0x7f;
        assertThatThrownBy(() -> FolderListing.headBytes(start, ContentId.MAX_LENGTH))
                .isInstanceOf(InvalidFolderException.class);
    }

    @Test
    void fewBytesThatStandForEndlessPathsAreRefused() {
        FolderRules rules = new FolderRules(10_000, 100);
        String deep = "x".repeat(255) + ("/" + "y".repeat(255)).repeat(6);
        rules.add(file(deep + "/1"));
        assertThatThrownBy(() -> rules.add(file(deep + "/2")))
                .isInstanceOf(InvalidFolderException.class)
                .hasMessageContaining("too long together");
    }

    @Test
    void fewBytesThatStandForManyFoldersAreRefused() {
        FolderRules rules = new FolderRules(10_000, 8);
        rules.add(file("a/b/c/1"));
        rules.add(file("a/b/c/2"));
        rules.add(file("d/e/1"));
        assertThatThrownBy(() -> rules.add(file("d/e/2")))
                .isInstanceOf(InvalidFolderException.class)
                .hasMessageContaining("more than 8 files, folders and links");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../up",
                "a/../b",
                "a//b",
                "a/./b",
                "a\\b",
                "con",
                "nul.txt",
                "a\u0000b",
                "end.",
                "a\u0308",
                "x.SHOAL-part/y",
                ".shoal-history"
            })
    void aPathThatMayNotComeFromTheNetworkIsRefused(String path) {
        assertThatThrownBy(() -> listing(path)).isInstanceOf(InvalidFolderException.class);
    }

    @Test
    void collisionsAreRefusedAndNamed() {
        assertThatThrownBy(() -> listing("Read.me", "read.ME"))
                .hasMessageContaining("Read.me")
                .hasMessageContaining("read.ME");
        assertThatThrownBy(() -> listing("a", "a/b")).isInstanceOf(InvalidFolderException.class);
        assertThatThrownBy(() -> listing("a", "a-b", "a/b")).isInstanceOf(InvalidFolderException.class);
        assertThatThrownBy(() -> listing("A/b", "a/c")).hasMessageContaining("\"A\"");
        assertThatThrownBy(() -> listing("same", "same")).hasMessageContaining("twice");
        assertThatThrownBy(() -> FolderListing.of(List.of(new FolderEntry.EmptyFolder("a"), file("a/b"))))
                .isInstanceOf(InvalidFolderException.class);
        assertThatThrownBy(() -> FolderListing.of(List.of(new FolderEntry.Link("a", "b"), file("a/b"))))
                .isInstanceOf(InvalidFolderException.class);
        assertThat(listing("a-b", "a/b", "a.b", "a/a/b", "a/b.c").entries()).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc",
                "../../x",
                "../../..",
                "d/../..",
                "d/../x",
                "",
                ".",
                "./",
                "././x",
                "../../x",
                "./../../x",
                "a//b",
                "c:\\x"
            })
    void aLinkOutOfTheFolderIsRefused(String target) {
        assertThatThrownBy(() -> FolderListing.of(List.of(new FolderEntry.Link("sub/link", target))))
                .isInstanceOf(InvalidFolderException.class)
                .hasMessageContaining("sub/link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x/y", "x", "not/there", "./x", "./../x"})
    void aLinkInsideIsTaken(String target) {
        FolderListing listing = FolderListing.of(List.of(new FolderEntry.Link("sub/link", target)));
        assertThat(FolderListing.decode(listing.head()).entries())
                .containsExactly(new FolderEntry.Link("sub/link", target));
    }

    @Test
    void eachDifferentFileStandsOnceAndLargeOnesAtABlocksBorder() {
        FolderListing listing = FolderListing.of(List.of(
                new FolderEntry.File("a", content(1, 5), false),
                new FolderEntry.File("b", content(2, 1 << 20), false),
                new FolderEntry.File("c", content(1, 5), true),
                new FolderEntry.File("d", ContentId.EMPTY, false),
                new FolderEntry.File("e", content(3, 100_000), false)));
        FolderLayout layout = new FolderLayout(listing);
        int head = listing.headBytes();
        assertThat(layout.placeCount()).isEqualTo(3);
        assertThat(IntStream.range(0, 5).map(layout::placeOf)).containsExactly(0, 1, 0, -1, 2);
        assertThat(layout.start(0)).isEqualTo(head);
        assertThat(layout.start(1)).isEqualTo(16_384);
        assertThat(layout.start(2)).isEqualTo(16_384 + (1 << 20));
        assertThat(layout.length()).isEqualTo(16_384 + (1 << 20) + 100_000);
        assertThat(layout.placeBefore(head - 1)).isEqualTo(-1);
        assertThat(layout.placeBefore(head)).isZero();
        assertThat(layout.placeBefore(16_383)).isZero();
        assertThat(layout.placeBefore(layout.length() - 1)).isEqualTo(2);
        assertThat(layout.chunks(entry -> entry == 4).runs()).containsExactly(new ChunkRun(0, 1), new ChunkRun(16, 2));
        assertThat(layout.chunks(entry -> true).isFull()).isTrue();
    }

    @Test
    void lengthsThatAddUpToTooMuchAreRefused() {
        FolderListing listing = FolderListing.of(IntStream.range(0, 3)
                .mapToObj(i -> new FolderEntry.File("f" + i, content(i, ContentId.MAX_LENGTH / 2), false))
                .toList());
        assertThatThrownBy(() -> new FolderLayout(listing))
                .isInstanceOf(InvalidFolderException.class)
                .hasMessageContaining("longer than a content can be");
    }

    @Test
    void anEmptyFolderIsAHeadAlone() {
        FolderListing none = FolderListing.of(List.of());
        assertThat(none.headBytes()).isEqualTo(FolderListing.START_BYTES);
        assertThat(new String(none.head(), 0, 8, StandardCharsets.US_ASCII)).isEqualTo("SHOALFD1");
        assertThat(new FolderLayout(none).length()).isEqualTo(FolderListing.START_BYTES);
    }

    @Test
    void patternsChooseByNameOrByPath() {
        PathPatterns.Matcher sources =
                new PathPatterns(List.of("*.java", "docs/**"), List.of("build", "/docs/x?.md")).matcher();
        assertThat(Stream.of("A.java", "a/b/C.java", "docs/y.md", "docs/a/b")).allMatch(sources::wants);
        assertThat(Stream.of("A.javac", "a/docs/y.md", "build/A.java", "a/build/b/A.java", "docs/x1.md"))
                .noneMatch(sources::wants);
        assertThat(PathPatterns.ALL.matcher().wants("any/thing")).isTrue();
        PathPatterns.Matcher beyond =
                new PathPatterns(List.of("\uD83D\uDE00.a?", "?.b", "u\u0308"), List.of()).matcher();
        assertThat(Stream.of("\uD83D\uDE00.ab", "\uD83D\uDE00.a\uD83D\uDE00", "x/\uD83D\uDE00.b", "\u00fc"))
                .allMatch(beyond::wants);
        assertThat(Stream.of("\uD83D\uDE01.ab", "\uD83D\uDE00\uD83D\uDE00.b", "u"))
                .noneMatch(beyond::wants);
        assertThat(new FolderChoice("u\u0308", PathPatterns.ALL).inside()).isEqualTo("\u00fc");
        PathPatterns.Matcher deep = new PathPatterns(List.of("a/**/z", "(b)/"), List.of()).matcher();
        assertThat(Stream.of("a/z", "a/b/c/z", "a/z/below", "(b)/c", "x/(b)")).allMatch(deep::wants);
        assertThat(Stream.of("a/zz", "b/c", "za/z")).noneMatch(deep::wants);
    }
}
