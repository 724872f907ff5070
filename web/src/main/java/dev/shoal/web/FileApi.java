package dev.shoal.web;

import dev.shoal.peer.PeerException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The folders of this machine, as whoever runs the peer sees them, for choosing a path. Any thread. */
final class FileApi {

    /** A folder with more is not looked through: who wants something in it types its path. */
    static final int MOST_ENTRIES = 100_000;

    private static final int USUAL_PAGE = 100;

    private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::folder)
            .reversed()
            .thenComparing(Entry::name, String.CASE_INSENSITIVE_ORDER)
            .thenComparing(Entry::name);

    List<Route> routes() {
        return List.of(new Route("GET", "/api/v1/files", this::list));
    }

    /**
     * Something in a folder.
     *
     * @param folder whether it is one, or a link to one
     * @param bytes how long a file is; 0 for a folder
     */
    record Entry(String name, String path, boolean folder, long bytes, long modifiedMillis) {}

    /**
     * A folder.
     *
     * @param parent the one that it is in; null for none
     * @param total how many of its files and folders were asked for
     * @param more whether it has more than were looked at
     */
    record Folder(String path, @Nullable String parent, int total, boolean more, int offset, List<Entry> items) {}

    private void list(Call call) throws IOException {
        Path folder = Path.of(Api.absolute("path", call.text("path", System.getProperty("user.home", "/"))));
        boolean hidden = call.text("hidden", "false").equals("true");
        String text = call.text("text", "").toLowerCase(Locale.ROOT);
        int offset = call.number("offset", 0, 0, MOST_ENTRIES);
        int limit = call.number("limit", USUAL_PAGE, 1, Api.MAX_PAGE);
        List<Entry> entries = new ArrayList<>();
        boolean more = look(folder, name -> (hidden || !name.startsWith(".")) && contains(name, text), entries);
        entries.sort(ORDER);
        Path parent = folder.getParent();
        call.answer(
                200,
                new Folder(
                        folder.toString(),
                        parent == null ? null : parent.toString(),
                        entries.size(),
                        more,
                        offset,
                        entries.stream().skip(offset).limit(limit).toList()));
    }

    private static boolean contains(String name, String text) {
        return text.isEmpty() || name.toLowerCase(Locale.ROOT).contains(text);
    }

    /** Which names are wanted. */
    private interface Choice {
        boolean takes(String name);
    }

    /** Gathers what is wanted of a folder. Returns whether there is more than was looked at. */
    private static boolean look(Path folder, Choice choice, List<Entry> found) throws IOException {
        int looked = 0;
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
            for (Path path : inside) {
                if (looked == MOST_ENTRIES) {
                    return true;
                }
                looked++;
                String name = String.valueOf(path.getFileName());
                if (choice.takes(name)) {
                    add(name, path, found);
                }
            }
            return false;
        } catch (NoSuchFileException e) {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "There is no " + folder + ".", e);
        } catch (NotDirectoryException e) {
            throw new PeerException(PeerException.Reason.DISK, folder + " is no folder.", e);
        } catch (AccessDeniedException e) {
            throw new PeerException(PeerException.Reason.DISK, "You may not look into " + folder + ".", e);
        } catch (DirectoryIteratorException | IOException e) {
            throw new PeerException(PeerException.Reason.DISK, folder + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static void add(String name, Path path, List<Entry> found) {
        try {
            BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
            if (is.isDirectory() || is.isRegularFile()) {
                found.add(new Entry(
                        name,
                        path.toString(),
                        is.isDirectory(),
                        is.isDirectory() ? 0 : is.size(),
                        is.lastModifiedTime().toMillis()));
            }
        } catch (IOException e) {
            // It is gone by now, or a link that leads nowhere: nothing to choose.
            return;
        }
    }
}
