package dev.shoal.web;

import dev.shoal.content.SafePath;
import dev.shoal.peer.PeerException;
import dev.shoal.store.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that a page is given by whoever drops them there: they come slice by slice into a hidden folder in the place
 * where they are to stay, and are moved there as a whole when they are shared. What is begun and not shared is thrown
 * away an hour after the last byte, and at the next start. Thread-safe; a drop's files are written one slice at a time
 * each, on the thread that has the request.
 */
final class Drops {

    /** Far more than there are windows. */
    static final int MOST_OPEN = 64;

    /** A folder with more files is shared by its path. */
    static final int MOST_FILES = 10_000;

    /** More than a page sends at once; what waits on the way is in the memory of the browser. */
    static final long MOST_SLICE_BYTES = 64L * 1024 * 1024;

    /** Longer paths are refused by some systems. */
    static final int MOST_PATH_CHARACTERS = 1_000;

    /** How long nothing may come of a drop until it is thrown away. */
    static final long LONGEST_REST_MILLIS = 60 * 60 * 1_000L;

    /** So many files of one name are told apart by a number. */
    private static final int MOST_OF_A_NAME = 1_000;

    /** What is left free on the disk. */
    private static final long SPARE_BYTES = 64L * 1024 * 1024;

    private static final int BUFFER_BYTES = 256 * 1024;

    private final Supplier<Path> place;
    private final String hidden;
    private final int mostFiles;
    private final Map<String, Drop> open = new HashMap<>();

    /** One drop; guarded by the drops, but for what its files hold. */
    private static final class Drop {
        private final Path place;
        private final Path folder;
        private final Map<String, Arriving> files = new HashMap<>();
        private long lastMillis = System.currentTimeMillis();
        private @Nullable Path landed;
        private boolean isBeingShared;

        Drop(Path place, Path folder) {
            this.place = place;
            this.folder = folder;
        }

        private boolean isInUse() {
            return isBeingShared || files.values().stream().anyMatch(file -> file.isWritten);
        }

        /** Also what has its place already: nobody shares it. */
        private void delete() {
            Drops.delete(folder);
            if (landed != null) {
                Drops.delete(landed);
            }
        }
    }

    /** A file of a drop. */
    private static final class Arriving {
        private final long bytes;
        private long doneBytes;
        private boolean isWritten;

        Arriving(long bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * A slice of a file.
     *
     * @param path in the drop
     * @param offset where it begins
     * @param length how long it is
     * @param bytes how long the file is in all
     */
    record Slice(String path, long offset, long length, long bytes) {}

    /**
     * For a home.
     *
     * @param place where files stay, which may change
     * @param hidden the name of the folder in it for what is not shared yet; nobody else's
     */
    Drops(Supplier<Path> place, String hidden) {
        this(place, hidden, MOST_FILES);
    }

    /** The same with another limit for the files of a drop. */
    Drops(Supplier<Path> place, String hidden, int mostFiles) {
        this.place = place;
        this.hidden = hidden;
        this.mostFiles = mostFiles;
    }

    /** Throws away what an earlier process has left. */
    void clear() {
        delete(place.get().resolve(hidden));
    }

    /** Throws away what nobody has touched for too long. */
    synchronized void sweep(long nowMillis) {
        List<Map.Entry<String, Drop>> over = open.entrySet().stream()
                .filter(entry -> nowMillis - entry.getValue().lastMillis > LONGEST_REST_MILLIS)
                .filter(entry -> !entry.getValue().isInUse())
                .toList();
        for (Map.Entry<String, Drop> entry : over) {
            open.remove(entry.getKey());
            entry.getValue().delete();
        }
    }

    /**
     * Takes a slice in.
     *
     * @return how much of the file is here now
     */
    long take(String id, Slice slice, InputStream body) {
        checkPath(slice.path);
        checkNumbers(slice);
        try {
            Drop drop;
            Arriving file;
            synchronized (this) {
                drop = begin(id, slice);
                file = claim(drop, slice);
                open.putIfAbsent(id, drop);
            }
            long done = slice.offset;
            try {
                write(drop.folder.resolve(slice.path), slice, body);
                done = slice.offset + slice.length;
            } finally {
                release(id, drop, slice, file, done);
            }
            return done;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static StoreException unwritable(IOException cause) {
        return new StoreException("What is dropped cannot be written: " + cause.getMessage() + ".", cause);
    }

    private static void checkPath(String path) {
        if (path.length() > MOST_PATH_CHARACTERS) {
            throw Problem.malformed("A path of a drop has " + MOST_PATH_CHARACTERS + " characters at most.")
                    .thrown();
        }
    }

    private static void checkNumbers(Slice slice) {
        if (slice.length > MOST_SLICE_BYTES) {
            throw Problem.tooLarge(MOST_SLICE_BYTES).thrown();
        }
        if (slice.length > slice.bytes - slice.offset || (slice.length == 0 && slice.offset != slice.bytes)) {
            throw Problem.malformed(
                            slice.length + " bytes at " + slice.offset + " are no slice of " + slice.bytes + ".")
                    .thrown();
        }
    }

    private Drop begin(String id, Slice slice) throws IOException {
        Drop drop = open.get(id);
        if (drop == null) {
            if (open.size() >= MOST_OPEN) {
                throw new PeerException(
                        PeerException.Reason.NOT_ALLOWED,
                        MOST_OPEN + " drops are open, and no more can be. Share some, or throw them away.");
            }
            Path here = place.get();
            // Open with its first file: what is refused takes no place.
            drop = new Drop(here, hiddenFolder(here).resolve(id));
        }
        if (drop.landed != null) {
            throw inTheWay("What was dropped there is shared already. Begin another drop.");
        }
        long free = Files.getFileStore(drop.place).getUsableSpace();
        if (free - SPARE_BYTES < slice.bytes - slice.offset) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "There is no room for " + slice.path + " in " + drop.place + ": it needs "
                            + (slice.bytes - slice.offset) + " bytes more, and " + free + " are free.");
        }
        drop.lastMillis = System.currentTimeMillis();
        return drop;
    }

    /** Only for its owner, as are the files in it until they are moved. */
    private Path hiddenFolder(Path here) throws IOException {
        Path folder = here.resolve(hidden);
        Files.createDirectories(here);
        if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    folder + " is in the way of what is dropped: it is no folder. Move it away.");
        }
        return folder;
    }

    private Arriving claim(Drop drop, Slice slice) {
        Arriving file = drop.files.get(slice.path);
        if (file != null && file.isWritten) {
            throw inTheWay("Another request sends " + slice.path + " of this drop now.");
        }
        if (slice.offset == 0) {
            if (file == null && drop.files.size() >= mostFiles) {
                throw new PeerException(
                        PeerException.Reason.NOT_ALLOWED,
                        "A drop has " + mostFiles + " files at most. Share the folder by its path.");
            }
            file = new Arriving(slice.bytes);
            drop.files.put(slice.path, file);
        } else if (file == null || file.doneBytes != slice.offset || file.bytes != slice.bytes) {
            throw inTheWay("The next slice of " + slice.path + " begins at "
                    + (file == null ? 0 : file.doneBytes)
                    + (file == null ? "." : ", and the file has " + file.bytes + " bytes."));
        }
        file.isWritten = true;
        return file;
    }

    /** Of what has failed at its beginning, nothing is left. */
    private synchronized void release(String id, Drop drop, Slice slice, Arriving file, long done) {
        if (done == 0 && file.bytes > 0) {
            drop.files.remove(slice.path, file);
            deleteFile(drop.folder.resolve(slice.path));
        }
        if (drop.files.isEmpty() && open.remove(id, drop)) {
            drop.delete();
        }
        file.doneBytes = done;
        file.isWritten = false;
        drop.lastMillis = System.currentTimeMillis();
    }

    private static void write(Path target, Slice slice, InputStream body) throws IOException {
        try {
            Files.createDirectories(target.getParent());
            if (slice.offset == 0) {
                Files.deleteIfExists(target);
                Files.createFile(target);
            }
            try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                // What an earlier attempt at this slice has left.
                out.truncate(slice.offset);
                copy(body, out, slice);
            }
        } catch (FileAlreadyExistsException | NotDirectoryException | DirectoryNotEmptyException e) {
            throw inTheWay(slice.path + " cannot be both a file and a folder of this drop.");
        }
    }

    private static void copy(InputStream body, FileChannel out, Slice slice) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long at = slice.offset;
        long end = slice.offset + slice.length;
        while (at < end) {
            int count = read(body, buffer, (int) Math.min(buffer.length, end - at));
            ByteBuffer data = ByteBuffer.wrap(buffer, 0, count);
            while (data.hasRemaining()) {
                at += written(out, data, at);
            }
        }
    }

    private static int read(InputStream body, byte[] buffer, int most) throws IOException {
        try {
            int count = body.read(buffer, 0, most);
            if (count <= 0) {
                throw new EOFException("there is no more of it");
            }
            return count;
        } catch (IOException e) {
            throw Problem.malformed("The body ends before it is as long as it said: " + e.getMessage() + ". Send the"
                            + " slice again.")
                    .thrown();
        }
    }

    private static int written(FileChannel out, ByteBuffer data, long at) {
        try {
            return out.write(data, at);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Throws away what came of a drop that is not shared. */
    synchronized void discard(String id) {
        Drop drop = open.get(id);
        if (drop == null) {
            return;
        }
        if (drop.isInUse()) {
            throw inTheWay("A file of this drop is on its way, or just being shared. Try again when it is here.");
        }
        open.remove(id);
        drop.delete();
    }

    /** What has landed is shared, and stays: nothing more is known of the drop. */
    synchronized void over(String id) {
        Drop drop = open.remove(id);
        if (drop != null) {
            delete(drop.folder);
        }
    }

    /** What has landed could not be shared: that can be tried again, or it can be thrown away. */
    synchronized void refused(String id) {
        Drop drop = open.get(id);
        if (drop != null) {
            drop.isBeingShared = false;
            drop.lastMillis = System.currentTimeMillis();
        }
    }

    /**
     * Moves what was dropped to where it stays, to be shared from there: then it is {@link #over} or {@link #refused}.
     *
     * @param name what several things together are called; null when nobody says
     * @return where it is; the same when it is tried again
     */
    synchronized Path land(String id, @Nullable String name) {
        Drop drop = open.get(id);
        if (drop == null || drop.files.isEmpty()) {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "Nothing was dropped as " + id + ".");
        }
        if (drop.isBeingShared) {
            throw inTheWay("This drop is just being shared.");
        }
        Path landed = drop.landed;
        if (landed != null) {
            drop.isBeingShared = true;
            return landed;
        }
        for (Map.Entry<String, Arriving> file : drop.files.entrySet()) {
            if (file.getValue().isWritten || file.getValue().doneBytes != file.getValue().bytes) {
                throw inTheWay(file.getKey() + " of this drop is not here as a whole.");
            }
        }
        try {
            Path to = move(drop, name);
            drop.landed = to;
            drop.isBeingShared = true;
            return to;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Stays on the disk that it is on, even if others go somewhere else by now. */
    private static Path move(Drop drop, @Nullable String name) throws IOException {
        List<Path> top = children(drop.folder);
        boolean isOne = top.size() == 1;
        Path from = isOne ? top.getFirst() : drop.folder;
        Path to = free(drop.place, isOne ? String.valueOf(from.getFileName()) : folderName(name), !isOne);
        return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.limit(2).toList();
        }
    }

    private static String folderName(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw Problem.malformed("Several things were dropped at once: say a name for them.")
                    .thrown();
        }
        return SafePath.check(name.substring(name.lastIndexOf('/') + 1));
    }

    /** The first path of that name, or with a number behind it, where nothing is. */
    private static Path free(Path folder, String name, boolean isFolder) {
        int dot = name.lastIndexOf('.');
        boolean hasEnding = dot > 0 && !isFolder;
        String stem = hasEnding ? name.substring(0, dot) : name;
        String ending = hasEnding ? name.substring(dot) : "";
        for (int number = 1; number <= MOST_OF_A_NAME; number++) {
            Path path = folder.resolve(number == 1 ? name : stem + " (" + number + ")" + ending);
            if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
                return path;
            }
        }
        throw inTheWay(folder + " has " + MOST_OF_A_NAME + " files called " + name + ". Move some away.");
    }

    private static PeerException inTheWay(String sentence) {
        return new PeerException(PeerException.Reason.CONFLICT, sentence);
    }

    private static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It is a folder, or in what is no folder: nothing of this was written.
            return;
        }
    }

    /** Deletes a folder with all that is in it, and nothing that links in it lead to. */
    private static void delete(Path folder) {
        List<Path> all = new ArrayList<>();
        try {
            if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            try (Stream<Path> inside = Files.walk(folder)) {
                inside.forEach(all::add);
            }
            for (Path path : all.reversed()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // It is tried again at the next start.
            return;
        }
    }
}
