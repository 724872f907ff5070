package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.TestAccount.CHEAP;
import static dev.shoal.index.TestAccount.proof;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shoal.protocol.AccountProof;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.transport.Argon2;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The row before the passwords, and what is kept of them. */
class PasswordHashingTest {

    private static final int PLACES = 10;

    /** Of 32 bytes of 7, made by OpenSSL. */
    private static final String OTHER =
            "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw" + "$uE+IywpYoHbse9Na3rSf3UlsdmH1q65za7sZHHiEW3g";

    private final PasswordHashing hashing = new PasswordHashing(CHEAP, PLACES);
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void close() {
        held.countDown();
        hashing.close();
    }

    private CompletableFuture<Boolean> holdUp() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> first = hashing.submit(
                argon2 -> {
                    begun.countDown();
                    return await(held);
                },
                0,
                NOW);
        await(begun);
        return first;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Failure refusal(CompletableFuture<?> answer) {
        Throwable cause = catchThrowable(() -> get(answer)).getCause();
        if (cause instanceof IndexException known) {
            return known.toFailure();
        }
        throw new AssertionError(cause);
    }

    @Test
    void aFullRowSaysWhenToComeAgainEachALittleLaterThanTheOneBefore() {
        CompletableFuture<Boolean> first = holdUp();
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            int number = i;
            waiting.add(hashing.submit(argon2 -> number, i, NOW));
        }
        assertThat(hashing.waiting()).isEqualTo(PLACES);
        int before = 0;
        for (int i = 0; i < 5_000; i++) {
            Failure busy = refusal(hashing.submit(argon2 -> 0, 1_000 + i, NOW));
            assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(busy.retryAfterMillis()).isBetween(Math.max(1_000, before), 60_000);
            before = busy.retryAfterMillis();
        }
        assertThat(before).isEqualTo(60_000);
        // Those that were sent away have had their turns.
        Failure later = refusal(hashing.submit(argon2 -> 0, 1, NOW.plusMillis(3_600_000)));
        assertThat(later.retryAfterMillis()).isLessThan(5_000);
        held.countDown();
        assertThat(get(first)).isTrue();
        for (int i = 0; i < PLACES; i++) {
            assertThat(get(waiting.get(i))).isEqualTo(i);
        }
    }

    @Test
    void oneAddressFillsHalfOfTheRow() {
        holdUp();
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < PLACES / 2; i++) {
            waiting.add(hashing.submit(argon2 -> 1, 9, NOW));
        }
        assertThat(refusal(hashing.submit(argon2 -> 1, 9, NOW)).code()).isEqualTo(ErrorCode.BUSY);
        waiting.add(hashing.submit(argon2 -> 1, 10, NOW));
        held.countDown();
        waiting.forEach(answer -> assertThat(get(answer)).isEqualTo(1));
        for (int i = 0; i < 3 * PLACES; i++) {
            CompletableFuture<Integer> again = hashing.submit(argon2 -> 1, 9, NOW);
            assertThat(get(again)).isEqualTo(1);
        }
    }

    @Test
    void whoHasMostGivesAPlaceToWhoHasFewAndGetsNoTwoTurnsInARow() {
        holdUp();
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Boolean>> ofTwo = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            int site = 20 + i % 2;
            ofTwo.add(hashing.submit(argon2 -> order.add(site), site, NOW));
        }
        CompletableFuture<Boolean> other = hashing.submit(argon2 -> order.add(30), 30, NOW);
        assertThat(hashing.waiting()).isEqualTo(PLACES);
        assertThat(ofTwo)
                .filteredOn(CompletableFuture::isCompletedExceptionally)
                .hasSize(1);
        assertThat(refusal(hashing.submit(argon2 -> true, 20, NOW)).code()).isEqualTo(ErrorCode.BUSY);
        held.countDown();
        assertThat(get(other)).isTrue();
        assertThat(List.copyOf(order).subList(0, 3)).containsExactly(20, 21, 30);
    }

    @Test
    void workThatFailsHarmsNoOther() {
        for (Throwable thrown : List.of(
                new IllegalStateException("on purpose"),
                new OutOfMemoryError("on purpose"),
                new StackOverflowError("on purpose"),
                new NoClassDefFoundError("on purpose"))) {
            CompletableFuture<Integer> fails = hashing.submit(argon2 -> sneak(thrown), 0, NOW);
            assertThatThrownBy(() -> get(fails)).hasRootCause(thrown);
            CompletableFuture<Integer> works = hashing.submit(argon2 -> 5, 0, NOW);
            assertThat(get(works)).isEqualTo(5);
        }
    }

    private static int sneak(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    @Test
    void whatWaitsAtTheEndIsToldSo() {
        holdUp();
        CompletableFuture<Integer> waits = hashing.submit(argon2 -> 1, 1, NOW);
        Thread closing = Thread.ofVirtual().start(hashing::close);
        assertThat(refusal(waits).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        held.countDown();
        assertThat(catchThrowable(closing::join)).isNull();
        assertThat(refusal(hashing.submit(argon2 -> 1, 1, NOW)).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void whatIsKeptOfAPasswordMatchesItAlone() {
        Argon2 argon2 = new Argon2(CHEAP);
        for (long seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PasswordHash hash = PasswordHash.make(argon2, proof(seed), random);
            PasswordHash read = PasswordHash.parse(hash.text());
            assertThat(read.text()).as("seed %d", seed).isEqualTo(hash.text());
            assertThat(read.matches(argon2, proof(seed))).as("seed %d", seed).isTrue();
            assertThat(read.matches(argon2, proof(seed + 1)))
                    .as("seed %d", seed)
                    .isFalse();
            assertThat(PasswordHash.make(argon2, proof(seed), random).text())
                    .as("seed %d", seed)
                    .isNotEqualTo(hash.text());
            // The cost of the one who asks may have changed since.
            assertThat(read.matches(new Argon2(new Argon2.Cost(16, 2)), proof(seed)))
                    .as("seed %d", seed)
                    .isTrue();
        }
        PasswordHash nobody = PasswordHash.ofNobody(CHEAP, new SplittableRandom(1));
        assertThat(nobody.matches(argon2, proof(1))).isFalse();
        assertThat(nobody.text()).matches("\\$argon2id\\$v=19\\$m=8,t=1,p=1\\$[^$]{22}\\$[^$]{43}");
        assertThat(nobody).hasToString("PasswordHash[not shown]");
    }

    @Test
    void whatIsKeptIsReadAsOtherImplementationsWriteIt() {
        PasswordHash hash = PasswordHash.parse(OTHER);
        AccountProof proof = AccountProof.of(HexFormat.of().parseHex("07".repeat(32)));
        assertThat(hash.matches(new Argon2(Argon2.Cost.INDEX), proof)).isTrue();
        assertThat(hash.matches(new Argon2(Argon2.Cost.INDEX), proof(1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=16$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=8,t=1,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=999999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=8,t=9999,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAA!$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA"
            })
    void anyOtherTextIsRefused(String text) {
        assertThatThrownBy(() -> PasswordHash.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
