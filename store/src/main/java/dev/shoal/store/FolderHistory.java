package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What a folder that is followed keeps besides: of each replaced version a folder with the files that were replaced or
 * removed, and what is known of the version; and files that stand beside edited ones. Only what looks as it did is ever
 * removed. Not thread-safe: of one subscription, one at a time.
 */
final class FolderHistory {

    private final SubscriptionList list;
    private final Subscription subscription;
    private final FileHasher hasher;

    FolderHistory(SubscriptionList list, Subscription subscription, FileHasher hasher) {
        this.list = list;
        this.subscription = subscription;
        this.hasher = hasher;
    }

    /** What is said of a version in the name of a file beside an edited one. */
    static String beside(Subscription subscription, int number) {
        return "version " + number + " of " + subscription.source().name().owner();
    }

    /** Those of a kind, the oldest first. */
    List<OtherFile> of(OtherFile.Kind kind) {
        return list.others(subscription).stream()
                .filter(other -> other.kind() == kind)
                .toList();
    }

    /** What is known of a replaced version; empty when it was removed or damaged. */
    static Optional<FolderState> state(Path kept) {
        Path file = kept.resolve(FolderUpdate.STATE);
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(FolderState.of(Files.readAllBytes(file)))
                    : Optional.empty();
        } catch (IOException | StoreException unreadable) {
            return Optional.empty();
        }
    }

    /** Where contents are kept that look as they did. */
    Map<ContentId, Path> find(Set<ContentId> contents) {
        Map<ContentId, Path> found = new HashMap<>();
        if (contents.isEmpty()) {
            return found;
        }
        for (OtherFile other : list.others(subscription).reversed()) {
            if (other.kind() == OtherFile.Kind.BESIDE) {
                if (contents.contains(other.content()) && other.isCurrent()) {
                    found.put(other.content(), other.file());
                }
            } else if (found.size() < contents.size()) {
                state(other.file()).ifPresent(state -> find(contents, other.file(), state, found));
            }
        }
        return found;
    }

    private void find(Set<ContentId> contents, Path kept, FolderState state, Map<ContentId, Path> found) {
        for (FolderState.Owned one : state.owned().values()) {
            if (one.entry() instanceof FolderEntry.File file
                    && contents.contains(file.content())
                    && !found.containsKey(file.content())
                    && isCurrent(kept, one)) {
                found.put(file.content(), kept.resolve(file.path()));
            }
        }
    }

    /** On disks without links, what is kept is a copy and has another stamp: then its bytes decide. */
    private boolean isCurrent(Path kept, FolderState.Owned one) {
        Path file = kept.resolve(one.entry().path());
        Optional<FileStamp> stamp = Replacement.stampOf(file);
        if (stamp.isEmpty() || !(one.entry() instanceof FolderEntry.File known)) {
            return false;
        }
        return stamp.get().equals(one.stamp())
                || (stamp.get().size() == known.content().length()
                        && hasher.hash(file).id().equals(known.content()));
    }

    /** Keeps as many replaced versions as are wanted, the newest. */
    void limitReplaced() {
        List<OtherFile> replaced = of(OtherFile.Kind.REPLACED);
        for (int i = 0; i < replaced.size() - subscription.terms().keep(); i++) {
            removeKept(replaced.get(i).file());
            list.forget(subscription, replaced.get(i));
        }
    }

    /** Removes a replaced version, but for what somebody has written to since. */
    void removeKept(Path kept) {
        Optional<FolderState> state = state(kept);
        if (state.isEmpty()) {
            return;
        }
        Map<String, FolderState.Owned> owned = state.get().owned();
        // What is kept of a version is little of it: to ask the disk for all of it would take longer than the update.
        for (Path file : files(kept)) {
            FolderState.Owned one = owned.get(path(kept, file));
            if (one == null) {
                continue;
            }
            boolean isLink = one.entry() instanceof FolderEntry.Link && Files.isSymbolicLink(file);
            if (isLink || isCurrent(kept, one)) {
                Folders.deleteQuietly(file);
            }
        }
        Folders.deleteQuietly(kept.resolve(FolderUpdate.STATE));
        FolderTree.deleteEmpty(kept);
    }

    /** Everything in a folder but other folders; links are not followed. */
    private static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException stays) {
            return files;
        }
        return files;
    }

    /** Some disks give names back in another form of Unicode than they got. */
    private static String path(Path folder, Path file) {
        StringJoiner path = new StringJoiner("/");
        folder.relativize(file).forEach(name -> path.add(name.toString()));
        return Normalizer.normalize(path.toString(), Normalizer.Form.NFC);
    }

    /** Of each edited file, keeps as many versions beside it as are wanted, the newest. */
    void limitBeside() {
        Map<Path, List<OtherFile>> byFile = new LinkedHashMap<>();
        for (OtherFile other : of(OtherFile.Kind.BESIDE)) {
            if (other.isCurrent()) {
                Path file = original(other);
                byFile.computeIfAbsent(file, any -> new ArrayList<>()).add(other);
            } else {
                list.forget(subscription, other);
            }
        }
        for (List<OtherFile> copies : byFile.values()) {
            for (int i = 0; i < copies.size() - subscription.terms().copies(); i++) {
                remove(copies.get(i));
            }
        }
    }

    /** The version is at these paths now: nothing of it has to be beside them. */
    void removeBeside(Collection<Path> placed) {
        Set<Path> paths = Set.copyOf(placed);
        of(OtherFile.Kind.BESIDE).stream()
                .filter(copy -> paths.contains(original(copy)))
                .forEach(this::remove);
    }

    /** Nothing is wanted beside any file. */
    void removeBeside() {
        of(OtherFile.Kind.BESIDE).forEach(this::remove);
    }

    /** The path that one stands beside; it may be the name of a folder above it that says so. */
    private Path original(OtherFile copy) {
        Path named = named(copy);
        return Beside.original(named, beside(subscription, copy.number()))
                .resolve(named.relativize(copy.file()).toString());
    }

    /** The file, or the folder it is in, that got its name for standing beside something. */
    private Path named(OtherFile copy) {
        String what = beside(subscription, copy.number());
        Path root = subscription.file();
        for (Path at = copy.file(); at != null && at.startsWith(root) && !at.equals(root); at = at.getParent()) {
            if (!Beside.original(at, what).equals(at)) {
                return at;
            }
        }
        return copy.file();
    }

    private void remove(OtherFile other) {
        if (other.isCurrent()) {
            Folders.deleteQuietly(other.file());
            Path named = named(other);
            for (Path at = other.file(); at != null && !at.equals(named); ) {
                at = at.getParent();
                if (at != null) {
                    // One that something is in stays.
                    Folders.deleteQuietly(at);
                }
            }
        }
        list.forget(subscription, other);
    }
}
