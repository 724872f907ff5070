package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.PeerId;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** Waits after wrong passwords, in virtual time. */
class LogInThrottleTest {

    private static final long SITE = 7;
    private static final long SECOND = 1_000_000_000L;
    private static final int MAX_WAIT_MILLIS = 900_000;
    private static final PeerId DEVICE = Fixtures.key(1).id();

    private final LogInThrottle throttle = new LogInThrottle();
    private long nowNanos = -5 * SECOND;

    private void pass(long millis) {
        nowNanos += millis * Moment.NANOS_PER_MILLI;
    }

    private int waitMillis(String user, long site) {
        return throttle.waitMillis(stranger(user, site), nowNanos);
    }

    private void fail(String user, long site) {
        throttle.failed(stranger(user, site), nowNanos);
    }

    private void succeed(String user, long site) {
        throttle.succeeded(stranger(user, site), nowNanos);
    }

    private static LogInThrottle.Attempt stranger(String user, long site) {
        return new LogInThrottle.Attempt(user, site, null);
    }

    private static LogInThrottle.Attempt device(long site) {
        return new LogInThrottle.Attempt("ada", site, DEVICE);
    }

    @Test
    void nobodyIsKeptOutByTheFailuresOfOthersWhereHisPasswordWasRightBefore() {
        succeed("ada", SITE);
        for (int i = 0; i < 40; i++) {
            fail("ada", 1_000 + i);
        }
        LogInThrottle.Attempt device = device(8);
        assertThat(waitMillis("ada", 9)).isEqualTo(MAX_WAIT_MILLIS);
        assertThat(waitMillis("ada", SITE)).isZero();
        assertThat(throttle.waitMillis(device, nowNanos)).isZero();
        assertThat(throttle.waitMillis(9, nowNanos)).isZero();
        // But each is counted, too.
        for (int i = 0; i < 3; i++) {
            fail("ada", SITE);
            throttle.failed(device, nowNanos);
        }
        assertThat(waitMillis("ada", SITE)).isEqualTo(1_000);
        assertThat(throttle.waitMillis(device, nowNanos)).isEqualTo(1_000);
        pass(TimeUnit.DAYS.toMillis(91));
        for (int i = 0; i < 4; i++) {
            fail("ada", 1_000 + i);
        }
        assertThat(waitMillis("ada", SITE)).as("known no longer").isPositive();
    }

    @Test
    void aDeviceWaitsForNobodyAtItsOwnAddress() {
        succeed("ada", SITE);
        for (int i = 0; i < 45; i++) {
            fail("user" + i, SITE);
            fail("ada", SITE);
        }
        assertThat(throttle.waitMillis(device(SITE), nowNanos)).isZero();
        assertThat(waitMillis("ada", SITE)).as("a new device").isEqualTo(MAX_WAIT_MILLIS);
        // Nor do others wait for it.
        for (int i = 0; i < 45; i++) {
            throttle.failed(device(SITE + 1), nowNanos);
        }
        assertThat(throttle.waitMillis(device(SITE), nowNanos)).isEqualTo(MAX_WAIT_MILLIS);
        assertThat(waitMillis("ben", SITE + 1)).isZero();
        assertThat(waitMillis("ada", SITE + 1)).isZero();
    }

    @Test
    void ofWhatCannotBeGuessedOnlyTheAddressIsCounted() {
        for (int i = 0; i < LogInThrottle.FREE_PER_SITE; i++) {
            assertThat(throttle.waitMillis(SITE, nowNanos)).isZero();
            throttle.failed(SITE, nowNanos);
        }
        assertThat(throttle.waitMillis(SITE, nowNanos)).isEqualTo(1_000);
        assertThat(throttle.waitMillis(SITE + 1, nowNanos)).isZero();
    }

    @Test
    void theThirdWrongPasswordWaitsASecondAndEachFurtherOneTwiceAsLong() {
        fail("ada", SITE);
        fail("ada", SITE);
        assertThat(waitMillis("ada", SITE)).isZero();
        int expected = 1_000;
        for (int failure = 3; failure < 30; failure++) {
            fail("ada", SITE + failure);
            assertThat(waitMillis("ada", 1_000)).isEqualTo(expected);
            pass(expected - 1);
            assertThat(waitMillis("ada", 1_000)).isEqualTo(1);
            pass(1);
            assertThat(waitMillis("ada", 1_000)).isZero();
            expected = Math.min(MAX_WAIT_MILLIS, 2 * expected);
        }
        assertThat(expected).isEqualTo(MAX_WAIT_MILLIS);
        assertThat(waitMillis("ben", SITE)).isZero();
    }

    @Test
    void aRightPasswordEndsTheCountOfTheAccountAndNotOfTheAddress() {
        for (int i = 0; i < LogInThrottle.FREE_PER_SITE - 1; i++) {
            fail("ada" + i, SITE);
        }
        fail("ben", 1);
        fail("ben", 1);
        succeed("ben", 2);
        fail("ben", 1);
        assertThat(waitMillis("ben", 1)).isZero();
        succeed("ada0", 1);
        assertThat(waitMillis("carl", SITE)).isZero();
        fail("carl", SITE);
        assertThat(waitMillis("carl", SITE)).isEqualTo(1_000);
        assertThat(waitMillis("dora", SITE)).isEqualTo(1_000);
        assertThat(waitMillis("carl", 1)).isZero();
    }

    @Test
    void anAccountIsForgottenAfterADayAndAnAddressAfterAnHour() {
        for (int i = 0; i < 40; i++) {
            fail("ada", SITE);
        }
        assertThat(waitMillis("ben", SITE)).isPositive();
        pass(TimeUnit.HOURS.toMillis(1));
        fail("ben", SITE);
        assertThat(waitMillis("ben", SITE)).isZero();
        fail("ada", 1);
        assertThat(waitMillis("ada", 1)).isEqualTo(MAX_WAIT_MILLIS);
        pass(TimeUnit.DAYS.toMillis(1));
        fail("ada", 1);
        assertThat(waitMillis("ada", 1)).isZero();
    }

    @Test
    void nobodyTriesMoreThanSomePasswordsADayFromHoweverManyAddresses() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(triedInADay(seed, site -> stranger("ada", site)))
                    .as("seed %d", seed)
                    .isBetween(90, 115);
            assertThat(triedInADay(seed, LogInThrottleTest::device))
                    .as("device, seed %d", seed)
                    .isBetween(90, 115);
        }
    }

    private static int triedInADay(long seed, LongFunction<LogInThrottle.Attempt> from) {
        LogInThrottle throttle = new LogInThrottle();
        SplittableRandom random = new SplittableRandom(seed);
        long now = 0;
        int tried = 0;
        while (now < TimeUnit.DAYS.toNanos(1) && tried < 1_000) {
            LogInThrottle.Attempt attempt = from.apply(random.nextLong());
            int wait = throttle.waitMillis(attempt, now);
            if (wait == 0) {
                throttle.failed(attempt, now);
                tried++;
            } else {
                // Comes when it may, or a little too early.
                now += Math.max(1, wait - random.nextInt(2)) * Moment.NANOS_PER_MILLI;
            }
        }
        return tried;
    }

    @Test
    void onlySoManyNamesAndAddressesAreRemembered() {
        for (int i = 0; i < 3; i++) {
            fail("ada", SITE);
        }
        for (int i = 0; i < 2 * LogInThrottle.MAX_ENTRIES; i++) {
            fail("user" + i, 1_000 + i);
            if (i % 1_000 == 0) {
                // Who is asked for stays.
                waitMillis("ada", SITE);
            }
        }
        assertThat(throttle.entries()).isEqualTo(2 * LogInThrottle.MAX_ENTRIES);
        assertThat(waitMillis("ada", 0)).isEqualTo(1_000);
        fail("user0", 0);
        fail("user0", 0);
        assertThat(waitMillis("user0", 0)).isZero();
    }

    @Test
    void askingDoesNotRemember() {
        for (int i = 0; i < 100; i++) {
            assertThat(waitMillis("user" + i, i)).isZero();
        }
        assertThat(throttle.entries()).isZero();
    }
}
