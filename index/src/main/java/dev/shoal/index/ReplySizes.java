package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.IndexReply.User;
import dev.shoal.protocol.IndexReply.Version;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import java.nio.charset.StandardCharsets;

/** How many bytes the entries of lists take on the wire, so that a page ends before it is too long. */
final class ReplySizes {

    private static final int COUNT_BYTES = 2;
    private static final int RUN_BYTES = 8;

    private ReplySizes() {}

    /** What header and entries may take together. */
    static int capacity(boolean overTls) {
        return overTls ? Pdu.MAX_STREAM_BYTES : Pdu.MAX_DATAGRAM_BYTES;
    }

    /** What a page of names has beside its entries, but for the cursor's text: header, count, cursor's length. */
    static int namesOverhead() {
        return Header.BYTES + COUNT_BYTES + 1;
    }

    static int listing(Listing listing) {
        return 1 + bytes(listing.name().text()) + ContentId.BYTES + 1 + 4 + 8 + 4 + 4;
    }

    /** What a page of users has beside its entries: header, count, cursor. */
    static int usersOverhead() {
        return Header.BYTES + COUNT_BYTES + 4;
    }

    static int user(User user) {
        return 1 + bytes(user.user()) + Hash.BYTES + 8 + 8 + 4 + 2 + 1 + bytes(user.account());
    }

    /** What a page of sources has beside its entries: header, flags, seeds, sources, count. */
    static int locationsOverhead() {
        return Header.BYTES + 1 + 4 + 4 + COUNT_BYTES;
    }

    static int source(Source source, boolean withChunks) {
        int size = Hash.BYTES + 1 + 2 + 1;
        for (Endpoint endpoint : source.endpoints()) {
            size += 1 + endpoint.address().getAddress().length + 2;
        }
        return withChunks ? size + COUNT_BYTES + RUN_BYTES * source.chunks().size() : size;
    }

    static int version(Version version) {
        Ownership ownership = version.ownership();
        return Header.BYTES
                + COUNT_BYTES
                + version.record().encode().length
                + 4
                + 4
                + 4
                + (ownership == null ? 1 : ownership.encodedBytes())
                + 1
                + (version.audience() == null ? 0 : AudienceId.BYTES);
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
