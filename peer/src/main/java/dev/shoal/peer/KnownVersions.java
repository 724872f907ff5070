package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.VersionRecord;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The highest version of each name that was seen at an index, so that the index cannot offer an older one as the
 * latest, and so that an owner goes on from there with a name that the index no longer has (protocol, sections 5 and
 * 17). A text file beside the known keys. Thread-safe.
 */
final class KnownVersions {

    /**
     * More names than a person gets, and twice as many as an index lets a key have: some 60 MB of memory. Beyond, those
     * that changed longest ago are forgotten.
     */
    static final int MAX_NAMES = 200_000;

    /** "version", the index, the owner and the name. */
    private static final int KEY_WORDS = 4;

    private static final Pattern SEEN = Pattern.compile("(\\d{1,10}) ([0-9a-f]{64})");

    /** What no shell reads as anything else. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./+:,@%-]+");

    /** Where a key has the name, words counted from zero. */
    private static final int NAME_WORD = 3;

    /** A version: its number, and the hash of its record. */
    private record Seen(int number, String hash) {

        static Seen of(VersionRecord record) {
            return new Seen(
                    record.number(), HexFormat.of().formatHex(record.hash().toBytes()));
        }

        /** Whether this may be the latest version after it: a higher one, or itself. */
        boolean allows(VersionRecord record) {
            return record.number() > number || equals(of(record));
        }
    }

    private final KeptLog log;

    /** The versions in a file, which need not exist yet. */
    KnownVersions(Path file) {
        this(file, MAX_NAMES);
    }

    /**
     * With room for fewer. A power cut may take the last of them, because they come with every file that is shared or
     * got, and a disk that turns makes some tens of them lasting in a second.
     */
    KnownVersions(Path file, int most) {
        this.log = new KeptLog(
                file,
                new KeptLog.Kind(
                        KEY_WORDS,
                        most,
                        null,
                        false,
                        value -> parse(value).isPresent(),
                        "known versions",
                        "Without them nobody can tell what has changed from what was right before; restore the file, or"
                                + " remove it to believe everybody anew."));
    }

    /**
     * Compares what an index says with what was seen before, and remembers the higher version.
     *
     * @param pinned fingerprint of the owner whom this home believes, who may have given the name on
     * @param record the record, which is the owner's
     * @param named whether this version or content was asked for, so that nobody is surprised by an old one
     * @throws PeerException with reason VERIFICATION when the index goes back to an older version, or to another one of
     *     the same number
     */
    synchronized void check(PeerId index, String pinned, VersionRecord record, boolean named) {
        Optional<Seen> known = find(key(index, pinned, record.name()));
        if (!named && known.isPresent() && !known.get().allows(record)) {
            throw wentBack(record, known.get());
        }
        saw(index, pinned, record);
    }

    /** Remembers a version of an owner, if it is higher than those that were seen before. */
    void saw(PeerId index, VersionRecord record) {
        saw(index, record.owner().id().fingerprint(), record);
    }

    private synchronized void saw(PeerId index, String pinned, VersionRecord record) {
        String key = key(index, pinned, record.name());
        if (record.number() > find(key).map(Seen::number).orElse(0)) {
            Seen seen = Seen.of(record);
            log.put(key, seen.number + " " + seen.hash);
        }
    }

    /** The highest number that was seen of a name; 0 for none. */
    int highest(PeerId index, PeerId owner, Name name) {
        return find(key(index, owner.fingerprint(), name)).map(Seen::number).orElse(0);
    }

    /** The names of an owner of which versions were seen at an index. */
    List<Name> names(PeerId index, String owner) {
        String start = "version " + index.fingerprint() + " " + owner + " ";
        return log.keys().stream()
                .filter(key -> key.startsWith(start))
                .flatMap(key -> name(key.substring(start.length())).stream())
                .toList();
    }

    /** What somebody edited may be no name. */
    private static Optional<Name> name(String encoded) {
        try {
            return Optional.of(new Name(URLDecoder.decode(encoded, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Forgets a name of whatever owner at whatever index. Returns whether it was known. */
    boolean forget(Name name) {
        String forgotten = encoded(name);
        List<String> keys = log.keys().stream()
                .filter(key -> key.split(" ", KEY_WORDS)[NAME_WORD].equals(forgotten))
                .toList();
        keys.forEach(log::remove);
        return !keys.isEmpty();
    }

    private static String key(PeerId index, String owner, Name name) {
        return "version " + index.fingerprint() + " " + owner + " " + encoded(name);
    }

    private static String encoded(Name name) {
        return URLEncoder.encode(name.text(), StandardCharsets.UTF_8);
    }

    private static PeerException wentBack(VersionRecord record, Seen known) {
        String offer = record.number() < known.number
                ? "version " + record.number() + " of " + record.name() + " as the latest, but version " + known.number
                        + " was seen here before"
                : "another version " + record.number() + " of " + record.name() + " than was seen here before";
        return new PeerException(
                PeerException.Reason.VERIFICATION,
                "The index offers " + offer + ". It is out of date, or means no good. To have what it offers all the"
                        + " same, ask for " + record.name() + "@" + record.number()
                        + "; if you know why, run `shoal config forget-version " + quoted(record.name()) + "`.");
    }

    /** As a shell takes it: whoever chose the name may have thought of this line. */
    private static String quoted(Name name) {
        return PLAIN.matcher(name.text()).matches()
                ? name.text()
                : "'" + name.text().replace("'", "'\\''") + "'";
    }

    private Optional<Seen> find(String key) {
        return log.find(key).flatMap(KnownVersions::parse);
    }

    /** What a line says; nothing when somebody edited it into nonsense. */
    private static Optional<Seen> parse(String text) {
        Matcher matcher = SEEN.matcher(text);
        return matcher.matches() && Long.parseLong(matcher.group(1)) <= Integer.MAX_VALUE
                ? Optional.of(new Seen(Integer.parseInt(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }
}
