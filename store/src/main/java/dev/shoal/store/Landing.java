package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives a complete part file its name, which must not take the place of anything. A hard link does that: it fails when
 * the name is taken, and until the part name is removed the file has both.
 *
 * <p>Where there are no links, as on USB sticks, the name is reserved by a new small file that says for which content,
 * and the part file is moved over that. The system has no move that refuses to replace; the reservation makes sure that
 * what is replaced is our own, and a start after a crash knows it again.
 */
final class Landing {

    private final PartPlace place;
    private final TargetPath target;
    private final FileHasher hasher;
    private final Linking linking;

    Landing(PartPlace place, TargetPath target, FileHasher hasher) {
        this(place, target, hasher, Files::createLink);
    }

    /** With another way to link, for disks that have none. */
    Landing(PartPlace place, TargetPath target, FileHasher hasher, Linking linking) {
        this.place = place;
        this.target = target;
        this.hasher = hasher;
        this.linking = linking;
    }

    /** Makes a second name for a file. */
    @FunctionalInterface
    interface Linking {
        Path link(Path name, Path file) throws IOException;
    }

    /**
     * The file that has the name already, if it has the same content; the part file is removed then. Null when the name
     * is free.
     *
     * @throws TargetExistsException when it has another content
     */
    @Nullable
    HashedFile existing() {
        HashedFile there = target.existing(place.id(), hasher::hash).orElse(null);
        if (there != null) {
            Folders.deleteQuietly(place.part());
        }
        return there;
    }

    /** Names the part file, which is complete, has no trailer any more and is forced. */
    HashedFile land(byte[] row) {
        try {
            if (!isLinked()) {
                HashedFile there = existing();
                if (there != null) {
                    return there;
                }
                moveOver();
            }
            Path folder = target.file().getParent();
            if (folder != null) {
                Folders.force(folder);
            }
            Files.deleteIfExists(place.part());
            return new HashedFile(target.file(), FileStamp.of(target.file()), place.id(), row);
        } catch (FileAlreadyExistsException e) {
            throw target.taken();
        } catch (IOException e) {
            throw Failures.of("cannot put the finished download under its name", target.file(), e);
        }
    }

    /** False when the name is taken, or the disk has no links. */
    private boolean isLinked() throws IOException {
        try {
            linking.link(target.file(), place.part());
            return true;
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void moveOver() throws IOException {
        if (!isReserved(target.file(), place.id())) {
            try (FileChannel reservation =
                    FileChannel.open(target.file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                reservation.write(ByteBuffer.wrap(reservation(place.id())));
                reservation.force(true);
            }
        }
        try {
            Files.move(place.part(), target.file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (isReserved(target.file(), place.id())) {
                Folders.deleteQuietly(target.file());
            }
            throw e;
        }
    }

    /** Whether a name is taken by nothing but the reservation for a content. */
    static boolean isReserved(Path file, ContentId id) {
        byte[] reservation = reservation(id);
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.size(file) == reservation.length
                    && Arrays.equals(Files.readAllBytes(file), reservation);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static byte[] reservation(ContentId id) {
        return ("A Shoal download is about to get this name: " + id + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
