package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartFormatTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 4095, 4096, 4097, 300_000_000_000L, ContentId.MAX_LENGTH})
    void areasFollowEachOtherOnPagesOfTheirOwn(long length) {
        PartFormat format = new PartFormat(new ContentId(Hash.ZERO, length));
        assertThat(format.rowOffset()).isBetween(length, length + 4095);
        assertThat(format.slotOffset(0)).isGreaterThanOrEqualTo(format.rowOffset() + format.rowBytes());
        assertThat(format.slotOffset(1)).isEqualTo(format.slotOffset(0) + format.slotBytes());
        assertThat(format.slotOffset(2)).isEqualTo(format.slotOffset(0));
        assertThat(format.footerOffset()).isEqualTo(format.slotOffset(1) + format.slotBytes());
        assertThat(format.fileBytes()).isEqualTo(format.footerOffset() + 4096);
        for (long start : new long[] {format.rowOffset(), format.slotOffset(0), format.slotOffset(1)}) {
            assertThat(start % 4096).isZero();
        }
        PartFormat.Slot none =
                new PartFormat.Slot(1, false, new ChunkSet(format.layout().chunkCount()));
        assertThat(format.encode(none).remaining()).isEqualTo(format.slotBytes());
    }

    @Test
    void aSlotIsReadBackAndAnyChangedByteSpoilsIt() {
        PartFormat format = new PartFormat(Samples.of(1, 5_000_000).id());
        ChunkSet chunks = new ChunkSet(format.layout().chunkCount());
        chunks.add(new ChunkRun(3, 40));
        PartFormat.Slot record = new PartFormat.Slot(77, true, chunks);
        byte[] slot = format.encode(record).array();
        assertThat(format.decode(slot)).isEqualTo(record);
        for (int at = 0; at < 41 + (chunks.size() + 7) / 8; at++) {
            slot[at] ^= 0x10;
            assertThat(format.decode(slot)).as("byte %d", at).isNull();
            slot[at] ^= 0x10;
        }
        PartFormat other = new PartFormat(Samples.of(2, 5_000_000).id());
        assertThat(other.decode(slot)).as("the slot of another content").isNull();
        assertThat(format.decode(new byte[format.slotBytes()])).isNull();
    }

    @Test
    void theFooterNamesTheContent() {
        ContentId id = Samples.of(1, 5_000).id();
        byte[] footer = new PartFormat(id).footer().array();
        assertThat(footer).hasSize(4096);
        assertThat(PartFormat.owner(footer)).isEqualTo(id);
        for (int at = 0; at < 80; at++) {
            footer[at] ^= 1;
            assertThat(PartFormat.owner(footer)).as("byte %d", at).isNull();
            footer[at] ^= 1;
        }
        byte[] noise = new byte[4096];
        new SplittableRandom(1).nextBytes(noise);
        assertThat(PartFormat.owner(noise)).isNull();
    }
}
