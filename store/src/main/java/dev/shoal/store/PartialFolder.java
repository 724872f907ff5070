package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.FolderChoice;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderListing;
import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.SafePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A folder, or what is chosen of one, in the middle of its download: a part folder beside the target that only this
 * user can look into. In it are the files at their places below {@code files}, and {@code content}, the part file of
 * what is in no file: the list of the folder, and which chunks are there ({@link FolderDisk}). First the chunks of the
 * list are wanted, and when they are here, those that have what is chosen. Whoever writes a chunk into {@link #part}
 * says so by {@link #came}. Thread-safe.
 */
public final class PartialFolder {

    private static final String FILES = "files";
    /** In its folder: the file to which what comes is written. */
    public static final String CONTENT = "content";
    /** More than any disk has: what a hostile list says may be more than a number can hold. */
    private static final long MOST_COPIED_BYTES = 1L << 60;

    private static final String LANDING = "landing";

    private final TargetPath target;
    private final Path folder;
    private final FolderChoice choice;
    private final Selection selection;
    private final FolderDisk disk;
    private final FolderTree tree;
    private final PartialFile part;
    private final boolean isNew;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile ChunkSet wanted;
    private volatile @Nullable Contents contents;
    /** Whether the list was of no use: then nothing else of it is. */
    private volatile boolean isRefused;

    private int headBytes;
    private Map<Integer, byte[]> edges = Map.of();
    private @Nullable FileStamp @Nullable [] stamps;

    /** What the list says. */
    private record Contents(FolderListing listing, FolderLayout layout) {}

    /** Says, when the list has come, which of its entries are to come. */
    @FunctionalInterface
    interface Selection {
        BitSet of(FolderListing listing);
    }

    private PartialFolder(
            TargetPath target,
            FolderChoice choice,
            Selection selection,
            FolderDisk disk,
            FolderTree tree,
            PartialFile part,
            boolean isNew) {
        this.selection = selection;
        this.target = target;
        this.folder = target.partFile();
        this.choice = choice;
        this.disk = disk;
        this.tree = tree;
        this.part = part;
        this.isNew = isNew;
        this.wanted = FolderLayout.headChunks(1, part.id().length());
    }

    /**
     * Begins a download, or goes on with one that was interrupted, whatever was chosen then.
     *
     * @throws TargetExistsException when there is something under the target's name
     * @throws PartInUseException when another process or another call is downloading to it
     * @throws OtherContentException when the part folder belongs to another content
     * @throws InvalidFolderException when the content is no folder that may be taken
     * @throws NoSuchPathException when nothing in it is chosen
     * @throws DiskFullException when the disk has no room for what a download writes down of itself
     */
    public static PartialFolder open(
            TargetPath target, ContentId id, FolderChoice choice, FileHasher hasher, HashProgress progress) {
        return open(target, id, choice, listing -> chosen(choice, listing), hasher, progress);
    }

    /**
     * As the other, of what is to come of what was chosen: it may be nothing.
     *
     * @param choice what was chosen
     */
    static PartialFolder open(
            TargetPath target,
            ContentId id,
            FolderChoice choice,
            Selection selection,
            FileHasher hasher,
            HashProgress progress) {
        checkFree(target);
        Path folder = target.partFile();
        if (id.length() < FolderListing.START_BYTES) {
            throw new InvalidFolderException("the content is too short to be a folder");
        }
        boolean isNew = !Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
        if (isNew) {
            DiskSpace.requireLength(folder, id.length());
        }
        makePrivate(folder);
        Path file = folder.resolve(CONTENT);
        DiskFile rest = DiskFile.open(file);
        FolderTree tree = new FolderTree(folder.resolve(FILES));
        FolderDisk disk = new FolderDisk(rest, tree, id);
        boolean opened = false;
        try {
            forgetLanding(folder, rest);
            tree.enter(tree.root());
            PartialFile part =
                    PartialFile.over(disk, new PartPlace(id, file, null), hasher, System::nanoTime, progress);
            PartialFolder partial = new PartialFolder(target, choice, selection, disk, tree, part, isNew);
            partial.came();
            opened = true;
            return partial;
        } catch (IOException e) {
            throw Failures.of("cannot write", folder, e);
        } finally {
            if (!opened) {
                closeQuietly(disk);
                if (isNew) {
                    FolderTree.deleteQuietly(folder);
                }
            }
        }
    }

    private static void checkFree(TargetPath target) {
        if (Files.exists(target.file(), LinkOption.NOFOLLOW_LINKS)) {
            throw target.taken();
        }
    }

    /** What somebody else could have put into it is not gone into. */
    private static void makePrivate(Path folder) {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAccessException(Failures.show(folder) + " is in the way of a folder. Move it away");
        }
        Folders.makePrivate(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            } catch (IOException e) {
                throw Failures.of("cannot keep others out of", folder, e);
            }
        }
    }

    /**
     * Of what was removed, or has its name already, since a landing began, the record still says that it is there: that
     * is not believed.
     */
    private static void forgetLanding(Path folder, DiskFile rest) throws IOException {
        Path landing = folder.resolve(LANDING);
        Path files = folder.resolve(FILES);
        boolean isLanding = Files.exists(landing, LinkOption.NOFOLLOW_LINKS);
        if (isLanding || (rest.size() > 0 && !Files.isDirectory(files, LinkOption.NOFOLLOW_LINKS))) {
            rest.truncate(0);
            rest.force(true);
            FolderTree.deleteQuietly(files);
            Files.deleteIfExists(landing);
        }
    }

    /** Where the chunks are kept. */
    public PartialFile part() {
        return part;
    }

    /** The chunks that are wanted by now. */
    public ChunkSet wanted() {
        return wanted.copy();
    }

    /** Whether a chunk is wanted by now. */
    public boolean wants(int chunk) {
        return wanted.contains(chunk);
    }

    /** What is in the folder; empty as long as it is not known. */
    public Optional<FolderListing> listing() {
        return Optional.ofNullable(contents).map(Contents::listing);
    }

    /** How many bytes all chunks have that are wanted by now. */
    public long wantedBytes() {
        return bytes(wanted, false);
    }

    /** How many bytes of those are still to come. */
    public long missingBytes() {
        return bytes(wanted, true);
    }

    private long bytes(ChunkSet chunks, boolean missing) {
        ChunkLayout layout = part.layout();
        ChunkSet held = part.chunks();
        long sum = 0;
        for (int chunk = chunks.next(0); chunk >= 0; chunk = chunks.next(chunk + 1)) {
            sum += missing && held.contains(chunk) ? 0 : layout.size(chunk);
        }
        return sum;
    }

    /**
     * A chunk came. Returns whether other chunks are wanted now: the list is longer than was known, or it is whole.
     *
     * @throws InvalidFolderException when it is not the list of a folder that may be taken
     * @throws NoSuchPathException when nothing in it is chosen
     * @throws DiskFullException when there is no room for what is chosen
     * @throws StoreException when there is too little memory for the list
     */
    public boolean came() {
        if (contents != null) {
            return false;
        }
        lock.lock();
        try {
            if (contents != null || !part.holds(0)) {
                return false;
            }
            boolean first = headBytes == 0;
            if (first) {
                ByteBuffer start = ByteBuffer.allocate(FolderListing.START_BYTES);
                part.read(0, start);
                headBytes = FolderListing.headBytes(start.array(), part.id().length());
                wanted = FolderLayout.headChunks(headBytes, part.id().length());
            }
            if (missingBytes() > 0) {
                return first;
            }
            know();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void know() {
        try {
            learn();
        } catch (NoSuchPathException | InvalidFolderException e) {
            isRefused = true;
            throw e;
        } catch (OutOfMemoryError e) {
            throw tooLarge(headBytes);
        }
    }

    /** What is in the way when the list does not fit into the memory of this process. */
    static StoreException tooLarge(int headBytes) {
        return new StoreException("the list of the folder has " + headBytes + " bytes, and there is too little memory"
                + " for what is in it. What came is kept: give Shoal more, as with SHOAL_JAVA_OPTIONS=-Xmx4g, and get"
                + " it again");
    }

    private void learn() {
        byte[] head = new byte[headBytes];
        part.read(0, ByteBuffer.wrap(head));
        FolderListing listing = FolderListing.decode(head);
        FolderLayout layout = new FolderLayout(listing);
        if (layout.length() != part.id().length()) {
            throw new InvalidFolderException("the content is not as long as the list of the folder says");
        }
        BitSet chosen = selection.of(listing);
        long headEnd = Math.min(
                part.id().length(),
                (long) (wanted.next(0) + wanted.count()) * part.layout().chunkBytes());
        ChunkSet all = layout.chunks(chosen::get);
        DiskSpace.require(folder, copiedBytes(listing, layout, chosen) + bytes(all, true));
        try {
            disk.know(listing, layout, headEnd);
        } catch (IOException e) {
            throw DiskSpace.writeFailed(folder, bytes(all, true), e);
        }
        contents = new Contents(listing, layout);
        wanted = all;
    }

    private static BitSet chosen(FolderChoice choice, FolderListing listing) {
        BitSet chosen = choice.of(listing);
        if (chosen.isEmpty() && !(choice.isAll() && listing.entries().isEmpty())) {
            throw new NoSuchPathException("there is nothing in the folder that matches"
                    + (choice.inside().isEmpty() ? "" : ": " + SafePath.visible(choice.inside())));
        }
        choice.leadingOut(listing).ifPresent(link -> {
            throw new NoSuchPathException("the symbolic link \"" + SafePath.visible(link.path())
                    + "\" leads out of what is wanted of the folder. Get the whole folder, or leave the link out with"
                    + " --exclude");
        });
        return chosen;
    }

    /** More is to come, now that what was chosen at first is here. */
    void chooseAgain() {
        lock.lock();
        try {
            Contents known = Objects.requireNonNull(contents);
            ChunkSet all = known.layout.chunks(selection.of(known.listing)::get);
            DiskSpace.require(folder, bytes(all, true));
            wanted = all;
        } finally {
            lock.unlock();
        }
    }

    /** How much disk the equal files take, of which each gets bytes of its own. */
    private static long copiedBytes(FolderListing listing, FolderLayout layout, BitSet chosen) {
        long sum = 0;
        for (int entry = chosen.nextSetBit(0); entry >= 0; entry = chosen.nextSetBit(entry + 1)) {
            int place = layout.placeOf(entry);
            if (place >= 0
                    && layout.firstEntry(place) != entry
                    && listing.entries().get(entry) instanceof FolderEntry.File file) {
                sum = Math.min(MOST_COPIED_BYTES, sum + file.content().length());
            }
        }
        return sum;
    }

    /**
     * Gives what was chosen its name, which nothing else may have. Killed at any point, the name has all of it or there
     * is no such name, and the part folder is there.
     *
     * @param isServed whether {@link #landed} is asked for afterwards
     * @throws TargetExistsException when something else has the name
     * @throws IllegalStateException when a chunk is missing
     */
    public Path finish(boolean isServed) {
        Contents known = contents;
        if (known == null || part.chunkRow().isEmpty() || missingBytes() > 0) {
            throw new IllegalStateException("chunks of " + Failures.show(folder) + " are missing");
        }
        // Before anything is removed for it.
        checkFree(target);
        FolderLanding landing = new FolderLanding(tree, known.listing, known.layout, choice);
        Path chosen = chosen(tree.root(), choice);
        try {
            if (!choice.isAll()) {
                edges = new EdgeChunks(part, known.layout).of(choice.of(known.listing), wanted);
                Path marker = folder.resolve(LANDING);
                Files.write(marker, mark(part.id(), choice));
                Folders.forceFile(marker);
                Folders.force(folder);
            }
            landing.complete();
            disk.left();
            if (isServed) {
                // As long as nobody else can write to them.
                stamps = HashedFolder.stamps(tree.root(), known.listing, known.layout, choice);
            }
            FolderLanding.name(chosen, target);
            FolderTree.deleteQuietly(folder);
            return target.file();
        } catch (IOException e) {
            throw Failures.of("cannot put the finished download under its name", target.file(), e);
        }
    }

    /** What was finished, to be shared from where it is now. */
    public HashedFolder landed() {
        Contents known = Objects.requireNonNull(contents);
        return HashedFolder.landed(
                target.file(),
                known.listing,
                known.layout,
                choice,
                part.id(),
                part.chunkRow().orElseThrow(),
                Objects.requireNonNull(stamps, "it was not said that it would be served"),
                edges);
    }

    private static Path chosen(Path files, FolderChoice choice) {
        return choice.inside().isEmpty() ? files : files.resolve(choice.inside());
    }

    /** Which landing has begun. */
    private static byte[] mark(ContentId id, FolderChoice choice) {
        return (id + "\n" + choice).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Whether what is chosen of a folder got its name by a finish that was killed after that; what it left is removed
     * then.
     */
    public static boolean hasLanded(TargetPath target, ContentId id, FolderChoice choice) {
        Path folder = target.partFile();
        Path landing = folder.resolve(LANDING);
        Path chosen = chosen(folder.resolve(FILES), choice);
        try {
            boolean landed = Files.isRegularFile(landing, LinkOption.NOFOLLOW_LINKS)
                    && Arrays.equals(Files.readAllBytes(landing), mark(id, choice))
                    && (!Files.exists(chosen, LinkOption.NOFOLLOW_LINKS) || Files.isSameFile(chosen, target.file()));
            if (landed) {
                FolderTree.deleteQuietly(folder);
            }
            return landed;
        } catch (IOException e) {
            throw Failures.of("cannot read", landing, e);
        }
    }

    /**
     * Forces what has come, to be taken out of the part folder file by file.
     *
     * @param number that of the version
     * @throws IllegalStateException when a chunk is missing
     */
    FolderState.Whole seal(int number) {
        Contents known = contents;
        if (known == null || part.chunkRow().isEmpty() || missingBytes() > 0) {
            throw new IllegalStateException("chunks of " + Failures.show(folder) + " are missing");
        }
        try {
            disk.force(true);
        } catch (IOException e) {
            throw DiskSpace.writeFailed(folder, 0, e);
        }
        return new FolderState.Whole(
                number, part.id(), known.listing, part.chunkRow().orElseThrow());
    }

    /** The files of some contents that have come whole. */
    Map<ContentId, Path> complete(Set<ContentId> contents) {
        FolderListing listing = Objects.requireNonNull(this.contents).listing;
        return new FolderFiles(listing, files(folder)).complete(contents, part);
    }

    /** Where the files are that have come, each under the first path that has its content. */
    static Path files(Path folder) {
        return folder.resolve(FILES);
    }

    /** Gives it up, or it is of no use any more. */
    public void discard() {
        part.discard();
        FolderTree.deleteQuietly(folder);
    }

    /** Removes a part file or a part folder, which nobody uses, as far as that can be done. */
    public static void delete(Path part) {
        FolderTree.deleteQuietly(part);
    }

    /** Removes what a finish left that was killed after its last step but one. */
    public static void removeLeftOver(TargetPath target) {
        Path folder = target.partFile();
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.exists(folder.resolve(CONTENT), LinkOption.NOFOLLOW_LINKS)
                && !Files.exists(folder.resolve(FILES), LinkOption.NOFOLLOW_LINKS)) {
            FolderTree.deleteQuietly(folder);
        }
    }

    /** Gives up what has nothing in it; else what is there stays for a resume. */
    public void close() {
        if (isNew && (isRefused || part.chunks().isEmpty())) {
            part.discard();
            FolderTree.deleteQuietly(folder);
            return;
        }
        part.close();
    }

    private static void closeQuietly(FolderDisk disk) {
        try {
            disk.close();
        } catch (IOException nothingToDo) {
            return;
        }
    }
}
