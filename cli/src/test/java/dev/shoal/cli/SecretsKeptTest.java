package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.PeerId;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Passwords, codes, keys and proofs are in no log, message, list of processes or metric. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SecretsKeptTest {

    private static final String PASSWORD = "uttermost secret words";
    private static final String OTHER = "words of the other secret";
    private static final Pattern ADDRESS = Pattern.compile("(?<=\"address\":\")[^\"]+");
    private static final Pattern LINK = Pattern.compile("shoal://\\S+");
    private static final Pattern CODE = Pattern.compile("[a-z2-7]{4}(-[a-z2-7]{4}){3}");

    /** Lines of a key file in base 64; what is shorter may be there by chance. */
    private static final int KEY_CHARACTERS = 40;

    @TempDir
    Path folder;

    private final StringBuilder seen = new StringBuilder();

    @Test
    void noSecretIsToldToAnybody() throws Exception {
        Path data = folder.resolve("index");
        Path home = folder.resolve("home");
        int metricsPort = freePort();
        List<String> codes;
        try (Program index = Program.start(
                folder.resolve("server"),
                Program.java(),
                "index",
                "--json",
                "-v",
                "--listen",
                "127.0.0.1:0",
                "--metrics",
                "127.0.0.1:" + metricsPort,
                "--data",
                data.toString())) {
            String address = index.await(ADDRESS);
            codes = useAll(home, address);
            seen.append(metrics(metricsPort));
            seen.append(processes());
            seen.append(index.text());
        }
        String told = seen.toString();
        assertThat(told).contains("ada", "shoal_index_sessions").doesNotContain(PASSWORD, OTHER);
        assertThat(told).doesNotContain(codes);
        PeerId index = Identity.loadOrCreate(data.resolve("identity.pem")).id();
        for (String password : List.of(PASSWORD, OTHER)) {
            byte[] proof =
                    AccountSecrets.ofPassword(index, "ada", password).proof().toBytes();
            assertThat(told)
                    .doesNotContain(HexFormat.of().formatHex(proof))
                    .doesNotContain(Base64.getEncoder().withoutPadding().encodeToString(proof));
        }
        List<String> keys = keyLines(home.resolve("identity.pem"), data.resolve("identity.pem"));
        try (Stream<Path> accounts = Files.list(home.resolve("accounts"))) {
            accounts.forEach(file -> keys.addAll(keyLines(file)));
        }
        assertThat(keys).hasSizeGreaterThan(4);
        assertThat(told).doesNotContain(keys);
        assertThat(told)
                .doesNotContain(Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(Files.readAllBytes(data.resolve("index-secrets"))));
    }

    @Test
    void aPasswordIsNoArgument() {
        World world = new World(folder);
        for (String command : List.of("signup", "login", "passwd", "recover")) {
            assertThat(world.run(command, "ada", "--password", PASSWORD)).isEqualTo(ExitCode.USAGE);
            assertThat(world.run(command, "ada", "--password=" + PASSWORD)).isEqualTo(ExitCode.USAGE);
        }
    }

    /** Every command about secrets, and others beside; what the codes are that only the one who signed up is told. */
    private List<String> useAll(Path home, String address) throws Exception {
        String signedUp = run(home, address, PASSWORD + "\n", "signup", "ada", "-v");
        List<String> codes =
                CODE.matcher(signedUp).results().map(MatchResult::group).toList();
        assertThat(codes).hasSize(8);
        run(home, address, "wrong" + PASSWORD + "\n", "login", "ada", "-v");
        run(home, address, PASSWORD + "\n" + OTHER + "\n", "passwd", "-v");
        run(home, address, "", "whoami", "--json", "-v");
        run(home, address, "", "devices", "--json", "-v");
        run(home, address, "abcd-abcd-abcd-abcd\n" + OTHER + "\n", "recover", "ada", "-v");
        run(home, address, "", "status", "--json", "-v");
        run(home, address, "", "doctor", "-v");
        run(home, address, "", "config");
        Path file = Files.writeString(folder.resolve("data"), "data");
        try (Program sharing =
                Program.start(home, Program.java(), "share", file.toString(), "-v", "--index", address)) {
            sharing.await(LINK);
            seen.append(processes());
            seen.append(sharing.text());
        }
        return codes;
    }

    /** What a command wrote; what it wrote of codes at sign-up is meant for the one who typed it. */
    private String run(Path home, String index, String typed, String... words) throws Exception {
        List<String> start = Program.java();
        List<String> arguments = new ArrayList<>(List.of(words));
        if (!words[0].equals("config")) {
            arguments.addAll(List.of("--index", index));
        }
        try (Program program = Program.start(home, start, arguments.toArray(String[]::new))) {
            seen.append(processes());
            program.type(typed);
            program.exit();
            String text = program.text();
            seen.append(words[0].equals("signup") ? CODE.matcher(text).replaceAll("") : text);
            return text;
        }
    }

    /** The command lines and environments of this user's processes, as far as the system tells them. */
    private static String processes() throws IOException {
        StringBuilder all = new StringBuilder();
        Path processes = Path.of("/proc");
        if (!Files.isDirectory(processes)) {
            return "";
        }
        try (Stream<ProcessHandle> running = ProcessHandle.current().descendants()) {
            for (long pid : running.map(ProcessHandle::pid).toList()) {
                for (String name : List.of("cmdline", "environ")) {
                    all.append(text(processes.resolve(pid + "/" + name)));
                }
            }
        }
        return all.toString();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // The process has ended meanwhile.
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String metrics(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static List<String> keyLines(Path... files) {
        List<String> keys = new ArrayList<>();
        for (Path file : files) {
            try {
                String text = Files.readString(file);
                Matcher key = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END")
                        .matcher(text);
                while (key.find()) {
                    key.group(1)
                            .lines()
                            .filter(line -> line.length() >= KEY_CHARACTERS)
                            .forEach(keys::add);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return keys;
    }
}
