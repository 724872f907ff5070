package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a wish to have a content known under a name. Pure: what is known of the name is an argument.
 *
 * <p>A name that is free goes to whoever signed its first version and owns its first component, or is the first to want
 * that. A content that one of the name's versions is needs no record and no ownership: the asker is one more source. A
 * content that is new needs the owner's record with a higher number and the hash of the one before. Which numbers a
 * name had that was taken away or lost is not known here: the owner knows, and goes on from there.
 *
 * <p>The owner is the key of the session or that of its account. Where names need an account, it is that of the
 * account, and what it may take is the first component that is called as the account is.
 *
 * <p>A name that only some see becomes everybody's by a word that says so alone: who publishes without knowing that it
 * is private does not give it away.
 */
final class NameRules {

    private NameRules() {}

    /**
     * The latest version of a name that exists.
     *
     * @param owner key of who made the name
     * @param number number of the latest version
     * @param hash hash of its record
     * @param sameContent the highest number of a version that is the wished content; 0 for none
     * @param isHidden whether only some see it
     */
    record Latest(PeerKey owner, int number, Hash hash, int sameContent, boolean isHidden) {}

    /**
     * What is known before a decision.
     *
     * @param latest the name's latest version; null when the name is free
     * @param component the name's first component; what it says is looked up when the name is free
     * @param names how many names the key has that would own the version
     * @param owners how many first components it has
     * @param recordBytes how many bytes of records it has
     */
    record Known(@Nullable Latest latest, Component component, int names, int owners, long recordBytes) {}

    /**
     * What is known of a first component.
     *
     * @param owner key that owns it; null when it is free
     * @param account key of the account that is called so; null for none
     * @param reasonAgainst why nobody may take it, or not this asker; of one that is owned, why its owner may not make
     *     the name; null when that may be done
     */
    record Component(
            @Nullable PeerKey owner,
            @Nullable PeerKey account,
            @Nullable String reasonAgainst) {

        /** Nobody's. */
        static final Component FREE = new Component(null, null, null);
    }

    /** What is to be done. */
    sealed interface Decision {

        /** Nothing; the asker is told why. */
        record Refuse(Failure failure) implements Decision {}

        /** Nothing; the asker is a source of the version with that number. */
        record AddSource(int number) implements Decision {}

        /** The name is made with this record. */
        record MakeName(VersionRecord record, boolean takesComponent) implements Decision {}

        /** The name gets this version. */
        record MakeVersion(VersionRecord record) implements Decision {}
    }

    /**
     * Decides.
     *
     * @param authentic whether the signature is known to be right; when not, it is checked here if it matters
     */
    static Decision decide(Names.Registration wish, Known known, NameLimits limits, boolean authentic) {
        VersionRecord record = wish.record();
        String wrong = record == null ? null : reasonAgainst(wish, record);
        if (wrong != null) {
            return refuse(ErrorCode.BAD_RECORD, 0, wrong);
        }
        Latest latest = known.latest();
        return latest == null
                ? decideFree(wish, known, limits, authentic)
                : decideTaken(wish, latest, known, limits, authentic);
    }

    /**
     * Whether a wish only adds a source, which asks for nothing but that the content is one of the name's versions.
     *
     * @param number number of the version that is the wished content
     */
    static boolean isOneMoreSource(Names.Registration wish, int number) {
        VersionRecord record = wish.record();
        return record == null || (record.number() <= number && reasonAgainst(wish, record) == null);
    }

    private static Decision decideFree(Names.Registration wish, Known known, NameLimits limits, boolean authentic) {
        VersionRecord record = wish.record();
        if (record == null) {
            return refuse(ErrorCode.NOT_FOUND, 0, "There is no name " + wish.name() + " yet: sign its first version.");
        }
        Decision closed = unlessAccount(wish.asker(), record);
        if (closed == null) {
            closed = component(wish, record, known.component());
        }
        if (closed != null) {
            return closed;
        }
        boolean takes = known.component().owner() == null;
        if (!authentic && !record.isAuthentic()) {
            return forged();
        }
        if (!record.previous().equals(Hash.ZERO)) {
            return refuse(
                    ErrorCode.STALE_VERSION,
                    0,
                    "There is no name " + wish.name() + " yet: its first version has no predecessor.");
        }
        if (known.names() >= limits.namesPerKey()) {
            return limit("A key has at most " + limits.namesPerKey() + " names. Take some away first.");
        }
        if (takes && known.owners() >= limits.ownersPerKey()) {
            return limit("A key has at most " + limits.ownersPerKey() + " first components of names.");
        }
        Decision full = recordBytes(record, known, limits);
        return full != null ? full : new Decision.MakeName(record, takes);
    }

    /** Why a record does not make a version where accounts do; null when it may. */
    private static @Nullable Decision unlessAccount(Asker asker, VersionRecord record) {
        if (!asker.needsAccount()) {
            return null;
        }
        Asker.Member member = asker.member();
        if (member == null) {
            return refuse(
                    ErrorCode.NOT_LOGGED_IN, 0, "At this index, names are made by accounts. Log in, or sign up first.");
        }
        return record.owner().equals(member.key())
                ? null
                : refuse(
                        ErrorCode.FORBIDDEN,
                        0,
                        "At this index, names belong to accounts: sign the version with the key of " + member.name()
                                + ".");
    }

    /** Why a name may not be made under its first component; null when it may. */
    private static @Nullable Decision component(Names.Registration wish, VersionRecord record, Component component) {
        String called = wish.name().owner();
        PeerKey owner = component.owner() != null ? component.owner() : component.account();
        if (owner != null && !owner.equals(record.owner())) {
            return refuse(
                    ErrorCode.NAME_OWNED,
                    0,
                    "Names under \"" + called + "\" belong to " + owner.id().fingerprint()
                            + (wish.asker().is(owner)
                                    ? ", which is another key of yours. Sign with that, or give them to this one."
                                    : ". Choose another first component."));
        }
        if (component.owner() != null) {
            String hidden = component.reasonAgainst();
            return hidden == null ? null : refuse(ErrorCode.NAME_TAKEN, 0, hidden);
        }
        Asker.Member member = wish.asker().member();
        if (wish.asker().needsAccount() && member != null && !called.equals(member.name())) {
            return refuse(ErrorCode.FORBIDDEN, 0, "At this index, your names begin with \"" + member.name() + "/\".");
        }
        String reason = component.reasonAgainst();
        return reason == null ? null : refuse(ErrorCode.NAME_OWNED, 0, reason);
    }

    private static Decision decideTaken(
            Names.Registration wish, Latest latest, Known known, NameLimits limits, boolean authentic) {
        VersionRecord record = wish.record();
        boolean wantsVersion = record != null && record.number() > latest.number();
        if (latest.sameContent() > 0 && !wantsVersion) {
            return new Decision.AddSource(latest.sameContent());
        }
        if (!wish.asker().is(latest.owner())) {
            return refuse(
                    ErrorCode.NAME_TAKEN,
                    0,
                    "The name " + wish.name() + " means another content, and belongs to "
                            + latest.owner().id().fingerprint() + ".");
        }
        if (record == null) {
            return refuse(
                    ErrorCode.NAME_TAKEN,
                    0,
                    "The name " + wish.name() + " means another content: a new version needs a signed record.");
        }
        Decision closed = unlessAccount(wish.asker(), record);
        if (closed != null) {
            return closed;
        }
        if (!record.owner().equals(latest.owner())) {
            return refuse(
                    ErrorCode.NAME_TAKEN,
                    0,
                    "The name " + wish.name() + " belongs to another key of yours, "
                            + latest.owner().id().fingerprint() + ". Sign with that, or give the name to this one.");
        }
        if (!authentic && !record.isAuthentic()) {
            return forged();
        }
        if (!wantsVersion || !record.previous().equals(latest.hash())) {
            return refuse(
                    ErrorCode.STALE_VERSION,
                    latest.number(),
                    "The latest version of " + wish.name() + " is " + latest.number()
                            + "; a new one has a higher number and names its hash.");
        }
        if (latest.isHidden() && wish.audience() == null && !wish.isPublic()) {
            return refuse(
                    ErrorCode.FORBIDDEN,
                    0,
                    "The name " + wish.name() + " is private, and this version would be for everybody. Say so to"
                            + " publish it (--public), or say for whom it is.");
        }
        Decision full = recordBytes(record, known, limits);
        return full != null ? full : new Decision.MakeVersion(record);
    }

    private static @Nullable String reasonAgainst(Names.Registration wish, VersionRecord record) {
        if (!record.name().equals(wish.name())) {
            return "The record is of another name: " + record.name() + ".";
        }
        if (!record.content().equals(wish.content())) {
            return "The record is of another content.";
        }
        return wish.asker().is(record.owner())
                ? null
                : "The record is of another owner than the session's key and its account.";
    }

    private static Decision forged() {
        return refuse(ErrorCode.BAD_RECORD, 0, "The record's signature is wrong.");
    }

    private static @Nullable Decision recordBytes(VersionRecord record, Known known, NameLimits limits) {
        return known.recordBytes() + record.encode().length > limits.recordBytesPerKey()
                ? limit("The version records of a key have at most " + limits.recordBytesPerKey() + " bytes.")
                : null;
    }

    private static Decision limit(String sentence) {
        return refuse(ErrorCode.LIMIT, 0, sentence);
    }

    private static Decision refuse(ErrorCode code, long detail, String sentence) {
        return new Decision.Refuse(new Failure(code, 0, detail, sentence));
    }
}
