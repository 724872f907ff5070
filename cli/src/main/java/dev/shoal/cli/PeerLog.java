package dev.shoal.cli;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Report;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import dev.shoal.peer.WebLinkReport;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a peer that stays up does, in a log for programs: sentences, and changes of tasks and of followed names with
 * their parts as keys and values. How transfers go is left out. Thread-safe.
 */
final class PeerLog {

    private final Logger logger;
    /** By task, so that only changes are logged; as many as there are tasks. */
    private final Map<Long, String> states = new ConcurrentHashMap<>();

    private PeerLog(Logger logger) {
        this.logger = logger;
    }

    /**
     * Logs into a file, which only its owner can read as it tells of private names.
     *
     * @throws PeerException when it cannot be written
     */
    static PeerLog into(Path file, Logging.Level level) {
        try {
            SecretFile.createIfAbsent(file);
            if (Files.isRegularFile(file)) {
                SecretFile.narrow(file);
            }
        } catch (IOException e) {
            throw Mistake.disk("The log " + file + " cannot be written", e);
        }
        Logging.into(file, level);
        return new PeerLog(LoggerFactory.getLogger("shoal.peer"));
    }

    /** Events for this log and for somebody else. */
    PeerEvents beside(PeerEvents other) {
        return (level, text) -> {
            switch (level) {
                case DETAIL -> logger.debug(text);
                case INFO -> logger.info(text);
                case WARNING -> logger.warn(text);
            }
            other.happened(level, text);
        };
    }

    /** Logs what happens from now on until the end, on a virtual thread. */
    void follow(PeerService peer, Cancellation end) {
        Thread.ofVirtual().name("log").start(() -> {
            try {
                peer.run(new TaskWish.Listen(null), this::heard, end);
            } catch (PeerException e) {
                logger.warn("Tasks are not logged: {}", e.getMessage());
            }
        });
    }

    private void heard(Report report) {
        switch (report) {
            case TaskReport.Task task -> changed(task);
            case TaskReport.TaskEnded ended -> {
                states.remove(ended.id());
                logger.atInfo()
                        .addKeyValue("task", ended.id())
                        .addKeyValue("kind", ended.kind())
                        .addKeyValue("name", ended.name())
                        .log("task ended");
            }
            case Report.Got got ->
                logger.atInfo()
                        .addKeyValue("name", got.name())
                        .addKeyValue("path", got.path())
                        .addKeyValue("bytes", got.bytes())
                        .addKeyValue("millis", got.millis())
                        .log("downloaded");
            case SubscriptionReport.Updated updated ->
                logger.atInfo()
                        .addKeyValue("name", updated.name())
                        .addKeyValue("version", updated.version())
                        .addKeyValue("path", updated.path())
                        .addKeyValue("bytes", updated.bytes())
                        .log("followed name updated");
            case SubscriptionReport.Conflict conflict ->
                logger.atWarn()
                        .addKeyValue("name", conflict.name())
                        .addKeyValue("path", conflict.path())
                        .log("conflict: {}", conflict.text());
            case WebLinkReport.WebLinkUsed used ->
                logger.atInfo()
                        .addKeyValue("webLink", used.id())
                        .addKeyValue("name", used.name())
                        .addKeyValue("address", used.address())
                        .addKeyValue("bytes", used.bytes())
                        .addKeyValue("whole", used.whole())
                        .log("download link used");
            default -> {
                // Sentences come as events.
            }
        }
    }

    private void changed(TaskReport.Task task) {
        if (!task.state().equals(states.put(task.id(), task.state()))) {
            logger.atInfo()
                    .addKeyValue("task", task.id())
                    .addKeyValue("kind", task.kind())
                    .addKeyValue("name", task.name())
                    .addKeyValue("path", task.path())
                    .addKeyValue("state", task.state())
                    .log(task.trouble() == null ? "task is {}" : "task is {}: {}", task.state(), task.trouble());
        }
    }
}
