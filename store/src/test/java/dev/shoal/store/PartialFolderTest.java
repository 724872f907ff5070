package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderChoice;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderListing;
import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.PathPatterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialFolderTest {

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(2);
    private final OpenFiles openFiles = new OpenFiles(4);
    private Path original;

    @BeforeEach
    void fill() throws IOException {
        original = Files.createDirectory(folder.resolve("original"));
        Random random = new Random(5);
        for (int i = 0; i < 60; i++) {
            write("many/of them/f" + i, random, 4096);
        }
        write("large", random, 1_500_000);
        write("ünï/cödé", random, 70_000);
        Files.copy(original.resolve("large"), original.resolve("many/equal"));
        write("empty", random, 0);
        write("run.sh", random, 10);
        Files.setPosixFilePermissions(original.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(original.resolve("nothing/here"));
        Files.createSymbolicLink(original.resolve("many/link"), Path.of("../large"));
        Files.createDirectory(original.resolve(".shoal-history"));
        write(".shoal-history/old", random, 10);
        write("unfinished.shoal-part", random, 10);
    }

    @AfterEach
    void close() {
        openFiles.close();
        hasher.close();
    }

    private void write(String path, Random random, int length) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Path file = original.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private HashedFolder hashed(Path path) {
        return new FolderHasher(hasher, path).hash(HashProgress.UNSEEN);
    }

    private TargetPath target(String name) throws IOException {
        return new TargetPath(folder.toRealPath().resolve(name));
    }

    private PartialFolder open(String name, ContentId id, FolderChoice choice) throws IOException {
        return PartialFolder.open(target(name), id, choice, hasher, HashProgress.UNSEEN);
    }

    /** Copies what is wanted, at most so many chunks. */
    private static int fill(PartialFolder partial, StoredContent source, int most) {
        int[] copied = {0};
        ChunkCopy.into(partial.part(), source, partial::wants, () -> copied[0] >= most, () -> {
            copied[0]++;
            partial.came();
        });
        return copied[0];
    }

    /** What is in a folder, as text that shows every difference that matters. */
    private static Map<String, String> picture(Path root) throws IOException {
        Map<String, String> picture = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(each -> !each.equals(root)).toList()) {
                String what;
                if (Files.isSymbolicLink(path)) {
                    what = "link to " + Files.readSymbolicLink(path);
                } else if (Files.isDirectory(path)) {
                    what = "folder";
                } else {
                    what = (Files.isExecutable(path) ? "program " : "file ")
                            + Arrays.hashCode(Files.readAllBytes(path));
                }
                picture.put(root.relativize(path).toString(), what);
            }
        }
        picture.keySet().removeIf(path -> path.contains(".shoal-"));
        return picture;
    }

    @Test
    void aFolderComesAsItWas() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("got", shared.id(), FolderChoice.ALL);
            fill(partial, source, Integer.MAX_VALUE);
            assertThat(partial.missingBytes()).isZero();
            byte[] while0 = new byte[(int) shared.id().length()];
            partial.part().read(0, ByteBuffer.wrap(while0));
            byte[] truth = new byte[while0.length];
            source.read(0, ByteBuffer.wrap(truth));
            assertThat(while0).as("served while it comes").isEqualTo(truth);
            Path got = partial.finish(true);
            HashedFolder landed = partial.landed();
            partial.close();
            assertThat(picture(got)).isEqualTo(picture(original));
            assertThat(hashed(got).id()).isEqualTo(shared.id());
            try (StoredContent again = landed.shared(openFiles)) {
                byte[] after = new byte[truth.length];
                again.read(0, ByteBuffer.wrap(after));
                assertThat(after).isEqualTo(truth);
                assertThat(again.chunks().isFull()).isTrue();
                assertThat(again.isIntact()).isTrue();
            }
            assertThat(Files.getPosixFilePermissions(got)).isEqualTo(Files.getPosixFilePermissions(original));
        }
        assertThat(target("got").partFile()).doesNotExist();
    }

    @Test
    void itGoesOnFromWhereItWasWithWhateverIsChosenThen() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder first = open("got", shared.id(), choose("many"));
            assertThat(fill(first, source, 3)).isEqualTo(3);
            first.close();
            PartialFolder second = open("got", shared.id(), FolderChoice.ALL);
            assertThat(second.part().chunks().count()).isEqualTo(3);
            fill(second, source, Integer.MAX_VALUE);
            Path got = second.finish(true);
            second.close();
            assertThat(picture(got)).isEqualTo(picture(original));
        }
    }

    private static FolderChoice choose(String... include) {
        return new FolderChoice("", new PathPatterns(List.of(include), List.of()));
    }

    @Test
    void onlyWhatIsChosenComesAndTheRestIsServed() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("got", shared.id(), choose("f1?", "link"));
            int copied = fill(partial, source, Integer.MAX_VALUE);
            assertThat(copied).isLessThan(6);
            Path got = partial.finish(true);
            HashedFolder landed = partial.landed();
            partial.close();
            Map<String, String> expected = picture(original);
            expected.keySet().removeIf(path -> !path.matches("many(/of them(/f1.)?|/link)?"));
            assertThat(picture(got)).isEqualTo(expected);
            try (StoredContent rest = landed.shared(openFiles)) {
                assertThat(rest.chunks().isFull()).isFalse();
                assertThat(rest.holds(20)).isFalse();
                assertThat(rest.chunks().count()).isEqualTo(copied);
                byte[] first = new byte[65_536];
                byte[] truth = new byte[65_536];
                rest.read(0, ByteBuffer.wrap(first));
                source.read(0, ByteBuffer.wrap(truth));
                assertThat(first).as("the list, and what else is in its chunk").isEqualTo(truth);
                assertThatThrownBy(() -> rest.read(1_000_000, ByteBuffer.allocate(10)))
                        .isInstanceOf(ChunkMissingException.class);
            }
        }
    }

    @Test
    void oneFileOfAFolderGetsANameOfItsOwn() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("equal", shared.id(), new FolderChoice("many/equal", PathPatterns.ALL));
            fill(partial, source, Integer.MAX_VALUE);
            Path got = partial.finish(true);
            partial.close();
            assertThat(got).hasSameBinaryContentAs(original.resolve("large"));
            assertThat(target("equal").partFile()).doesNotExist();
            PartialFolder none = open("none", shared.id(), new FolderChoice("many/none", PathPatterns.ALL));
            assertThatThrownBy(() -> fill(none, source, Integer.MAX_VALUE))
                    .isInstanceOf(NoSuchPathException.class)
                    .hasMessageContaining("many/none");
            none.close();
            assertThat(target("none").partFile()).as("of a mistyped path").doesNotExist();
        }
    }

    @Test
    void aPartThatGotItsNameIsKnownAgainWhenItsFinishWasKilledJustThen() throws IOException {
        HashedFolder shared = hashed(original);
        FolderChoice choice = new FolderChoice("many", new PathPatterns(List.of("f1?"), List.of()));
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("got", shared.id(), choice);
            fill(partial, source, Integer.MAX_VALUE);
            Path part = target("got").partFile();
            Files.createLink(folder.resolve("kept"), part.resolve("content"));
            partial.finish(true);
            partial.close();
            // As it was before the last step.
            Files.createDirectories(part.resolve("files"));
            Files.move(folder.resolve("kept"), part.resolve("content"));
            assertThat(PartialFolder.hasLanded(target("got"), shared.id(), choice))
                    .isFalse();
            Files.writeString(part.resolve("landing"), shared.id() + "\n" + choice);
            assertThat(PartialFolder.hasLanded(target("got"), shared.id(), FolderChoice.ALL))
                    .isFalse();
            Path chosen = Files.createDirectory(part.resolve("files/many"));
            assertThat(PartialFolder.hasLanded(target("got"), shared.id(), choice))
                    .as("killed before it got its name")
                    .isFalse();
            Files.delete(chosen);
            assertThat(PartialFolder.hasLanded(target("got"), shared.id(), choice))
                    .isTrue();
            assertThat(part).doesNotExist();
        }
    }

    @Test
    void readingMakesNoFile() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("got", shared.id(), FolderChoice.ALL);
            fill(partial, source, Integer.MAX_VALUE);
            partial.part().checkpoint();
            partial.close();
            PartialFolder again = open("got", shared.id(), FolderChoice.ALL);
            Path last = target("got").partFile().resolve("files/ünï/cödé");
            Files.delete(last);
            ByteBuffer all = ByteBuffer.allocate((int) shared.id().length());
            assertThatThrownBy(() -> again.part().read(0, all)).isInstanceOf(StoreException.class);
            assertThat(last).doesNotExist();
            again.close();
        }
    }

    @Test
    void someDisksKeepNoHolesInFiles() {
        assertThat(Stream.of("vfat", "exfat", "FAT32")).noneMatch(DiskSpace::keepsHoles);
        assertThat(Stream.of("ext4", "btrfs", "xfs", "tmpfs", "apfs", "NTFS", "nfs4", ""))
                .allMatch(DiskSpace::keepsHoles);
        DiskSpace.requireLength(folder, Long.MAX_VALUE);
    }

    @Test
    void whatDoesNotFitIntoMemorySaysWhatToDo() {
        assertThat(PartialFolder.tooLarge(5_000))
                .hasMessageContaining("5000 bytes")
                .hasMessageContaining("-Xmx");
    }

    @Test
    void whatWasRemovedForAnotherChoiceIsNotBelieved() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("got", shared.id(), choose("f1?"));
            fill(partial, source, Integer.MAX_VALUE);
            Files.createDirectory(target("got").file());
            assertThatThrownBy(() -> partial.finish(true)).isInstanceOf(TargetExistsException.class);
            partial.close();
            Files.delete(target("got").file());
            PartialFolder all = open("got", shared.id(), FolderChoice.ALL);
            fill(all, source, Integer.MAX_VALUE);
            Path got = all.finish(true);
            all.close();
            assertThat(picture(got)).isEqualTo(picture(original));
        }
    }

    @Test
    void whatHasItsNameAlreadyIsNotBelievedToBeThere() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            for (FolderChoice choice : List.of(FolderChoice.ALL, choose("f1?"))) {
                PartialFolder killed = open("got", shared.id(), choice);
                fill(killed, source, Integer.MAX_VALUE);
                killed.part().checkpoint();
                killed.part().close();
                Path part = target("got").partFile();
                if (choice.isAll()) {
                    Files.move(part.resolve("files"), folder.resolve("elsewhere"));
                } else {
                    Files.writeString(part.resolve("landing"), choice.toString());
                }
                PartialFolder again = open("got", shared.id(), FolderChoice.ALL);
                assertThat(again.part().chunks().isEmpty()).isTrue();
                fill(again, source, Integer.MAX_VALUE);
                Path got = again.finish(true);
                again.close();
                assertThat(picture(got)).isEqualTo(picture(original));
                Files.move(got, folder.resolve("done " + choice.isAll()));
            }
        }
    }

    @Test
    void aLinkThatLeadsOutOfWhatIsChosenIsNotPutThere() throws IOException {
        Path inner = Files.createDirectories(original.resolve("x/y"));
        Files.createSymbolicLink(inner.resolve("out"), Path.of("../../large"));
        Files.createSymbolicLink(inner.resolve("in"), Path.of("../y/file"));
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            for (String inside : List.of("x", "x/y", "x/y/out", "x/y/in")) {
                PartialFolder partial = open("got", shared.id(), new FolderChoice(inside, PathPatterns.ALL));
                assertThatThrownBy(() -> fill(partial, source, Integer.MAX_VALUE))
                        .as(inside)
                        .isInstanceOf(NoSuchPathException.class)
                        .hasMessageContaining("leads out");
                partial.close();
                FolderTree.deleteQuietly(target("got").partFile());
            }
        }
    }

    @Test
    void nothingIsWrittenThroughALinkInThePartFolder() throws IOException {
        HashedFolder shared = hashed(original);
        Path outside = Files.createDirectory(folder.resolve("outside"));
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("got", shared.id(), FolderChoice.ALL);
            Files.createSymbolicLink(target("got").partFile().resolve("files/many"), outside);
            assertThatThrownBy(() -> fill(partial, source, Integer.MAX_VALUE)).isInstanceOf(StoreException.class);
            assertThat(outside).isEmptyDirectory();
            partial.close();
            Path large = target("got").partFile().resolve("files/large");
            Files.delete(large);
            Files.createSymbolicLink(large, outside.resolve("large"));
            assertThatThrownBy(() -> open("got", shared.id(), FolderChoice.ALL)).isInstanceOf(StoreException.class);
            assertThat(outside).isEmptyDirectory();
        }
        assertThat(Files.getPosixFilePermissions(target("got").partFile(), LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aFileThatChangesWhileItIsSharedEndsTheShare() throws IOException {
        HashedFolder shared = hashed(original);
        try (StoredContent source = shared.shared(openFiles)) {
            Files.write(original.resolve("unheard of"), new byte[5]);
            assertThat(source.isIntact()).as("what is added does not matter").isTrue();
            Files.write(original.resolve("ünï/cödé"), new byte[70_000]);
            PartialFolder partial = open("got", shared.id(), FolderChoice.ALL);
            assertThatThrownBy(() -> fill(partial, source, Integer.MAX_VALUE))
                    .isInstanceOf(FileChangedException.class)
                    .hasMessageContaining("cödé");
            partial.close();
            assertThat(source.isIntact()).isFalse();
            assertThat(source.chunks().isEmpty()).isTrue();
        }
    }

    @Test
    void somethingBetweenTwoFilesIsRefused() throws IOException {
        FolderEntry small = new FolderEntry.File("a", Samples.of(new byte[] {1}).id(), false);
        Samples large = Samples.of(3, 1 << 20);
        FolderListing listing = FolderListing.of(List.of(small, new FolderEntry.File("b", large.id(), false)));
        FolderLayout layout = new FolderLayout(listing);
        byte[] bytes = new byte[(int) layout.length()];
        System.arraycopy(listing.head(), 0, bytes, 0, listing.headBytes());
        bytes[(int) layout.start(0)] = 1;
        bytes[(int) layout.start(0) + 1] = 7;
        System.arraycopy(large.bytes(), 0, bytes, (int) layout.start(1), large.bytes().length);
        Samples hostile = Samples.of(bytes);
        PartialFolder partial = open("got", hostile.id(), FolderChoice.ALL);
        partial.part().recordChunkRow(hostile.row(), HashProgress.UNSEEN);
        partial.part().write(0, hostile.chunk(0));
        assertThatThrownBy(partial::came).isInstanceOf(InvalidFolderException.class);
        partial.close();
    }

    @Test
    void aContentThatIsNoFolderIsRefused() throws IOException {
        Samples file = Samples.of(4, 100_000);
        PartialFolder partial = open("got", file.id(), FolderChoice.ALL);
        partial.part().recordChunkRow(file.row(), HashProgress.UNSEEN);
        partial.part().write(0, file.chunk(0));
        assertThatThrownBy(partial::came).isInstanceOf(InvalidFolderException.class);
        partial.close();
        assertThatThrownBy(() -> open("short", Samples.of(4, 10).id(), FolderChoice.ALL))
                .isInstanceOf(InvalidFolderException.class);
    }

    @Test
    void collisionsAndLinksOutAreNamedWhenSharing() throws IOException {
        Files.write(original.resolve("EMPTY"), new byte[1]);
        assertThatThrownBy(() -> hashed(original)).hasMessageContaining("EMPTY").hasMessageContaining("empty");
        Files.delete(original.resolve("EMPTY"));
        Files.createSymbolicLink(original.resolve("many/out"), Path.of("../../secret"));
        assertThatThrownBy(() -> hashed(original))
                .isInstanceOf(InvalidFolderException.class)
                .hasMessageContaining("many/out");
    }

    @Test
    void aFolderWithNothingInItComesToo() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("no thing"));
        HashedFolder shared = hashed(empty);
        List<String> found = new ArrayList<>();
        try (StoredContent source = shared.shared(openFiles)) {
            PartialFolder partial = open("got", shared.id(), FolderChoice.ALL);
            fill(partial, source, Integer.MAX_VALUE);
            try (Stream<Path> in = Files.list(partial.finish(true))) {
                in.forEach(each -> found.add(each.toString()));
            }
            partial.close();
        }
        assertThat(found).isEmpty();
    }
}
