package dev.shoal.content;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What is in a folder, as it stands at the head of the folder's content; behind it come the bytes of the files, see
 * {@link FolderLayout}. The encoding is canonical: equal folders have equal heads, and a head that would not be encoded
 * so is refused. No times are in it. Immutable.
 *
 * <pre>
 * magic (8), length of the head (8), number of entries (4), then each entry:
 * kind (1): 0 file, 1 file that may be run, 2 empty folder, 3 symbolic link
 * how many bytes of the path are those of the path before, as many as can be (2)
 * how many bytes follow (2), these bytes of UTF-8
 * of a file: length (8), root (32, only when the length is not 0); of a link: length of the target (2), target
 * </pre>
 */
public final class FolderListing {

    /** How many bytes at the beginning tell how long the head is. */
    public static final int START_BYTES = 20;

    /** The most entries: as objects they take some hundred bytes each, in the memory of whoever gets the folder. */
    public static final int MAX_ENTRIES = 1024 * 1024;

    /** The longest head in bytes: it is held in memory. */
    public static final int MAX_HEAD_BYTES = 128 * 1024 * 1024;

    private static final byte[] MAGIC = "SHOALFD1".getBytes(StandardCharsets.US_ASCII);
    private static final int MIN_ENTRY_BYTES = 6;
    private static final int FILE = 0;
    private static final int EXECUTABLE = 1;
    private static final int EMPTY_FOLDER = 2;
    private static final int LINK = 3;

    private final List<FolderEntry> entries;
    private final byte[] head;

    private FolderListing(List<FolderEntry> entries, byte[] head) {
        this.entries = entries;
        this.head = head;
    }

    /** An entry with the bytes of its path, by which the order goes. */
    private record Keyed(byte[] path, FolderEntry entry) {}

    /**
     * Lists entries, which may come in any order.
     *
     * @throws InvalidFolderException when they cannot be together in a folder, or are too many
     */
    public static FolderListing of(Collection<? extends FolderEntry> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new InvalidFolderException("a folder has at most " + MAX_ENTRIES + " files, folders and links, not "
                    + entries.size() + ": share its parts");
        }
        List<Keyed> ordered = new ArrayList<>(entries.size());
        entries.forEach(entry -> ordered.add(new Keyed(utf8(entry.path()), entry)));
        ordered.sort((one, other) -> Arrays.compareUnsigned(one.path, other.path));
        FolderRules rules = new FolderRules();
        long bytes = START_BYTES;
        byte[] before = {};
        for (Keyed keyed : ordered) {
            rules.add(keyed.entry);
            bytes += entryBytes(keyed, before);
            before = keyed.path;
        }
        if (bytes > MAX_HEAD_BYTES) {
            throw new InvalidFolderException("the list of the folder has " + bytes + " bytes, and at most "
                    + MAX_HEAD_BYTES + " are possible: share its parts");
        }
        ByteBuffer head =
                ByteBuffer.allocate((int) bytes).put(MAGIC).putLong(bytes).putInt(ordered.size());
        before = new byte[0];
        for (Keyed keyed : ordered) {
            write(head, keyed, before);
            before = keyed.path;
        }
        return new FolderListing(ordered.stream().map(Keyed::entry).toList(), head.array());
    }

    /**
     * How long the head is, from the first {@value #START_BYTES} bytes of the content.
     *
     * @throws InvalidFolderException when that is no folder's, or a length that no head of this content has
     */
    public static int headBytes(byte[] start, long contentLength) {
        ByteBuffer in = ByteBuffer.wrap(start);
        if (start.length < START_BYTES || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new InvalidFolderException("the content does not begin like a folder");
        }
        long bytes = in.getLong(MAGIC.length);
        int count = in.getInt(MAGIC.length + Long.BYTES);
        boolean possible = bytes >= START_BYTES && bytes <= MAX_HEAD_BYTES && bytes <= contentLength;
        if (!possible || count < 0 || count > MAX_ENTRIES || (long) count * MIN_ENTRY_BYTES > bytes) {
            throw new InvalidFolderException("the list of the folder has an impossible length");
        }
        return (int) bytes;
    }

    /**
     * Decodes a whole head, of as many bytes as {@link #headBytes} says; the array becomes the listing's own.
     *
     * @throws InvalidFolderException when it is not the head of a folder that may be taken
     */
    public static FolderListing decode(byte[] head) {
        if (headBytes(head, head.length) != head.length) {
            throw new InvalidFolderException("the list of the folder is not as long as it says");
        }
        ByteBuffer in = ByteBuffer.wrap(head, MAGIC.length + Long.BYTES, head.length - MAGIC.length - Long.BYTES);
        int count = in.getInt();
        // It grows with what is read, not with what a number claims.
        List<FolderEntry> entries = new ArrayList<>();
        FolderRules rules = new FolderRules();
        byte[] before = {};
        try {
            for (int entry = 0; entry < count; entry++) {
                int kind = in.get();
                byte[] path = readPath(in, before);
                if (entry > 0 && Arrays.compareUnsigned(before, path) >= 0) {
                    throw FolderRules.refuse(text(path), "it is out of order");
                }
                FolderEntry read = read(kind, text(path), in);
                rules.add(read);
                entries.add(read);
                before = path;
            }
        } catch (BufferUnderflowException e) {
            throw new InvalidFolderException("the list of the folder ends in the middle of an entry");
        }
        if (in.hasRemaining()) {
            throw new InvalidFolderException("the list of the folder has something behind its last entry");
        }
        return new FolderListing(List.copyOf(entries), head);
    }

    /** The entries in the order of their paths' bytes. */
    public List<FolderEntry> entries() {
        return entries;
    }

    /** Length of the head in bytes. */
    public int headBytes() {
        return head.length;
    }

    /** The head. The array is the listing's own: it is only to be read. */
    public byte[] head() {
        return head;
    }

    /** How many files there are. */
    public int fileCount() {
        return (int) entries.stream().filter(FolderEntry.File.class::isInstance).count();
    }

    private static int entryBytes(Keyed keyed, byte[] before) {
        int bytes = 1 + 2 * Short.BYTES + keyed.path.length - shared(keyed.path, before);
        return bytes
                + switch (keyed.entry) {
                    case FolderEntry.File file -> Long.BYTES + (file.content().length() == 0 ? 0 : Hash.BYTES);
                    case FolderEntry.EmptyFolder folder -> 0;
                    case FolderEntry.Link link -> Short.BYTES + utf8(link.target()).length;
                };
    }

    private static void write(ByteBuffer head, Keyed keyed, byte[] before) {
        int shared = shared(keyed.path, before);
        int kind = switch (keyed.entry) {
            case FolderEntry.File file -> file.executable() ? EXECUTABLE : FILE;
            case FolderEntry.EmptyFolder folder -> EMPTY_FOLDER;
            case FolderEntry.Link link -> LINK;
        };
        head.put((byte) kind).putShort((short) shared).putShort((short) (keyed.path.length - shared));
        head.put(keyed.path, shared, keyed.path.length - shared);
        if (keyed.entry instanceof FolderEntry.File file) {
            head.putLong(file.content().length());
            if (file.content().length() > 0) {
                head.put(file.content().root().toBytes());
            }
        } else if (keyed.entry instanceof FolderEntry.Link link) {
            byte[] target = utf8(link.target());
            head.putShort((short) target.length).put(target);
        }
    }

    private static byte[] readPath(ByteBuffer in, byte[] before) {
        int shared = Short.toUnsignedInt(in.getShort());
        int fresh = Short.toUnsignedInt(in.getShort());
        if (shared > before.length || shared + fresh > FolderRules.MAX_PATH_BYTES || fresh > in.remaining()) {
            throw new InvalidFolderException("a path in the list of the folder has an impossible length");
        }
        byte[] path = Arrays.copyOf(before, shared + fresh);
        in.get(path, shared, fresh);
        if (shared(path, before) != shared) {
            throw FolderRules.refuse(text(path), "it is not written as short as it can be");
        }
        return path;
    }

    private static FolderEntry read(int kind, String path, ByteBuffer in) {
        return switch (kind) {
            case FILE, EXECUTABLE -> new FolderEntry.File(path, readContent(path, in), kind == EXECUTABLE);
            case EMPTY_FOLDER -> new FolderEntry.EmptyFolder(path);
            case LINK -> {
                int length = Short.toUnsignedInt(in.getShort());
                if (length > FolderRules.MAX_TARGET_BYTES) {
                    throw FolderRules.refuse(path, "its target is too long");
                }
                byte[] target = new byte[length];
                in.get(target);
                yield new FolderEntry.Link(path, text(target));
            }
            default -> throw FolderRules.refuse(path, "it is of a kind that this version does not know");
        };
    }

    private static ContentId readContent(String path, ByteBuffer in) {
        long length = in.getLong();
        if (length == 0) {
            return ContentId.EMPTY;
        }
        byte[] root = new byte[Hash.BYTES];
        in.get(root);
        if (length < 0 || length > ContentId.MAX_LENGTH) {
            throw FolderRules.refuse(path, "it has an impossible length");
        }
        return new ContentId(Hash.of(root), length);
    }

    /** How many bytes two paths have in common at their beginning. */
    private static int shared(byte[] path, byte[] before) {
        int mismatch = Arrays.mismatch(path, before);
        return mismatch < 0 ? path.length : mismatch;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidFolderException("a path in the list of the folder is not UTF-8");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FolderListing listing && Arrays.equals(head, listing.head);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(head);
    }

    @Override
    public String toString() {
        return "a folder of " + entries.size() + " entries";
    }
}
