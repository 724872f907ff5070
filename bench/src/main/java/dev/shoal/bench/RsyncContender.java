package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code rsync} from an rsync daemon: in the clear, verified by rsync's own checksum. For one thread. */
final class RsyncContender implements Contender {

    /** What it is called. */
    static final String NAME = "rsync from its daemon";

    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final Pattern LISTENING = Pattern.compile("listening on port");

    private final WorkFolder work;
    private final String file;
    private final Ends ends;
    private final String way;
    private @Nullable LongProcess daemon;
    private int port;

    /**
     * Where its two ends are.
     *
     * @param address of the daemon
     * @param daemon words to put before its command, such as those that choose a network
     * @param client the same for who gets the file
     */
    record Ends(String address, List<String> daemon, List<String> client) {}

    /**
     * Gets a file over loopback.
     *
     * @param file name of a file in the folder {@code www}
     */
    RsyncContender(WorkFolder work, String file) {
        this(work, file, new Ends("127.0.0.1", List.of(), List.of()));
    }

    /** The same between other ends. */
    RsyncContender(WorkFolder work, String file, Ends ends) {
        this(work, file, ends, "--whole-file");
    }

    private RsyncContender(WorkFolder work, String file, Ends ends, String way) {
        this.work = work;
        this.file = file;
        this.ends = ends;
        this.way = way;
    }

    /** Gets a folder in the folder {@code www}, with everything in it. */
    static RsyncContender ofFolder(WorkFolder work, String folder) {
        return new RsyncContender(work, folder + "/", new Ends("127.0.0.1", List.of(), List.of()), "--archive");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("rsync");
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        port = Loopback.freePort();
        Path log = work.path().resolve("rsyncd.own.log");
        // Started by root it would become somebody who may not read the folder.
        String user = System.getProperty("user.name").equals("root") ? "uid = root\ngid = root" : "";
        Path configuration = Files.writeString(
                work.path().resolve("rsyncd.conf"), """
                    port = %d
                    address = %s
                    use chroot = no
                    reverse lookup = no
                    log file = %s
                    %s
                    [www]
                    path = %s
                    read only = yes
                    """.formatted(port, ends.address, log, user, work.folder("www")));
        List<String> command = new ArrayList<>(ends.daemon);
        command.addAll(List.of("rsync", "--daemon", "--no-detach", "--config=" + configuration));
        daemon = LongProcess.start(work.path().resolve("rsyncd.log"), Map.of(), command);
        Appearance.await(log, LISTENING, READY_LIMIT);
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        return run(target, way);
    }

    /** Brings a file up to date that is there: only what differs is sent. */
    Sample update(Path target) throws IOException, InterruptedException {
        // Its length and time may be the same.
        return run(target, "--no-whole-file", "--ignore-times");
    }

    private Sample run(Path target, String... options) throws IOException, InterruptedException {
        LongProcess sender = daemon;
        if (sender == null) {
            throw new IllegalStateException("not prepared");
        }
        sender.awaitChildless();
        double before = sender.cpuSeconds();
        List<String> command = new ArrayList<>(ends.client);
        command.add("rsync");
        command.addAll(List.of(options));
        command.addAll(List.of("rsync://" + ends.address + ":" + port + "/www/" + file, target.toString()));
        TimedProcess done = TimedProcess.run(work.path(), Map.of(), command);
        sender.awaitChildless();
        return new Sample(done.wallSeconds(), done.cpuSeconds(), sender.cpuSeconds() - before);
    }

    @Override
    public void close() {
        if (daemon != null) {
            daemon.close();
        }
    }
}
