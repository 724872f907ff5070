package dev.shoal.index;

import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.hash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.PeerId;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is hidden while names are being looked up is not shown by what that finds. Names are looked up by the test. */
class OnlineNamesTest {

    /** So many that the table is not made anew for every change. */
    private static final int CONTENTS = 101;

    private static final NameRow SECRET = row("ada/secret", 1);
    private static final NameRow OPEN = row("ada/open", 2);

    private final AtomicLong written = new AtomicLong();
    private final Directory directory = new Directory(DirectoryLimits.DEFAULT, new SplittableRandom(5));

    /** What the next look-up is answered with. */
    private Supplier<CompletableFuture<List<NameRow>>> lookUp = () -> CompletableFuture.completedFuture(List.of());

    private final OnlineNames online = new OnlineNames(new SharedDirectory(new ReentrantLock(), directory), names());

    @BeforeEach
    void bringContentsOnline() {
        int peer = directory.join(new Contact(new PeerId(hash(1)), address("192.0.2.1"), List.of()));
        for (int i = 0; i < CONTENTS; i++) {
            directory.register(peer, content(i), false);
        }
    }

    @Test
    void whatCameOnlineBeforeItWasHiddenIsNotShownAfter() {
        assertThat(shown()).isEmpty();
        CompletableFuture<List<NameRow>> found = new CompletableFuture<>();
        lookUp = () -> found;
        CompletableFuture<Boolean> came = online.cameOnline(content(1));
        written.incrementAndGet();
        get(online.hidden(SECRET.name()));
        found.complete(List.of(SECRET, OPEN));
        get(came);
        assertThat(shown()).containsExactly(OPEN.name());
        // It is looked up again when it is for everybody again.
        written.incrementAndGet();
        lookUp = () -> CompletableFuture.completedFuture(List.of(SECRET));
        get(online.cameOnline(content(1)));
        assertThat(shown()).containsExactly(OPEN.name(), SECRET.name());
    }

    @Test
    void whatIsHiddenWhileTheTableIsMadeIsNotShownByIt() {
        Thread[] hiding = new Thread[1];
        lookUp = () -> {
            written.incrementAndGet();
            hiding[0] = Thread.ofPlatform().start(() -> get(online.hidden(SECRET.name())));
            // Done, or waiting for the table.
            while (hiding[0].getState() != Thread.State.BLOCKED && hiding[0].isAlive()) {
                Thread.onSpinWait();
            }
            return CompletableFuture.completedFuture(List.of(SECRET, OPEN));
        };
        shown();
        join(hiding[0]);
        assertThat(shown()).containsExactly(OPEN.name());
    }

    @Test
    void afterMoreThanATableRemembersItIsMadeAnew() {
        lookUp = () -> CompletableFuture.completedFuture(List.of(OPEN));
        assertThat(shown()).containsExactly(OPEN.name());
        lookUp = () -> CompletableFuture.completedFuture(List.of(OPEN, SECRET));
        for (int i = 0; i < 999; i++) {
            get(online.hidden(new Name("ben/" + i)));
        }
        assertThat(shown()).containsExactly(OPEN.name());
        get(online.hidden(new Name("ben/999")));
        assertThat(shown()).containsExactly(OPEN.name(), SECRET.name());
    }

    private List<Name> shown() {
        Answer page = get(online.page("", 100, true, 0, List.of()));
        return ((IndexReply.Names) Objects.requireNonNull(page.pdu()))
                .entries().stream().map(Listing::name).toList();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static NameRow row(String name, long content) {
        return new NameRow(new Name(name), content(content), false, 1, Fixtures.NOW_MILLIS);
    }

    /** Only what is asked here. */
    private Names names() {
        return (Names) Proxy.newProxyInstance(
                Names.class.getClassLoader(),
                new Class<?>[] {Names.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "withContents" -> lookUp.get();
                    case "changes" -> written.get();
                    default -> throw new AssertionError(method);
                });
    }
}
