package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Name;
import dev.shoal.store.EndingDisk.Ability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A replacement is ended at each of its steps, on each kind of disk, and somebody writes to the file just then: the
 * name always has something whole, and nothing is lost.
 */
class SubscribedFileCrashTest {

    /** What somebody does in the moment before a step. */
    private enum Meanwhile {
        NOTHING,
        WRITES,
        SAVES_BY_MOVING,
        DELETES
    }

    private static final Samples OLD = Samples.of(1, 30_000);
    private static final Samples NEW = Samples.of(2, 40_000);
    private static final byte[] EDIT = "what a person wrote".getBytes(StandardCharsets.UTF_8);

    /** In memory where there is a disk for it: each case forces what it does many times. */
    static final class Memory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isDirectory(memory) && Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "shoal")
                    : Files.createTempDirectory("shoal");
        }
    }

    @TempDir(factory = Memory.class)
    Path folder;

    private final FileHasher hasher = new FileHasher(1);
    private SubscriptionList list;
    private int cases;

    @BeforeEach
    void open() {
        list = SubscriptionList.open(folder.resolve("subscriptions.db"));
    }

    @AfterEach
    void close() {
        list.close();
        hasher.close();
    }

    /** What is done, and how it is gone on with. */
    @FunctionalInterface
    private interface Work {
        void on(SubscribedFile file);
    }

    @Test
    void anUpdateThatEndsAtAnyStepLosesNothing() {
        for (Ability ability : Ability.values()) {
            everyStep(this::update, ability);
        }
    }

    @Test
    void bringingAnOldVersionBackLosesNothingAtAnyStep() {
        everyStep(file -> file.restore(0, file.look()), Ability.EXCHANGE);
    }

    @Test
    void aFirstVersionThatEndsAtAnyStepIsTakenForNoEditAndAnEditOfItIsKept() throws IOException {
        for (Ability ability : Ability.values()) {
            EndingDisk whole = new EndingDisk(ability);
            update(follow(
                    Files.createDirectory(folder.resolve("whole" + ability)).resolve("f.bin"), whole));
            for (int step = 0; step < whole.steps(); step++) {
                for (boolean edits : List.of(true, false)) {
                    Path name = Files.createDirectory(folder.resolve("first" + cases))
                            .resolve("f.bin");
                    firstVersion(name, ability, step, edits);
                }
            }
        }
    }

    private void firstVersion(Path name, Ability ability, int step, boolean edits) throws IOException {
        String where = ability + ", step " + step + (edits ? ", edited" : "");
        SubscribedFile file = follow(name, new EndingDisk(ability, step, () -> {}, true));
        assertThatThrownBy(() -> update(file)).isInstanceOf(EndingDisk.KilledException.class);
        boolean edited = edits && Files.exists(name);
        if (edited) {
            Files.write(name, EDIT);
        }
        SubscribedFile again = again(file, ability);
        again.recover();
        assertThat(again.look().kind())
                .as(where)
                .isIn(edited ? LocalState.Kind.EDITED : LocalState.Kind.MISSING, LocalState.Kind.AS_PUT);
        update(again);
        assertThat(name).as(where).hasBinaryContent(edited ? EDIT : NEW.bytes());
    }

    private void everyStep(Work work, Ability ability) {
        EndingDisk whole = new EndingDisk(ability);
        work.on(begin(whole));
        assertThat(whole.steps()).isGreaterThan(3);
        for (int step = 0; step < whole.steps(); step++) {
            for (Meanwhile meanwhile : Meanwhile.values()) {
                for (boolean ends : List.of(true, false)) {
                    oneCase(work, ability, step, meanwhile, ends);
                }
            }
        }
    }

    private void oneCase(Work work, Ability ability, int step, Meanwhile meanwhile, boolean ends) {
        String where = ability + ", step " + step + ", somebody " + meanwhile + (ends ? ", killed" : "");
        // Between the second name and the move, where names cannot be exchanged, nothing protects what is moved there,
        // and a copy does not have what is written then.
        Path name = folder.resolve("case" + cases).resolve("f.bin");
        boolean[] saved = {true};
        EndingDisk disk = new EndingDisk(
                ability,
                step,
                () -> {
                    saved[0] = ability == Ability.EXCHANGE
                            || (ability == Ability.LINK && meanwhile == Meanwhile.WRITES)
                            || !Files.exists(kept(name));
                    happen(meanwhile, name);
                },
                ends);
        SubscribedFile file = begin(disk);
        try {
            work.on(file);
        } catch (EndingDisk.KilledException killed) {
            assertThat(ends).as(where).isTrue();
        } catch (FileChangedException | FileAccessException | TargetExistsException seen) {
            assertThat(meanwhile).as(where + " " + seen).isNotEqualTo(Meanwhile.NOTHING);
        }
        assertWhole(name, meanwhile, where);
        Subscription known = list.find(file.subscription().id()).orElseThrow();
        SubscribedFile again = again(file, ability);
        again.recover();
        assertThat(list.pending(known)).as(where).isEmpty();
        assertWhole(name, meanwhile, where);
        update(again);
        List<byte[]> all = contents(Objects.requireNonNull(name.getParent()));
        if (saved[0] && (meanwhile == Meanwhile.WRITES || meanwhile == Meanwhile.SAVES_BY_MOVING)) {
            assertHas(all, EDIT, where);
        }
        assertHas(all, NEW.bytes(), where);
        if (meanwhile == Meanwhile.NOTHING) {
            assertThat(name).as(where).hasBinaryContent(NEW.bytes());
            assertHas(all, OLD.bytes(), where);
        }
    }

    /** What the first replaced version is called. */
    private static Path kept(Path name) {
        return name.resolveSibling(SubscribedFile.HISTORY_FOLDER).resolve("f (version 1).bin");
    }

    private static void happen(Meanwhile meanwhile, Path name) {
        try {
            switch (meanwhile) {
                case NOTHING -> {}
                case WRITES -> Files.write(name, EDIT);
                case SAVES_BY_MOVING -> {
                    Path other = Files.write(name.resolveSibling("saving"), EDIT);
                    Files.move(other, name, StandardCopyOption.ATOMIC_MOVE);
                }
                case DELETES -> Files.deleteIfExists(name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file at version 1, of which version 0 is kept: so that both have something to do. */
    private SubscribedFile begin(EndingDisk disk) {
        try {
            Path place = Files.createDirectory(folder.resolve("case" + cases));
            Path name = OLD.writeTo(place.resolve("f.bin"));
            SubscribedFile file = follow(name, disk);
            file.adopt(1, file.look());
            Path history = Files.createDirectory(file.history());
            Path older = NEW.writeTo(history.resolve("older"));
            list.add(
                    file.subscription(),
                    new OtherFile(OtherFile.Kind.REPLACED, older, 9, NEW.id(), FileStamp.of(older)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SubscribedFile follow(Path name, EndingDisk disk) {
        Subscription fresh = new Subscription(
                0,
                new Subscription.Source("127.0.0.1:7800", "key", new Name("lab/f" + cases), "owner"),
                name,
                new Subscription.Terms(2, 3, null),
                0,
                null,
                0,
                0);
        cases++;
        return new SubscribedFile(list, list.add(fresh), hasher, aside -> {}, disk);
    }

    /** The same after a start. */
    private SubscribedFile again(SubscribedFile file, Ability ability) {
        Subscription known = list.find(file.subscription().id()).orElseThrow();
        return new SubscribedFile(list, known, hasher, aside -> {}, new EndingDisk(ability));
    }

    /** What whoever follows versions does with the second one. */
    private void update(SubscribedFile file) {
        LocalState local = file.look();
        if (NEW.id().equals(local.content())) {
            file.adopt(2, local);
            return;
        }
        try (PartialFile part = file.open(NEW.id(), HashProgress.UNSEEN)) {
            if (part.chunkRow().isEmpty()) {
                part.recordChunkRow(NEW.row(), HashProgress.UNSEEN);
            }
            for (int chunk = 0; chunk < NEW.layout().chunkCount(); chunk++) {
                part.write(chunk, NEW.chunk(chunk));
            }
            if (local.kind() == LocalState.Kind.EDITED) {
                file.putBeside(part, 2);
            } else {
                file.put(part, 2, local);
            }
        }
    }

    private static void assertWhole(Path name, Meanwhile meanwhile, String where) {
        try {
            if (meanwhile == Meanwhile.DELETES && !Files.exists(name)) {
                return;
            }
            byte[] now = Files.readAllBytes(name);
            assertThat(List.of(OLD.bytes(), NEW.bytes(), EDIT).stream().anyMatch(one -> Arrays.equals(one, now)))
                    .as(where)
                    .isTrue();
        } catch (IOException e) {
            throw new AssertionError(where, e);
        }
    }

    private static void assertHas(List<byte[]> all, byte[] one, String where) {
        assertThat(all.stream().anyMatch(some -> Arrays.equals(some, one)))
                .as(where)
                .isTrue();
    }

    private static List<byte[]> contents(Path place) {
        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.add(Files.readAllBytes(file));
            }
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
