package dev.shoal.peer;

import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderListing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A shared folder as an archive that everybody can open: written as it is read, not compressed, so that it costs no
 * memory and little time. What is in it, and only that: paths are those of the listing, which lead nowhere else; times
 * and rights are not in a share, and symbolic links are left out. For one thread.
 */
final class FolderZip {

    /** How much is read at a time. */
    private static final int BUFFER_BYTES = 64 * 1024;

    /** The first that the format knows. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    /** Fills a buffer from an offset of the content. */
    @FunctionalInterface
    interface Reader {
        void read(long offset, ByteBuffer target) throws IOException;
    }

    private final String root;
    private final FolderListing listing;
    private final FolderLayout layout;
    private final Reader reader;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /**
     * Of a folder.
     *
     * @param root what the folder is called in the archive
     */
    FolderZip(String root, FolderListing listing, Reader reader) {
        this.root = root;
        this.listing = listing;
        this.layout = new FolderLayout(listing);
        this.reader = reader;
    }

    /** How long the files are together that an archive of a folder has. */
    static long bytes(FolderListing listing) {
        return listing.entries().stream()
                .mapToLong(entry ->
                        entry instanceof FolderEntry.File file ? file.content().length() : 0)
                .reduce(0, (sum, length) -> Math.min(Long.MAX_VALUE - length, sum) + length);
    }

    /** Gives back what it has outside the heap without writing an end: what broke off must not look whole. */
    private static final class Archive extends ZipOutputStream {
        Archive(OutputStream out) {
            super(out, StandardCharsets.UTF_8);
            setLevel(Deflater.NO_COMPRESSION);
        }

        void free() {
            def.end();
        }
    }

    /** Writes all of it, and leaves the stream open. */
    void write(OutputStream out) throws IOException {
        Archive zip = new Archive(out);
        try {
            write(zip);
            zip.finish();
        } finally {
            zip.free();
        }
    }

    private void write(ZipOutputStream zip) throws IOException {
        List<FolderEntry> entries = listing.entries();
        for (int entry = 0; entry < entries.size(); entry++) {
            switch (entries.get(entry)) {
                case FolderEntry.File file -> {
                    begin(zip, file.path());
                    int place = layout.placeOf(entry);
                    if (place >= 0) {
                        copy(layout.start(place), layout.length(place), zip);
                    }
                    zip.closeEntry();
                }
                case FolderEntry.EmptyFolder folder -> {
                    begin(zip, folder.path() + "/");
                    zip.closeEntry();
                }
                case FolderEntry.Link _ -> {
                    // Many programs that open archives take it for a file with a path in it.
                }
            }
        }
    }

    private void begin(ZipOutputStream zip, String path) throws IOException {
        ZipEntry entry = new ZipEntry(root + "/" + path);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
    }

    private void copy(long start, long length, ZipOutputStream zip) throws IOException {
        for (long at = start; at < start + length; ) {
            int bytes = (int) Math.min(buffer.length, start + length - at);
            reader.read(at, ByteBuffer.wrap(buffer, 0, bytes));
            zip.write(buffer, 0, bytes);
            at += bytes;
        }
    }
}
