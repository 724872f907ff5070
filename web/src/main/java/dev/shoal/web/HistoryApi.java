package dev.shoal.web;

import dev.shoal.peer.PeerService;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the peer did in the last minutes: how fast it was, and what happened. Any thread. */
final class HistoryApi {

    private static final int USUAL_PAGE = 100;

    private final Ask ask;

    HistoryApi(PeerService peer) {
        this.ask = new Ask(peer);
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/rates", this::rates), new Route("GET", "/api/v1/activity", this::activity));
    }

    /** Things that happened, the newest first, and whether there are older ones. */
    record Happenings(boolean more, List<TaskReport.Happened> items) {}

    private void rates(Call call) throws IOException {
        call.answer(200, ask.one(new TaskWish.ShowRates(null), TaskReport.Rates.class));
    }

    private void activity(Call call) throws IOException {
        int limit = call.number("limit", USUAL_PAGE, 1, Api.MAX_PAGE);
        List<String> kinds = Stream.of(call.text("kind", "").split(",", -1))
                .map(String::strip)
                .filter(kind -> !kind.isEmpty())
                .distinct()
                .toList();
        TaskWish.ShowActivity wish = new TaskWish.ShowActivity(
                null,
                call.text("text", ""),
                kinds,
                call.text("level", "DETAIL").toUpperCase(Locale.ROOT),
                call.number("before", 0, 0, Integer.MAX_VALUE),
                limit + 1);
        List<TaskReport.Happened> found = ask.all(wish, TaskReport.Happened.class);
        boolean more = found.size() > limit;
        call.answer(200, new Happenings(more, more ? found.subList(0, limit) : found));
    }
}
