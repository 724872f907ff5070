package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Name;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a followed file and of what is kept of it. */
class SubscribedFileTest {

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(1);
    private SubscriptionList list;
    private Path name;
    private SubscribedFile file;

    @BeforeEach
    void open() throws IOException {
        list = SubscriptionList.open(folder.resolve("subscriptions.db"));
        name = Files.createDirectory(folder.resolve("place")).resolve("model.tar.gz");
        file = file(subscribe("lab/model.tar.gz", name, 1));
    }

    @AfterEach
    void close() {
        list.close();
        hasher.close();
    }

    @Test
    void eachVersionTakesThePlaceOfTheOneBeforeAndSoManyAreKept() {
        for (int version = 1; version <= 3; version++) {
            put(version);
            assertThat(name).hasBinaryContent(version(version).bytes());
        }
        Path kept = name.resolveSibling(".shoal-history").resolve("model (version 2).tar.gz");
        assertThat(file.replaced()).extracting(OtherFile::file).containsExactly(kept);
        assertThat(kept).hasBinaryContent(version(2).bytes());
        assertThat(files()).containsExactly(kept, name);
        assertThat(file.subscription()).isEqualTo(list.all().getFirst());
        assertThat(file.subscription().seen()).isEqualTo(3);
    }

    @Test
    void anEditedFileIsLeftAndNewVersionsStandBesideItInALimitedNumber() throws IOException {
        put(1);
        Files.writeString(name, "mine");
        for (int version = 2; version <= 6; version++) {
            assertThat(file.look().kind()).isEqualTo(LocalState.Kind.EDITED);
            putBeside(version);
        }
        assertThat(name).hasContent("mine");
        assertThat(file.beside()).extracting(OtherFile::number).containsExactly(4, 5, 6);
        Path six = name.resolveSibling("model (version 6 of lab).tar.gz");
        assertThat(six).hasBinaryContent(version(6).bytes());
        // What somebody writes to is his, however many there are.
        Files.writeString(six, "mine, too");
        file.resolve(SubscribedFile.Choice.MINE, 6, file.look());
        assertThat(files()).containsExactly(six, name);
        assertThat(file.beside()).isEmpty();
    }

    @Test
    void aCopyThatIsThereAlreadyIsNotMadeAgain() throws IOException {
        put(1);
        Files.writeString(name, "mine");
        Path copy = name.resolveSibling("model (version 2 of lab).tar.gz");
        version(2).writeTo(copy);
        putBeside(2);
        assertThat(file.beside()).extracting(OtherFile::file).containsExactly(copy);
        putBeside(3);
        Path other = name.resolveSibling("model (version 4 of lab).tar.gz");
        Files.writeString(other, "somebody else's");
        putBeside(4);
        assertThat(other).hasContent("somebody else's");
        assertThat(name.resolveSibling("model (version 4 of lab, 2).tar.gz"))
                .hasBinaryContent(version(4).bytes());
    }

    @Test
    void partsAreTakenFromVersionsAndNotFromWhatAPersonMade() throws IOException {
        assertThat(alike()).isEmpty();
        put(1);
        put(2);
        Path kept = file.history().resolve("model (version 1).tar.gz");
        assertThat(alike()).containsExactly(name, kept);
        Files.writeString(name, "mine");
        putBeside(3);
        Path beside = name.resolveSibling("model (version 3 of lab).tar.gz");
        assertThat(alike()).containsExactly(beside);
        Files.delete(beside);
        assertThat(alike()).isEmpty();
    }

    private List<Path> alike() {
        List<SimilarFile> versions = file.versions();
        versions.forEach(SimilarFile::close);
        assertThat(versions).allSatisfy(one -> assertThat(one.content()).isPresent());
        return versions.stream().map(SimilarFile::path).toList();
    }

    @Test
    void theirsTakesThePlaceOfAnEditWhichIsKept() throws IOException {
        put(1);
        Files.writeString(name, "mine");
        putBeside(2);
        file.resolve(SubscribedFile.Choice.THEIRS, 2, file.look());
        assertThat(file.subscription().seen()).isZero();
        assertThat(file.look().kind()).isEqualTo(LocalState.Kind.AS_PUT);
        put(2);
        assertThat(name).hasBinaryContent(version(2).bytes());
        assertThat(file.beside()).isEmpty();
        Path kept = file.history().resolve("model (edited here).tar.gz");
        assertThat(kept).hasContent("mine");
        // However little is to be kept, what a person made is.
        file.under(new Subscription.Terms(0, 3, null));
        put(3);
        assertThat(file.restore(0, file.look()).number()).isZero();
        assertThat(name).hasContent("mine");
        assertThat(file.look().kind()).isEqualTo(LocalState.Kind.EDITED);
    }

    @Test
    void bothGetANameEach() throws IOException {
        put(1);
        Files.writeString(name, "mine");
        putBeside(2);
        file.resolve(SubscribedFile.Choice.BOTH, 2, file.look());
        put(2);
        assertThat(name).hasBinaryContent(version(2).bytes());
        assertThat(name.resolveSibling("model (edited here).tar.gz")).hasContent("mine");
        assertThat(files()).hasSize(2);
    }

    @Test
    void anOldVersionComesBackAndGoesWithTheNextNewOne() {
        put(1);
        put(2);
        assertThat(file.restore(1, file.look()).number()).isEqualTo(1);
        assertThat(name).hasBinaryContent(version(1).bytes());
        assertThat(file.subscription().seen()).isEqualTo(2);
        assertThat(file.replaced()).extracting(OtherFile::number).containsExactly(2);
        assertThat(file.look().kind()).isEqualTo(LocalState.Kind.AS_PUT);
        put(3);
        assertThat(file.replaced()).extracting(OtherFile::number).containsExactly(1);
        assertThatThrownBy(() -> file.restore(2, file.look()))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("no replaced version 2");
    }

    @Test
    void anOldVersionComesBackWhereTheFileWasDeletedOrEdited() throws IOException {
        put(1);
        put(2);
        Files.delete(name);
        assertThat(file.restore(0, file.look()).number()).isEqualTo(1);
        assertThat(name).hasBinaryContent(version(1).bytes());
        put(3);
        Files.writeString(name, "mine");
        file.restore(0, file.look());
        assertThat(name).hasBinaryContent(version(1).bytes());
        assertThat(file.replaced()).extracting(OtherFile::number).containsExactly(0);
        assertThat(file.replaced().getFirst().file()).hasContent("mine");
    }

    @Test
    void whatIsNoFileIsNeitherReplacedNorFollowed() throws IOException {
        put(1);
        Path elsewhere = Files.move(name, folder.resolve("elsewhere"));
        Files.createSymbolicLink(name, elsewhere);
        LocalState local = file.look();
        assertThat(local.kind()).isEqualTo(LocalState.Kind.IN_THE_WAY);
        putBeside(2);
        assertThatThrownBy(() -> file.restore(0, local)).hasMessageContaining("no ordinary file");
        assertThatThrownBy(() -> file.resolve(SubscribedFile.Choice.THEIRS, 2, local))
                .hasMessageContaining("no ordinary file");
        assertThat(name).isSymbolicLink();
        assertThat(elsewhere).hasBinaryContent(version(1).bytes());
    }

    @Test
    void aFolderForReplacedVersionsThatLeadsElsewhereIsRefused() throws IOException {
        Files.createSymbolicLink(name.resolveSibling(".shoal-history"), Files.createDirectory(folder.resolve("else")));
        assertThatThrownBy(() -> file.open(version(1).id(), HashProgress.UNSEEN))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("is a link to elsewhere");
    }

    @Test
    void whatChangedBeforeItWasReplacedIsNotReplaced() throws IOException {
        put(1);
        LocalState before = file.look();
        try (PartialFile part = whole(2)) {
            Files.writeString(name, "mine");
            assertThatThrownBy(() -> file.put(part, 2, before)).isInstanceOf(FileChangedException.class);
        }
        assertThat(name).hasContent("mine");
        assertThat(list.pending(file.subscription())).isEmpty();
        putBeside(2);
        assertThat(files()).hasSize(2);
    }

    @Test
    void aFileThatWasOnlyTouchedIsNotAnEdit() throws IOException {
        put(1);
        Files.write(name, version(1).bytes());
        assertThat(file.look().kind()).isEqualTo(LocalState.Kind.AS_PUT);
        put(2);
        assertThat(name).hasBinaryContent(version(2).bytes());
    }

    @Test
    void rightsStay() throws IOException {
        put(1);
        Files.setPosixFilePermissions(name, PosixFilePermissions.fromString("rwxr-x---"));
        put(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(name)))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void theEndLeavesAllFiles() throws IOException {
        put(1);
        put(2);
        file.end();
        assertThat(list.all()).isEmpty();
        assertThat(files()).hasSize(2);
        SubscribedFile other = file(subscribe("lab/other", name.resolveSibling("other"), 0));
        other.end();
        assertThat(list.find("key", new Name("lab/other"))).isEmpty();
    }

    @Test
    void noNameAndNoFileIsFollowedTwice() {
        assertThatThrownBy(() -> subscribe("lab/model.tar.gz", folder.resolve("x"), 1))
                .isInstanceOf(DatabaseException.class);
        assertThatThrownBy(() -> subscribe("lab/another", name, 1)).isInstanceOf(DatabaseException.class);
    }

    @Test
    void aHomeFollowsSoManyNames() {
        list.close();
        list = SubscriptionList.open(folder.resolve("subscriptions.db"), 2);
        subscribe("lab/two", folder.resolve("two"), 1);
        assertThatThrownBy(() -> subscribe("lab/three", folder.resolve("three"), 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("follows 2 names already");
    }

    private Subscription subscribe(String text, Path path, int keep) {
        return list.add(new Subscription(
                0,
                new Subscription.Source("127.0.0.1:7800", "key", new Name(text), "owner"),
                path,
                new Subscription.Terms(keep, 3, null),
                0,
                null,
                0,
                0));
    }

    private SubscribedFile file(Subscription subscription) {
        return new SubscribedFile(list, subscription, hasher, aside -> {});
    }

    private static Samples version(int number) {
        return Samples.of(number, 20_000 + number);
    }

    private void put(int number) {
        try (PartialFile part = whole(number)) {
            file.put(part, number, file.look());
        }
    }

    private void putBeside(int number) {
        try (PartialFile part = whole(number)) {
            file.putBeside(part, number);
        }
    }

    private PartialFile whole(int number) {
        Samples version = version(number);
        PartialFile part = file.open(version.id(), HashProgress.UNSEEN);
        if (part.chunkRow().isEmpty()) {
            part.recordChunkRow(version.row(), HashProgress.UNSEEN);
        }
        part.write(0, version.chunk(0));
        return part;
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.walk(Objects.requireNonNull(name.getParent()))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
