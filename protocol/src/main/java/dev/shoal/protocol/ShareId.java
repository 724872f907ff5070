package dev.shoal.protocol;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Under which id a content that is shared privately is registered at an index: one that follows from audience and
 * content, so that it is another registration than the same content shared publicly or for others, and that says
 * nothing about the content to who does not know both. It has the content's length, and so its chunks, and begins with
 * eight zero bytes, by which an index knows that it must not tell its sources to just anybody; a content's own id
 * begins so with a chance of 2⁻⁶⁴.
 */
public final class ShareId {

    private static final byte[] PREFIX = "shoal private\n".getBytes(StandardCharsets.US_ASCII);

    private ShareId() {}

    /**
     * The id: eight zero bytes, then the first 24 bytes of the SHA-256 of "shoal private\n", audience, root and length.
     * The length stays; that of the empty content, which every program knows, becomes 1.
     */
    public static ContentId of(AudienceId audience, ContentId content) {
        MessageDigest digest = sha256();
        digest.update(PREFIX);
        digest.update(audience.toBytes());
        Hash hash = Hash.of(digest.digest(content.toBytes()));
        return new ContentId(new Hash(0, hash.word0(), hash.word1(), hash.word2()), Math.max(1, content.length()));
    }

    /** Whether an id is marked as one of these. */
    public static boolean isOne(ContentId id) {
        return id.root().word0() == 0 && id.length() > 0;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
