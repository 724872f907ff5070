package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.transport.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which download links there are, how long, and for how many downloads, by a clock of the test's own. */
class WebLinksTest {

    private static final long LENGTH = 1_000;

    @TempDir
    Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final AtomicLong nowMillis = new AtomicLong(1_800_000_000_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis.get());
    private Path file;
    private WebLinks links;

    @BeforeEach
    void open() {
        file = folder.resolve("web-links");
        links = opened();
    }

    private WebLinks opened() {
        WebLinks opened = new WebLinks(file, clock, (level, text) -> said.add(text));
        opened.open();
        return opened;
    }

    private KeptWebLink make(long forMillis, int times) {
        return links.make(
                "share key name",
                "ann/name",
                "content",
                new WebLinkWish.MakeWebLink(null, 0, "name", null, forMillis, times, false));
    }

    private WebLinks.Live found(KeptWebLink link) {
        return links.find(link.secret()).orElseThrow();
    }

    private void download(KeptWebLink link, long bytes) {
        try (WebLinks.Use use =
                links.use(found(link), LENGTH, new ByteRange(0, bytes)).orElseThrow()) {
            use.sent((int) bytes);
            use.completed();
        }
    }

    @Test
    void aLinkIsFoundByItsWholeSecretAlone() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 0);
        make(WebLinkWish.USUAL_MILLIS, 0);
        assertThat(link.secret()).matches("[A-Za-z0-9_-]{32}");
        assertThat(links.find(link.secret())).isPresent();
        assertThat(links.find("")).isEmpty();
        assertThat(links.find(link.secret().substring(0, 31))).isEmpty();
        assertThat(links.find(link.secret() + "A")).isEmpty();
        assertThat(links.find(link.secret().toUpperCase(Locale.ROOT))).isEmpty();
        assertThat(link.toString()).doesNotContain(link.secret());
    }

    @Test
    void noTwoHaveASecretInCommon() {
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            assertThat(secrets.add(make(WebLinkWish.USUAL_MILLIS, 0).secret())).isTrue();
        }
    }

    @Test
    void aLinkEndsWhenItsTimeIsOver() {
        KeptWebLink link = make(WebLinkWish.LEAST_MILLIS, 0);
        nowMillis.addAndGet(WebLinkWish.LEAST_MILLIS - 1);
        assertThat(links.expire()).isEmpty();
        WebLinks.Use begun =
                links.use(found(link), LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        nowMillis.addAndGet(1);
        assertThat(links.find(link.secret())).isEmpty();
        assertThat(links.expire()).hasSize(1);
        assertThat(links.isNeeded()).isFalse();
        // What has begun in time may go on for a while.
        nowMillis.addAndGet(WebLinks.GRACE_MILLIS - 1);
        assertThat(begun.isOver()).isFalse();
        nowMillis.addAndGet(1);
        assertThat(begun.isOver()).isTrue();
        begun.close();
        assertThat(opened().all()).isEmpty();
    }

    @Test
    void whatIsEndedIsOverAtOnceWithAllThatRuns() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 0);
        WebLinks.Use begun =
                links.use(found(link), LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        assertThat(links.end(each -> each.id() == link.id())).hasSize(1);
        assertThat(begun.isOver()).isTrue();
        begun.close();
        assertThat(links.find(link.secret())).isEmpty();
        assertThat(opened().all()).isEmpty();
    }

    @Test
    void theyAreKeptOverARestartForTheirOwnerAlone() throws Exception {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 3);
        download(link, LENGTH);
        assertThat(SecretFile.isOpenToOthers(file)).isFalse();
        links = opened();
        assertThat(links.all()).hasSize(1);
        assertThat(links.kept(found(link)).used(LENGTH)).isEqualTo(1);
        nowMillis.addAndGet(WebLinkWish.USUAL_MILLIS);
        assertThat(opened().all()).isEmpty();
        assertThat(Files.readString(file)).isEmpty();
    }

    @Test
    void numbersGoOnAfterARestart() {
        make(WebLinkWish.USUAL_MILLIS, 0);
        KeptWebLink second = make(WebLinkWish.USUAL_MILLIS, 0);
        links = opened();
        assertThat(make(WebLinkWish.USUAL_MILLIS, 0).id()).isGreaterThan(second.id());
    }

    @Test
    void whatCannotBeReadIsOverAndToldOf() throws Exception {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 0);
        Files.writeString(file, "{\"id\": ");
        links = opened();
        assertThat(links.find(link.secret())).isEmpty();
        assertThat(said).anyMatch(text -> text.contains("cannot be read"));
    }

    @Test
    void aLinkForSomeDownloadsEndsWithTheLast() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 2);
        download(link, LENGTH);
        download(link, LENGTH);
        assertThat(links.find(link.secret())).isEmpty();
        assertThat(said).anyMatch(text -> text.contains("has been used 2 times"));
    }

    @Test
    void partsCountAsMuchAsTheyAre() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 1);
        download(link, 600);
        assertThat(links.kept(found(link)).used(LENGTH)).isZero();
        download(link, 399);
        download(link, 1);
        assertThat(links.find(link.secret())).isEmpty();
    }

    @Test
    void noMoreIsGivenAtOnceThanThereIsLeft() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 1);
        WebLinks.Live live = found(link);
        WebLinks.Use first = links.use(live, LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        assertThat(links.use(live, LENGTH, new ByteRange(0, LENGTH))).isEmpty();
        assertThat(links.use(live, LENGTH, new ByteRange(0, 1))).isEmpty();
        first.sent(300);
        first.close();
        // It broke off: somebody may go on with it.
        WebLinks.Use second = links.use(live, LENGTH, new ByteRange(0, 700)).orElseThrow();
        second.sent(700);
        second.completed();
        second.close();
        assertThat(links.find(link.secret())).isEmpty();
        assertThat(links.use(live, LENGTH, new ByteRange(0, LENGTH))).isEmpty();
    }

    @Test
    void lessThanOneLengthGoesOutAboveWhatALinkIsGoodFor() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 2);
        WebLinks.Live live = found(link);
        download(link, LENGTH - 1);
        try (WebLinks.Use whole =
                links.use(live, LENGTH, new ByteRange(0, LENGTH)).orElseThrow()) {
            // Beside it there is one byte left.
            assertThat(links.use(live, LENGTH, new ByteRange(0, 2))).isEmpty();
            links.use(live, LENGTH, new ByteRange(0, 1)).orElseThrow().close();
            whole.sent((int) LENGTH);
            whole.completed();
        }
        // Alone, whoever broke off may have all of it again.
        download(link, LENGTH);
        assertThat(links.find(link.secret())).isEmpty();
        assertThat(links.use(live, LENGTH, new ByteRange(0, 1))).isEmpty();
        assertThat(links.kept(live).sentBytes()).isEqualTo(3 * LENGTH - 1);
    }

    @Test
    void whatRunsThroughALinkThatIsOverIsListedAndCanBeEnded() {
        KeptWebLink late = make(WebLinkWish.LEAST_MILLIS, 0);
        KeptWebLink usedUp = make(WebLinkWish.USUAL_MILLIS, 2);
        WebLinks.Use ofLate =
                links.use(found(late), LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        WebLinks.Use ofUsedUp =
                links.use(found(usedUp), LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        try (WebLinks.Use other =
                links.use(found(usedUp), LENGTH, new ByteRange(0, LENGTH)).orElseThrow()) {
            ofUsedUp.sent((int) LENGTH);
            ofUsedUp.completed();
            ofUsedUp.close();
            nowMillis.addAndGet(WebLinkWish.LEAST_MILLIS);
            assertThat(links.expire()).hasSize(1);
            assertThat(links.isOver(late.id())).isTrue();
            assertThat(links.isOver(usedUp.id())).isFalse();
            assertThat(links.all()).extracting(KeptWebLink::id).containsExactly(late.id(), usedUp.id());
            assertThat(ofLate.isOver()).isFalse();
            assertThat(links.end(each -> true)).hasSize(2);
            assertThat(ofLate.isOver()).isTrue();
            assertThat(other.isOver()).isTrue();
        }
        ofLate.close();
        assertThat(links.all()).isEmpty();
    }

    @Test
    void whatIsOverIsForgottenWithTheLastThatRuns() {
        KeptWebLink link = make(WebLinkWish.LEAST_MILLIS, 0);
        WebLinks.Use first =
                links.use(found(link), LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        WebLinks.Use second =
                links.use(found(link), LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        nowMillis.addAndGet(WebLinkWish.LEAST_MILLIS);
        links.expire();
        first.close();
        assertThat(links.all()).hasSize(1);
        second.close();
        assertThat(links.all()).isEmpty();
    }

    @Test
    void aDownloadThatBreaksOffAtItsVeryEndLeavesALinkForOneMore() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 1);
        WebLinks.Live live = found(link);
        broken(live, 0, LENGTH);
        assertThat(links.kept(live).leftBytes(LENGTH)).isEqualTo(1);
        // It can be resumed, and had as a whole, but not again and again.
        broken(live, LENGTH - 1, LENGTH);
        assertThat(links.find(link.secret())).isPresent();
        broken(live, 0, LENGTH);
        assertThat(links.find(link.secret())).isEmpty();
        KeptWebLink other = make(WebLinkWish.USUAL_MILLIS, 1);
        broken(found(other), 0, LENGTH);
        download(other, LENGTH);
        assertThat(links.find(other.secret())).isEmpty();
    }

    private void broken(WebLinks.Live live, long first, long end) {
        try (WebLinks.Use use =
                links.use(live, LENGTH, new ByteRange(first, end)).orElseThrow()) {
            use.sent((int) (end - first));
        }
    }

    @Test
    void partsOfAnOlderVersionAreTheSameShareOfANewerOne() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 1);
        download(link, 600);
        links.close();
        links = opened();
        KeptWebLink kept = links.kept(found(link));
        assertThat(kept.used(10)).isZero();
        assertThat(kept.leftBytes(10)).isEqualTo(4);
        assertThat(kept.leftBytes(Long.MAX_VALUE / 2)).isPositive();
        try (WebLinks.Use all = links.use(found(link), 10, new ByteRange(0, 10)).orElseThrow()) {
            all.sent(10);
            all.completed();
        }
        assertThat(links.find(link.secret())).isEmpty();
    }

    @Test
    void aLinkOfWhichANewerVersionLeavesNothingEnds() throws Exception {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 1);
        WebLinks.Live live = found(link);
        try (WebLinks.Use broken =
                links.use(live, LENGTH, new ByteRange(0, LENGTH)).orElseThrow()) {
            broken.sent((int) LENGTH - 1);
        }
        // As a count that does not say of which length it is.
        links.close();
        Files.writeString(file, Files.readString(file).replace("\"partLength\":" + LENGTH, "\"partLength\":0"));
        links = opened();
        assertThat(links.use(found(link), 10, new ByteRange(0, 10))).isEmpty();
        assertThat(links.find(link.secret())).isEmpty();
        assertThat(said).anyMatch(text -> text.contains("has been used once"));
    }

    @Test
    void badLinesAloneAreLeftOutAndAllIsCopied() throws Exception {
        KeptWebLink good = make(WebLinkWish.USUAL_MILLIS, 0);
        String line = Files.readString(file).strip();
        List<String> bad = List.of(
                line.replace("\"secret\"", "\"nothing\""),
                line.replace(good.secret(), good.secret().substring(1)),
                line.replace("\"id\":1", "\"id\":0"),
                line.replace("\"times\":0", "\"times\":-1"),
                line.replace("\"wholes\":0", "\"wholes\":-1"),
                line.replace("\"partBytes\":0", "\"partBytes\":-1"),
                line.replace("\"share\"", "\"nothing\""),
                line.replace("" + good.untilMillis(), "" + Long.MAX_VALUE),
                line.replace("" + good.untilMillis(), "" + (good.sinceMillis() + WebLinkWish.MOST_MILLIS + 1)),
                line.replace("" + good.untilMillis(), "" + (good.sinceMillis() - 1)),
                "null",
                "{\"id\":");
        assertThat(bad).doesNotContain(line);
        Files.writeString(file, String.join("\n", bad) + "\n" + line + "\n");
        byte[] all = Files.readAllBytes(file);
        links = opened();
        assertThat(links.all()).containsExactly(good);
        assertThat(links.find(good.secret())).isPresent();
        assertThat(said).singleElement().asString().contains(bad.size() + " lines", "web-links.broken");
        assertThat(folder.resolve("web-links.broken")).hasBinaryContent(all);
        assertThat(SecretFile.isOpenToOthers(folder.resolve("web-links.broken")))
                .isFalse();
    }

    @Test
    void whatEndsIsOverEvenWhenThatCannotBeKept() throws Exception {
        KeptWebLink first = make(WebLinkWish.USUAL_MILLIS, 0);
        KeptWebLink second = make(WebLinkWish.USUAL_MILLIS, 0);
        WebLinks.Use running =
                links.use(found(first), LENGTH, new ByteRange(0, LENGTH)).orElseThrow();
        Files.delete(file);
        Files.createDirectories(file.resolve("in the way"));
        links.endSurely(each -> each.id() == first.id());
        assertThat(said).anyMatch(text -> text.contains("cannot be kept"));
        assertThat(running.isOver()).isTrue();
        assertThat(links.find(first.secret())).isEmpty();
        assertThatThrownBy(() -> links.end(each -> true)).isInstanceOf(PeerException.class);
        assertThat(links.find(second.secret())).isEmpty();
    }

    @Test
    void whatCannotBeCopiedTakesNoOtherLinkAlong() throws Exception {
        KeptWebLink good = make(WebLinkWish.USUAL_MILLIS, 0);
        Files.writeString(file, Files.readString(file) + "null\n");
        Files.createDirectories(folder.resolve("web-links.broken/in the way"));
        links = opened();
        assertThat(links.find(good.secret())).isPresent();
        assertThat(said).singleElement().asString().contains("A line of", "There is no copy");
    }

    @Test
    void whoComesDoesNotWaitForTheDisk() throws Exception {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 0);
        CountDownLatch isWriting = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        links = new WebLinks(file, clock, PeerEvents.NONE, WebLinks.MOST, (path, text) -> {
            isWriting.countDown();
            awaitQuietly(goesOn);
            SecretFile.write(path, text);
        });
        links.open();
        CompletableFuture<KeptWebLink> made =
                CompletableFuture.supplyAsync(() -> make(WebLinkWish.USUAL_MILLIS, 0), Thread::startVirtualThread);
        isWriting.await();
        assertThat(CompletableFuture.supplyAsync(() -> links.find(link.secret()), Thread::startVirtualThread)
                        .get(20, TimeUnit.SECONDS))
                .isPresent();
        assertThat(made).isNotDone();
        goesOn.countDown();
        KeptWebLink other = made.get(20, TimeUnit.SECONDS);
        assertThat(opened().all()).contains(link, other);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatIsEmptyIsCountedAsWell() {
        KeptWebLink link = make(WebLinkWish.USUAL_MILLIS, 1);
        WebLinks.Live live = found(link);
        WebLinks.Use first = links.use(live, 0, new ByteRange(0, 0)).orElseThrow();
        assertThat(links.use(live, 0, new ByteRange(0, 0))).isEmpty();
        first.completed();
        first.close();
        assertThat(links.find(link.secret())).isEmpty();
    }

    @Test
    void thereAreNoMoreThanTheLimit() {
        links = new WebLinks(file, clock, PeerEvents.NONE, 3, SecretFile::write);
        for (int i = 0; i < 3; i++) {
            make(WebLinkWish.LEAST_MILLIS, 0);
        }
        assertThatThrownBy(() -> make(WebLinkWish.LEAST_MILLIS, 0))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("shoal unlink");
        nowMillis.addAndGet(WebLinkWish.LEAST_MILLIS);
        assertThat(make(WebLinkWish.LEAST_MILLIS, 0).id()).isEqualTo(4);
    }

    @Test
    void timesAndSpansHaveLimits() {
        for (long millis : new long[] {0, -1, WebLinkWish.LEAST_MILLIS - 1, WebLinkWish.MOST_MILLIS + 1}) {
            assertThatThrownBy(() -> make(millis, 0)).isInstanceOf(PeerException.class);
        }
        for (int times : new int[] {-1, WebLinkWish.MOST_TIMES + 1}) {
            assertThatThrownBy(() -> make(WebLinkWish.USUAL_MILLIS, times)).isInstanceOf(PeerException.class);
        }
        KeptWebLink most = make(WebLinkWish.MOST_MILLIS, WebLinkWish.MOST_TIMES);
        assertThat(most.leftBytes(1L << 60)).isEqualTo(Long.MAX_VALUE);
    }
}
