package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.store.FileStamp;
import dev.shoal.store.SharedFile;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task as it is remembered in the home, so that it can be taken up again by looking at its file, without reading it
 * and without asking the index about each. Immutable.
 *
 * @param id its number
 * @param index where its index is, as {@code HOST:PORT}; null for the usual one, or the one that the process runs
 * @param indexKey fingerprint of that index; empty as long as it is not known
 * @param work a {@link Request.Share} of one path, or a {@link Request.Get}
 * @param serves what is served; null for nothing yet
 * @param over whether there is nothing left to do
 * @param paused whether it waits until somebody lets it go on
 * @param sinceMillis when it was begun
 * @param seeded how far what was downloaded has been passed on; null for nothing to say of it
 */
record KeptTask(
        long id,
        @Nullable String index,
        String indexKey,
        Request work,
        @Nullable Serves serves,
        boolean over,
        boolean paused,
        long sinceMillis,
        @Nullable Seeded seeded) {

    /** One that passes on nothing that it has downloaded, yet. */
    KeptTask(
            long id,
            @Nullable String index,
            String indexKey,
            Request work,
            @Nullable Serves serves,
            boolean over,
            boolean paused,
            long sinceMillis) {
        this(id, index, indexKey, work, serves, over, paused, sinceMillis, null);
    }

    /**
     * How far what was downloaded has been passed on.
     *
     * @param sinceMillis from when on, the end of the download; {@link #NOT_HERE} as long as that has not come
     * @param sentBytes how much of it was sent, while it was downloaded and since, by all processes
     * @param over why it is not passed on any more; null as long as it is
     */
    record Seeded(
            long sinceMillis, long sentBytes, @Nullable String over) {

        /** It is still downloaded. */
        static final long NOT_HERE = 0;

        Seeded sent(long bytes) {
            return new Seeded(sinceMillis, bytes, over);
        }

        Seeded over(String why) {
            return new Seeded(sinceMillis, sentBytes, why);
        }
    }

    /**
     * What is served.
     *
     * @param name whole name in the index
     * @param path where it is
     * @param content which content it is, as text
     * @param audience with whom it is shared, as text; null for everybody
     * @param size length in bytes
     * @param modifiedNanos when it was last written; 0 for a folder
     * @param fileKey which file it is to the system
     * @param limitBytesPerSecond its own limit; −1 for none
     * @param link what others get it by; null when it is somebody else's
     */
    record Serves(
            String name,
            String path,
            String content,
            @Nullable String audience,
            long size,
            long modifiedNanos,
            String fileKey,
            long limitBytesPerSecond,
            @Nullable String link) {

        /** Of what is shared as a task. */
        static Serves of(PeerNode.Shared shared, @Nullable String link) {
            Served served = shared.served();
            ShareKey key = served.key();
            FileStamp stamp = served.stored() instanceof SharedFile file
                    ? file.hashed().stamp()
                    : new FileStamp(key.content().length(), 0, "");
            return new Serves(
                    shared.name().text(),
                    shared.path(),
                    key.content().toString(),
                    key.audience() == null ? null : String.valueOf(key.audience()),
                    key.content().length(),
                    stamp.modifiedNanos(),
                    stamp.key(),
                    served.ownLimit().orElse(-1),
                    link);
        }

        Serves limited(long bytesPerSecond) {
            return new Serves(name, path, content, audience, size, modifiedNanos, fileKey, bytesPerSecond, link);
        }

        FileStamp stamp() {
            return new FileStamp(size, modifiedNanos, fileKey);
        }

        ContentId id() {
            return ContentId.parse(content);
        }

        @Nullable
        AudienceId audienceId() {
            return audience == null ? null : AudienceId.parse(audience);
        }
    }

    boolean isShare() {
        return work instanceof Request.Share;
    }

    boolean isWatched() {
        return work instanceof Request.Share share && share.watch();
    }

    String kind() {
        return isShare() ? TaskReport.SHARE : TaskReport.DOWNLOAD;
    }

    /** The name, as far as it is known. */
    String name() {
        if (serves != null) {
            return serves.name();
        }
        return switch (work) {
            case Request.Share share -> share.name() == null ? share.paths().getFirst() : share.name();
            case Request.Get get -> get.target();
            default -> "";
        };
    }

    /** Where the file is, or is to be. */
    String path() {
        if (serves != null) {
            return serves.path();
        }
        return switch (work) {
            case Request.Share share -> share.paths().getFirst();
            case Request.Get get -> get.output();
            default -> "";
        };
    }

    /** What there is one of: a share under a name at an index, a download of a name into a file. */
    String key() {
        return kind() + " " + indexKey + " " + name() + (isShare() ? "" : " " + path());
    }

    KeptTask at(@Nullable String address, String key) {
        return new KeptTask(id, address, key, work, serves, over, paused, sinceMillis, seeded);
    }

    KeptTask serving(@Nullable Serves now, boolean isOver) {
        return new KeptTask(id, index, indexKey, work, now, isOver, false, sinceMillis, seeded);
    }

    /** With another limit of what it serves, if it serves something. */
    KeptTask limited(long bytesPerSecond) {
        return serves == null ? this : serving(serves.limited(bytesPerSecond), over);
    }

    /** A download with another limit of what comes in for it, as {@link Rate} reads it. */
    KeptTask requesting(String limit) {
        Request changed = work instanceof Request.Get get ? get.limited(limit) : work;
        return new KeptTask(id, index, indexKey, changed, serves, over, paused, sinceMillis, seeded);
    }

    /** How long a download says itself that it is passed on; null for nothing. */
    Request.Get.@Nullable Seeding seeding() {
        return work instanceof Request.Get get ? get.seeding() : null;
    }

    /** The limit of what comes in for a download; null for none of its own. */
    @Nullable
    String limit() {
        return work instanceof Request.Get get ? get.limit() : null;
    }

    KeptTask paused(boolean now) {
        return new KeptTask(id, index, indexKey, work, serves, over, now, sinceMillis, seeded);
    }

    KeptTask seeded(Seeded now) {
        return new KeptTask(id, index, indexKey, work, serves, over, paused, sinceMillis, now);
    }

    /**
     * Whether something of it is served at an index under a name.
     *
     * @param name null for any
     */
    boolean isServedAs(String fingerprint, @Nullable Name name) {
        return indexKey.equals(fingerprint)
                && serves != null
                && (name == null || serves.name().equals(name.text()));
    }

    /** So much of what it downloads was sent; from when on that counts stays what it is. */
    KeptTask sent(long bytes) {
        return seeded(seededOr(serves == null ? Seeded.NOT_HERE : sinceMillis).sent(bytes));
    }

    /** How far it has been passed on; from some moment on, where that is not known. */
    Seeded seededOr(long fromMillis) {
        Seeded known = Objects.requireNonNullElseGet(seeded, () -> new Seeded(fromMillis, 0, null));
        return known.sinceMillis == Seeded.NOT_HERE ? new Seeded(fromMillis, known.sentBytes, known.over) : known;
    }
}
