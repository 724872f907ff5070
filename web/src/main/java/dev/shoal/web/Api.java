package dev.shoal.web;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Readers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What there is to ask of the peer about itself, its tasks, and the names of the index. Any thread. */
final class Api {

    /** The longest page of a list. */
    static final int MAX_PAGE = 1_000;

    private static final int USUAL_PAGE = 100;

    /** How many cells a picture of chunks has when nobody says: about as many dots as a window is wide. */
    private static final int USUAL_CELLS = 2_000;

    /** How far into the names of an index pages reach: what is further on is found by its text. */
    private static final int MAX_OFFSET = 1_000_000;

    private final PeerService peer;
    private final Ask ask;
    private final KnownUsers users;
    private final DropApi drops;

    Api(PeerService peer, DropApi drops) {
        this.drops = drops;
        this.peer = peer;
        this.ask = new Ask(peer);
        this.users = new KnownUsers(ask);
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/status", call -> call.answer(200, status())),
                new Route("GET", "/api/v1/metrics", this::metrics),
                new Route("GET", "/api/v1/shares", call -> tasks(call, TaskReport.SHARE)),
                new Route("POST", "/api/v1/shares", this::share),
                new Route("GET", "/api/v1/shares/{id}", call -> task(call, TaskReport.SHARE)),
                new Route("DELETE", "/api/v1/shares/{id}", call -> end(call, TaskReport.SHARE)),
                new Route("GET", "/api/v1/downloads", call -> tasks(call, TaskReport.DOWNLOAD)),
                new Route("POST", "/api/v1/downloads", this::download),
                new Route("GET", "/api/v1/downloads/{id}", call -> task(call, TaskReport.DOWNLOAD)),
                new Route("GET", "/api/v1/downloads/{id}/detail", this::closely),
                new Route("POST", "/api/v1/downloads/{id}/pause", this::pause),
                new Route("POST", "/api/v1/downloads/{id}/resume", this::resume),
                new Route("DELETE", "/api/v1/downloads/{id}", call -> end(call, TaskReport.DOWNLOAD)),
                new Route("GET", "/api/v1/names", this::names),
                new Route("DELETE", "/api/v1/names", this::remove),
                new Route("GET", "/api/v1/names/details", this::details),
                new Route("GET", "/api/v1/users", this::users));
    }

    /** How the peer is: as part of its command, and as one that stays up. */
    record Status(Report.State peer, TaskReport.Up up) {}

    /** A part of a list of which it is known how long it is. */
    record Page(int total, int offset, List<TaskReport.Task> items) {}

    /**
     * A part of a list that only an index knows.
     *
     * @param more whether there is another part
     * @param cut whether there is none because an index tells of no more matches, though there may be some
     */
    record Names(int offset, boolean more, boolean cut, List<Report.Listed> items) {}

    /** Everybody who is on-line. */
    record Users(List<Report.UserOnline> items) {}

    /** How many registrations were taken away. */
    record Removed(int count) {}

    /**
     * What is to be shared.
     *
     * @param path where it is; null for what was dropped
     * @param drop what it was dropped as; null for what is at a path
     * @param access public or private; without it, as the name was before
     * @param readers accounts, and groups with an @ before them, when it is private
     */
    record NewShare(
            @Nullable String path,
            @Nullable String drop,
            @Nullable String name,
            @Nullable String note,
            @Nullable String limit,
            @Nullable Boolean watch,
            @Nullable String access,
            @Nullable List<String> readers) {}

    /**
     * What is to be downloaded.
     *
     * @param seedFor how long it is passed on; null for as the settings say
     * @param seedRatio how many times, likewise
     */
    record NewDownload(
            @Nullable String target,
            @Nullable String path,
            @Nullable String limit,
            @Nullable List<String> like,
            @Nullable List<String> include,
            @Nullable List<String> exclude,
            @Nullable String seedFor,
            @Nullable String seedRatio) {}

    private Status status() {
        List<Report> reports = ask.all(new Request.Status(null, false), Report.class);
        Report.State state = null;
        TaskReport.Up up = null;
        for (Report report : reports) {
            state = report instanceof Report.State found ? found : state;
            up = report instanceof TaskReport.Up found ? found : up;
        }
        return new Status(Objects.requireNonNull(state), Objects.requireNonNull(up));
    }

    private void metrics(Call call) throws IOException {
        Status status = status();
        List<TaskReport.Task> downloads = ask.all(
                new TaskWish.ListTasks(null, TaskReport.DOWNLOAD, "", 0, TaskWish.ListTasks.MOST_AT_ONCE),
                TaskReport.Task.class);
        byte[] text = Metrics.text(status.peer, status.up, downloads).getBytes(StandardCharsets.UTF_8);
        call.send(200, Metrics.MEDIA_TYPE, text);
    }

    private void tasks(Call call, String kind) throws IOException {
        int offset = call.number("offset", 0, 0, Integer.MAX_VALUE);
        int limit = call.number("limit", USUAL_PAGE, 1, MAX_PAGE);
        TaskWish.ListTasks wish = new TaskWish.ListTasks(null, kind, call.text("text", ""), offset, limit);
        int total = 0;
        List<TaskReport.Task> items = new ArrayList<>();
        for (Report report : ask.all(wish, Report.class)) {
            if (report instanceof TaskReport.Tasks tasks) {
                total = tasks.total();
            } else if (report instanceof TaskReport.Task task) {
                items.add(task);
            }
        }
        call.answer(200, new Page(total, offset, items));
    }

    private void task(Call call, String kind) throws IOException {
        call.answer(200, task(call.number("id"), kind));
    }

    private TaskReport.Task task(long id, String kind) {
        TaskReport.Task task = ask.one(new TaskWish.Look(null, id), TaskReport.Task.class);
        if (!task.kind().equals(kind)) {
            throw new Problem(404, "Not found", "not-found", "The task " + id + " is a " + task.kind() + ".").thrown();
        }
        return task;
    }

    private void closely(Call call) throws IOException {
        int cells = call.number("cells", USUAL_CELLS, 1, TaskWish.LookClosely.MOST_CELLS);
        TaskWish.LookClosely wish = new TaskWish.LookClosely(null, call.number("id"), cells);
        call.answer(200, users.in(ask.one(wish, TaskReport.TaskDetail.class)));
    }

    private void pause(Call call) throws IOException {
        call.answer(200, ask.one(new TaskWish.PauseTask(null, call.number("id")), TaskReport.Task.class));
    }

    private void resume(Call call) throws IOException {
        call.answer(200, ask.one(new TaskWish.ResumeTask(null, call.number("id")), TaskReport.Task.class));
    }

    private void end(Call call, String kind) throws IOException {
        TaskReport.Task task = task(call.number("id"), kind);
        ask.all(new TaskWish.End(null, List.of(task.id()), List.of(), false), Report.class);
        call.done();
    }

    private void share(Call call) throws IOException {
        NewShare wanted = call.body(NewShare.class);
        String drop = wanted.drop;
        if (drop != null && wanted.path != null) {
            throw Problem.malformed("Say path or drop, not both.").thrown();
        }
        Readers readers = readers(wanted.access, wanted.readers);
        // Before the answer is written: who hears it no more has shared it all the same.
        long id = drop == null
                ? begun(share(absolute("path", wanted.path), wanted, readers))
                : drops.share(drop, wanted.name, path -> begun(share(path.toString(), wanted, readers)));
        created(call, id, TaskReport.SHARE);
    }

    private static Request.Share share(String path, NewShare wanted, @Nullable Readers readers) {
        return new Request.Share(
                null,
                List.of(path),
                wanted.name,
                wanted.note == null ? "" : wanted.note,
                wanted.limit,
                readers,
                Boolean.TRUE.equals(wanted.watch));
    }

    private static @Nullable Readers readers(@Nullable String access, @Nullable List<String> names) {
        if (access == null && names == null) {
            return null;
        }
        if ("public".equals(access) && names == null) {
            return Readers.all();
        }
        if (access == null || access.equals("private")) {
            return Readers.of(names == null ? List.of() : names);
        }
        throw Problem.malformed("access is public or private, and only what is private has readers.")
                .thrown();
    }

    private void download(Call call) throws IOException {
        NewDownload wanted = call.body(NewDownload.class);
        Request.Get plain = new Request.Get(
                null,
                said("target", wanted.target),
                absolute("path", wanted.path),
                false,
                false,
                false,
                wanted.limit,
                listed(wanted.like).stream().map(file -> absolute("like", file)).toList(),
                listed(wanted.include),
                listed(wanted.exclude));
        Request.Get get = plain.seeding(Request.Get.Seeding.of(wanted.seedFor, wanted.seedRatio));
        created(call, begun(get), TaskReport.DOWNLOAD);
    }

    private long begun(Request work) {
        return ask.one(new TaskWish.Begin(work, true), TaskReport.Taken.class).id();
    }

    private void created(Call call, long id, String kind) throws IOException {
        call.created("/api/v1/" + kind + "s/" + id, task(id, kind));
    }

    private void names(Call call) throws IOException {
        int offset = call.number("offset", 0, 0, MAX_OFFSET);
        int limit = call.number("limit", USUAL_PAGE, 1, MAX_PAGE);
        String text = call.text("text", "");
        boolean all = call.text("all", "false").equals("true");
        int enough = offset + limit + 1;
        Request request = text.isEmpty()
                ? new Request.ListNames(null, all)
                : new Request.Search(null, text, Math.min(enough, Request.Search.MOST));
        List<Report.Listed> found = new ArrayList<>();
        Cancellation cancellation = new Cancellation();
        peer.run(
                request,
                report -> {
                    if (report instanceof Report.Listed listed && found.size() < enough) {
                        found.add(listed);
                    }
                    if (found.size() >= enough) {
                        cancellation.cancel();
                    }
                },
                cancellation);
        int end = Math.min(found.size(), offset + limit);
        List<Report.Listed> items = offset >= end ? List.of() : found.subList(offset, end);
        boolean isCut = !text.isEmpty() && found.size() >= Request.Search.MOST;
        boolean isMore = found.size() > offset + limit;
        call.answer(200, new Names(offset, isMore, isCut && !isMore, items));
    }

    private void details(Call call) throws IOException {
        call.answer(200, ask.one(new Request.Describe(null, call.text("name")), Report.Details.class));
    }

    private void remove(Call call) throws IOException {
        Request.Remove remove = new Request.Remove(null, List.of(call.text("name")), false);
        call.answer(200, new Removed(ask.one(remove, Report.Removed.class).count()));
    }

    private void users(Call call) throws IOException {
        call.answer(200, new Users(ask.all(new Request.Users(null), Report.UserOnline.class)));
    }

    /** What has to be said. */
    static String said(String what, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw Problem.malformed("Say " + what + ".").thrown();
        }
        return value;
    }

    /** A path from the root on: the peer knows of no folder that somebody is in. */
    static String absolute(String what, @Nullable String value) {
        try {
            Path path = Path.of(said(what, value));
            if (path.isAbsolute()) {
                return path.normalize().toString();
            }
        } catch (InvalidPathException e) {
            throw Problem.malformed("\"" + value + "\" is no path: " + e.getReason() + ".")
                    .thrown();
        }
        throw Problem.malformed(what + " is a whole path, from the root on; \"" + value + "\" is not.")
                .thrown();
    }

    static List<String> listed(@Nullable List<String> values) {
        return values == null ? List.of() : values;
    }
}
