package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.SafePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a download lands. A name from the network stays inside the folder that the user chose, whatever it is and
 * whatever links lie in the folder; a path that the user typed is taken as it is. Immutable; the checks hold for the
 * moment in which they are made, not against another user who changes the folder meanwhile.
 *
 * @param file the file that will be there, absolute
 */
public record TargetPath(Path file) {

    /** Added to the name while a download is not complete. */
    public static final String PART_SUFFIX = ".shoal-part";

    /** Most file systems take names of so many bytes. */
    private static final int MAX_NAME_BYTES = SafePath.MAX_COMPONENT_BYTES;

    /** How much of the hash of a name that is too long for the suffix stands in for its end. */
    private static final int DIGEST_DIGITS = 16;

    /**
     * Takes an absolute path.
     *
     * @throws FileAccessException for a name that ends like a part file: as a finished download, it could be made so
     *     that it is taken for the part file of another
     */
    public TargetPath {
        Path name = file.getFileName();
        if (!file.isAbsolute() || name == null) {
            throw new IllegalArgumentException("not the absolute path of a file: " + file);
        }
        if (name.toString().toLowerCase(Locale.ROOT).endsWith(PART_SUFFIX)) {
            throw new FileAccessException("a download cannot be called " + Failures.show(name) + ": names ending in "
                    + PART_SUFFIX + " are for unfinished downloads. Choose another name with -o");
        }
    }

    /**
     * Where a single file goes.
     *
     * @param output what the user said, a file or a folder that is there; null for the current folder
     * @param currentFolder the folder that relative paths start from
     * @param fileName what the file is called when the user named none, one component
     * @throws FileAccessException when the folder is missing
     * @throws dev.shoal.content.InvalidNameException when the name could lead out of the folder
     */
    public static TargetPath resolve(@Nullable Path output, Path currentFolder, String fileName) {
        Path chosen = (output == null ? currentFolder : currentFolder.resolve(output)).toAbsolutePath();
        if (Files.isDirectory(chosen)) {
            if (fileName.indexOf('/') >= 0) {
                throw new IllegalArgumentException("a single component, not " + fileName);
            }
            return inside(chosen, fileName);
        }
        return exactly(chosen);
    }

    /**
     * Where something goes that is to have just this name, whatever is there by now.
     *
     * @throws FileAccessException when the folder that it is in is missing
     */
    public static TargetPath exactly(Path place) {
        Path chosen = place.toAbsolutePath();
        Path folder = chosen.getParent();
        Path name = chosen.getFileName();
        if (folder == null || name == null || !Files.isDirectory(folder)) {
            throw new FileAccessException("there is no folder " + Failures.show(folder == null ? chosen : folder)
                    + " to download into. Make it first, or choose another");
        }
        return new TargetPath(real(folder).resolve(name));
    }

    /**
     * Where a file of a shared folder goes. Makes the folders in between.
     *
     * @param folder a folder that is there
     * @param relative path with slashes, from the network
     * @throws FileAccessException when a file is where a folder has to be, or a symbolic link leads out of the folder
     * @throws dev.shoal.content.InvalidNameException when the path is none that may come from the network
     */
    public static TargetPath inside(Path folder, String relative) {
        String[] components = SafePath.check(relative).split("/", -1);
        Path root = real(folder);
        Path at = root;
        for (int i = 0; i < components.length - 1; i++) {
            at = enter(root, at.resolve(components[i]));
        }
        Path file = at.resolve(components[components.length - 1]);
        if (!file.normalize().startsWith(root) || file.getNameCount() <= root.getNameCount()) {
            throw outside(file, root);
        }
        return new TargetPath(file);
    }

    /** The part file of this target, in the same folder. */
    public Path partFile() {
        String name = file.getFileName().toString();
        if (name.getBytes(StandardCharsets.UTF_8).length + PART_SUFFIX.length() <= MAX_NAME_BYTES) {
            return file.resolveSibling(name + PART_SUFFIX);
        }
        int kept = name.length();
        int room = MAX_NAME_BYTES - PART_SUFFIX.length() - DIGEST_DIGITS - 1;
        while (name.substring(0, kept).getBytes(StandardCharsets.UTF_8).length > room) {
            kept = name.offsetByCodePoints(kept, -1);
        }
        return file.resolveSibling(name.substring(0, kept) + "~" + digest(name) + PART_SUFFIX);
    }

    /**
     * The file that is there already, if it is the content; then there is nothing to download. To be asked before
     * {@link PartialFile#open}. Removes the part file that an interrupted finish left as a second name of it.
     *
     * @param hashing hashes a file, or knows what it is
     * @return empty when nothing is there
     * @throws TargetExistsException when something else is there
     */
    public Optional<HashedFile> existing(ContentId id, Function<Path, HashedFile> hashing) {
        if (isFree(id)) {
            return Optional.empty();
        }
        if (Files.isRegularFile(file) && FileStamp.of(file).size() == id.length()) {
            HashedFile there = hashing.apply(file);
            if (there.id().equals(id)) {
                removeSecondName();
                return Optional.of(there);
            }
        }
        throw Files.isDirectory(file) ? isFolder() : taken();
    }

    private TargetExistsException isFolder() {
        return new TargetExistsException(Failures.show(file)
                + " is a folder, where the download is to be a file of that name. Nothing was put into it: move it"
                + " away, or choose another name with -o");
    }

    /**
     * Checks that the name is free for a content.
     *
     * @throws TargetExistsException when it is not
     */
    void checkFree(ContentId id) {
        if (!isFree(id)) {
            throw taken();
        }
    }

    /** The name is taken. */
    public TargetExistsException taken() {
        return new TargetExistsException(Failures.show(file)
                + " is already there with another content. Nothing was overwritten: move it away, or choose another"
                + " name with -o");
    }

    /** The name is taken, and what has it may be just what is wanted of a folder, or not. */
    public TargetExistsException maybeThere() {
        return new TargetExistsException(Failures.show(file)
                + " is already there. Of a part of a folder it cannot be told whether that is just it, so nothing was"
                + " fetched and nothing overwritten: move it away, or choose another name with -o");
    }

    private boolean isFree(ContentId id) {
        return !Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Landing.isReserved(file, id);
    }

    private void removeSecondName() {
        Path part = partFile();
        try {
            if (Files.exists(part, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(part, file)) {
                Files.delete(part);
            }
        } catch (IOException e) {
            throw Failures.of("cannot remove", part, e);
        }
    }

    /** A folder on the way: made when it is missing, followed when it is a link that stays inside. */
    private static Path enter(Path root, Path folder) {
        try {
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                return Files.createDirectory(folder);
            }
        } catch (IOException e) {
            throw Failures.of("cannot make the folder", folder, e);
        }
        Path real = real(folder);
        if (!real.startsWith(root)) {
            throw outside(folder, root);
        }
        return real;
    }

    private static Path real(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new FileAccessException(Failures.show(folder) + " is no folder to download into. Move it away, or"
                    + " choose another folder");
        }
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw Failures.of("cannot look at", folder, e);
        }
    }

    private static FileAccessException outside(Path path, Path root) {
        return new FileAccessException(Failures.show(path) + " leads out of " + Failures.show(root)
                + " by a symbolic link. Remove the link, or choose another folder");
    }

    private static String digest(String name) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return Hash.of(sum).hex().substring(0, DIGEST_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
