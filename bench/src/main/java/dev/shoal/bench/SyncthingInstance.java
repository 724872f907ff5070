package dev.shoal.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Syncthing of its own home that knows one folder and one other Syncthing, and nobody else: no discovery, relay, port
 * mapping, report or upgrade. For one thread; the questions that nobody waits for are asked by threads of the client.
 */
final class SyncthingInstance implements AutoCloseable {

    private static final String KEY = "bench";
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);
    private static final long EVENT_SECONDS = 60;
    private static final long POLL_MILLIS = 100;
    private static final Map<String, String> ENVIRONMENT = Map.of("STNOUPGRADE", "1");
    private static final Pattern EVENT_ID = Pattern.compile("\"id\": *(\\d+)");
    private static final Pattern EVENT_TIME = Pattern.compile("\"time\": *\"([^\"]+)\"");
    private static final Pattern RECEIVED = Pattern.compile("\"total\": *\\{[^}]*\"inBytesTotal\": *(\\d+)");
    private static final Pattern CONNECTED = Pattern.compile("\"connected\": *true");

    private final Path home;
    private final Path folder;
    private final int apiPort = Loopback.freePort();
    private final int port = Loopback.freePort();
    private final String id;
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable LongProcess process;

    /**
     * Makes its home and its key.
     *
     * @param home where its keys and its database are
     * @param folder what it keeps in step
     */
    SyncthingInstance(Path home, Path folder) throws IOException, InterruptedException {
        this.home = home;
        this.folder = folder;
        Files.createDirectories(folder.resolve(".stfolder"));
        run("generate", "--home=" + home, "--no-default-folder", "--skip-port-probing");
        id = run("--home=" + home, "--device-id").strip();
    }

    /** Starts it. What it sends and receives is only taken over from and handed on to the other. */
    void start(boolean sends, SyncthingInstance other) throws IOException, InterruptedException {
        Files.writeString(home.resolve("config.xml"), """
            <configuration version="36">
              <folder id="bench" path="%s" type="%s" rescanIntervalS="0" fsWatcherEnabled="false" ignorePerms="true">
                <device id="%s"/><device id="%s"/>
                <minDiskFree unit="%%">0</minDiskFree>
              </folder>
              <device id="%s" compression="never"><address>tcp://127.0.0.1:%d</address></device>
              <gui enabled="true" tls="false"><address>127.0.0.1:%d</address><apikey>%s</apikey></gui>
              <options>
                <listenAddress>tcp://127.0.0.1:%d</listenAddress>
                <globalAnnounceEnabled>false</globalAnnounceEnabled>
                <localAnnounceEnabled>false</localAnnounceEnabled>
                <relaysEnabled>false</relaysEnabled>
                <natEnabled>false</natEnabled>
                <stunServer></stunServer>
                <urAccepted>-1</urAccepted>
                <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
                <crashReportingEnabled>false</crashReportingEnabled>
                <startBrowser>false</startBrowser>
                <setLowPriority>false</setLowPriority>
                <reconnectionIntervalS>1</reconnectionIntervalS>
                <minHomeDiskFree unit="%%">0</minHomeDiskFree>
              </options>
            </configuration>
            """.formatted(
                folder, sends ? "sendonly" : "receiveonly", id, other.id, other.id, other.port, apiPort, KEY, port));
        List<String> command = List.of("syncthing", "serve", "--home=" + home, "--no-browser", "--no-restart");
        process = Loopback.awaitListening(
                LongProcess.start(home.resolveSibling(home.getFileName() + ".log"), ENVIRONMENT, command), apiPort);
    }

    /** Waits until it is connected with the other. */
    void awaitConnected() throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (!CONNECTED.matcher(ask("GET", "system/connections")).find()) {
            if (System.nanoTime() > endNanos) {
                throw new IOException("the two Syncthings do not find each other: "
                        + running().output());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** What it keeps in step. */
    Path folder() {
        return folder;
    }

    /** Makes it look what has changed in its folder; returns at once. */
    CompletableFuture<HttpResponse<String>> scan() {
        return client.sendAsync(request("POST", "db/scan?folder=bench"), HttpResponse.BodyHandlers.ofString());
    }

    /** The number of the latest event of a kind; 0 when there was none. Only events after the first question count. */
    long latest(String kind) throws IOException, InterruptedException {
        Matcher number = EVENT_ID.matcher(ask("GET", "events?since=0&limit=1&timeout=1&events=" + kind));
        return number.find() ? Long.parseLong(number.group(1)) : 0;
    }

    /** Waits for the first event of a kind after that number; returns when it occurred. */
    Instant await(String kind, long number) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (System.nanoTime() < endNanos) {
            String events = ask("GET", "events?since=" + number + "&timeout=" + EVENT_SECONDS + "&events=" + kind);
            Matcher time = EVENT_TIME.matcher(events);
            if (time.find()) {
                return Instant.parse(time.group(1));
            }
        }
        throw new IOException("no " + kind + " of Syncthing: " + running().output());
    }

    /** Bytes that came from the other so far. */
    long receivedBytes() throws IOException, InterruptedException {
        String connections = ask("GET", "system/connections");
        Matcher received = RECEIVED.matcher(connections);
        if (!received.find()) {
            throw new IOException("not understood: " + connections);
        }
        return Long.parseLong(received.group(1));
    }

    /** Processor time that it has used. */
    double cpuSeconds() {
        return running().cpuSeconds();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        client.close();
    }

    private LongProcess running() {
        LongProcess running = process;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    private String ask(String method, String what) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request(method, what), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("Syncthing answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private HttpRequest request(String method, String what) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + apiPort + "/rest/" + what))
                .header("X-API-Key", KEY)
                .timeout(ANSWER_LIMIT)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("syncthing"));
        command.addAll(List.of(arguments));
        return TimedProcess.run(WorkFolder.folderOf(home), ENVIRONMENT, command).output();
    }
}
