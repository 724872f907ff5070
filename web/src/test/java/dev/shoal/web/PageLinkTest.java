package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Home;
import dev.shoal.transport.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that leads a browser to the page. That it does so is looked at in {@code browser}. */
class PageLinkTest {

    @TempDir
    Path folder;

    @Test
    void itIsThereForItsOwnerAloneWhileThePeerAnswers() throws Exception {
        Home home = new Home(folder);
        assertThat(PageLink.of(home)).isEmpty();
        Access access = Access.of(home, 1234, false);
        PageLink link = PageLink.of(home).orElseThrow();
        assertThat(link.entrance()).isEqualTo(access.entrance());
        Path file = link.write(home);
        assertThat(file).content().contains("\"0; url=http://127.0.0.1:1234/#token=" + link.token() + '"');
        assertThat(SecretFile.isOpenToOthers(file)).isFalse();
        PageLink.remove(home);
        assertThat(file).doesNotExist();
        access.close(home);
        assertThat(PageLink.of(home)).isEmpty();
        Files.delete(home.webFile());
        assertThat(PageLink.of(home)).isEmpty();
    }

    @Test
    void twoMayWriteItAtOnce() throws Exception {
        Home home = new Home(folder);
        PageLink link = new PageLink("http://127.0.0.1:1234", "token");
        CyclicBarrier together = new CyclicBarrier(2);
        Callable<Path> writer = () -> {
            together.await(10, TimeUnit.SECONDS);
            for (int i = 0; i < 20; i++) {
                link.write(home);
            }
            return home.pageFile();
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Path> written : threads.invokeAll(List.of(writer, writer))) {
                assertThat(written.get()).content().contains("1234/#token=token");
            }
        }
        assertThat(folder.resolve("page.html.new")).doesNotExist();
    }
}
