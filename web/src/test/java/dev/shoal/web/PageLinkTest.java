package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Home;
import dev.shoal.transport.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
