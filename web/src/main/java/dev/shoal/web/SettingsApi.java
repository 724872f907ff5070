package dev.shoal.web;

import dev.shoal.peer.LimitReport;
import dev.shoal.peer.LimitWish;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is configured, and what may go when. Any thread. */
final class SettingsApi {

    private final Ask ask;

    SettingsApi(PeerService peer) {
        this.ask = new Ask(peer);
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/settings", call -> settings(call, Map.of())),
                new Route("PUT", "/api/v1/settings", call -> settings(call, wanted(call))),
                new Route("GET", "/api/v1/schedule", call -> schedule(call, new LimitWish.ShowSchedule())),
                new Route("PUT", "/api/v1/schedule", this::putSchedule));
    }

    /** All rules, all pauses, or both; what is null stays. */
    record NewSchedule(
            @Nullable List<LimitWish.NewRule> rules,
            @Nullable List<NewPause> pauses) {}

    /** A pause; of everything, and until somebody ends it, when nothing else is said. */
    record NewPause(@Nullable String name, @Nullable Long untilMillis) {}

    private void settings(Call call, Map<String, String> changes) throws IOException {
        call.answer(200, ask.one(new TaskWish.Settings(null, changes), TaskReport.SettingsNow.class));
    }

    private static Map<String, String> wanted(Call call) throws IOException {
        JsonNode body = call.body(JsonNode.class);
        if (!body.isObject() || body.isEmpty()) {
            throw Problem.malformed("The body is an object of settings with their values.")
                    .thrown();
        }
        Map<String, String> wanted = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : body.properties()) {
            if (!entry.getValue().isString()) {
                throw Problem.malformed(
                                "The value of " + entry.getKey() + " is a text; an empty one is the usual value.")
                        .thrown();
            }
            wanted.put(entry.getKey(), entry.getValue().asString());
        }
        return wanted;
    }

    private void schedule(Call call, LimitWish wish) throws IOException {
        call.answer(200, ask.one(wish, LimitReport.WholeSchedule.class));
    }

    private void putSchedule(Call call) throws IOException {
        NewSchedule wanted = call.body(NewSchedule.class);
        List<NewPause> pauses = wanted.pauses;
        if (wanted.rules == null && pauses == null) {
            throw Problem.malformed("Say rules, pauses, or both.").thrown();
        }
        schedule(
                call,
                new LimitWish.PutSchedule(
                        null,
                        wanted.rules,
                        pauses == null
                                ? null
                                : pauses.stream()
                                        .map(pause -> new LimitReport.PauseKept(
                                                pause.name, pause.untilMillis == null ? 0 : pause.untilMillis))
                                        .toList()));
    }
}
