package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.peer.Owners.Owner;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What whoever owns names at an index needs to make their next versions: what the latest is, and the record that comes
 * after it. Numbers go on from the highest that was ever seen here, also where the index has lost some. Blocks its
 * callers.
 */
final class OwnVersions {

    private final IndexClient client;
    private final Owners owners;
    private final KnownKeys known;
    private final PeerEvents events;

    OwnVersions(IndexClient client, Owners owners, KnownKeys known, PeerEvents events) {
        this.client = client;
        this.owners = owners;
        this.known = known;
        this.events = events;
    }

    /** The latest version of a name, for whom it is, and everybody whose the name was, the present owner last. */
    record Latest(VersionRecord record, @Nullable AudienceId audience, List<PeerKey> owners) {
        PeerKey owner() {
            return owners.getLast();
        }
    }

    /** The name's latest version; null when it has none. */
    @Nullable
    Latest latest(Name name) {
        Pdu answer = client.exchange(new IndexRequest.Inspect(name, 0));
        if (answer instanceof IndexReply.Version latest) {
            Target.checkSigned(name, latest.record());
            Ownership ownership = Target.checkedOwnership(name, latest, client.index());
            return new Latest(
                    latest.record(),
                    latest.audience(),
                    ownership == null ? List.of(latest.record().owner()) : ownership.owners());
        }
        if (answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND) {
            return null;
        }
        throw IndexClient.refusal(answer);
    }

    /** Whether the latest version is this content, and no version before it that an index of old data still has. */
    boolean isNewest(Latest latest, ContentId content) {
        return latest.record.content().equals(content)
                && (owners.with(latest.owner()).isEmpty() || latest.record.number() >= highest(latest));
    }

    /**
     * The record that makes a content the version after the latest: after that of the index, and after all that the
     * index had and has no longer.
     *
     * @param latest the latest version; null where there is none
     * @throws PeerException with reason NOT_ALLOWED when the name is somebody else's
     */
    VersionRecord next(
            Name name, @Nullable Latest latest, Owner owner, VersionRecord.Kind kind, ContentId content, String note) {
        checkOwner(name, latest);
        return VersionRecord.sign(
                kind,
                Math.addExact(
                        latest == null ? highest(owner.key(), name) : Math.max(latest.record.number(), highest(latest)),
                        1),
                content,
                System.currentTimeMillis(),
                latest == null ? Hash.ZERO : latest.record.hash(),
                owner.key(),
                name,
                note,
                owner.privateKey());
    }

    /**
     * Checks that a name is this home's, or free.
     *
     * @throws PeerException with reason NOT_ALLOWED when it is somebody else's
     */
    void checkOwner(Name name, @Nullable Latest latest) {
        if (latest != null && owners.with(latest.owner()).isEmpty()) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "The name " + name + " is taken: it means another content, of the owner "
                            + latest.owner().id().fingerprint() + ". Choose another with --name.",
                    ErrorCode.NAME_TAKEN);
        }
    }

    /** Remembers a version that was made. What cannot be kept is told, and no reason not to make it. */
    void remember(VersionRecord record) {
        try {
            if (owners.with(record.owner()).isPresent()) {
                known.versions().saw(client.index(), record);
            }
        } catch (PeerException e) {
            events.warning(String.valueOf(e.getMessage()));
        }
    }

    /** The highest number that the name had, as far as is known here: others may have seen it. */
    private int highest(Latest latest) {
        return latest.owners.stream()
                .mapToInt(owner -> highest(owner, latest.record.name()))
                .max()
                .orElse(0);
    }

    private int highest(PeerKey owner, Name name) {
        return known.versions().highest(client.index(), owner.id(), name);
    }
}
