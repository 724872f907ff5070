package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.FolderListing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that was hashed before: only what has changed is read, and the result is as if all of it was. */
class FolderMemoryTest {

    private static final int FILES = 100;

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(2);
    private final FolderMemory memory = new FolderMemory();
    private final SplittableRandom random = new SplittableRandom(7);

    @BeforeEach
    void fill() throws IOException {
        for (int i = 0; i < FILES; i++) {
            write("some/f" + i, 4096);
        }
        write("large", 1_200_000);
        hash();
    }

    @AfterEach
    void close() {
        hasher.close();
    }

    private void write(String path, int length) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private void hash() {
        HashedFolder hashed = new FolderHasher(hasher, folder, memory).hash(HashProgress.UNSEEN);
        HashedFolder anew = new FolderHasher(hasher, folder).hash(HashProgress.UNSEEN);
        assertThat(hashed.id()).isEqualTo(anew.id());
        assertThat(hashed.chunkRow()).isEqualTo(anew.chunkRow());
        assertThat(memory.look()).contains(FolderLook.of(folder));
    }

    @Test
    void whoHasJustLookedNeedNotLookAgainAndOnlyOnce() throws IOException {
        memory.saw(FolderLook.of(folder));
        write("later", 10);
        FolderListing seen = new FolderHasher(hasher, folder, memory)
                .hash(HashProgress.UNSEEN)
                .listing();
        assertThat(seen.entries()).noneMatch(entry -> entry.path().equals("later"));
        hash();
        memory.saw(FolderLook.of(folder));
        memory.saw(null);
        write("last", 10);
        hash();
    }

    @Test
    void whatWasWrittenToSinceSomebodyLookedIsNotTakenForWhatWasSeen() throws IOException {
        write("some/f1", 4_000);
        memory.saw(FolderLook.of(folder));
        write("some/f1", 4_001);
        FolderHasher torn = new FolderHasher(hasher, folder, memory);
        assertThatThrownBy(() -> torn.hash(HashProgress.UNSEEN)).isInstanceOf(FileChangedException.class);
        hash();
    }

    @Test
    void theResultIsTheSameWhateverHasChanged() throws IOException {
        SplittableRandom choice = new SplittableRandom(11);
        for (int round = 0; round < 12; round++) {
            String path = "some/f" + choice.nextInt(FILES);
            switch (choice.nextInt(6)) {
                case 0 -> write(path, 4096);
                case 1 -> write(path, choice.nextInt(70_000));
                case 2 -> Files.deleteIfExists(folder.resolve(path));
                case 3 -> write("new " + round + "/x", choice.nextInt(100_000));
                case 4 -> {
                    if (Files.exists(folder.resolve(path))) {
                        Files.move(folder.resolve(path), folder.resolve("moved " + round));
                    }
                }
                default -> write("large", 1_200_000 + choice.nextInt(2) * 20_000);
            }
            hash();
        }
    }

    @Test
    void whatLooksAsItDidIsNotReadAgain() throws IOException {
        Path file = folder.resolve("some/f5");
        FileTime before = Files.getLastModifiedTime(file);
        byte[] other = new byte[4096];
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(other));
        }
        Files.setLastModifiedTime(file, before);
        HashedFolder hashed = new FolderHasher(hasher, folder, memory).hash(HashProgress.UNSEEN);
        assertThat(hashed.id())
                .as("nobody can see that it is another one, and so it is not read")
                .isNotEqualTo(new FolderHasher(hasher, folder)
                        .hash(HashProgress.UNSEEN)
                        .id());
        memory.forget();
        assertThat(memory.look()).isEmpty();
        hash();
        Files.write(file, other);
        hash();
    }

    @Test
    void aLookSaysWhichFilesAreOthers() throws IOException {
        FolderLook before = FolderLook.of(folder);
        assertThat(before).isEqualTo(FolderLook.of(folder));
        assertThat(before.folders()).containsExactly(folder, folder.resolve("some"));
        write("some/f5", 0);
        write("more/deep/x", 3);
        FolderLook now = FolderLook.of(folder);
        assertThat(now).isNotEqualTo(before);
        assertThat(now.changedFiles(before))
                .containsExactlyInAnyOrder(folder.resolve("some/f5"), folder.resolve("more/deep/x"));
        assertThat(now.hasEmptied(before)).isTrue();
        assertThat(now.folders()).contains(folder.resolve("more/deep"));
    }
}
