package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code rsync} from an rsync daemon: in the clear, verified by rsync's own checksum. For one thread. */
final class RsyncContender implements Contender {

    /** What it is called. */
    static final String NAME = "rsync from its daemon";

    private final WorkFolder work;
    private final String file;
    private final String way;
    private @Nullable LongProcess daemon;
    private int port;

    /**
     * Gets a file.
     *
     * @param file name of a file in the folder {@code www}
     */
    RsyncContender(WorkFolder work, String file) {
        this(work, file, "--whole-file");
    }

    private RsyncContender(WorkFolder work, String file, String way) {
        this.work = work;
        this.file = file;
        this.way = way;
    }

    /** Gets a folder in the folder {@code www}, with everything in it. */
    static RsyncContender ofFolder(WorkFolder work, String folder) {
        return new RsyncContender(work, folder + "/", "--archive");
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
        // Started by root it would become somebody who may not read the folder.
        String user = System.getProperty("user.name").equals("root") ? "uid = root\ngid = root" : "";
        Path configuration = Files.writeString(work.path().resolve("rsyncd.conf"), """
            port = %d
            address = 127.0.0.1
            use chroot = no
            reverse lookup = no
            log file = %s
            %s
            [www]
            path = %s
            read only = yes
            """.formatted(
                        port, work.path().resolve("rsyncd.own.log"), user, work.folder("www")));
        List<String> command = List.of("rsync", "--daemon", "--no-detach", "--config=" + configuration);
        daemon = Loopback.awaitListening(LongProcess.start(work.path().resolve("rsyncd.log"), Map.of(), command), port);
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        LongProcess sender = daemon;
        if (sender == null) {
            throw new IllegalStateException("not prepared");
        }
        sender.awaitChildless();
        double before = sender.cpuSeconds();
        TimedProcess done = TimedProcess.run(
                work.path(),
                Map.of(),
                List.of("rsync", way, "rsync://127.0.0.1:" + port + "/www/" + file, target.toString()));
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
