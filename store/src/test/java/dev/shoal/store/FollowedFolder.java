package dev.shoal.store;

import dev.shoal.content.Name;
import dev.shoal.content.PathPatterns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder of an owner and one that follows it, on one disk without a network between them. */
final class FollowedFolder implements AutoCloseable {

    final Path owners;
    final Path place;
    final Path followed;
    final List<Path> aside = new ArrayList<>();
    private final FileHasher hasher;
    private final SubscriptionList list;
    private final long id;
    private final OpenFiles openFiles = new OpenFiles(8);
    private SubscribedFolder folder;
    private long cameBytes;
    private int number;

    FollowedFolder(SubscriptionList list, Path home, FileHasher hasher, PathPatterns patterns) throws IOException {
        this.list = list;
        this.hasher = hasher;
        this.owners = Files.createDirectories(home.resolve("owners"));
        this.place = Files.createDirectories(home.resolve("place"));
        this.followed = place.resolve("data");
        Subscription fresh = list.add(new Subscription(
                0,
                new Subscription.Source("localhost:1", "key", new Name("alice/" + home.getFileName()), "owner"),
                followed,
                patterns,
                new Subscription.Terms(1, 2, null),
                0,
                null,
                0,
                0));
        this.id = fresh.id();
        this.folder = new SubscribedFolder(list, fresh, hasher, aside::add);
    }

    SubscribedFolder folder() {
        return folder;
    }

    /** As after the process has ended. */
    void again(PlacingDisk disk) {
        folder = new SubscribedFolder(list, list.find(id).orElseThrow(), hasher, aside::add, disk);
    }

    /** How many bytes of chunks came with the last version. */
    long cameBytes() {
        return cameBytes;
    }

    int number() {
        return number;
    }

    /** The owner's folder is a new version. */
    HashedFolder publish() {
        number++;
        return new FolderHasher(hasher, owners).hash(HashProgress.UNSEEN);
    }

    /** The next version of the owner's folder comes. */
    SubscribedFolder.Placed deliver() {
        return deliver(publish());
    }

    SubscribedFolder.Placed deliver(HashedFolder version) {
        try (StoredContent source = version.shared(openFiles)) {
            PartialFolder part = folder.open(version.id(), number, HashProgress.UNSEEN);
            boolean done = false;
            try {
                cameBytes = 0;
                fetch(part, source);
                folder.versions(part).forEach(SimilarFile::close);
                fetch(part, source);
                SubscribedFolder.Placed placed = folder.put(part, number);
                done = true;
                return placed;
            } finally {
                if (!done) {
                    part.close();
                }
            }
        }
    }

    private void fetch(PartialFolder part, StoredContent source) {
        ChunkCopy.into(part.part(), source, part::wants, () -> false, () -> {
            cameBytes += part.part().layout().chunkBytes();
            part.came();
        });
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in a folder, by path; what a link says, and that a folder is there. */
    static Map<String, String> picture(Path root) {
        Map<String, String> picture = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(each -> !each.equals(root)).toList()) {
                String name = root.relativize(path).toString();
                if (Files.isSymbolicLink(path)) {
                    picture.put(name, "-> " + Files.readSymbolicLink(path));
                } else if (Files.isDirectory(path)) {
                    picture.put(name + "/", "");
                } else {
                    picture.put(name, (Files.isExecutable(path) ? "!" : "") + text(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return picture;
    }

    private static String text(Path file) throws IOException {
        String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        return all.length() > 40 ? all.substring(0, 20) + all.length() + " " + all.hashCode() : all;
    }

    @Override
    public void close() {
        openFiles.close();
    }
}
