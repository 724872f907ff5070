package dev.shoal.peer;

import dev.shoal.protocol.VersionRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person or a program asks of a peer. A request is answered by {@link Report}s, in this process or, through the
 * socket of the home, by the process that runs the peer. Immutable.
 */
public sealed interface Request
        permits Request.ListNames,
                Request.Search,
                Request.Describe,
                Request.Users,
                Request.Remove,
                Request.RollBack,
                Request.Share,
                Request.Get,
                Request.Attend,
                Request.Status,
                Request.Identify,
                Request.Limit,
                Request.Configure,
                Request.CodesShown,
                AccountWish,
                LimitWish,
                SubscriptionWish,
                TaskWish {

    /** The longest text to look for, in bytes of UTF-8: its length has one byte on the wire. */
    int MAX_TEXT_BYTES = 255;

    /**
     * Checks the length of a text.
     *
     * @throws PeerException with reason USAGE when it has more bytes
     */
    static void checkLength(String what, String text, int maxBytes) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    what + " has " + bytes + " bytes, and at most " + maxBytes + " are possible. Shorten it.");
        }
    }

    /** The index to use instead of the usual one, as {@code HOST:PORT}; null for the usual one. */
    @Nullable
    String index();

    /** The same request of another index, when it names none itself. */
    default Request orAt(@Nullable String other) {
        if (index() != null || other == null) {
            return this;
        }
        return switch (this) {
            case ListNames list -> new ListNames(other, list.all);
            case Search search -> new Search(other, search.text, search.limit);
            case Describe describe -> new Describe(other, describe.target);
            case Users users -> new Users(other);
            case Remove remove -> new Remove(other, remove.names, remove.all);
            case RollBack back -> new RollBack(other, back.name, back.version, back.note);
            case Share share -> share.at(other);
            case Get get ->
                new Get(
                        other,
                        get.target,
                        get.output,
                        get.seed,
                        get.stream,
                        get.patient,
                        get.limit,
                        get.like,
                        get.include,
                        get.exclude,
                        get.seeding,
                        get.place);
            case Status status -> new Status(other, status.whole);
            case Attend attend -> new Attend(other);
            case AccountWish wish -> wish.at(other);
            case SubscriptionWish wish -> wish.at(other);
            case TaskWish wish -> wish.at(other);
            case Identify identify -> identify;
            case Limit limit -> limit;
            case LimitWish wish -> wish;
            case Configure configure -> configure;
            case CodesShown shown -> shown;
        };
    }

    /**
     * Names in the index.
     *
     * @param all whether to list what cannot be fetched now, too
     */
    record ListNames(@Nullable String index, boolean all) implements Request {}

    /**
     * Names that match a text, best first. Answered by a {@link Report.Said} at the end when there are more, or may be.
     *
     * @param limit most matches, 1 to {@link #MOST}
     */
    record Search(@Nullable String index, String text, int limit) implements Request {

        /** More than this no index tells. */
        public static final int MOST = 500;

        /**
         * Checks the text.
         *
         * @throws PeerException when it is longer than {@link #MAX_TEXT_BYTES}
         */
        public Search {
            checkLength("The text to look for", text, MAX_TEXT_BYTES);
        }
    }

    /** One name or link: its version, size, sources and how complete each is. */
    record Describe(@Nullable String index, String target) implements Request {}

    /** Users on-line. */
    record Users(@Nullable String index) implements Request {}

    /**
     * Takes names away from the index; files stay.
     *
     * @param names what to take away
     * @param all everything that this peer registered
     */
    record Remove(@Nullable String index, List<String> names, boolean all) implements Request {}

    /**
     * Makes an older version of a name the newest one, under a new number.
     *
     * @param name name, whole or without the owner
     * @param version number of the older version
     * @param note what to say about it; null for which version it is
     */
    record RollBack(
            @Nullable String index,
            String name,
            int version,
            @Nullable String note) implements Request {

        /**
         * Checks number and note.
         *
         * @throws PeerException when the number is none, or the note longer than {@link VersionRecord#MAX_NOTE_BYTES}
         */
        public RollBack {
            if (version < 1) {
                throw new PeerException(PeerException.Reason.USAGE, "Versions are numbered from 1 on.");
            }
            checkLength("The note", note == null ? "" : note, VersionRecord.MAX_NOTE_BYTES);
        }
    }

    /**
     * Shares files until it is cancelled.
     *
     * @param paths absolute paths of files
     * @param name name for a single file, whole or without the owner; null for the file's own name
     * @param note what to say about the version; empty for nothing
     * @param limit most bytes a second that go out of each of the files, as {@link Rate} reads it; null for no limit
     *     but that of the peer
     * @param readers with whom to share them; null for whom the newest versions of their names are shared with, and
     *     everybody where there is none
     * @param watch whether each file is published anew whenever it has settled after a change
     */
    record Share(
            @Nullable String index,
            List<String> paths,
            @Nullable String name,
            String note,
            @Nullable String limit,
            @Nullable Readers readers,
            boolean watch)
            implements Request {

        /**
         * Checks the note.
         *
         * @throws PeerException when it is longer than {@link VersionRecord#MAX_NOTE_BYTES}
         */
        public Share {
            checkLength("The note", note, VersionRecord.MAX_NOTE_BYTES);
        }

        /** One without a limit of its own, and without a word about its readers. */
        public Share(@Nullable String index, List<String> paths, @Nullable String name, String note) {
            this(index, paths, name, note, null, null);
        }

        /** One that publishes the files as they are, and no later change. */
        public Share(
                @Nullable String index,
                List<String> paths,
                @Nullable String name,
                String note,
                @Nullable String limit,
                @Nullable Readers readers) {
            this(index, paths, name, note, limit, readers, false);
        }

        /** The same, watched or not. */
        public Share watching(boolean watches) {
            return new Share(index, paths, name, note, limit, readers, watches);
        }

        private Share at(String other) {
            return new Share(other, paths, name, note, limit, readers, watch);
        }
    }

    /**
     * Downloads a name or a link.
     *
     * @param target name or link
     * @param output absolute path of the file or of the folder to put it in
     * @param seed whether to go on serving until it is cancelled
     * @param stream whether the file is only passed on and not kept: it is written into {@code output} in rising order,
     *     and whoever reads it follows the reports
     * @param patient whether to wait for as long as it takes until somebody who has it is on-line
     * @param limit most bytes a second that come in for this download, as {@link Rate} reads it; null for no limit but
     *     that of the peer
     * @param like absolute paths of files that may hold parts of it, which are then not fetched
     * @param include of a folder, patterns of the paths that are wanted ({@link dev.shoal.content.PathPatterns}); none
     *     for all
     * @param exclude patterns of those that are not
     * @param seeding how long a peer that stays up passes it on; null for as its settings say
     * @param place whether {@code output} may be a folder to put it in, or is the place itself whatever is there by
     *     now; null for the first
     */
    record Get(
            @Nullable String index,
            String target,
            String output,
            boolean seed,
            boolean stream,
            boolean patient,
            @Nullable String limit,
            List<String> like,
            List<String> include,
            List<String> exclude,
            @Nullable Seeding seeding,
            @Nullable Place place)
            implements Request {

        /** What the output is. */
        public enum Place {
            /** A folder to put it in, if it is one that is there; else its place. */
            INSIDE,
            /** Its place. */
            EXACT
        }

        /**
         * How long a peer that stays up passes on what it got.
         *
         * @param span for how long, as the setting {@code seed-for} has it; null for as that says
         * @param ratio how many times its length, as the setting {@code seed-ratio} has it; null for as that says
         */
        public record Seeding(
                @Nullable String span, @Nullable String ratio) {

            /**
             * Checks both.
             *
             * @throws PeerException with reason USAGE when one is none
             */
            public Seeding {
                span = span == null || span.isBlank() ? null : Setting.SEED_FOR.checked(span);
                ratio = ratio == null || ratio.isBlank() ? null : Setting.SEED_RATIO.checked(ratio);
            }

            /** Of what was said; null when nothing was. */
            public static @Nullable Seeding of(@Nullable String span, @Nullable String ratio) {
                return span == null && ratio == null ? null : new Seeding(span, ratio);
            }
        }

        /** The most files that may be alike: each is read as a whole. */
        static final int MAX_LIKE = 16;

        /**
         * Checks how many files are alike.
         *
         * @throws PeerException when there are more than {@link #MAX_LIKE}
         */
        public Get {
            like = List.copyOf(like);
            if (like.size() > MAX_LIKE) {
                throw new PeerException(
                        PeerException.Reason.USAGE, "At most " + MAX_LIKE + " files can be named that are alike.");
            }
        }

        /** The same with another limit. */
        Get limited(String other) {
            String kept = Rate.ofRequest(other) == Rate.UNLIMITED ? null : other;
            return new Get(index, target, output, seed, stream, patient, kept, like, include, exclude, seeding, place);
        }

        /** The same, passed on as long as is said; as the settings say for null. */
        public Get seeding(@Nullable Seeding chosen) {
            return new Get(index, target, output, seed, stream, patient, limit, like, include, exclude, chosen, place);
        }

        /** The same, to just the place that is said when no folder is there now: it stays that when one is. */
        Get placed() {
            Place chosen = Files.isDirectory(Path.of(output)) ? Place.INSIDE : Place.EXACT;
            return new Get(
                    index, target, output, seed, stream, patient, limit, like, include, exclude, seeding, chosen);
        }

        /** Passed on as the settings say. */
        public Get(
                @Nullable String index,
                String target,
                String output,
                boolean seed,
                boolean stream,
                boolean patient,
                @Nullable String limit,
                List<String> like,
                List<String> include,
                List<String> exclude) {
            this(index, target, output, seed, stream, patient, limit, like, include, exclude, null, null);
        }

        /** Of everything, if it is a folder. */
        public Get(
                @Nullable String index,
                String target,
                String output,
                boolean seed,
                boolean stream,
                boolean patient,
                @Nullable String limit,
                List<String> like) {
            this(index, target, output, seed, stream, patient, limit, like, List.of(), List.of());
        }

        /** One of which nothing alike is here. */
        public Get(
                @Nullable String index,
                String target,
                String output,
                boolean seed,
                boolean stream,
                boolean patient,
                @Nullable String limit) {
            this(index, target, output, seed, stream, patient, limit, List.of());
        }

        /** One without a limit of its own. */
        public Get(
                @Nullable String index, String target, String output, boolean seed, boolean stream, boolean patient) {
            this(index, target, output, seed, stream, patient, null);
        }

        /** One without a limit of its own, that gives up when nobody who has it is on-line. */
        public Get(@Nullable String index, String target, String output, boolean seed, boolean stream) {
            this(index, target, output, seed, stream, false);
        }
    }

    /**
     * Is on-line as the user of this peer until it is cancelled, sharing nothing or whatever other requests share.
     * Answered by {@link Report.Running} as soon as the index knows.
     */
    record Attend(@Nullable String index) implements Request {}

    /**
     * What this peer is doing.
     *
     * @param whole whether to tell of each task of a peer that stays up, and of each followed name; else only how many
     *     tasks there are, which costs next to nothing where there are very many
     */
    record Status(@Nullable String index, boolean whole) implements Request {

        /** Of everything. */
        public Status(@Nullable String index) {
            this(index, true);
        }
    }

    /**
     * Who the peer of this home is, if one runs already: answered by {@link Report.Running}, or by nothing. It is
     * refused when that peer is not what the asking process wants, as every other request would be.
     *
     * @param index always null: it is no matter of an index
     */
    record Identify(@Nullable String index) implements Request {

        /** The one that there is. */
        public Identify() {
            this(null);
        }
    }

    /**
     * Changes how fast what this peer shares or downloads under a name may be: what goes out of each of its shares,
     * what comes in for its download. What a peer that stays up downloads keeps to it until it is here, also when
     * nothing comes just now. Refused with NOT_FOUND when there is nothing of the name.
     *
     * @param index always null: whatever runs under the name is meant, at every index
     * @param name name, whole or without the owner, or a link
     * @param limit most bytes a second, as {@link Rate} reads it
     */
    record Limit(@Nullable String index, String name, String limit) implements Request {

        /** Of a name. */
        public Limit(String name, String limit) {
            this(null, name, limit);
        }
    }

    /**
     * A setting has changed: the process that runs the peer takes it up at once, if it can. Where none runs there is
     * nothing to do.
     *
     * @param index always null: it is no matter of an index
     * @param key name of the setting
     * @param value its new value; empty for the default
     */
    record Configure(@Nullable String index, String key, String value) implements Request {

        /** Of a key. */
        public Configure(String key, String value) {
            this(null, key, value);
        }
    }

    /**
     * The recovery codes of a sign-up were shown, so that the home keeps them no longer.
     *
     * @param index always null: no index is asked
     * @param indexKey fingerprint of the index that the account is of
     */
    record CodesShown(@Nullable String index, String indexKey) implements Request {

        /** Of an index. */
        public CodesShown(String indexKey) {
            this(null, indexKey);
        }
    }
}
