package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An index, an owner who publishes one version of a name after the other, and subscribers, each as a process in a
 * network of its own. Number 0 is the owner. For one thread.
 */
final class UpdateWorld implements AutoCloseable {

    private static final int INDEX_PORT = 7800;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern SHARED = Pattern.compile("\"type\":\"shared\"");
    private static final Pattern SUBSCRIBED = Pattern.compile("\"type\":\"subscribed\"");

    /** So many virtual machines share this one's memory. */
    private static final String JAVA_OPTIONS = "-Xmx512m";

    private final Program program = Program.here();
    private final SwarmNetwork network;
    private final WorkFolder work;
    private final List<LongProcess> processes = new ArrayList<>();
    private final Program.RunningIndex index;
    private @Nullable LongProcess publishing;
    private int version;

    /** Starts the index, and an owner who has shared something else, so that publishing finds a peer that runs. */
    UpdateWorld(SwarmNetwork network, WorkFolder work) throws IOException, InterruptedException {
        this.network = network;
        this.work = work;
        this.index =
                program.index(network.inMiddle(), work.folder("index"), Map.of(), network.middle() + ":" + INDEX_PORT);
        Path other = work.randomFile("other", 10);
        Path log = log("owner");
        processes.add(start(0, log, "share", "--json", "--user", "bench", "--name", "other", other.toString()));
        Appearance.await(log, SHARED, LIMIT);
    }

    /** Where a version is. */
    Path file(int number) throws IOException {
        return work.folder("www").resolve("version" + number);
    }

    /** Where a subscriber has the name. */
    Path followed(int subscriber) throws IOException {
        return work.folder("place-" + subscriber).resolve("followed");
    }

    /**
     * Publishes the next version, and withdraws the one before.
     *
     * @return the moment at which the command said that it is shared, in nanoseconds
     */
    long publish() throws IOException, InterruptedException {
        LongProcess before = publishing;
        version++;
        Path log = log("publish-" + version);
        String file = file(version).toString();
        publishing = start(0, log, "share", "--json", "--name", "followed", file);
        long sharedNanos = Appearance.await(log, SHARED, LIMIT);
        if (before != null) {
            before.close();
        }
        return sharedNanos;
    }

    /**
     * Lets somebody follow the name.
     *
     * @param linked whether its present version is there already, without taking more room
     */
    void follow(int subscriber, boolean linked) throws IOException, InterruptedException {
        Path target = followed(subscriber);
        if (linked) {
            Files.createLink(target, file(version));
        }
        Path log = log("subscriber-" + subscriber);
        processes.add(
                start(subscriber, log, "sub", "bench/followed", "--json", "--keep", "0", "-o", target.toString()));
        Appearance.await(log, SUBSCRIBED, LIMIT);
        if (!linked) {
            arrived(subscriber);
        }
    }

    /** The moment at which a subscriber said that the newest version is in place, in nanoseconds. */
    long arrived(int subscriber) throws IOException, InterruptedException {
        Pattern updated = Pattern.compile("\"type\":\"updated\"[^\n]*\"version\":" + version + ",");
        return Appearance.await(log("subscriber-" + subscriber), updated, LIMIT);
    }

    private LongProcess start(int peer, Path log, String... words) throws IOException {
        Map<String, String> environment = Program.environment(work.folder("home-" + peer));
        environment.put("SHOAL_JAVA_OPTIONS", JAVA_OPTIONS);
        List<String> command = new ArrayList<>(network.inPeer(peer));
        command.addAll(program.command(words));
        command.addAll(List.of("--index", network.middle() + ":" + INDEX_PORT));
        return LongProcess.start(log, environment, command);
    }

    private Path log(String of) throws IOException {
        return work.folder("logs").resolve(of + ".log");
    }

    @Override
    public void close() {
        if (publishing != null) {
            publishing.close();
        }
        processes.reversed().forEach(LongProcess::close);
        index.close();
    }
}
