package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.InvalidLinkException;
import dev.shoal.protocol.Link;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants to have: a name, {@code NAME@3} for one version of it, or a link. Immutable.
 *
 * @param name the name
 * @param version the version; 0 for the latest
 * @param link the link, when it was one
 */
record Target(Name name, int version, @Nullable Link link) {

    /** How many older versions are looked at: an index usually keeps no more. */
    private static final int MOST_OLDER = 100;

    private static final Pattern VERSIONED = Pattern.compile("(.+)@(\\d{1,9})");

    /**
     * Parses a name or a link.
     *
     * @param user whose names are meant when the text has no owner
     * @throws PeerException with reason USAGE when it is neither
     */
    static Target parse(String text, String user) {
        try {
            if (text.regionMatches(true, 0, Link.SCHEME, 0, Link.SCHEME.length())) {
                Link link = Link.parse(text);
                return new Target(link.name(), 0, link);
            }
            String whole = text.indexOf('/') >= 0 ? text : user + "/" + text;
            Matcher versioned = VERSIONED.matcher(whole);
            return versioned.matches()
                    ? new Target(new Name(versioned.group(1)), Integer.parseInt(versioned.group(2)), null)
                    : new Target(new Name(whole), 0, null);
        } catch (InvalidLinkException | InvalidNameException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
    }

    /** What a request wants to have; empty for one that is about nothing that has a name. */
    static Optional<Target> of(Request request, String user) {
        return switch (request) {
            case Request.Get get -> Optional.of(parse(get.target(), user));
            case Request.Describe describe -> Optional.of(parse(describe.target(), user));
            case Request.RollBack back -> Optional.of(of(back, user));
            case TaskWish.Begin begin -> of(begin.work(), user);
            case SubscriptionWish.Subscribe subscribe -> Optional.of(parse(subscribe.target(), user));
            default -> Optional.empty();
        };
    }

    private static Target of(Request.RollBack back, String user) {
        Target named = parse(back.name(), user);
        if (named.version != 0 || named.link != null) {
            throw new PeerException(
                    PeerException.Reason.USAGE, "Say the name alone, and the number of the version after it.");
        }
        return new Target(named.name, back.version(), null);
    }

    /** Whether it is one version, of which there are no new ones. */
    boolean isOneVersion() {
        return version > 0 || (link != null && link.content() != null);
    }

    /**
     * The name of which this may be a path inside: without some of its last components.
     *
     * @return empty when that is no name, or this was a link
     */
    Optional<Target> above(int components) {
        int end = name.text().length();
        for (int taken = 0; taken < components && end > 0; taken++) {
            end = name.text().lastIndexOf('/', end - 1);
        }
        if (link != null || end <= 0 || name.text().indexOf('/') >= end) {
            return Optional.empty();
        }
        String above = name.text().substring(0, end);
        return Optional.of(version == 0 ? parse(above, "") : new Target(new Name(above), version, null));
    }

    /** The same where the number belongs to the name; empty when there is none. */
    Optional<Target> literally() {
        if (version == 0 || link != null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Target(new Name(name.text() + "@" + version), 0, null));
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    /** The index that the link names. */
    Optional<IndexAddress> index() {
        return Optional.ofNullable(link).map(IndexAddress::linked);
    }

    /**
     * Asks the index what is meant, and checks that the owner said so: the key that the link names, or that was known
     * before, or, at the first time, any, which is then remembered; and that it is not an older version than was seen,
     * unless that one is asked for.
     *
     * @throws PeerException NOT_FOUND, or VERIFICATION when the record is not the owner's
     */
    IndexReply.Version resolve(IndexClient client, KnownKeys known, PeerEvents events) {
        IndexReply.Version answer;
        try {
            answer = client.ask(new IndexRequest.Inspect(name, version), IndexReply.Version.class);
        } catch (PeerException e) {
            if (e.reason() != PeerException.Reason.NOT_FOUND) {
                throw e;
            }
            throw notFound(client.address().toString());
        }
        VersionRecord record = answer.record();
        checkSigned(name, record);
        if (version > 0 && record.number() != version) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "Asked for version " + version + " of " + name + ", the index answered with version "
                            + record.number() + ". Do not trust this index.");
        }
        String pinned = checkOwner(answer, client.index(), known, events);
        known.versions().check(client.index(), pinned, record, isOneVersion());
        return answer;
    }

    /** That there is no such name, or none for who asks. */
    PeerException notFound(String index) {
        return new PeerException(
                PeerException.Reason.NOT_FOUND,
                "There is no " + name + (version > 0 ? " version " + version : "") + " at the index " + index
                        + ". `shoal ls` lists what there is, `shoal search` looks for parts of names.");
    }

    /**
     * Checks that a record is of a name, and signed by the key that it names as the owner's.
     *
     * @throws PeerException with reason VERIFICATION when it is not
     */
    static void checkSigned(Name name, VersionRecord record) {
        if (!record.name().equals(name) || !record.isAuthentic()) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "What the index says about " + name + " is not signed by its owner. Do not trust this index.");
        }
    }

    /** The content that the link means whatever the index says; else that of the record. */
    ContentId content(VersionRecord record) {
        return link == null || link.content() == null ? record.content() : link.content();
    }

    /**
     * The version whose content is meant: the one that was found, or, for a link to a content, an older one that has
     * it. Only that one says with whom the content is shared.
     *
     * @param found what the index said of the name
     * @return empty when no version that is shown here has the content: it can only be had as a public one
     */
    Optional<IndexReply.Version> meant(IndexClient client, IndexReply.Version found) {
        ContentId content = content(found.record());
        if (found.record().content().equals(content)) {
            return Optional.of(found);
        }
        int latest = found.record().number();
        for (int number = latest - 1; number >= Math.max(1, latest - MOST_OLDER); number--) {
            Pdu answer = client.exchange(new IndexRequest.Inspect(name, number));
            if (answer instanceof IndexReply.Version older) {
                checkSigned(name, older.record());
                if (older.record().content().equals(content)) {
                    return Optional.of(older);
                }
            } else if (!(answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND)) {
                throw IndexClient.refusal(answer);
            }
        }
        return Optional.empty();
    }

    /**
     * Checks that a record is signed by the key that the link names, or that was known before, or by one that it was
     * given on to; and remembers the key, which is the first owner's at the first contact.
     *
     * @return fingerprint of the key that is believed
     * @throws PeerException with reason VERIFICATION when it belongs to another
     */
    private String checkOwner(IndexReply.Version answer, PeerId index, KnownKeys known, PeerEvents events) {
        PeerKey owner = answer.record().owner();
        Ownership ownership = checkedOwnership(name, answer, index);
        String linked = link == null ? null : link.ownerFingerprint();
        Optional<String> expected = Optional.ofNullable(linked).or(() -> known.owner(index, name.owner()));
        String pinned = expected.orElseGet(
                () -> (ownership == null ? owner : ownership.origin()).id().fingerprint());
        boolean right = ownership == null ? owner.id().matches(pinned) : ownership.leads(pinned, owner);
        if (!right) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "The names of \"" + name.owner() + "\" now belong to the key "
                            + owner.id().fingerprint() + "; "
                            + (linked == null ? "until now it was " : "the link names ")
                            + pinned + ". Ask for a link that you can trust.");
        }
        if (expected.isEmpty()) {
            events.detail("First contact with the owner \"" + name.owner() + "\", key " + pinned + ".");
        }
        known.rememberOwner(index, name.owner(), pinned);
        return pinned;
    }

    /**
     * Through which hands a name came, if the owners signed for it; null when it has its first owner.
     *
     * @throws PeerException with reason VERIFICATION when they did not
     */
    static @Nullable Ownership checkedOwnership(Name name, IndexReply.Version answer, PeerId index) {
        Ownership ownership = answer.ownership();
        if (ownership != null && !ownership.isAuthentic(index, name)) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "That " + name
                            + " was given to another owner, as the index says, is not signed by the one before. Do"
                            + " not trust this index.");
        }
        return ownership;
    }
}
