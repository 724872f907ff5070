package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an index must not forget: who owns which names, and their versions. Every answer may come later and on another
 * thread; one that says that something was written comes after that is on the disk. A failed answer carries an
 * {@link IndexException}; that of a full queue is {@code BUSY}. Thread-safe.
 */
public interface Names extends AutoCloseable {

    /** How many matches of a search are ranked; the ones after these are never shown. */
    int MAX_MATCHES = 500;

    /**
     * A wish to have a content known under a name.
     *
     * @param name the name
     * @param content what the asker has
     * @param record its signed record when the asker makes the name or a version of it
     * @param asker who asks
     * @param address where the asker is seen
     * @param isPublic whether everybody is meant to see the name from now on, though only some did
     * @param audience whom it is shared with; null for everybody
     * @param changedBytes how many of its bytes are not in the version before, as the asker says; null for no word
     */
    record Registration(
            Name name,
            ContentId content,
            @Nullable VersionRecord record,
            Asker asker,
            InetAddress address,
            boolean isPublic,
            @Nullable AudienceId audience,
            @Nullable Long changedBytes) {

        /** The same of who the asker is by now. */
        Registration by(Asker now) {
            return new Registration(name, content, record, now, address, isPublic, audience, changedBytes);
        }

        /** With an audience, or with everybody without one, unless the name is one that only some see. */
        public Registration(
                Name name,
                ContentId content,
                @Nullable VersionRecord record,
                Asker asker,
                InetAddress address,
                @Nullable AudienceId audience) {
            this(name, content, record, asker, address, false, audience, null);
        }

        /** With everybody, unless the name is one that only some see. */
        public Registration(
                Name name, ContentId content, @Nullable VersionRecord record, Asker asker, InetAddress address) {
            this(name, content, record, asker, address, false, null, null);
        }
    }

    /**
     * What {@link #remove} found.
     *
     * @param removed whether the asker owned the name, which is gone now
     * @param contents under which ids the name's versions are registered, the latest first
     */
    record Removed(boolean removed, List<ContentId> contents) {}

    /**
     * One version.
     *
     * @param record its record
     * @param latest number of the latest version
     * @param ownership through which hands the name came; null when it has its first owner
     * @param audience whom the version is shared with; null for everybody
     */
    record Inspected(
            VersionRecord record,
            int latest,
            @Nullable Ownership ownership,
            @Nullable AudienceId audience) {

        /** For everybody. */
        public Inspected(VersionRecord record, int latest, @Nullable Ownership ownership) {
            this(record, latest, ownership, null);
        }
    }

    /**
     * One version of a list.
     *
     * @param record its record
     * @param audience whom the version is shared with; null for everybody
     * @param changedBytes how many of its bytes are not in the version before, as who published it said; null for no
     *     word
     */
    record Kept(
            VersionRecord record,
            @Nullable AudienceId audience,
            @Nullable Long changedBytes) {}

    /**
     * Decides a wish. The answer is an {@code Ack} with the version's number, or a {@code Failure}.
     *
     * @param asker who asks, looked at again when it is written: what was taken from him meanwhile he has no more
     */
    CompletableFuture<Pdu> register(Registration registration, Supplier<Asker> asker, long nowMillis);

    /** The same for an asker who stays who he is. */
    default CompletableFuture<Pdu> register(Registration registration, long nowMillis) {
        return register(registration, registration::asker, nowMillis);
    }

    /**
     * Takes a name away when the asker owns it. Empty when there is no such name that the asker may see.
     *
     * @param asker who asks, looked at again when it is written
     */
    CompletableFuture<Optional<Removed>> remove(Name name, Supplier<Asker> asker);

    /** The same for an asker who stays who he is. */
    default CompletableFuture<Optional<Removed>> remove(Name name, Asker asker) {
        return remove(name, () -> asker);
    }

    /** Takes all names of a key away. The answer says how many there were. */
    CompletableFuture<Integer> removeAll(PeerKey asker);

    /** A version of a name that everybody sees; 0 for the latest. */
    CompletableFuture<Optional<Inspected>> inspect(Name name, int version);

    /**
     * The versions of a name that everybody sees, with numbers below one, the newest first.
     *
     * @return empty when there is no such name
     */
    CompletableFuture<Optional<List<Kept>>> versions(Name name, int below, int most);

    /** The best matches of a text, best first: at most {@link #MAX_MATCHES}. */
    CompletableFuture<List<NameRow>> search(String text);

    /**
     * Shows the names after a cursor, in the order of their bytes, until the visitor has enough.
     *
     * @param after the last name of the page before; empty to begin with the first
     * @param most how many names to show at most
     * @param visitor takes a name and says whether it did; called on one thread after the other, briefly
     * @return the last name that was taken, or empty when there are no more names
     */
    CompletableFuture<String> walk(String after, int most, Predicate<NameRow> visitor);

    /** The names whose latest version is one of the contents, in no order. */
    CompletableFuture<List<NameRow>> withContents(List<ContentId> contents);

    /**
     * Notes which names are in use, and takes away those that were not for {@link NameLimits#unusedDays()}. Works in
     * small steps between which others get their turn.
     *
     * @param isOnline whether somebody has a content
     * @return how many names were taken away
     */
    CompletableFuture<Integer> expire(long nowMillis, Predicate<ContentId> isOnline);

    /** Grows with everything that is written. */
    long changes();

    /** How many names there are, about. */
    long count();

    /** Finishes what waits and lets go of the files. */
    @Override
    void close();
}
