package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code scp} from an sshd of our own with keys of its own, with the same cipher as the others. Encrypted, and
 * protected on the way; not compared with anything that was known before. For one thread.
 */
final class ScpContender implements Contender {

    /** What it is called. */
    static final String NAME = "scp, AES-128-GCM";

    private static final String CIPHER = "aes128-gcm@openssh.com";

    /** Sshd refuses to be started by root without this folder, which the service makes when it starts. */
    private static final Path EMPTY_FOLDER = Path.of("/run/sshd");

    private final WorkFolder work;
    private final Path file;
    private @Nullable LongProcess daemon;
    private int port;

    ScpContender(WorkFolder work, Path file) {
        this.work = work;
        this.file = file;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing(
                Map.of("scp", "openssh-client", "ssh-keygen", "openssh-client", "sshd", "openssh-server"));
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        Path folder = work.folder("ssh");
        Path hostKey = newKey(folder.resolve("host"));
        Path userKey = newKey(folder.resolve("user"));
        if (isRoot() && Files.notExists(EMPTY_FOLDER)) {
            Files.createDirectories(EMPTY_FOLDER);
            EMPTY_FOLDER.toFile().deleteOnExit();
        }
        port = Loopback.freePort();
        Path configuration =
                Files.writeString(folder.resolve("sshd_config"), """
            ListenAddress 127.0.0.1:%d
            HostKey %s
            AuthorizedKeysFile %s.pub
            Ciphers %s
            StrictModes no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            UseDNS no
            PidFile none
            Subsystem sftp internal-sftp
            """.formatted(port, hostKey, userKey, CIPHER));
        // Sshd starts itself anew for each connection and wants to know where it is.
        Path program = Installed.find("sshd").orElseThrow(() -> new IOException("sshd is not installed"));
        List<String> command = List.of(program.toString(), "-D", "-e", "-f", configuration.toString());
        daemon = Loopback.awaitListening(LongProcess.start(folder.resolve("log"), Map.of(), command), port);
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        LongProcess sender = daemon;
        if (sender == null) {
            throw new IllegalStateException("not prepared");
        }
        sender.awaitChildless();
        double before = sender.cpuSeconds();
        TimedProcess done = TimedProcess.run(work.path(), Map.of(), command(target));
        sender.awaitChildless();
        return new Sample(done.wallSeconds(), done.cpuSeconds(), sender.cpuSeconds() - before);
    }

    @Override
    public void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private List<String> command(Path target) {
        return List.of(
                "scp",
                "-q",
                "-F",
                "/dev/null",
                "-P",
                Integer.toString(port),
                "-i",
                work.path().resolve("ssh/user").toString(),
                "-c",
                CIPHER,
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                System.getProperty("user.name") + "@127.0.0.1:" + file,
                target.toString());
    }

    private Path newKey(Path key) throws IOException, InterruptedException {
        List<String> command = List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        TimedProcess.run(work.path(), Map.of(), command);
        return key;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
