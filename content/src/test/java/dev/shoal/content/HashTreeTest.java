package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashTreeTest {

    private final HashTree tree = new HashTree();

    /** Roots computed by a separate implementation, written from the text of BEP 52. */
    @ParameterizedTest
    @CsvSource({
        "0, 0000000000000000000000000000000000000000000000000000000000000000",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "16383, f40bd62ca40558034f8a649254df2b6fd6083c3ebf6c9b4004f96f354fbd19f1",
        "16384, f5b99e7e566cc9bda57d49dc354462ecbd8ee7fd7a54a6664234843a29ea29be",
        "16385, 0c0cc1af4881969aff85b99998de012e902e999758376a454ac05b8755f6447c",
        "32768, e6006752464220f3931eb07428bc4a2de5353bf1219df598de05a30576f4cc2b",
        "49152, adadb719d145ba621870a055461cfecca7773ce11cd70492e654a691a6fa41a4",
        "65536, 00558444dd12d5043107198ffc9b679b1307d0814acdbd49cac7f66ff8986117",
        "65537, 6614c5b0430c18a2b0a2ce96f8e89fc71fcc76d33a0dbbe8c325263fa6c1e653",
        "131072, 6eb126f1c35f5ebcb075e99a74e4d10440f5e891bc99df3e9fc842edd24bfb9f",
        "200000, 3c2c2e53de9a18a2c824aceb6cec6818e6f5aecadde7ff8b74258fffcc5d8b2f",
        "1000000, 0fd48439d07c91b1f5d76f8217b746cb3b2d9436ebcd1f210fc90656f4b4698c",
        "1048576, 5532d6945d65fd3d9fd7d654694264adc5bb5d386068ba2348bfb4da0e704db5",
        "327681, 431bc7438617d2c6683b73286c408caf2c6aa84c5fdb72bebe146ada97442ed9"
    })
    void rootIsThatOfTheStandard(int length, String root) {
        assertThat(rootOf(sample(length)).hex()).isEqualTo(root);
    }

    @Test
    void contentOfOneBlockHasTheHashOfItsBytes() {
        assertThat(rootOf("abc".getBytes(StandardCharsets.US_ASCII)).hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void lengthTellsContentsOfOneRootApart() {
        byte[] twoBlocks = sample(32 * 1024);
        byte[] leaves = tree.leaves(twoBlocks, 0, twoBlocks.length);
        assertThat(rootOf(leaves)).isEqualTo(rootOf(twoBlocks));
        assertThat(new ContentId(rootOf(leaves), leaves.length))
                .isNotEqualTo(new ContentId(rootOf(twoBlocks), twoBlocks.length));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void chunkRowAndLeafRowsLeadToTheSameRoot(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        byte[] data = new byte[random.nextInt(1, 3_000_000)];
        random.nextBytes(data);
        ChunkLayout layout = new ChunkLayout(data.length);
        byte[] row = chunkRow(data);
        Hash fromLeaves = tree.subtreeRoot(tree.leaves(data, 0, data.length), 0, layout.height());
        assertThat(tree.root(layout, row)).as("seed %d", seed).isEqualTo(fromLeaves);
        ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(data).flip();
        assertThat(tree.leaves(direct)).isEqualTo(tree.leaves(data, 0, data.length));
        assertThat(direct.remaining()).isEqualTo(data.length);
    }

    @Test
    void anyChangedByteChangesTheRoot() {
        byte[] data = sample(300_000);
        Hash before = rootOf(data);
        for (int at = 0; at < data.length; at += 9_973) {
            data[at] ^= 1;
            assertThat(rootOf(data)).isNotEqualTo(before);
            data[at] ^= 1;
        }
        assertThat(rootOf(data)).isEqualTo(before);
        assertThat(rootOf(Arrays.copyOf(data, data.length + 1))).isNotEqualTo(before);
    }

    @Test
    void rowsOfTheWrongLengthAreRefused() {
        ChunkLayout layout = new ChunkLayout(200_000);
        assertThatThrownBy(() -> tree.root(layout, new byte[3 * 32])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.subtreeRoot(new byte[0], 0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.subtreeRoot(new byte[33], 0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.subtreeRoot(new byte[5 * 32], 0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.chunkHash(layout, 0, ByteBuffer.allocate(5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Hash rootOf(byte[] data) {
        return tree.root(new ChunkLayout(data.length), chunkRow(data));
    }

    private byte[] chunkRow(byte[] data) {
        ChunkLayout layout = new ChunkLayout(data.length);
        byte[] row = new byte[layout.chunkCount() * Hash.BYTES];
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            ByteBuffer bytes = ByteBuffer.wrap(data, (int) layout.offset(chunk), layout.size(chunk));
            tree.chunkHash(layout, chunk, bytes).writeTo(row, chunk * Hash.BYTES);
        }
        return row;
    }

    private static byte[] sample(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 31 + (i >> 8) * 17 + (i >> 16) * 7);
        }
        return data;
    }
}
