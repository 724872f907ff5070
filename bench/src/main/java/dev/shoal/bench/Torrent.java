package dev.shoal.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Describes a file for BitTorrent, version 1. */
final class Torrent {

    /** As the usual programs choose it for some gigabytes. */
    private static final int PIECE_BYTES = 1 << 20;

    private static final String PIECE_HASH = "SHA-1";

    private Torrent() {}

    /** Reads a file and writes its description, without a tracker. */
    static Path write(Path torrent, Path file) throws IOException {
        return write(torrent, file, PIECE_BYTES, Map.of());
    }

    /**
     * Reads a file and writes its description.
     *
     * @param pieceBytes length of the pieces that have a hash each
     * @param more what else to say, as a tracker
     */
    static Path write(Path torrent, Path file, int pieceBytes, Map<String, Object> more) throws IOException {
        SortedMap<String, Object> info = new TreeMap<>();
        info.put("length", Files.size(file));
        info.put("name", file.getFileName().toString());
        info.put("piece length", (long) pieceBytes);
        info.put("pieces", pieceHashes(file, pieceBytes));
        SortedMap<String, Object> whole = new TreeMap<>(more);
        whole.put("info", info);
        return Files.write(torrent, encode(whole));
    }

    /**
     * A value as BitTorrent writes it.
     *
     * @param value a sorted map, a list, a whole number, a text or bytes
     */
    static byte[] encode(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        append(bytes, value);
        return bytes.toByteArray();
    }

    private static void append(ByteArrayOutputStream bytes, Object value) {
        switch (value) {
            case SortedMap<?, ?> members -> {
                bytes.write('d');
                members.forEach((name, member) -> {
                    append(bytes, name);
                    append(bytes, member);
                });
                bytes.write('e');
            }
            case List<?> elements -> {
                bytes.write('l');
                elements.forEach(element -> append(bytes, element));
                bytes.write('e');
            }
            case Long number -> bytes.writeBytes(ascii("i" + number + "e"));
            case String text -> append(bytes, text.getBytes(StandardCharsets.UTF_8));
            case byte[] text -> {
                bytes.writeBytes(ascii(text.length + ":"));
                bytes.writeBytes(text);
            }
            default -> throw new IllegalArgumentException("cannot be written: " + value.getClass());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] pieceHashes(Path file, int pieceBytes) throws IOException {
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        try (InputStream content = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance(PIECE_HASH);
            for (byte[] piece = content.readNBytes(pieceBytes);
                    piece.length > 0;
                    piece = content.readNBytes(pieceBytes)) {
                hashes.writeBytes(digest.digest(piece));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(PIECE_HASH + " is part of every JDK", e);
        }
        return hashes.toByteArray();
    }
}
