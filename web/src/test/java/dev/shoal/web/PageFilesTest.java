package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How the files of the page are served, and that they fit together. What they do is looked at in {@code browser}. */
class PageFilesTest {

    private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|export) .*?from '(\\.[^']+)';$");
    private static final Pattern PRELOAD = Pattern.compile("modulepreload\" href=\"(/page/[^\"]+)\"");

    /** Strings that are a path of the API, written as they stand or with what is put in. */
    private static final Pattern ASKED = Pattern.compile("'(/[a-z][^'\n]*)'|`(/[a-z][^`\n]*)`");

    /** The one module of the page that those see who are not let in. */
    private static final String ENTRY = "enter.js";

    private static final Pattern HEARD = Pattern.compile("const NAMES = \\[([^\\]]+)\\];");
    private static final Pattern TOLD = Pattern.compile("server-sent events \\(([^)]+)\\)");

    @TempDir
    static Path folder;

    private static Station station;

    @BeforeAll
    static void start() throws Exception {
        station = new Station(folder);
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    private static String ask(String line, String... headers) throws Exception {
        return station.raw(
                line + " HTTP/1.1\r\nHost: 127.0.0.1:" + station.port() + "\r\nConnection: close\r\n"
                        + String.join("", headers) + "\r\n",
                "");
    }

    private static Path sources() {
        return Path.of(System.getProperty("shoal.root"), "web/src/main/resources/dev/shoal/web");
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> files = Files.walk(sources().resolve("page"))) {
            return files.filter(file -> file.toString().endsWith(".js"))
                    .filter(file -> !file.endsWith(ENTRY))
                    .toList();
        }
    }

    @Test
    void filesHaveTheirTypesAndAreKeptAsLongAsTheyAreTheSame() throws Exception {
        String script = ask("GET /page/app.js");
        assertThat(script)
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-type: text/javascript; charset=utf-8", "nosniff", "Cache-control: no-cache");
        assertThat(ask("GET /page/base.css")).contains("Content-type: text/css; charset=utf-8");
        assertThat(ask("GET /page/icon.svg")).contains("Content-type: image/svg+xml");
        assertThat(ask("GET /page/lib/directives/repeat.js")).startsWith("HTTP/1.1 200 ");
        Matcher tag = Pattern.compile("Etag: (\"[^\"]+\")").matcher(script);
        assertThat(tag.find()).as(script).isTrue();
        assertThat(ask("GET /page/app.js", "If-None-Match: " + tag.group(1) + "\r\n"))
                .startsWith("HTTP/1.1 304 ")
                .endsWith("\r\n\r\n");
        assertThat(ask("GET /page/app.js", "If-None-Match: \"another\"\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void nothingElseIsServed() throws Exception {
        for (String path : List.of(
                "/page/",
                "/page/none.js",
                "/page/../openapi.json",
                "/page/..%2fopenapi.json",
                "/page/views/../../index.html",
                "/page/lib/LICENSE",
                "/page/app.js/")) {
            assertThat(ask("GET " + path)).as(path).startsWith("HTTP/1.1 404 ");
        }
        assertThat(ask("POST /page/app.js")).startsWith("HTTP/1.1 405 ").contains("Allow: GET");
        assertThat(ask("GET /page/app.js", "Sec-Fetch-Site: cross-site\r\n")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aPageMayRunNothingButItsOwnModules() throws Exception {
        for (String path : List.of("/", "/page/app.js", "/api/v1/status")) {
            assertThat(ask("GET " + path))
                    .contains("script-src 'self'; style-src 'self'", "default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe-");
        }
        for (String page : List.of("index.html", "locked.html")) {
            assertThat(Files.readString(sources().resolve(page)))
                    .doesNotContain("<style", " style=", "<script>", " onclick", "http:", "https:");
        }
    }

    /** Else the browser would find out one after the other what it needs. */
    @Test
    void allModulesAreNamedWhereThePageBegins() throws Exception {
        TreeSet<String> needed = new TreeSet<>();
        for (Path module : modules()) {
            needed.add("/page/" + sources().resolve("page").relativize(module));
            Matcher imports = IMPORT.matcher(Files.readString(module));
            while (imports.find()) {
                Path target = module.resolveSibling(imports.group(1)).normalize();
                needed.add("/page/" + sources().resolve("page").relativize(target));
            }
        }
        TreeSet<String> named = new TreeSet<>();
        Matcher preloads = PRELOAD.matcher(Files.readString(sources().resolve("index.html")));
        while (preloads.find()) {
            named.add(preloads.group(1));
        }
        // What the library itself needs.
        needed.add("/page/lib/directive-helpers.js");
        assertThat(named).isEqualTo(needed);
        assertThat(Files.readString(sources().resolve("locked.html"))).contains("src=\"/page/" + ENTRY + '"');
        needed.add("/page/" + ENTRY);
        for (String path : needed) {
            assertThat(PageFilesTest.class.getResource(path.substring(1)))
                    .as(path)
                    .isNotNull();
        }
    }

    private static JsonNode description() throws IOException {
        return new JsonMapper().readTree(Files.readString(sources().resolve("openapi.json")));
    }

    @Test
    void whatIsAskedForIsDescribed() throws Exception {
        Collection<String> described = description().path("paths").propertyNames();
        TreeSet<String> asked = new TreeSet<>();
        for (Path module : modules()) {
            Matcher paths = ASKED.matcher(Files.readString(module));
            while (paths.find()) {
                String path = paths.group(1) != null ? paths.group(1) : paths.group(2);
                asked.add(path.startsWith("/api/v1") ? path : "/api/v1" + path);
            }
        }
        // The root alone, to which the others are added.
        assertThat(asked.remove("/api/v1")).isTrue();
        assertThat(asked)
                .contains("/api/v1/events", "/api/v1/downloads", "/api/v1/schedule")
                .hasSizeGreaterThan(20);
        assertThat(asked).allSatisfy(path -> {
            String any = Pattern.quote(path.replaceAll("\\$\\{[^}]*}", "*")).replace("*", "\\E[^/]+\\Q");
            assertThat(described).anyMatch(each -> each.matches(any));
        });
    }

    @Test
    void theEventsThatAreHeardAreThoseThatAreTold() throws Exception {
        Matcher heard = HEARD.matcher(Files.readString(sources().resolve("page/events.js")));
        String summary =
                description().at("/paths/~1api~1v1~1events/get/summary").asString();
        Matcher told = TOLD.matcher(summary);
        assertThat(heard.find()).isTrue();
        assertThat(told.find()).as(summary).isTrue();
        assertThat(heard.group(1).replace("'", "")).isEqualTo(told.group(1));
    }

    @Test
    void eachModuleSaysWhatItOwns() throws Exception {
        for (Path module : modules()) {
            String text = Files.readString(module, StandardCharsets.UTF_8);
            assertThat(text).as(module.toString()).startsWith("// ");
            assertThat(text.lines().count()).as(module.toString()).isLessThanOrEqualTo(300);
        }
    }
}
