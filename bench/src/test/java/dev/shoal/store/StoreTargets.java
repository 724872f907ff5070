package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;

/** What the store reads back from a disk, under any input. */
public final class StoreTargets {

    private static final int LENGTH = 200_000;
    private static final byte[] CONTENT = new byte[LENGTH];
    private static final ChunkLayout LAYOUT = new ChunkLayout(LENGTH);
    private static final byte[] ROW = row();
    private static final ContentId ID = new ContentId(new HashTree().root(LAYOUT, ROW), LENGTH);
    private static final PartFormat FORMAT = new PartFormat(ID);
    private static final FileHasher HASHER = new FileHasher(1);
    private static final PartPlace PLACE = new PartPlace(ID, Path.of("part"), null);

    private StoreTargets() {}

    private static byte[] row() {
        byte[] row = new byte[LAYOUT.chunkCount() * Hash.BYTES];
        HashTree tree = new HashTree();
        for (int chunk = 0; chunk < LAYOUT.chunkCount(); chunk++) {
            ByteBuffer data = ByteBuffer.wrap(CONTENT, (int) LAYOUT.offset(chunk), LAYOUT.size(chunk));
            System.arraycopy(tree.chunkHash(LAYOUT, chunk, data).toBytes(), 0, row, chunk * Hash.BYTES, Hash.BYTES);
        }
        return row;
    }

    /** A file in memory. */
    private static final class MemoryFile implements BlockFile {
        private byte[] bytes;

        MemoryFile(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            if (offset >= bytes.length) {
                return -1;
            }
            int length = Math.min(target.remaining(), bytes.length - (int) offset);
            target.put(bytes, (int) offset, length);
            return length;
        }

        @Override
        public int write(ByteBuffer source, long offset) {
            int length = source.remaining();
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, (int) offset + length));
            source.get(bytes, (int) offset, length);
            return length;
        }

        @Override
        public void force(boolean withCut) {
            if (bytes.length > 4 * LENGTH) {
                throw new AssertionError("it grew to " + bytes.length);
            }
        }

        @Override
        public void truncate(long size) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(bytes.length, size));
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void close() {
            bytes = new byte[0];
        }
    }

    /**
     * What stands behind the content in a part file. The first byte of the input says what of it is made whole, as no
     * fuzzer finds a checksum: bit 0 the row, bits 1 and 2 the slots' checksums, bit 3 the footer.
     */
    public static void partFile(byte[] input) {
        if (input.length == 0 || input.length > 4 * PartFormat.PAGE_BYTES) {
            return;
        }
        byte[] file = Arrays.copyOf(CONTENT, (int) FORMAT.rowOffset() + input.length - 1);
        System.arraycopy(input, 1, file, (int) FORMAT.rowOffset(), input.length - 1);
        if ((input[0] & 1) != 0) {
            file = with(file, FORMAT.rowOffset(), ROW);
        }
        for (int slot = 0; slot < 2; slot++) {
            int offset = (int) FORMAT.slotOffset(slot);
            if ((input[0] & 2 << slot) != 0 && file.length >= offset + FORMAT.slotBytes()) {
                file = with(file, offset, sum(Arrays.copyOfRange(file, offset, offset + FORMAT.slotBytes())));
            }
        }
        if ((input[0] & 8) != 0) {
            file = with(file, FORMAT.footerOffset(), FORMAT.footer().array());
        }
        PartFormat.owner(Arrays.copyOf(file, PartFormat.PAGE_BYTES));
        try {
            open(file);
        } catch (StoreException refused) {
            // As it should be.
            return;
        }
    }

    private static void open(byte[] file) {
        try (MemoryFile disk = new MemoryFile(file)) {
            PartialFile part = PartialFile.over(disk, PLACE, HASHER, () -> 0, HashProgress.UNSEEN);
            part.recordChunkRow(ROW, HashProgress.UNSEEN);
            part.checkpoint();
            PartialFile again = PartialFile.over(disk, PLACE, HASHER, () -> 0, HashProgress.UNSEEN);
            if (!again.chunks().equals(part.chunks())) {
                throw new AssertionError(part.chunks() + " becomes " + again.chunks());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] with(byte[] file, long offset, byte[] bytes) {
        byte[] larger = Arrays.copyOf(file, Math.max(file.length, (int) offset + bytes.length));
        System.arraycopy(bytes, 0, larger, (int) offset, bytes.length);
        return larger;
    }

    private static byte[] sum(byte[] slot) {
        try {
            int mapBytes = (LAYOUT.chunkCount() + 7) / 8;
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ID.toBytes());
            sha256.update(slot, Hash.BYTES, Long.BYTES + 1 + mapBytes);
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A row of the catalog that a disk, or somebody, garbled. The input is cut into the columns at zero bytes. */
    public static void catalogRow(byte[] input) {
        int cut = 0;
        byte[][] columns = new byte[3][];
        for (int column = 0; column < columns.length; column++) {
            int end = cut;
            while (end < input.length && (input[end] != 0 || column == columns.length - 1)) {
                end++;
            }
            columns[column] = Arrays.copyOfRange(input, Math.min(cut, input.length), end);
            cut = end + 1;
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            connection
                    .createStatement()
                    .execute("CREATE TABLE hashed_file (path, size, modified_nanos, file_key, content_id, chunk_row,"
                            + " used_seconds)");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO hashed_file VALUES ('f', ?, ?, ?, ?, ?, ?)")) {
                insert.setBytes(1, columns[0]);
                insert.setLong(2, input.length);
                insert.setBytes(3, columns[1]);
                insert.setBytes(4, Arrays.copyOf(columns[2], Math.min(columns[2].length, ContentId.BYTES)));
                insert.setBytes(5, columns[2]);
                insert.setLong(6, 0);
                insert.executeUpdate();
            }
            CatalogRow row = CatalogRow.select(connection, Path.of("f"));
            if (row != null && row.holds() && !row.file().id().equals(ID)) {
                Hash root = new HashTree().root(row.file().layout(), row.file().chunkRow());
                if (!root.equals(row.file().id().root())) {
                    throw new AssertionError("believed: " + row);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
