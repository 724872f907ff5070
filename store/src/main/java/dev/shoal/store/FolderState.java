package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderListing;
import dev.shoal.content.Hash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a folder that is followed: which version it is, and what was put where, with what that looked like
 * then. Written as bytes, in the home's list and beside the files of a replaced version. Immutable as long as nobody
 * writes to the arrays, which are never copied.
 *
 * @param whole the version, to serve it and to bring it back; null before there is one
 * @param owned what was put there, by its path; what a person deleted or edited since is among it
 */
record FolderState(@Nullable Whole whole, Map<String, Owned> owned) {

    static final FolderState NOTHING = new FolderState(null, Map.of());

    private static final int FORMAT = 1;

    /**
     * A version.
     *
     * @param row the hashes of all chunks
     */
    record Whole(int number, ContentId content, FolderListing listing, byte[] row) {}

    /**
     * Something that was put there.
     *
     * @param stamp what the file looked like then; null for what is no file, or never was there as it was to be
     */
    record Owned(FolderEntry entry, @Nullable FileStamp stamp) {}

    /** As bytes. */
    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeBoolean(whole != null);
            if (whole != null) {
                write(out, whole);
            }
            out.writeInt(owned.size());
            for (Owned one : owned.values()) {
                write(out, one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * From bytes.
     *
     * @throws StoreException when they are none of a state
     */
    static FolderState of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != FORMAT) {
                throw new StoreException("what is known of a folder was written by another Shoal");
            }
            Whole whole = in.readBoolean() ? readWhole(in) : null;
            Map<String, Owned> owned = new TreeMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                Owned one = readOwned(in);
                owned.put(one.entry.path(), one);
            }
            return new FolderState(whole, owned);
        } catch (IOException | IllegalArgumentException e) {
            throw new StoreException("what is known of a folder is damaged", e);
        }
    }

    private static void write(DataOutputStream out, Whole whole) throws IOException {
        out.writeInt(whole.number);
        out.write(whole.content.toBytes());
        write(out, whole.listing.head());
        write(out, whole.row);
    }

    private static Whole readWhole(DataInputStream in) throws IOException {
        int number = in.readInt();
        ContentId content = readContent(in);
        return new Whole(number, content, FolderListing.decode(readBytes(in)), readBytes(in));
    }

    private static void write(DataOutputStream out, Owned one) throws IOException {
        FileStamp stamp = one.stamp;
        write(out, one.entry.path().getBytes(StandardCharsets.UTF_8));
        switch (one.entry) {
            case FolderEntry.File file -> {
                out.writeByte(file.executable() ? 1 : 0);
                out.write(file.content().toBytes());
            }
            case FolderEntry.EmptyFolder folder -> out.writeByte(2);
            case FolderEntry.Link link -> {
                out.writeByte(3);
                write(out, link.target().getBytes(StandardCharsets.UTF_8));
            }
        }
        out.writeBoolean(stamp != null);
        if (stamp != null) {
            out.writeLong(stamp.size());
            out.writeLong(stamp.modifiedNanos());
            out.writeUTF(stamp.key());
        }
    }

    private static Owned readOwned(DataInputStream in) throws IOException {
        String path = new String(readBytes(in), StandardCharsets.UTF_8);
        int kind = in.readByte();
        FolderEntry entry = switch (kind) {
            case 0, 1 -> new FolderEntry.File(path, readContent(in), kind == 1);
            case 2 -> new FolderEntry.EmptyFolder(path);
            default -> new FolderEntry.Link(path, new String(readBytes(in), StandardCharsets.UTF_8));
        };
        FileStamp stamp = in.readBoolean() ? new FileStamp(in.readLong(), in.readLong(), in.readUTF()) : null;
        return new Owned(entry, stamp);
    }

    private static ContentId readContent(DataInputStream in) throws IOException {
        byte[] bytes = new byte[Hash.BYTES + Long.BYTES];
        in.readFully(bytes);
        return ContentId.read(ByteBuffer.wrap(bytes));
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length);
        }
        return in.readNBytes(length);
    }
}
