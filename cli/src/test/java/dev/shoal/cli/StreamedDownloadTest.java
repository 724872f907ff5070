package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamedDownloadTest {

    @Test
    void whatCameFromNobodyCameFromThisMachine() {
        assertThat(summary(List.of())).contains(" from this machine, verified.");
        assertThat(summary(List.of(new Report.SourceUsed("p", 5, null)))).contains(" from 1 source, verified.");
    }

    private static String summary(List<Report.SourceUsed> used) {
        return StreamedDownload.summary(new Report.Got("a/b", "b", "c", 5, 0, 0, 5, 7, used));
    }
}
