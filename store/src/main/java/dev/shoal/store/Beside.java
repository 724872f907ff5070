package dev.shoal.store;

import dev.shoal.content.SafePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Names for files that stand beside another one: {@code model (version 7 of lab).bin}. Pure but for {@link #free}. */
final class Beside {

    /** So many files of nearly the same name are looked at; beyond, something else is wrong. */
    private static final int MOST_TRIED = 1_000;

    /** An ending that is longer says nothing of what is in a file. */
    private static final int LONGEST_ENDING = 12;

    private Beside() {}

    /** A name that says what a file is; the same each time. */
    static Path named(Path file, String what) {
        return named(file, folder(file), what);
    }

    /** The same in another folder. */
    static Path named(Path file, Path folder, String what) {
        String name = String.valueOf(file.getFileName());
        int dot = ending(name);
        String added = " (" + what + ")" + name.substring(dot);
        String stem = name.substring(0, dot);
        while (bytes(stem) + bytes(added) > SafePath.MAX_COMPONENT_BYTES && !stem.isEmpty()) {
            stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
        }
        return folder.resolve(stem + added);
    }

    /** The file beside which one stands that got its name for what it is; that itself when it has no such name. */
    static Path original(Path beside, String what) {
        String name = String.valueOf(beside.getFileName());
        int from = name.lastIndexOf(" (" + what);
        int to = name.indexOf(')', Math.max(0, from));
        return from < 0 || to < 0 ? beside : beside.resolveSibling(name.substring(0, from) + name.substring(to + 1));
    }

    /** The first such name that nothing has yet, with a number if it must be. */
    static Path free(Path file, String what) {
        return free(file, folder(file), what);
    }

    /** The same in another folder. */
    static Path free(Path file, Path folder, String what) {
        for (int number = 1; number <= MOST_TRIED; number++) {
            Path name = named(file, folder, number == 1 ? what : what + ", " + number);
            if (!Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
                return name;
            }
        }
        throw new FileAccessException(Failures.show(folder) + " has " + MOST_TRIED + " files called "
                + Failures.show(named(file, folder, what)) + " and so on. Remove those that nobody needs");
    }

    /** Where the ending of a name begins, with its dot; its length when it has none. */
    private static int ending(String name) {
        int dot = name.lastIndexOf('.');
        if (dot <= 0 || name.length() - dot > LONGEST_ENDING) {
            return name.length();
        }
        return name.startsWith(".tar", dot - 4) && dot > 4 ? dot - 4 : dot;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? file.toAbsolutePath().getRoot() : folder;
    }
}
