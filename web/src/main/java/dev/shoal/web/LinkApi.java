package dev.shoal.web;

import dev.shoal.peer.PeerService;
import dev.shoal.peer.WebLinkReport;
import dev.shoal.peer.WebLinkWish;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Plain HTTPS links to what the peer shares, for people who have no Shoal. Any thread. */
final class LinkApi {

    private final Ask ask;

    LinkApi(PeerService peer) {
        this.ask = new Ask(peer);
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/links", this::list),
                new Route("POST", "/api/v1/links", this::make),
                new Route("DELETE", "/api/v1/links/{id}", this::end));
    }

    /** The links that there are. */
    record Links(List<WebLinkReport.WebLink> items) {}

    /** A link that is wanted: to a share by its number, or by its name. */
    record NewLink(
            @Nullable Long share,
            @Nullable String name,
            @Nullable Long forMillis,
            @Nullable Integer times,
            @Nullable Boolean privateToo) {}

    private void list(Call call) throws IOException {
        WebLinkWish wish = new WebLinkWish.ListWebLinks(null, call.longNumber("share", 0));
        call.answer(200, new Links(ask.all(wish, WebLinkReport.WebLink.class)));
    }

    private void make(Call call) throws IOException {
        NewLink wanted = call.body(NewLink.class);
        if ((wanted.share == null) == (wanted.name == null)) {
            throw Problem.malformed("Say share, the number of a share, or its name.")
                    .thrown();
        }
        if (wanted.share != null && wanted.share < 1) {
            throw Problem.malformed("share is the number of a share, which are from 1 on.")
                    .thrown();
        }
        WebLinkWish wish = new WebLinkWish.MakeWebLink(
                null,
                Objects.requireNonNullElse(wanted.share, 0L),
                wanted.share != null ? "" : Api.said("name", wanted.name),
                null,
                Objects.requireNonNullElse(wanted.forMillis, WebLinkWish.USUAL_MILLIS),
                Objects.requireNonNullElse(wanted.times, 0),
                Boolean.TRUE.equals(wanted.privateToo));
        call.created("/api/v1/links", ask.one(wish, WebLinkReport.WebLink.class));
    }

    private void end(Call call) throws IOException {
        WebLinkWish wish = new WebLinkWish.EndWebLinks(null, List.of(call.number("id")), List.of(), false);
        ask.one(wish, WebLinkReport.WebLinkEnded.class);
        call.done();
    }
}
