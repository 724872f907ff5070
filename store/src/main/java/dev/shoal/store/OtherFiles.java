package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What subscriptions keep besides their files, and how much of it. Only what looks as it did when it was put there is
 * ever removed: what somebody wrote to is his. Not thread-safe: of one subscription, one at a time.
 */
final class OtherFiles {

    private final SubscriptionList list;
    private final FileHasher hasher;

    OtherFiles(SubscriptionList list, FileHasher hasher) {
        this.list = list;
        this.hasher = hasher;
    }

    /** Those of a kind, the oldest first. */
    List<OtherFile> of(Subscription subscription, OtherFile.Kind kind) {
        return list.others(subscription).stream()
                .filter(other -> other.kind() == kind)
                .toList();
    }

    /** The newest version among them; none is what a person made. */
    Optional<OtherFile> newest(Subscription subscription) {
        return list.others(subscription).stream()
                .filter(other -> other.number() > 0)
                .max(Comparator.comparingInt(OtherFile::number));
    }

    /** Keeps as many replaced versions as are wanted, the newest. What a person made is not counted, and stays. */
    void limitReplaced(Subscription subscription) {
        List<OtherFile> replaced = of(subscription, OtherFile.Kind.REPLACED).stream()
                .filter(old -> old.number() > 0)
                .toList();
        for (int i = 0; i < replaced.size() - subscription.terms().keep(); i++) {
            remove(subscription, replaced.get(i));
        }
    }

    /** Keeps as many versions beside an edited file as are wanted, the newest. */
    void limitBeside(Subscription subscription) {
        List<OtherFile> beside = of(subscription, OtherFile.Kind.BESIDE);
        List<OtherFile> untouched = beside.stream().filter(OtherFile::isCurrent).toList();
        beside.stream().filter(copy -> !copy.isCurrent()).forEach(copy -> list.forget(subscription, copy));
        for (int i = 0; i < untouched.size() - subscription.terms().copies(); i++) {
            remove(subscription, untouched.get(i));
        }
    }

    /** Removes the versions beside the file that are no newer than one. */
    void removeBeside(Subscription subscription, int number) {
        of(subscription, OtherFile.Kind.BESIDE).stream()
                .filter(copy -> copy.number() <= number)
                .forEach(copy -> remove(subscription, copy));
    }

    private void remove(Subscription subscription, OtherFile other) {
        if (other.isCurrent()) {
            Folders.deleteQuietly(other.file());
        }
        list.forget(subscription, other);
    }

    /**
     * A name beside a file for a content: the one under which that stands there already, or one that is free. An
     * interrupted start may have left it there.
     */
    Path free(Path file, String what, ContentId content) {
        Path usual = Beside.named(file, what);
        boolean there = Replacement.stampOf(usual)
                .filter(stamp -> stamp.size() == content.length())
                .isPresent();
        return there && hasher.hash(usual).id().equals(content) ? usual : Beside.free(file, what);
    }

    /** Takes what is missing of a content from a file that has it. */
    void fill(Subscription subscription, PartialFile part) {
        for (OtherFile other : list.others(subscription)) {
            boolean has = other.content().equals(part.id()) && other.isCurrent();
            if (has && part.missingBytes() > 0) {
                fill(part, other.file());
            }
        }
    }

    private void fill(PartialFile part, Path file) {
        HashedFile hashed = hasher.hash(file);
        if (!hashed.id().equals(part.id())) {
            return;
        }
        try (SharedFile source = new SharedFile(hashed, new OpenFiles())) {
            ChunkCopy.into(part, source, () -> false, () -> {});
        } catch (FileChangedException e) {
            // Somebody writes to it in this moment: the rest comes from elsewhere.
            return;
        }
    }
}
