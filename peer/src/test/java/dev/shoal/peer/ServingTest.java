package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.PartialFile;
import dev.shoal.store.SharedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limit of a content that is shared several times. */
class ServingTest {

    @TempDir
    Path folder;

    private final OpenFiles openFiles = new OpenFiles();
    private HashedFile file;

    @BeforeEach
    void hash() throws IOException {
        try (FileHasher hasher = new FileHasher(1)) {
            file = hasher.hash(Files.writeString(folder.resolve("file"), "some data"));
        }
    }

    @AfterEach
    void close() {
        openFiles.close();
    }

    private Served served(long limitBytesPerSecond) {
        return new Served(new SharedFile(file, openFiles), null, limitBytesPerSecond);
    }

    @Test
    void aContentThatNothingLimitsHasNoLimit() {
        Served whole = new Served(new SharedFile(file, openFiles));
        assertThat(whole.limit()).isEmpty();
        assertThat(new Serving(1, List.of(whole)).limitBytesPerSecond()).isEqualTo(Rate.UNLIMITED);
    }

    @Test
    void theLowestLimitCountsForAsLongAsWhoAskedForItShares() {
        Served free = served(Rate.UNLIMITED);
        Served slow = served(1_024);
        Served faster = served(2_048);
        Serving serving = new Serving(1, List.of(faster));
        serving.add(free);
        assertThat(serving.limitBytesPerSecond()).isEqualTo(2_048);
        serving.add(slow);
        assertThat(serving.limitBytesPerSecond()).isEqualTo(1_024);
        serving.remove(slow);
        assertThat(serving.limitBytesPerSecond()).isEqualTo(2_048);
        serving.remove(faster);
        assertThat(serving.limitBytesPerSecond()).isEqualTo(Rate.UNLIMITED);
    }

    @Test
    void whatWasHereAlreadyIsToldOfByTheWayAndTheRestAtOnce() {
        ContentId large = new ContentId(file.id().root(), 10L << 20);
        try (FileHasher hasher = new FileHasher(1)) {
            PartialFile part = PartialFile.openNameless(folder.resolve("parts"), large, hasher, HashProgress.UNSEEN);
            Serving serving = new Serving(1, List.of(new Served(part)));
            serving.chunkCame(3, false);
            serving.chunkCame(7, true);
            assertThat(serving.told().contains(3)).isTrue();
            assertThat(serving.news().runs()).containsExactly(new ChunkRun(7, 1));
            for (int look = 2; look < Serving.UNHURRIED_LOOKS; look++) {
                assertThat(serving.news().isEmpty()).as("look %d", look).isTrue();
            }
            serving.chunkCame(7, false);
            serving.chunkCame(9, true);
            assertThat(serving.news().runs()).containsExactly(new ChunkRun(3, 1), new ChunkRun(9, 1));
            assertThat(serving.news().isEmpty()).isTrue();
            part.discard();
        }
    }

    @Test
    void onlyContentsWithNewsAreLookedAtUntilAllIsTold() {
        ContentId large = new ContentId(file.id().root(), 10L << 20);
        try (FileHasher hasher = new FileHasher(1)) {
            PartialFile part = PartialFile.openNameless(folder.resolve("parts"), large, hasher, HashProgress.UNSEEN);
            Serving serving = new Serving(1, List.of(new Served(part)));
            ServedContents contents = new ServedContents();
            contents.add(serving);
            assertThat(contents.untoldCount()).isZero();
            contents.chunkCame(serving.key(), 3, false);
            contents.chunkCame(serving.key(), 7, true);
            for (int look = 1; look < Serving.UNHURRIED_LOOKS; look++) {
                contents.tell();
                assertThat(contents.untoldCount()).as("look %d", look).isEqualTo(1);
            }
            contents.tell();
            assertThat(contents.untoldCount()).isZero();
            contents.placeCame(serving, new Served(part));
            contents.remove(serving);
            assertThat(contents.untoldCount()).isZero();
            assertThat(contents.find(serving.key())).isNull();
            part.discard();
        }
    }

    @Test
    void whatTheHomeLetsGoIsNoLimitOfItsOwn() {
        Served free = served(Rate.UNLIMITED);
        free.ceiling(0);
        assertThat(free.limit()).hasValue(0);
        assertThat(free.ownLimit()).isEmpty();
        Served slow = served(1_024);
        slow.ceiling(512);
        assertThat(slow.limit()).hasValue(512);
        assertThat(slow.ownLimit()).hasValue(1_024);
    }
}
