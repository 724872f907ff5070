package dev.shoal.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.content.InvalidNameException;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Serves the HTTP API of a peer that stays up, on loopback alone, to whoever has its token. A virtual thread a request;
 * HTTP itself is the JDK's, and nothing of it is parsed here. Thread-safe.
 */
public final class WebServer implements AutoCloseable {

    /** Where it is when nothing else is wanted. */
    public static final int USUAL_PORT = 7808;

    /** More than all windows of a person and some scripts; who has one open too many is closed at once. */
    private static final int MAX_CONNECTIONS = 256;

    /** A header is a token and some words of a browser. */
    private static final int MAX_HEADER_BYTES = 32 * 1024;

    /** How long a request may take to arrive. */
    private static final int MAX_REQUEST_SECONDS = 30;

    private static final int BACKLOG = 64;

    private static final String DESCRIPTION = "openapi.json";

    static {
        // The JDK's server reads these once.
        propose("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        propose("sun.net.httpserver.maxReqHeaderSize", MAX_HEADER_BYTES);
        propose("sun.net.httpserver.maxReqTime", MAX_REQUEST_SECONDS);
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final PageFiles files = new PageFiles();
    private final HttpServer server;
    private final Home home;
    private final Access access;
    private final Events events;
    private final DropApi drops;
    private final List<Route> routes;

    private WebServer(HttpServer server, Access access, Home home, PeerService peer) {
        this.server = server;
        this.home = home;
        this.access = access;
        this.events = new Events(peer);
        this.drops = new DropApi(home);
        this.routes = Stream.of(
                        new Api(peer, drops).routes(),
                        drops.routes(),
                        new FileApi().routes(),
                        new SettingsApi(peer).routes(),
                        new AccountApi(home, peer).routes(),
                        new SubscriptionApi(peer).routes(),
                        new LinkApi(peer).routes(),
                        new HistoryApi(peer).routes(),
                        List.of(
                                new Route("GET", "/api/v1/events", events::answer),
                                new Route("GET", "/api/v1/" + DESCRIPTION, WebServer::describe)))
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Begins to answer.
     *
     * @param port where on loopback; 0 for any that is free, null for the usual one or, where that is taken, any
     * @param events hears when the usual one is taken: whoever has it may have got the token, so there is a new one
     * @throws PeerException when the port is taken, or the token cannot be kept
     */
    public static WebServer start(Home home, PeerService peer, @Nullable Integer port, PeerEvents events) {
        return start(home, peer, port == null ? USUAL_PORT : port, port == null, events);
    }

    /** The same, at any port where the wanted one is taken and that is no matter. */
    static WebServer start(Home home, PeerService peer, int port, boolean orAny, PeerEvents events) {
        HttpServer server = bind(port, orAny);
        int bound = server.getAddress().getPort();
        boolean isTaken = port != 0 && bound != port;
        try {
            Access access = Access.of(home, bound, isTaken);
            if (isTaken) {
                events.warning("Port " + port + " is taken by another program; the API is at " + access.address()
                        + ", with a new token, as scripts and bookmarks may have sent the one before to that program."
                        + " Choose a port that is yours with --port.");
            }
            WebServer web = new WebServer(server, access, home, peer);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", web::answer);
            server.start();
            return web;
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
    }

    private static HttpServer bind(int port, boolean orAny) {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try {
            return HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG);
        } catch (IOException e) {
            if (orAny) {
                return bind(0, false);
            }
            throw new PeerException(
                    PeerException.Reason.FAILED,
                    "The port " + port + " cannot be used (" + e.getMessage() + "). Choose another with --port, or 0"
                            + " for any.",
                    e);
        }
    }

    private static void propose(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /** Where it answers, without the token. */
    public String address() {
        return access.address();
    }

    /** What its user opens in a browser; whoever knows it may do all that he may. */
    public String entrance() {
        return access.entrance();
    }

    List<Route> routes() {
        return routes;
    }

    /** Answers nobody any more, and says so in the home as long as nobody else can have the port. */
    @Override
    public void close() {
        access.close(home);
        PageLink.remove(home);
        events.close();
        drops.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            protect(exchange.getResponseHeaders());
            Problem problem;
            try {
                problem = refusal(exchange);
                if (problem != null && isVisit(exchange, problem)) {
                    lock(new Call(exchange, Map.of()));
                    problem = null;
                } else if (problem == null && !page(exchange, new Call(exchange, Map.of()))) {
                    route(exchange);
                }
            } catch (Problem.Thrown e) {
                problem = e.problem();
            } catch (PeerException e) {
                problem = Problem.of(e);
            } catch (StoreException e) {
                problem = Problem.of(new PeerException(PeerException.Reason.DISK, String.valueOf(e.getMessage()), e));
            } catch (FileSystemException e) {
                problem = Problem.of(new PeerException(
                        PeerException.Reason.DISK, "A file or folder cannot be read or written: " + e.getMessage(), e));
            } catch (InvalidNameException e) {
                problem = Problem.malformed(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                problem = Problem.broken(e);
            }
            if (problem != null && exchange.getResponseCode() < 0) {
                tell(exchange, problem);
            }
        }
    }

    private static void tell(HttpExchange exchange, Problem problem) throws IOException {
        if (problem.status() == 401) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"shoal\"");
        }
        if (problem.status() == 413 || problem.status() == 421) {
            // What still comes of it is not waited for.
            exchange.getResponseHeaders().set("Connection", "close");
        }
        byte[] body = Call.json(problem.body()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", Problem.MEDIA_TYPE);
        exchange.sendResponseHeaders(
                problem.status(), exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(body);
            // Before anything else is waited for: whoever is refused need not have sent all that it wanted to.
            exchange.getResponseBody().flush();
        }
    }

    /** Nothing of this is for other pages, caches or frames. */
    private static void protect(Headers headers) {
        headers.set("Cache-Control", "no-store");
        headers.set("Content-Security-Policy", PageFiles.POLICY);
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("X-Content-Type-Options", "nosniff");
    }

    /** Why nothing is even looked at; null for no reason. */
    private @Nullable Problem refusal(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        URI uri = exchange.getRequestURI();
        if (uri.getRawAuthority() != null) {
            return Problem.misdirected(uri.getRawAuthority());
        }
        if (headers.getOrDefault("Content-Length", List.of()).size() > 1
                || (headers.containsKey("Transfer-Encoding") && headers.containsKey("Content-Length"))) {
            return Problem.malformed("The length of the body is said twice.");
        }
        return access.origin(headers);
    }

    /**
     * Whether somebody comes to the page from a file or a page of somebody else. What he is shown is no secret, and is
     * the same with the cookie as without it; its script looks for a token in the address, and asks to be let in.
     */
    private static boolean isVisit(HttpExchange exchange, Problem problem) {
        return problem.status() == 403
                && exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().toString().equals("/")
                && Access.isVisit(exchange.getRequestHeaders());
    }

    private static void lock(Call call) throws IOException {
        call.send(401, "text/html; charset=utf-8", resource("locked.html"));
    }

    /** The page, which needs no token to say how one gets it. Returns whether that was asked for. */
    private boolean page(HttpExchange exchange, Call call) throws IOException {
        if (PageFiles.isBelow(exchange.getRequestURI().getRawPath())) {
            files.answer(exchange);
            return true;
        }
        if (!exchange.getRequestURI().getRawPath().equals("/")) {
            return false;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            throw Problem.notWith(exchange.getRequestMethod(), "GET").thrown();
        }
        String given = call.text("token", "");
        if (access.isToken(given)) {
            call.headers().set("Set-Cookie", access.cookie());
            call.headers().set("Location", "/");
            exchange.sendResponseHeaders(303, -1);
            return true;
        }
        if (given.isEmpty() && access.isHolder(exchange.getRequestHeaders())) {
            call.send(200, "text/html; charset=utf-8", resource("index.html"));
        } else {
            lock(call);
        }
        return true;
    }

    private void route(HttpExchange exchange) throws IOException {
        if (!access.isHolder(exchange.getRequestHeaders())) {
            throw Problem.unauthorized().thrown();
        }
        String path = exchange.getRequestURI().getRawPath();
        String method = exchange.getRequestMethod();
        List<Route> there =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        if (there.isEmpty()) {
            throw Problem.noSuchResource(path).thrown();
        }
        Optional<Route> chosen =
                there.stream().filter(route -> route.method().equals(method)).findFirst();
        if (chosen.isEmpty()) {
            String allowed = there.stream().map(Route::method).collect(Collectors.joining(", "));
            exchange.getResponseHeaders().set("Allow", allowed);
            throw Problem.notWith(method, allowed).thrown();
        }
        Route route = chosen.get();
        route.handler().answer(new Call(exchange, route.match(path).orElseThrow()));
    }

    private static void describe(Call call) throws IOException {
        call.send(200, "application/json", resource(DESCRIPTION));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = WebServer.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("this build has no " + name);
            }
            return in.readAllBytes();
        }
    }
}
