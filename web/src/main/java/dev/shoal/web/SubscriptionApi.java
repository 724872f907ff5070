package dev.shoal.web;

import dev.shoal.peer.PeerService;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.store.SubscribedFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names that this home follows. Any thread. */
final class SubscriptionApi {

    private final Ask ask;

    SubscriptionApi(PeerService peer) {
        this.ask = new Ask(peer);
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/subscriptions", this::list),
                new Route("POST", "/api/v1/subscriptions", this::subscribe),
                new Route("DELETE", "/api/v1/subscriptions", this::unsubscribe),
                new Route("POST", "/api/v1/subscriptions/restore", this::restore),
                new Route("POST", "/api/v1/subscriptions/resolve", this::resolve));
    }

    /** All that are followed. */
    record Subscriptions(List<SubscriptionReport.Followed> items) {}

    /** What is to be followed. */
    record NewSubscription(
            @Nullable String target,
            @Nullable String path,
            @Nullable Integer keep,
            @Nullable String limit,
            @Nullable List<String> include,
            @Nullable List<String> exclude) {}

    /** Which version is to be back. */
    record Restore(@Nullable String name, @Nullable Integer version) {}

    /** What becomes of an edited file: mine, theirs or both. */
    record Resolve(@Nullable String name, @Nullable String choice) {}

    private void list(Call call) throws IOException {
        call.answer(
                200,
                new Subscriptions(ask.all(
                        new SubscriptionWish.ListSubscriptions(null, false), SubscriptionReport.Followed.class)));
    }

    /** Answers when it is noted down: the first version comes by itself, and an event tells when it is there. */
    private void subscribe(Call call) throws IOException {
        NewSubscription wanted = call.body(NewSubscription.class);
        SubscriptionWish wish = new SubscriptionWish.Subscribe(
                null,
                Api.said("target", wanted.target),
                Api.absolute("path", wanted.path),
                true,
                wanted.keep,
                wanted.limit,
                Api.listed(wanted.include),
                Api.listed(wanted.exclude),
                false,
                false,
                false);
        call.created("/api/v1/subscriptions", ask.one(wish, SubscriptionReport.Subscribed.class));
    }

    private void unsubscribe(Call call) throws IOException {
        call.answer(
                200,
                ask.one(
                        new SubscriptionWish.Unsubscribe(null, call.text("name")),
                        SubscriptionReport.Unsubscribed.class));
    }

    private void restore(Call call) throws IOException {
        Restore wanted = call.body(Restore.class);
        int version = wanted.version == null ? 0 : wanted.version;
        if (version < 0) {
            throw Problem.malformed("Versions are numbered from 1 on; 0 is the one that was replaced last.")
                    .thrown();
        }
        SubscriptionWish wish = new SubscriptionWish.Restore(null, Api.said("name", wanted.name), version);
        call.answer(200, ask.one(wish, SubscriptionReport.Restored.class));
    }

    private void resolve(Call call) throws IOException {
        Resolve wanted = call.body(Resolve.class);
        SubscribedFile.Choice choice = switch (Api.said("choice", wanted.choice)) {
            case "mine" -> SubscribedFile.Choice.MINE;
            case "theirs" -> SubscribedFile.Choice.THEIRS;
            case "both" -> SubscribedFile.Choice.BOTH;
            default ->
                throw Problem.malformed("choice is mine, theirs or both.").thrown();
        };
        SubscriptionWish wish = new SubscriptionWish.Resolve(null, Api.said("name", wanted.name), choice);
        call.answer(200, ask.one(wish, SubscriptionReport.Resolved.class));
    }
}
