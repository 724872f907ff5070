package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void nobodyIsWaitedForForSomeSecondsOnly() {
        Patience patience = new Patience(0, false, 0);
        assertThat(patience.isOver(Patience.Outlook.NOBODY, 4 * SECOND)).isFalse();
        assertThat(patience.isOver(Patience.Outlook.NOBODY, 6 * SECOND)).isTrue();
        assertThat(patience.isOver(Patience.Outlook.SOME, 6 * SECOND)).isFalse();
        patience.look(0, true, 6 * SECOND);
        assertThat(patience.isOver(Patience.Outlook.NOBODY, 10 * SECOND)).isFalse();
    }

    @Test
    void whatHasBegunIsWaitedForLonger() {
        Patience patience = new Patience(0, false, 0);
        patience.look(1, false, SECOND);
        assertThat(patience.isOver(Patience.Outlook.NOBODY, 90 * SECOND)).isFalse();
        assertThat(patience.isOver(Patience.Outlook.NOBODY, 92 * SECOND)).isTrue();
    }

    @Test
    void aDownloadOutlastsThePauseOfItsOnlySource() {
        Patience patience = new Patience(0, false, 0);
        patience.look(1, false, 0);
        assertThat(patience.isOver(Patience.Outlook.ONLY_TROUBLED, Troubles.LONGEST_PAUSE_NANOS + 20 * SECOND))
                .isFalse();
    }

    @Test
    void whoAsksToWaitWaitsForEverButForThoseThatAreBanned() {
        Patience patience = new Patience(0, true, 0);
        for (Patience.Outlook outlook : Patience.Outlook.values()) {
            assertThat(patience.isOver(outlook, DAY)).isEqualTo(outlook == Patience.Outlook.ONLY_BANNED);
        }
    }
}
