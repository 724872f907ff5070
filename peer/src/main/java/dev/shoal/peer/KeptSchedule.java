package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.peer.Schedule.Pause;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The limits of a home and what is paused there, in a file of lines that its owner may read and edit: {@code rule} or
 * {@code pause}, and fields with tabs between them. What was changed is on the disk when the change returns. Safe for
 * several threads and processes: every change reads and replaces the file under a lock.
 */
final class KeptSchedule {

    private static final String RULE = "rule\t";
    private static final String PAUSE = "pause\t";
    private static final String EVERYTHING = "*";

    /** Far more than as many rules and pauses as there may be take. */
    private static final long MOST_BYTES = 4L * 1024 * 1024;

    private final Path file;

    /** In a file, which need not exist yet. */
    KeptSchedule(Path file) {
        this.file = file;
    }

    /**
     * What is kept now.
     *
     * @throws PeerException with reason DISK when it cannot be read or makes no sense
     */
    Schedule read() {
        try {
            if (Files.notExists(file)) {
                return Schedule.NONE;
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException("it is larger than " + MOST_BYTES + " bytes");
            }
            return parse(Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw broken("it is not text in UTF-8", e);
        } catch (IOException | IllegalArgumentException e) {
            throw broken(String.valueOf(e.getMessage()), e);
        }
    }

    private PeerException broken(String reason, Exception cause) {
        return new PeerException(
                PeerException.Reason.DISK,
                "The limits in " + file + " cannot be read: " + reason + ". Correct the file, or remove it and say with"
                        + " `shoal limit` and `shoal pause` again what holds.",
                cause);
    }

    private static Schedule parse(List<String> lines) {
        List<LimitRule> rules = new ArrayList<>();
        List<Pause> pauses = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(RULE)) {
                rules.add(LimitRule.parse(line.substring(RULE.length())));
            } else if (line.startsWith(PAUSE)) {
                pauses.add(pause(line.substring(PAUSE.length())));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new IllegalArgumentException("\"" + line + "\" is neither a rule nor a pause");
            }
        }
        if (rules.size() > Schedule.MOST_RULES || pauses.size() > Schedule.MOST_PAUSES) {
            throw new IllegalArgumentException("there are more than " + Schedule.MOST_RULES + " rules, or more than "
                    + Schedule.MOST_PAUSES + " pauses");
        }
        return new Schedule(rules, pauses);
    }

    private static Pause pause(String line) {
        String[] fields = line.split("\t", -1);
        try {
            if (fields.length == 2) {
                return new Pause(fields[1].equals(EVERYTHING) ? null : new Name(fields[1]), Long.parseLong(fields[0]));
            }
        } catch (NumberFormatException | InvalidNameException e) {
            throw new IllegalArgumentException("\"" + line + "\" is no pause", e);
        }
        throw new IllegalArgumentException("a pause has 2 fields with a tab between them, not " + fields.length);
    }

    /**
     * Changes it.
     *
     * @return what is kept from now on
     * @throws PeerException with reason DISK when it cannot be read or written; whatever the change throws
     */
    Schedule change(UnaryOperator<Schedule> change) {
        try {
            return FileChange.of(file, () -> {
                Schedule before = read();
                Schedule after = change.apply(before);
                if (!after.equals(before)) {
                    SecretFile.write(file, text(after));
                }
                return after;
            });
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK, "The limits in " + file + " cannot be changed: " + e.getMessage(), e);
        }
    }

    private static String text(Schedule schedule) {
        StringBuilder text = new StringBuilder("# Limits of this home; `shoal limit` shows and changes them.\n");
        schedule.rules().forEach(rule -> text.append(RULE).append(rule.line()).append('\n'));
        for (Pause pause : schedule.pauses()) {
            Name name = pause.name();
            text.append(PAUSE)
                    .append(pause.untilMillis())
                    .append('\t')
                    .append(name == null ? EVERYTHING : name.text())
                    .append('\n');
        }
        return text.toString();
    }
}
