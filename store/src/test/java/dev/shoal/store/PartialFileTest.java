package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialFileTest {

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(2);
    private final Samples sample = Samples.of(1, 700_000);

    @AfterEach
    void close() {
        hasher.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, 65_536, 65_537, 131_072, 1_500_000})
    void aDownloadGetsItsNameWhenItIsComplete(int length) throws IOException {
        Samples content = Samples.of(length, length);
        try (PartialFile part = open("f", content)) {
            fill(part, content);
            assertThat(read(part, 0, length)).isEqualTo(content.bytes());
            HashedFile finished = part.finish();
            assertThat(finished.path()).isEqualTo(target("f").file()).hasBinaryContent(content.bytes());
            assertThat(finished.isCurrent()).isTrue();
            assertThat(finished).isEqualTo(hasher.hash(finished.path()));
            assertThat(read(part, 0, length)).as("who is served still is").isEqualTo(content.bytes());
            assertThat(part.finish()).as("once more").isEqualTo(finished);
            assertThat(part.isIntact()).isTrue();
        }
        assertThat(folder).isDirectoryNotContaining("glob:**" + TargetPath.PART_SUFFIX);
    }

    @Test
    void aResumeNeedsNothingButThePartFile() throws IOException {
        try (PartialFile part = open("f", sample)) {
            part.recordChunkRow(sample.row(), HashProgress.UNSEEN);
            part.write(2, sample.chunk(2));
            part.write(10, sample.chunk(10));
        }
        try (PartialFile part = open("f", sample)) {
            assertThat(part.chunks().runs()).containsExactly(new ChunkRun(2, 1), new ChunkRun(10, 1));
            assertThat(part.chunkRow()).contains(sample.row());
            assertThat(part.missingBytes())
                    .isEqualTo(700_000 - 65_536 - sample.layout().size(10));
            assertThat(part.checkpoint().isEmpty()).as("nothing new").isTrue();
            assertThat(part.verify(HashProgress.UNSEEN).isEmpty()).isTrue();
            fill(part, sample);
            assertThat(part.finish().path()).hasBinaryContent(sample.bytes());
        }
    }

    @Test
    void chunksThatAreNotThereAreNotRead() throws IOException {
        try (PartialFile part = open("f", sample)) {
            part.write(1, sample.chunk(1));
            assertThat(read(part, 65_536, 65_536)).hasSize(65_536);
            assertThat(read(part, 70_000, 0)).isEmpty();
            assertThatThrownBy(() -> read(part, 65_535, 2))
                    .isInstanceOf(ChunkMissingException.class)
                    .hasMessageContaining("chunk 0");
            assertThatThrownBy(() -> read(part, 131_071, 2)).isInstanceOf(ChunkMissingException.class);
            assertThatThrownBy(() -> read(part, 699_999, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> part.write(1, ByteBuffer.allocate(5)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> part.recordChunkRow(new byte[sample.row().length], HashProgress.UNSEEN))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(part::finish).isInstanceOf(IllegalStateException.class);
            assertThat(part.holds(1)).isTrue();
            assertThat(part.holds(0)).isFalse();
            assertThat(part.holds(-1)).isFalse();
            assertThat(part.holds(11)).isFalse();
        }
    }

    @Test
    void ofSeveralWritersOfAChunkOneStoresIt() throws IOException {
        try (PartialFile part = open("f", sample)) {
            AtomicInteger stored = new AtomicInteger();
            Together.run(16, thread -> {
                for (int chunk = 0; chunk < sample.layout().chunkCount(); chunk++) {
                    if (part.write(chunk, sample.chunk(chunk))) {
                        stored.incrementAndGet();
                    }
                    if (part.holds(chunk)) {
                        assertThat(read(part, sample.layout().offset(chunk), 100))
                                .hasSize(100);
                    }
                    part.checkpoint();
                }
            });
            assertThat(stored).hasValue(sample.layout().chunkCount());
            part.recordChunkRow(sample.row(), HashProgress.UNSEEN);
            assertThat(part.finish().path()).hasBinaryContent(sample.bytes());
        }
    }

    @Test
    void aCheckpointIsDueAfterAWhile() throws IOException {
        AtomicLong nanos = new AtomicLong();
        PartFormat format = new PartFormat(sample.id());
        CrashingDisk disk = new CrashingDisk(format.fileBytes(), format.rowOffset());
        PartPlace place = new PartPlace(sample.id(), folder.resolve("x"), null);
        PartialFile part = PartialFile.over(disk, place, hasher, nanos::get, HashProgress.UNSEEN);
        part.write(0, sample.chunk(0));
        assertThat(part.isCheckpointDue()).isFalse();
        nanos.addAndGet(PartialFile.CHECKPOINT_NANOS);
        assertThat(part.isCheckpointDue()).isTrue();
        assertThat(part.checkpoint().runs()).containsExactly(new ChunkRun(0, 1));
        assertThat(part.isCheckpointDue()).isFalse();
    }

    @Test
    void onlyOneMayWriteAPartFile() {
        try (PartialFile part = open("f", sample)) {
            assertThatThrownBy(() -> open("f", sample))
                    .isInstanceOf(PartInUseException.class)
                    .hasMessageContaining("this process");
            assertThat(part.write(0, sample.chunk(0))).isTrue();
        }
        try (PartialFile part = open("f", sample)) {
            assertThat(part.holds(0)).isTrue();
        }
    }

    @Test
    void thePartFileOfAnotherContentIsNotTouched() throws IOException {
        Samples other = Samples.of(9, 300_000);
        try (PartialFile part = open("f", other)) {
            part.write(0, other.chunk(0));
        }
        byte[] before = Files.readAllBytes(target("f").partFile());
        for (Samples content : new Samples[] {sample, Samples.of(8, 300_000), Samples.of(7, 10)}) {
            assertThatThrownBy(() -> open("f", content))
                    .isInstanceOf(OtherContentException.class)
                    .hasMessageContaining("f.shoal-part");
            assertThat(target("f").partFile()).hasBinaryContent(before);
        }
        Path foreign = Files.write(target("g").partFile(), new byte[3_000_000]);
        assertThatThrownBy(() -> open("g", sample)).isInstanceOf(OtherContentException.class);
        assertThat(foreign).hasSize(3_000_000);
    }

    @Test
    void aDiskThatIsTooSmallIsToldBeforeAnythingIsWritten() {
        ContentId huge = new ContentId(Hash.parseHex("11".repeat(32)), ContentId.MAX_LENGTH);
        assertThatThrownBy(() -> PartialFile.open(target("f"), huge, hasher, HashProgress.UNSEEN))
                .isInstanceOfSatisfying(
                        DiskFullException.class,
                        e -> assertThat(e.missingBytes()).isPositive())
                .hasMessageContaining("GB more are needed");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aDownloadWithoutANameLeavesNothing() throws IOException {
        Path secret = folder.resolve("home/partial");
        PartialFile part = PartialFile.openNameless(secret, sample.id(), hasher, HashProgress.UNSEEN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rwx------");
        fill(part, sample);
        assertThat(read(part, 0, 700_000)).isEqualTo(sample.bytes());
        assertThatThrownBy(part::finish).isInstanceOf(IllegalStateException.class);
        part.discard();
        assertThat(secret).isEmptyDirectory();
        assertThatThrownBy(() -> read(part, 0, 1)).isInstanceOf(ContentClosedException.class);
        assertThatThrownBy(() -> part.write(0, sample.chunk(0))).isInstanceOf(ContentClosedException.class);
    }

    @Test
    void anInterruptEndsItButWhatWasRecordedStays() {
        PartialFile part = open("f", sample);
        part.write(0, sample.chunk(0));
        part.checkpoint();
        part.write(1, sample.chunk(1));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> part.write(2, sample.chunk(2))).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(part.isIntact()).isFalse();
        assertThatThrownBy(() -> part.write(2, sample.chunk(2))).hasMessageContaining("opened again");
        part.close();
        try (PartialFile again = open("f", sample)) {
            assertThat(again.chunks().runs()).containsExactly(new ChunkRun(0, 1));
        }
    }

    @Test
    void whatIsInTheWayIsNamed() throws IOException {
        assertThatThrownBy(() -> PartialFile.open(
                        new TargetPath(folder.resolve("none/f")), sample.id(), hasher, HashProgress.UNSEEN))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("no such file or folder");
        Path precious = Files.write(folder.resolve("precious"), new byte[] {1, 2, 3});
        Files.createSymbolicLink(target("f").partFile(), precious);
        assertThatThrownBy(() -> open("f", sample))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("symbolic link");
        Files.createDirectory(target("g").partFile());
        assertThatThrownBy(() -> open("g", sample)).isInstanceOf(FileAccessException.class);
        assertThat(precious).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void aPartFileThatIsGoneCannotBeFinished() throws IOException {
        try (PartialFile part = open("f", sample)) {
            fill(part, sample);
            Files.delete(part.partFile());
            assertThat(part.isIntact()).isFalse();
            assertThatThrownBy(part::finish).isInstanceOf(FileAccessException.class);
            assertThat(target("f").file()).doesNotExist();
        }
    }

    private TargetPath target(String name) {
        return new TargetPath(folder.resolve(name));
    }

    private PartialFile open(String name, Samples content) {
        return PartialFile.open(target(name), content.id(), hasher, HashProgress.UNSEEN);
    }

    private static void fill(PartialFile part, Samples content) {
        part.recordChunkRow(content.row(), HashProgress.UNSEEN);
        for (int chunk = 0; chunk < content.layout().chunkCount(); chunk++) {
            part.write(chunk, content.chunk(chunk));
        }
    }

    private static byte[] read(PartialFile part, long offset, int size) {
        ByteBuffer target = ByteBuffer.allocateDirect(size);
        part.read(offset, target);
        byte[] bytes = new byte[size];
        target.flip().get(bytes);
        return bytes;
    }
}
