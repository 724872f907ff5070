package dev.shoal.web;

import dev.shoal.peer.AccountReport;
import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Configuration;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Secret;
import dev.shoal.peer.Setting;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The account that this home acts for, and how fast its peer may be. Any thread. */
final class AccountApi {

    private final Home home;
    private final Ask ask;

    AccountApi(Home home, PeerService peer) {
        this.home = home;
        this.ask = new Ask(peer);
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/session", this::whoAmI),
                new Route("POST", "/api/v1/session", this::logIn),
                new Route("DELETE", "/api/v1/session", this::logOut),
                new Route("POST", "/api/v1/accounts", this::signUp),
                new Route("GET", "/api/v1/limits", call -> call.answer(200, limits())),
                new Route("PUT", "/api/v1/limits", this::limit),
                new Route("POST", "/api/v1/limits/names", this::limitName));
    }

    /** Who wants to act for an account. */
    record Credentials(
            @Nullable String user,
            @Nullable String password,
            @Nullable String device,
            @Nullable String invite) {}

    /** How fast the peer may be, as people write it. */
    record Limits(@Nullable String upload, @Nullable String download) {}

    /** How fast what goes by a name may be. */
    record NameLimit(@Nullable String name, @Nullable String limit) {}

    private void whoAmI(Call call) throws IOException {
        call.answer(200, ask.one(new AccountWish.WhoAmI(null), AccountReport.WhoAmI.class));
    }

    private void logIn(Call call) throws IOException {
        Credentials given = call.body(Credentials.class);
        if (given.invite != null) {
            throw Problem.malformed("An invitation is for a new account.").thrown();
        }
        AccountWish wish = new AccountWish.LogIn(null, Api.said("user", given.user), password(given), given.device);
        call.answer(200, ask.one(wish, AccountReport.LoggedIn.class));
    }

    private void logOut(Call call) throws IOException {
        call.answer(200, ask.one(new AccountWish.LogOut(null), AccountReport.LoggedOut.class));
    }

    /** The home keeps the recovery codes until they are shown: when the answer is written, they are. */
    private void signUp(Call call) throws IOException {
        Credentials given = call.body(Credentials.class);
        AccountReport.SignedUp made = ask.one(
                new AccountWish.SignUp(
                        null,
                        Api.said("user", given.user),
                        password(given),
                        given.device,
                        given.invite == null ? null : new Secret(given.invite)),
                AccountReport.SignedUp.class);
        call.created("/api/v1/session", made);
        ask.all(new Request.CodesShown(made.indexKey()), Report.class);
    }

    private static Secret password(Credentials given) {
        return new Secret(Api.said("password", given.password));
    }

    private Limits limits() {
        TaskReport.Up up = ask.one(new TaskWish.Summary(null), TaskReport.Up.class);
        return new Limits(up.uploadLimit(), up.downloadLimit());
    }

    private void limit(Call call) throws IOException {
        Limits wanted = call.body(Limits.class);
        if (wanted.upload == null && wanted.download == null) {
            throw Problem.malformed("Say upload, download, or both.").thrown();
        }
        change(Setting.UPLOAD_LIMIT, wanted.upload);
        change(Setting.DOWNLOAD_LIMIT, wanted.download);
        call.answer(200, limits());
    }

    /** For good, as `shoal config` does it, and at once. */
    private void change(Setting setting, @Nullable String value) {
        if (value != null) {
            String checked = setting.checked(value);
            Configuration.change(home.configurationFile(), Map.of(setting, checked));
            ask.all(new Request.Configure(setting.key(), checked), Report.class);
        }
    }

    private void limitName(Call call) throws IOException {
        NameLimit wanted = call.body(NameLimit.class);
        ask.all(new Request.Limit(Api.said("name", wanted.name), Api.said("limit", wanted.limit)), Report.class);
        call.done();
    }
}
