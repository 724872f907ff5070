package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.shoal.web.PageLink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a browser is let in by the file that {@code shoal page} opens. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(Browsing.class)
class EnteringTest {

    @Test
    void theFileLeadsInAndNeitherTheAddressNorTheWayBackKeepsTheToken(World world) throws Exception {
        Stay ada = world.stay("ada");
        PageLink link = PageLink.of(ada.home).orElseThrow();
        Path file = link.write(ada.home);
        try (BrowserContext context = world.chromium.browser.newContext();
                Page page = context.newPage()) {
            List<Request> asked = new ArrayList<>();
            page.onRequest(asked::add);
            page.navigate(file.toUri().toString());
            page.getByRole(AriaRole.NAVIGATION).waitFor();
            assertThat(page.url()).startsWith(ada.web.address() + "/").doesNotContain(link.token());
            // From a file a browser comes from elsewhere, as from a page of somebody else.
            Request first = asked.stream()
                    .filter(request -> request.url().startsWith(ada.web.address()))
                    .findFirst()
                    .orElseThrow();
            assertThat(first.allHeaders()).containsEntry("sec-fetch-site", "cross-site");
            assertThat(first.response().status()).isEqualTo(401);
            CDPSession session = context.newCDPSession(page);
            String wayBack = String.valueOf(session.send("Page.getNavigationHistory"));
            assertThat(wayBack).contains(ada.web.address()).doesNotContain(link.token());
            page.reload();
            page.getByRole(AriaRole.NAVIGATION).waitFor();
        }
        try (BrowserContext context = world.chromium.browser.newContext();
                Page page = context.newPage()) {
            page.navigate(ada.web.address() + "/#token=" + "A".repeat(43));
            page.getByText("This peer does not know you").waitFor();
            page.waitForURL(ada.web.address() + "/");
            assertThat(context.cookies()).isEmpty();
        }
    }

    @Test
    void thatThePeerHasEndedMeanwhileIsSaid(World world) throws Exception {
        Stay ben = world.stay("ben");
        PageLink link = PageLink.of(ben.home).orElseThrow();
        try (BrowserContext context = world.chromium.browser.newContext();
                Page page = context.newPage()) {
            List<String> errors = new ArrayList<>();
            page.onPageError(errors::add);
            page.route(url -> url.contains("?token="), Route::abort);
            page.navigate(link.write(ben.home).toUri().toString());
            page.getByText("This peer does not answer").waitFor();
            assertThat(page.getByText("This peer does not know you").count()).isZero();
            assertThat(errors).isEmpty();
        }
    }
}
