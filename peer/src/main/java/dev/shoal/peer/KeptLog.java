package dev.shoal.peer;

import dev.shoal.store.FileStamp;
import dev.shoal.store.StoreException;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A text file that people may read and edit: its lines begin with a key of some words, and the last line of a key
 * counts; one that begins with a minus takes its key away. A change adds a line, so that very many of them cost as much
 * each as the first; what counts no longer is left out when it is more than the rest. Safe for several threads and
 * processes: every change is made under a lock. Others than the owner cannot read it. Keeps what it has read in memory.
 */
final class KeptLog {

    /**
     * What is kept in a file, and how.
     *
     * @param keyWords how many words a key has
     * @param most how many keys are kept
     * @param full what is said of one more; null where the key that changed longest ago is forgotten for it
     * @param forced whether a change is on the disk when it returns; else a power cut may take the last ones
     * @param value what follows a key; a line with anything else does not count
     * @param subject what is kept, in the plural, for sentences
     * @param unreadable what it means when it cannot be read, and what to do
     */
    record Kind(
            int keyWords,
            int most,
            @Nullable String full,
            boolean forced,
            Predicate<String> value,
            String subject,
            String unreadable) {

        /** Of what must not become public: none of it is forgotten. A key is a word, an index and what is private. */
        static Kind ofPrivate(int most, String subject) {
            return new Kind(
                    3,
                    most,
                    "and no more are kept, nor is one forgotten: it could become public then. Take out of the file what"
                            + " is not shared from here any more.",
                    true,
                    value -> true,
                    subject,
                    "Without them nobody can tell what is not to become public; restore the file, or remove it when"
                            + " nothing here is private.");
        }
    }

    private static final String GONE = "- ";

    /** Below, it is not worth to write a file anew. */
    private static final int LEAST_SUPERSEDED = 100;

    private static final int LAST_BYTES = 128;

    private final Path file;
    private final Kind kind;

    /** What changed longest ago comes first. */
    private final LinkedHashMap<String, String> live = new LinkedHashMap<>();

    private FileStamp stamp = new FileStamp(-1, 0, "");
    /** How many bytes were read, up to the end of a line, and the last of these. */
    private long readBytes;

    private byte[] last = {};
    private int lines;
    /** What stands behind the last end of a line: of a person, or of a program that was ended in between. */
    private String rest = "";

    /** The lines in a file, which need not exist yet. */
    KeptLog(Path file, Kind kind) {
        this.file = file;
        this.kind = kind;
    }

    /** What the last line of a key says about it. */
    synchronized Optional<String> find(String key) {
        refresh();
        return Optional.ofNullable(live.get(key));
    }

    /** The keys that there are; a copy. */
    synchronized List<String> keys() {
        refresh();
        return List.copyOf(live.keySet());
    }

    /** Whether no other key is taken without another one being forgotten. */
    synchronized boolean isFull() {
        refresh();
        return live.size() >= kind.most;
    }

    /**
     * From now on this counts for a key.
     *
     * @throws PeerException when it is full, or cannot be written
     */
    void put(String key, String value) {
        if (!find(key).equals(Optional.of(value))) {
            change(key, value);
        }
    }

    /** Takes a key away. */
    void remove(String key) {
        if (find(key).isPresent()) {
            change(key, null);
        }
    }

    private void change(String key, @Nullable String value) {
        try {
            FileChange.of(file, () -> append(key, value));
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The " + kind.subject + " in " + file + " cannot be changed: " + e.getMessage(),
                    e);
        }
    }

    private synchronized void append(String key, @Nullable String value) throws IOException {
        refresh();
        if (value != null && kind.full != null && !live.containsKey(key) && live.size() >= kind.most) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "There are " + kind.most + " " + kind.subject + " in " + file + ", " + kind.full);
        }
        String line = (value == null ? GONE + key : key + " " + value) + "\n";
        SecretFile.createIfAbsent(file);
        if (SecretFile.isOpenToOthers(file)) {
            SecretFile.narrow(file);
        }
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (rest.startsWith(GONE)) {
                // A part of a key could take another one away.
                out.truncate(readBytes);
            }
            long end = out.size();
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(end > readBytes ? "\n" + line : line);
            while (bytes.hasRemaining()) {
                end += out.write(bytes, end);
            }
            if (kind.forced) {
                // What is acted on next must not be unknown after a power cut.
                out.force(false);
            }
        }
        refresh();
        if (lines > 2 * live.size() + LEAST_SUPERSEDED) {
            rewrite();
        }
    }

    private void rewrite() throws IOException {
        StringBuilder kept = new StringBuilder();
        live.forEach((key, value) -> kept.append(key).append(' ').append(value).append('\n'));
        SecretFile.write(file, kept.toString());
        refresh();
    }

    private void refresh() {
        try {
            if (Files.notExists(file)) {
                forget();
                return;
            }
            FileStamp now = FileStamp.of(file);
            if (!now.equals(stamp)) {
                read(now);
            }
        } catch (IOException | StoreException e) {
            forget();
            String reason = e instanceof CharacterCodingException ? "they are not text in UTF-8" : e.getMessage();
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The " + kind.subject + " in " + file + " cannot be read: " + reason + ". " + kind.unreadable,
                    e);
        }
    }

    private void read(FileStamp now) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            if (!now.key().equals(stamp.key()) || !rest.isEmpty() || !isSameSoFar(in)) {
                forget();
            }
            byte[] bytes = bytes(in, readBytes, (int) Math.min(in.size() - readBytes, Integer.MAX_VALUE));
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            text(bytes, 0, end).lines().forEach(this::take);
            rest = text(bytes, end, bytes.length);
            if (!rest.isEmpty() && !rest.startsWith(GONE)) {
                take(rest);
            }
            readBytes += end;
            int kept = (int) Math.min(LAST_BYTES, readBytes);
            last = bytes(in, readBytes - kept, kept);
            stamp = now;
        }
    }

    /** A person may have changed something in the middle. */
    private boolean isSameSoFar(FileChannel in) throws IOException {
        return in.size() >= readBytes && Arrays.equals(bytes(in, readBytes - last.length, last.length), last);
    }

    private static byte[] bytes(FileChannel in, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining() && in.read(buffer, from + buffer.position()) >= 0) {
            // Until all of it is there.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static String text(byte[] bytes, int from, int to) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, from, to - from))
                .toString();
    }

    private void take(String line) {
        lines++;
        boolean isGone = line.startsWith(GONE);
        String whole = isGone ? line.substring(GONE.length()) : line;
        int end = -1;
        int words = 0;
        do {
            end = whole.indexOf(' ', end + 1);
            words++;
        } while (end >= 0 && words < kind.keyWords);
        String key = end < 0 ? whole : whole.substring(0, end);
        String value = end < 0 ? "" : whole.substring(end + 1).strip();
        if (isGone) {
            live.remove(key);
        } else if (!key.isBlank() && kind.value.test(value)) {
            live.putLast(key, value);
            if (live.size() > kind.most && kind.full == null) {
                live.pollFirstEntry();
            }
        }
    }

    private void forget() {
        live.clear();
        stamp = new FileStamp(-1, 0, "");
        readBytes = 0;
        last = new byte[0];
        lines = 0;
        rest = "";
    }
}
