package dev.shoal.store;

import dev.shoal.content.FolderChoice;
import dev.shoal.content.FolderEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version of a folder that is about to be there: written down before anything is touched, so that it is gone on with
 * after a crash. Immutable.
 *
 * @param seen the highest version that is dealt with afterwards
 * @param all whether what a person made is replaced, as he has said
 * @param aside whether that stands beside the new files afterwards; else it is kept with the replaced versions
 * @param kept the folder in which replaced files are kept; null when they are not
 */
record FolderArrival(
        FolderState.Whole next,
        int seen,
        boolean all,
        boolean aside,
        @Nullable Path kept) {

    /** Whether it is an older version that comes back. */
    boolean isBack() {
        return next.number() < seen;
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(seen);
            out.writeBoolean(all);
            out.writeBoolean(aside);
            out.writeUTF(kept == null ? "" : kept.toString());
            out.write(new FolderState(next, Map.of()).toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * From bytes.
     *
     * @throws StoreException when they are none of a version
     */
    static FolderArrival of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int seen = in.readInt();
            boolean all = in.readBoolean();
            boolean aside = in.readBoolean();
            String kept = in.readUTF();
            FolderState.Whole next = FolderState.of(in.readAllBytes()).whole();
            if (next == null) {
                throw new IOException("no version");
            }
            return new FolderArrival(next, seen, all, aside, kept.isEmpty() ? null : Path.of(kept));
        } catch (IOException e) {
            throw new StoreException("what is known of an update is damaged", e);
        }
    }

    /** What is wanted of it. */
    List<FolderEntry> entries(FolderChoice choice) {
        List<FolderEntry> entries = next.listing().entries();
        return choice.of(next.listing()).stream().mapToObj(entries::get).toList();
    }

    /** The number of each entry by its path. */
    Map<String, Integer> numbers() {
        List<FolderEntry> entries = next.listing().entries();
        Map<String, Integer> numbers = new HashMap<>();
        for (int number = 0; number < entries.size(); number++) {
            numbers.put(entries.get(number).path(), number);
        }
        return numbers;
    }
}
