package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.VersionRecord;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The highest version of each name that was seen at an index, so that the index cannot offer an older one as the latest
 * (protocol, section 17). A text file beside the known keys. Thread-safe.
 */
final class KnownVersions {

    /** More names than a person gets; beyond, those that changed longest ago are forgotten. */
    static final int MAX_NAMES = 10_000;

    private static final Pattern SEEN = Pattern.compile("(\\d{1,10}) ([0-9a-f]{64})");

    /** A version: its number, and the hash of its record. */
    private record Seen(long number, String hash) {}

    private final KeptLines lines;

    /** The versions in a file, which need not exist yet. */
    KnownVersions(Path file) {
        this.lines = new KeptLines(file, MAX_NAMES, "known versions");
    }

    /**
     * Compares what an index says with what was seen before, and remembers the higher version.
     *
     * @param record the record, which is the owner's
     * @param named whether this version or content was asked for, so that nobody is surprised by an old one
     * @throws PeerException with reason VERIFICATION when the index goes back to an older version, or to another one of
     *     the same number
     */
    synchronized void check(PeerId index, VersionRecord record, boolean named) {
        String start =
                "version " + index.fingerprint() + " " + record.owner().id().fingerprint() + " "
                        + URLEncoder.encode(record.name().text(), StandardCharsets.UTF_8) + " ";
        Seen offered =
                new Seen(record.number(), HexFormat.of().formatHex(record.hash().toBytes()));
        Optional<Seen> known = lines.find(start).flatMap(KnownVersions::parse);
        if (known.isEmpty() || offered.number > known.get().number) {
            lines.replace(start, offered.number + " " + offered.hash);
        } else if (!named && !offered.equals(known.get())) {
            throw wentBack(record, known.get());
        }
    }

    private PeerException wentBack(VersionRecord record, Seen known) {
        String offer = record.number() < known.number
                ? "version " + record.number() + " of " + record.name() + " as the latest, but version " + known.number
                        + " was seen here before"
                : "another version " + record.number() + " of " + record.name() + " than was seen here before";
        return new PeerException(
                PeerException.Reason.VERIFICATION,
                "The index offers " + offer + ". It is out of date, or means no good. To have what it offers all the"
                        + " same, ask for " + record.name() + "@" + record.number()
                        + "; if the owner began the name anew, take its line out of " + lines.file() + ".");
    }

    /** What a line says; nothing when somebody edited it into nonsense. */
    private static Optional<Seen> parse(String text) {
        Matcher matcher = SEEN.matcher(text);
        return matcher.matches()
                ? Optional.of(new Seen(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }
}
