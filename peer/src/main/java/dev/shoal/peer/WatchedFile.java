package dev.shoal.peer;

import dev.shoal.store.FileStamp;
import dev.shoal.store.StoreException;
import dev.shoal.store.Writers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One file that is watched; a symbolic link is followed to wherever it leads by then. Immutable. */
record WatchedFile(Path path) implements Watched {

    /** What a file looks like that has this stamp. */
    static Look look(FileStamp stamp) {
        return new Look(stamp, stamp.size() == 0);
    }

    @Override
    public Optional<Look> look() {
        try {
            return Optional.of(look(FileStamp.of(path)));
        } catch (StoreException gone) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isOpen() {
        return Writers.of(path) == Writers.Answer.SOME;
    }

    /** That of the file, and that of the link which leads to it: either may be replaced. */
    @Override
    public Set<Path> folders() {
        Set<Path> folders = new HashSet<>();
        Path parent = path.toAbsolutePath().getParent();
        try {
            if (parent != null) {
                folders.add(parent.toRealPath());
            }
            Path real = path.toRealPath().getParent();
            if (real != null) {
                folders.add(real);
            }
        } catch (IOException e) {
            // It is not there now; where it was is watched for its coming back.
            return folders;
        }
        return folders;
    }

    /** Its own, and that of what it leads to. */
    @Override
    public Set<String> names() {
        Set<String> names = new HashSet<>();
        names.add(String.valueOf(path.getFileName()));
        try {
            names.add(String.valueOf(path.toRealPath().getFileName()));
        } catch (IOException e) {
            // It is not there now.
            return names;
        }
        return names;
    }
}
