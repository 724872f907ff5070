package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.store.FileAccessException;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.LocalState;
import dev.shoal.store.PartialFile;
import dev.shoal.store.SubscribedFile;
import dev.shoal.store.Subscription;
import dev.shoal.store.SubscriptionList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A person and an owner of a name do whatever they like in any order, and the peer is started again in between: what
 * the person made is somewhere as long as he has not deleted it himself, and what is untouched is in step.
 */
class SubscriptionScenarioTest {

    private static final int SCENARIOS = 60;
    private static final int LENGTH = 10;

    private enum Event {
        EDIT,
        DELETE,
        PUBLISH,
        PUBLISH_SAME,
        RESTART,
        UNSUBSCRIBE,
        MINE,
        THEIRS,
        BOTH,
        RESTORE
    }

    /** In memory where there is a disk for it: each step forces what it does several times. */
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

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void nothingThatAPersonMadeIsLostAndWhatIsUntouchedIsInStep() throws IOException {
        for (long seed = 0; seed < SCENARIOS; seed++) {
            List<Event> done = new ArrayList<>();
            try {
                scenario(seed, done);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", " + done, e);
            }
        }
    }

    private void scenario(long seed, List<Event> done) throws IOException {
        RandomGenerator random = new SplittableRandom(seed);
        Place home = new Place(Files.createDirectory(folder.resolve("home" + seed)), seed, random.nextInt(3));
        home.publish("version 1 of " + seed);
        for (int step = 0; step < LENGTH; step++) {
            Event event = Event.values()[random.nextInt(Event.values().length)];
            done.add(event);
            switch (event) {
                case EDIT -> home.edit("edit " + step + " of " + seed);
                case DELETE -> home.delete();
                case PUBLISH -> home.publish("version at " + step + " of " + seed);
                case PUBLISH_SAME -> home.publish(home.latestText);
                case RESTART -> home.restart();
                case UNSUBSCRIBE -> home.subscribeAnew();
                case MINE -> home.resolve(SubscribedFile.Choice.MINE);
                case THEIRS -> home.resolve(SubscribedFile.Choice.THEIRS);
                case BOTH -> home.resolve(SubscribedFile.Choice.BOTH);
                case RESTORE -> home.restore();
            }
            home.check();
        }
        home.list.close();
    }

    /** What a person sees, and what should be true of it. */
    private final class Place {
        private final Path name;
        private final int keep;
        private final long seed;
        private final Set<String> made = new HashSet<>();
        private SubscriptionList list;
        private SubscribedFile file;
        private int latest;
        private String latestText = "";
        private boolean untouched = true;

        Place(Path place, long seed, int keep) {
            this.seed = seed;
            this.keep = keep;
            this.name = place.resolve("f.txt");
            this.list = SubscriptionList.open(folder.resolve("subscriptions.db"));
            this.file = file(list.add(fresh()));
        }

        private Subscription fresh() {
            return new Subscription(
                    0,
                    new Subscription.Source("127.0.0.1:7800", "key", new Name("lab/f" + seed), "owner"),
                    name,
                    new Subscription.Terms(keep, keep, null),
                    0,
                    null,
                    0,
                    0);
        }

        private SubscribedFile file(Subscription subscription) {
            return new SubscribedFile(list, subscription, hasher, aside -> {});
        }

        void edit(String text) throws IOException {
            if (Files.exists(name)) {
                made.remove(Files.readString(name));
            }
            Files.writeString(name, text);
            made.add(text);
            untouched = false;
        }

        void delete() throws IOException {
            if (Files.exists(name)) {
                made.remove(Files.readString(name));
                Files.delete(name);
            }
            untouched = false;
        }

        void publish(String text) {
            latest++;
            latestText = text;
            boolean missing = !Files.exists(name);
            untouched |= missing;
            update();
        }

        void restart() {
            list.close();
            list = SubscriptionList.open(folder.resolve("subscriptions.db"));
            file = file(list.find(file.subscription().id()).orElseThrow());
            file.recover();
            update();
        }

        /** Whoever subscribes to what is there already has it taken over only when it is the latest version. */
        void subscribeAnew() throws IOException {
            file.end();
            made.remove(latestText);
            file = file(list.add(fresh()));
            untouched = !Files.exists(name) || Files.readString(name).equals(latestText);
            update();
        }

        void resolve(SubscribedFile.Choice choice) {
            file.resolve(choice, latest, file.look());
            untouched |= choice != SubscribedFile.Choice.MINE;
            update();
        }

        void restore() {
            try {
                file.restore(0, file.look());
                untouched = false;
            } catch (FileAccessException nothingToBringBack) {
                return;
            }
        }

        /** What {@link Updating} does, without a network. */
        private void update() {
            ContentId content = content(latestText);
            LocalState local = file.look();
            NextStep step = NextStep.of(
                    file.subscription().seen(),
                    latest,
                    content,
                    local,
                    file.subscription().terms().copies());
            switch (step) {
                case NOTHING -> {}
                case ADOPT -> file.adopt(latest, local);
                case PASS -> file.pass(latest);
                case PUT, PUT_BESIDE -> {
                    try (PartialFile part = whole(content)) {
                        if (step == NextStep.PUT) {
                            file.put(part, latest, local);
                        } else {
                            file.putBeside(part, latest);
                        }
                    }
                }
            }
        }

        private PartialFile whole(ContentId content) {
            HashedFile whole = hashed(latestText);
            PartialFile part = file.open(content, HashProgress.UNSEEN);
            if (part.chunkRow().isEmpty()) {
                part.recordChunkRow(whole.chunkRow(), HashProgress.UNSEEN);
            }
            part.write(0, ByteBuffer.wrap(latestText.getBytes(StandardCharsets.UTF_8)));
            return part;
        }

        private ContentId content(String text) {
            return hashed(text).id();
        }

        private HashedFile hashed(String text) {
            try {
                return hasher.hash(Files.writeString(folder.resolve("version"), text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void check() throws IOException {
            Set<String> there = new HashSet<>();
            try (Stream<Path> files = Files.walk(Objects.requireNonNull(name.getParent()))) {
                for (Path one : files.filter(Files::isRegularFile).toList()) {
                    there.add(Files.readString(one));
                }
            }
            assertThat(there).containsAll(made);
            if (untouched) {
                assertThat(name).hasContent(latestText);
            }
            long kept = file.replaced().stream().filter(old -> old.number() > 0).count();
            assertThat(kept).isLessThanOrEqualTo(keep);
            assertThat(file.beside().size()).isLessThanOrEqualTo(keep);
        }
    }
}
