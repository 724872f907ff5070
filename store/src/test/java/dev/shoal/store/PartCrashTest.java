package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Power cuts and damage at any place: no chunk is believed that is wrong, and none is lost that was promised. */
class PartCrashTest {

    private static final int SEEDS = 300;
    private static final int MUTILATIONS = 300;

    private final FileHasher hasher = new FileHasher(1);
    private final Samples sample = Samples.of(1, 5 * 65_536 + 12_345);
    private final Samples small = Samples.of(2, 20_000);

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void afterPowerCutsNothingWrongIsBelievedAndNothingPromisedIsLost() {
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            Samples content = seed % 10 == 0 ? small : sample;
            CrashingDisk disk = disk(content);
            ChunkSet promised = new ChunkSet(content.layout().chunkCount());
            boolean finishing = false;
            for (int life = 0; life < 6; life++) {
                String where = "seed " + seed + ", life " + life;
                PartialFile part = open(disk, content);
                assertRight(part, content, where);
                if (!finishing) {
                    assertHas(part.chunks(), promised, where);
                }
                if (random.nextInt(3) > 0 && part.chunkRow().isEmpty()) {
                    part.recordChunkRow(content.row(), HashProgress.UNSEEN);
                    assertRight(part, content, where);
                }
                if (part.chunkRow().isPresent()) {
                    assertHas(part.chunks(), promised, where);
                }
                disk.failAfter(random.nextInt(25), "the power is gone");
                live(part, content, promised, random);
                // From then on the record may be cut off, and it takes the chunk hashes to see what is there.
                finishing |= part.chunks().isFull();
                disk.crash(random);
            }
        }
    }

    /** Writes and records until the power is gone, or enough was done. */
    private static void live(PartialFile part, Samples content, ChunkSet promised, RandomGenerator random) {
        try {
            for (int step = 0; step < 30; step++) {
                int chunk = random.nextInt(content.layout().chunkCount());
                switch (random.nextInt(10)) {
                    case 0, 1 -> promise(promised, part.checkpoint());
                    case 2 ->
                        assertThat(part.verify(HashProgress.UNSEEN).isEmpty()).isTrue();
                    case 3 -> part.recordChunkRow(content.row(), HashProgress.UNSEEN);
                    default -> part.write(chunk, content.chunk(chunk));
                }
                if (part.chunks().isFull() && part.chunkRow().isPresent()) {
                    part.forceAll();
                    promise(promised, part.chunks());
                    return;
                }
            }
        } catch (StoreException | IllegalStateException powerIsGone) {
            return;
        }
    }

    @Test
    void whateverHappensToTheTrailerNothingWrongIsBelieved() {
        int found = 0;
        for (long seed = 0; seed < MUTILATIONS; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            CrashingDisk disk = disk(sample);
            ChunkSet written = someChunks(disk, random);
            byte[] image = disk.image();
            int trailer = (int) new PartFormat(sample.id()).rowOffset();
            if (random.nextInt(4) == 0) {
                image = Arrays.copyOf(image, random.nextInt(image.length + 1));
            } else {
                for (int flips = random.nextInt(1, 20); flips > 0; flips--) {
                    image[trailer + random.nextInt(image.length - trailer)] ^= (byte) (1 << random.nextInt(8));
                }
                // Most of the trailer is filling; the slots' heads and the footer are what counts.
                int area = random.nextInt(3);
                int at = (int) new PartFormat(sample.id()).slotOffset(0) + area * PartFormat.PAGE_BYTES;
                image[at + (random.nextBoolean() ? 41 : random.nextInt(42))] ^= (byte) (1 << random.nextInt(8));
            }
            disk.replace(image);
            PartialFile again = open(disk, sample);
            assertRight(again, sample, "seed " + seed);
            if (again.chunkRow().isEmpty()) {
                again.recordChunkRow(sample.row(), HashProgress.UNSEEN);
                assertRight(again, sample, "seed " + seed);
            }
            found += again.chunks().count();
            assertHas(written, again.chunks(), "seed " + seed);
        }
        assertThat(found).as("what was there was mostly found again").isGreaterThan(MUTILATIONS);
    }

    @Test
    void damagedDataIsFoundWhenItIsLookedFor() {
        for (long seed = 0; seed < 100; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            CrashingDisk disk = disk(sample);
            someChunks(disk, random);
            byte[] image = disk.image();
            for (int flips = 0; flips < 3; flips++) {
                image[random.nextInt(sample.bytes().length)] ^= 1;
            }
            disk.replace(image);
            PartialFile part = open(disk, sample);
            ChunkSet before = part.chunks();
            ChunkSet dropped = part.verify(HashProgress.UNSEEN);
            assertRight(part, sample, "seed " + seed);
            assertThat(part.chunks().count()).isEqualTo(before.count() - dropped.count());
            // Neither of the records names them any more.
            for (int slot = 0; slot < 2 && !dropped.isEmpty(); slot++) {
                byte[] torn = disk.image();
                torn[(int) new PartFormat(sample.id()).slotOffset(slot)] ^= 1;
                CrashingDisk other = disk(sample);
                other.replace(torn);
                assertRight(open(other, sample), sample, "seed " + seed);
            }
        }
    }

    @Test
    void afterAForceThatFailedOnlyOlderRecordsAreBelieved() {
        CrashingDisk disk = disk(sample);
        PartialFile part = open(disk, sample);
        part.write(0, sample.chunk(0));
        assertThat(part.checkpoint().count()).isEqualTo(1);
        part.write(1, sample.chunk(1));
        disk.loseNextForce();
        assertThatThrownBy(part::checkpoint).isInstanceOf(StoreException.class);
        assertThatThrownBy(part::checkpoint).isInstanceOf(StoreException.class).hasMessageContaining("opened again");
        assertThatThrownBy(() -> part.write(2, sample.chunk(2))).isInstanceOf(StoreException.class);
        assertThat(part.isIntact()).isFalse();
        PartialFile again = open(disk, sample);
        assertThat(again.chunks().runs()).containsExactly(new ChunkRun(0, 1));
    }

    @Test
    void onAFullDiskEverythingStaysAndGoesOnLater() {
        CrashingDisk disk = disk(sample);
        PartialFile part = open(disk, sample);
        part.write(0, sample.chunk(0));
        disk.failAfter(0, "No space left on device");
        assertThatThrownBy(() -> part.write(1, sample.chunk(1)))
                .isInstanceOfSatisfying(
                        DiskFullException.class,
                        e -> assertThat(e.missingBytes()).isPositive())
                .hasMessageContaining("is kept");
        assertThat(part.chunks().count()).isEqualTo(1);
        disk.failAfter(Integer.MAX_VALUE, "");
        assertThat(part.write(1, sample.chunk(1))).isTrue();
        assertThat(part.checkpoint().count()).isEqualTo(2);
    }

    /** A part file with some chunks, in several records. Returns the chunks. */
    private ChunkSet someChunks(CrashingDisk disk, RandomGenerator random) {
        PartialFile part = open(disk, sample);
        part.recordChunkRow(sample.row(), HashProgress.UNSEEN);
        for (int i = 0; i < 6; i++) {
            int chunk = random.nextInt(sample.layout().chunkCount());
            part.write(chunk, sample.chunk(chunk));
            if (random.nextInt(3) == 0) {
                part.checkpoint();
            }
        }
        part.checkpoint();
        return part.chunks();
    }

    private CrashingDisk disk(Samples content) {
        PartFormat format = new PartFormat(content.id());
        return new CrashingDisk(format.fileBytes(), format.rowOffset());
    }

    private PartialFile open(CrashingDisk disk, Samples content) {
        PartPlace place = new PartPlace(content.id(), Path.of("/nowhere/x.shoal-part"), null);
        try {
            return PartialFile.over(disk, place, hasher, () -> 0, HashProgress.UNSEEN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRight(PartialFile part, Samples content, String where) {
        ChunkSet chunks = part.chunks();
        for (int chunk = chunks.next(0); chunk >= 0; chunk = chunks.next(chunk + 1)) {
            ByteBuffer there = ByteBuffer.allocate(content.layout().size(chunk));
            part.read(content.layout().offset(chunk), there);
            assertThat(there.flip()).as("chunk %d of %s", chunk, where).isEqualTo(content.chunk(chunk));
        }
    }

    private static void assertHas(ChunkSet all, ChunkSet some, String where) {
        for (int chunk = some.next(0); chunk >= 0; chunk = some.next(chunk + 1)) {
            assertThat(all.contains(chunk)).as("chunk %d of %s", chunk, where).isTrue();
        }
    }

    private static void promise(ChunkSet promised, ChunkSet added) {
        for (int chunk = added.next(0); chunk >= 0; chunk = added.next(chunk + 1)) {
            promised.add(chunk);
        }
    }
}
