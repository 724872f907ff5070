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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Passwords, codes, keys and proofs are in no log, message, list of processes or metric. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SecretsKeptTest {

    private static final String PASSWORD = "uttermost secret words";
    private static final String OTHER = "words of the other secret";
    private static final String THIRD = "and words of the third one";
    private static final String OF_CARL = "what carl alone knows";
    private static final String PASSPHRASE = "over a key that is saved";
    private static final Pattern ADDRESS = Pattern.compile("(?<=\"address\":\")[^\"]+");
    private static final Pattern LINK = Pattern.compile("shoal://\\S+");
    private static final Pattern CODE = Pattern.compile("[a-z2-7]{4}(-[a-z2-7]{4}){3}");

    /** Lines of a key file in base 64; what is shorter may be there by chance. */
    private static final int KEY_CHARACTERS = 40;

    @TempDir
    Path folder;

    private final StringBuilder seen = new StringBuilder();
    private final List<String> codes = new ArrayList<>();
    private Path ada;
    private Path carl;

    @BeforeEach
    void name() {
        ada = folder.resolve("ada");
        carl = folder.resolve("carl");
    }

    @Test
    void noSecretIsToldToAnybody() throws Exception {
        Path data = folder.resolve("index");
        int metricsPort = freePort();
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
            useAll(address);
            seen.append(metrics(metricsPort));
            seen.append(processes());
            seen.append(index.text());
        }
        String told = seen.toString();
        assertThat(told).contains("ada", "carl", "shoal_index_sessions");
        assertThat(told).doesNotContain(PASSWORD, OTHER, THIRD, OF_CARL, PASSPHRASE);
        // Two times those of a new account, those that replace some, and an invitation.
        assertThat(codes).hasSize(8 + 8 + 8 + 1).doesNotHaveDuplicates();
        assertThat(told).doesNotContain(codes);
        PeerId index = Identity.loadOrCreate(data.resolve("identity.pem")).id();
        assertNoProof(told, index, "carl", OF_CARL);
        for (String password : List.of(PASSWORD, OTHER, THIRD)) {
            assertNoProof(told, index, "ada", password);
        }
        List<String> keys = keyLines(data.resolve("identity.pem"));
        for (Path home : List.of(ada, carl)) {
            keys.addAll(keyLines(home.resolve("identity.pem")));
            try (Stream<Path> accounts = Files.list(home.resolve("accounts"))) {
                accounts.forEach(file -> keys.addAll(keyLines(file)));
            }
        }
        assertThat(keys).hasSizeGreaterThan(6);
        assertThat(told).doesNotContain(keys);
        assertThat(told)
                .doesNotContain(Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(Files.readAllBytes(data.resolve("index-secrets"))));
    }

    private static void assertNoProof(String told, PeerId index, String user, String password) {
        byte[] proof = AccountSecrets.ofPassword(index, user, password).proof().toBytes();
        assertThat(told)
                .doesNotContain(HexFormat.of().formatHex(proof))
                .doesNotContain(Base64.getEncoder().withoutPadding().encodeToString(proof));
    }

    @Test
    void aPasswordIsNoArgument() {
        World world = new World(folder);
        for (String command : List.of("signup", "login", "passwd", "recover")) {
            assertThat(world.run(command, "ada", "--password", PASSWORD)).isEqualTo(ExitCode.USAGE);
            assertThat(world.run(command, "ada", "--password=" + PASSWORD)).isEqualTo(ExitCode.USAGE);
        }
    }

    /** Every command about secrets, and others beside. */
    private void useAll(String address) throws Exception {
        String signedUp = runsAlone(address, PASSWORD + "\n", "signup", "ada", "-v");
        assertThat(signedUp).contains("ada");
        String code = codes.getFirst();
        runs(ada, address, "wrong" + PASSWORD + "\n", ExitCode.NOT_ALLOWED, "login", "ada", "-v");
        runs(ada, address, PASSWORD + "\n" + OTHER + "\n", ExitCode.DONE, "passwd", "-v");
        String wrong = "abcd-abcd-abcd-abcd\n";
        runs(ada, address, wrong + OTHER + "\n", ExitCode.NOT_ALLOWED, "recover", "ada", "-v");
        runs(ada, address, code + "\n" + THIRD + "\n", ExitCode.DONE, "recover", "ada", "-v");
        runs(ada, address, code + "\n" + OTHER + "\n", ExitCode.NOT_ALLOWED, "recover", "ada", "-v");
        runs(ada, address, "wrong" + THIRD + "\n", ExitCode.NOT_ALLOWED, "codes", "-v");
        runs(ada, address, THIRD + "\n", ExitCode.DONE, "codes", "--json", "-v");
        runs(ada, address, "", ExitCode.DONE, "admin", "policy", "accounts", "--invite-only");
        runs(ada, address, "", ExitCode.DONE, "admin", "invite", "-v");
        String invitation = codes.getLast();
        runs(carl, address, wrong + OF_CARL + "\n", ExitCode.NOT_ALLOWED, "signup", "carl", "--invite", "-v");
        runs(carl, address, invitation + "\n" + OF_CARL + "\n", ExitCode.DONE, "signup", "carl", "--invite", "-v");
        runs(ada, address, "", ExitCode.DONE, "admin", "audit", "--json");
        for (String[] looks : new String[][] {{"whoami"}, {"devices"}, {"status"}}) {
            runs(ada, address, "", ExitCode.DONE, looks[0], "--json", "-v");
        }
        seen.append(new Terminal(ada, folder).run("doctor", "-v", "--index", address));
        String saved = folder.resolve("saved").toString();
        seen.append(new Terminal(ada, folder).typing(PASSPHRASE + "\n").run("key", "export", saved, "-v"));
        seen.append(new Terminal(ada, folder).typing("x" + PASSPHRASE + "\n").run("key", "import", saved, "-v"));
        assertThat(folder.resolve("saved")).exists();
        seen.append(new Terminal(ada, folder).run("config"));
        Path file = Files.writeString(folder.resolve("data"), "data");
        try (Program sharing = Program.start(ada, Program.java(), "share", file.toString(), "-v", "--index", address)) {
            sharing.await(LINK);
            seen.append(processes());
            seen.append(sharing.text());
        }
    }

    /** What a command wrote in a process of its own, which others see. */
    private String runsAlone(String index, String typed, String... words) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--index", index));
        try (Program program = Program.start(ada, Program.java(), arguments.toArray(String[]::new))) {
            seen.append(processes());
            program.type(typed);
            assertThat(program.exit()).as(program.text()).isEqualTo(ExitCode.DONE);
            saw(program.text());
            return program.text();
        }
    }

    /** Runs a command in this process, as starting one takes most of its time. */
    private void runs(Path home, String index, String typed, int exit, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--index", index));
        Terminal.Ended ended = new Terminal(home, folder).typing(typed).run(arguments.toArray(String[]::new));
        assertThat(ended.exit())
                .as(String.join(" ", words) + ": " + ended.out() + ended.err())
                .isEqualTo(exit);
        if (List.of("signup", "codes", "admin").contains(words[0])) {
            saw(ended.out());
        } else {
            seen.append(ended.out());
        }
        seen.append(ended.err());
    }

    /** New codes are told once, to the one who asked for them. */
    private void saw(String text) {
        String rest = text;
        for (MatchResult found : CODE.matcher(text).results().toList()) {
            String code = found.group();
            if (!codes.contains(code)) {
                codes.add(code);
                rest = rest.replaceFirst(code, "");
            }
        }
        seen.append(rest);
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
