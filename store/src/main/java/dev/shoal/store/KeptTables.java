package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.SegmentTable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the segment tables of contents on the disk, one small file each, so that no file is cut twice. They can be made
 * again and are hints, so nothing is forced, and one that cannot be kept or read is only made again. Plain files, and
 * no rows of the catalog: who never needs one does not pay for a table more at its first start. Thread-safe.
 */
public final class KeptTables {

    /** Together they take up at most this much, in bytes: the tables of 180 GiB. */
    static final long MAX_BYTES = 256L * 1024 * 1024;

    /** And are at most so many: each time that one is kept, all are looked at. */
    static final int MAX_TABLES = 10_000;

    /** Shorter contents are fetched before anybody has been asked for their segments. */
    public static final long LEAST_BYTES = ChunkLayout.MIN_CHUNK_BYTES;

    private static final String SUFFIX = ".segments";

    private final Path folder;
    private final long maxBytes;
    private final int maxTables;
    private final InstantSource clock;

    /** In a folder, which is made when there is something to keep. */
    public KeptTables(Path folder) {
        this(folder, MAX_BYTES, MAX_TABLES, InstantSource.system());
    }

    KeptTables(Path folder, long maxBytes, int maxTables, InstantSource clock) {
        this.maxTables = maxTables;
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** The table of a content, if it is kept. */
    public Optional<SegmentTable> find(ContentId content) {
        Path file = file(content);
        try {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > limit()) {
                return Optional.empty();
            }
            SegmentTable table = SegmentTable.decode(Files.readAllBytes(file));
            if (table.length() != content.length()) {
                return Optional.empty();
            }
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return Optional.of(table);
        } catch (IOException | IllegalArgumentException useless) {
            return Optional.empty();
        }
    }

    /** Keeps the table of a content that is worth one, and lets go of those that were used longest ago. */
    public synchronized void keep(ContentId content, SegmentTable table) {
        if (content.length() <= LEAST_BYTES) {
            return;
        }
        byte[] encoded = table.encode();
        if (encoded.length > limit()) {
            return;
        }
        try {
            Folders.makePrivate(folder);
            makeRoom(encoded.length);
            Path fresh = Files.createTempFile(folder, "new-", SUFFIX);
            Files.write(fresh, encoded);
            Files.move(fresh, file(content), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | StoreException notKept) {
            // A table only saves work.
            return;
        }
    }

    private long limit() {
        return Math.min(maxBytes, (long) SegmentTable.MAX_SEGMENTS * SegmentTable.ENTRY_BYTES);
    }

    private Path file(ContentId content) {
        return folder.resolve(content + SUFFIX);
    }

    /** A file with what its age is told by. */
    private record Kept(Path path, long bytes, FileTime used) {}

    private void makeRoom(long bytes) throws IOException {
        List<Kept> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                look(file, all);
            }
        }
        all.sort(Comparator.comparing(Kept::used));
        long kept = all.stream().mapToLong(Kept::bytes).sum();
        int left = all.size();
        for (Kept oldest : all) {
            if (kept + bytes <= maxBytes && left < maxTables) {
                return;
            }
            Files.deleteIfExists(oldest.path);
            kept -= oldest.bytes;
            left--;
        }
    }

    private static void look(Path file, List<Kept> all) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            all.add(new Kept(file, attributes.size(), attributes.lastModifiedTime()));
        } catch (NoSuchFileException gone) {
            return;
        }
    }
}
