package dev.shoal.content;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which entries may be together in a folder: those that can be on every system, case-insensitive ones too, and that
 * stay inside. Is told one entry after the other, in the order of the listing. For one thread at a time.
 */
final class FolderRules {

    /** The longest path inside in bytes of UTF-8: systems take 4 096 with the folder that it is put into. */
    static final int MAX_PATH_BYTES = 2048;

    /** The longest target of a link in bytes of UTF-8. */
    static final int MAX_TARGET_BYTES = 1024;

    private static final String OURS = ".shoal-";
    private static final String PART_SUFFIX = ".shoal-part";
    private static final String UP = "..";
    private static final String HERE = "./";

    /**
     * How long all paths and folders may be together: where paths share their beginnings, a short list of them can
     * stand for what no memory holds.
     */
    private static final long MAX_WRITTEN_OUT = 64L * 1024 * 1024;

    /**
     * How many entries there may be together with the folders that they are in: each takes some two hundred bytes of
     * memory while the rules are looked at, and a few bytes of a list can stand for many folders.
     */
    static final int MAX_PLACES = 1024 * 1024;

    private final long maxWrittenOut;
    private final int maxPlaces;

    /** What stands at a path, by the path without regard to case. */
    private final Map<String, Seen> seen = new HashMap<>();

    private String before = "";
    private long writtenOut;

    FolderRules() {
        this(MAX_WRITTEN_OUT, MAX_PLACES);
    }

    /** With other limits for how long all paths may be together, and how many they are. */
    FolderRules(long maxWrittenOut, int maxPlaces) {
        this.maxWrittenOut = maxWrittenOut;
        this.maxPlaces = maxPlaces;
    }

    private record Seen(String path, boolean isFolder) {}

    /** Whether a program of Shoal's makes files of such a name for itself, which are no part of a folder. */
    static boolean isOurs(String component) {
        String lower = component.toLowerCase(Locale.ROOT);
        return lower.startsWith(OURS) || lower.endsWith(PART_SUFFIX);
    }

    /**
     * Takes the next entry.
     *
     * @throws InvalidFolderException when it may not be there
     */
    void add(FolderEntry entry) {
        String path = entry.path();
        checkPath(path);
        // The folders that it has in common with the one before were entered by that: in order, they stand together.
        int common = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (!before.regionMatches(common, path, common, slash + 1 - common)) {
                enter(path.substring(0, slash), path);
            } else {
                common = slash + 1;
            }
        }
        if (entry instanceof FolderEntry.Link link) {
            checkTarget(link);
        }
        Seen other = see(path, false);
        if (other != null) {
            throw collision(other.path, path);
        }
        before = path;
    }

    private @Nullable Seen see(String path, boolean isFolder) {
        writtenOut += path.length();
        if (writtenOut > maxWrittenOut) {
            throw new InvalidFolderException("the paths of the folder are too long together: share its parts");
        }
        Seen other = seen.putIfAbsent(fold(path), new Seen(path, isFolder));
        if (seen.size() > maxPlaces) {
            throw new InvalidFolderException("the folder has more than " + maxPlaces
                    + " files, folders and links, those included that are not empty: share its parts");
        }
        return other;
    }

    private void enter(String folder, String path) {
        Seen other = see(folder, true);
        if (other != null && !other.path.equals(folder)) {
            throw collision(other.path, folder);
        }
        if (other != null && !other.isFolder) {
            throw refuse(path, "\"" + SafePath.visible(folder) + "\" is listed as something that has nothing in it");
        }
    }

    private static void checkPath(String path) {
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw refuse(path, "it is longer than " + MAX_PATH_BYTES + " bytes");
        }
        String normal;
        try {
            normal = SafePath.check(path);
        } catch (InvalidNameException e) {
            throw new InvalidFolderException(String.valueOf(e.getMessage()));
        }
        if (!normal.equals(path)) {
            throw refuse(path, "it is not in Unicode's normal form C");
        }
        for (String component : path.split("/", -1)) {
            if (isOurs(component)) {
                throw refuse(path, "such names are for Shoal's own files");
            }
        }
    }

    /**
     * Whether a link leads to something in a part of its folder, as seen from which it has another path.
     *
     * @param relative its path, seen from the part; empty when it is all of the part
     */
    static boolean staysIn(FolderEntry.Link link, String relative) {
        return !relative.isEmpty() && reasonAgainst(new FolderEntry.Link(relative, link.target())) == null;
    }

    /**
     * A target may begin with a dot and a slash. It goes up first, then down, and up no further than to the folder:
     * where it stands is no link, so what it leads to is inside, whatever other links it passes.
     */
    private static void checkTarget(FolderEntry.Link link) {
        String reason = reasonAgainst(link);
        if (reason != null) {
            throw refuse(
                    link.path(),
                    "it is a symbolic link to \"" + SafePath.visible(link.target()) + "\", which " + reason);
        }
    }

    private static @Nullable String reasonAgainst(FolderEntry.Link link) {
        String target = link.target();
        if (target.isEmpty() || target.getBytes(StandardCharsets.UTF_8).length > MAX_TARGET_BYTES) {
            return "is empty or longer than " + MAX_TARGET_BYTES + " bytes";
        }
        if (target.startsWith("/")) {
            return "is absolute";
        }
        int depth = (int) link.path().chars().filter(letter -> letter == '/').count();
        // As ln and many scripts write it.
        String down = target.startsWith(HERE) ? target.substring(HERE.length()) : target;
        if (down.isEmpty()) {
            return "is none that every system has";
        }
        while (down.equals(UP) || down.startsWith(UP + "/")) {
            if (--depth < 0) {
                return "leads out of the folder";
            }
            down = down.length() == UP.length() ? "" : down.substring(UP.length() + 1);
        }
        try {
            boolean up = down.isEmpty() || SafePath.check(down).equals(down);
            return up ? null : "is not in Unicode's normal form C";
        } catch (InvalidNameException e) {
            return "is none that every system has, or goes up after it went down";
        }
    }

    private static String fold(String path) {
        StringBuilder folded = new StringBuilder(path.length());
        path.codePoints()
                .map(letter -> Character.toLowerCase(Character.toUpperCase(letter)))
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }

    private static InvalidFolderException collision(String one, String other) {
        if (one.equals(other)) {
            return refuse(other, "it is there twice");
        }
        return new InvalidFolderException("the paths \"" + SafePath.visible(one) + "\" and \"" + SafePath.visible(other)
                + "\" are the same where upper and lower case do not differ: one of them has to be called otherwise");
    }

    static InvalidFolderException refuse(String path, String reason) {
        return new InvalidFolderException("the path \"" + SafePath.visible(path) + "\" is refused: " + reason);
    }
}
