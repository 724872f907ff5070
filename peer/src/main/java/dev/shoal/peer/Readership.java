package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides with whom one file is shared. Without a word about it, with whom the newest version is, so that nothing that
 * is private becomes public unasked. Said of the newest version itself, its audience gets other readers; a new version
 * gets an audience of its own, of the same readers at first, so that letting somebody in to it, or taking somebody out,
 * changes nothing about what was before it. For one thread.
 */
final class Readership {

    private final @Nullable Readers wish;
    private final Audiences audiences;
    private final PeerKey account;
    private final PrivateNames privateNames;
    private final PeerId index;
    private @Nullable AudienceId made;

    /** Whose readers the one that was made has, and who these were; null when they were named. */
    private @Nullable AudienceId origin;

    private Readers copied = Readers.all();

    /** Whether this home did not know before that the name is private. */
    private boolean isNews;

    /**
     * Of one file.
     *
     * @param wish with whom to share it; null when nothing was said about it
     * @param account key of whose audiences are made
     */
    Readership(@Nullable Readers wish, Audiences audiences, PeerKey account, PrivateNames privateNames, PeerId index) {
        this.wish = wish;
        this.audiences = audiences;
        this.account = account;
        this.privateNames = privateNames;
        this.index = index;
    }

    /** Whether it was said with whom to share it. */
    boolean isSaid() {
        return wish != null;
    }

    /** Whether it was said that everybody may get it, also where a name was private. */
    boolean isPublic() {
        return wish != null && wish.everybody();
    }

    /**
     * The audience that a version is for; null for everybody.
     *
     * @param latest audience of the newest version; null for everybody, or when there is none
     * @param isLatest whether it is the newest version that is shared
     * @throws PeerException when a private name seems to be public, or the index refuses
     */
    @Nullable
    AudienceId audience(Name name, @Nullable AudienceId latest, boolean isLatest) {
        if (wish == null) {
            if (latest == null && privateNames.isPrivate(index, name)) {
                throw new PeerException(
                        PeerException.Reason.NOT_ALLOWED,
                        "This home shared " + name + " privately, and the index knows nothing of that. Say who may get"
                                + " it: --to USER,..., --private, or --public for everybody.");
            }
            return latest == null || isLatest ? latest : inherited(latest);
        }
        if (wish.everybody()) {
            return null;
        }
        if (made == null && latest != null && isLatest && audiences.find(latest).isPresent()) {
            audiences.set(latest, wish);
            return latest;
        }
        if (made == null) {
            made = audiences.make(account, wish);
        }
        return made;
    }

    /** The same readers in an audience of their own. */
    private AudienceId inherited(AudienceId latest) {
        Optional<Readers> readers = audiences.find(latest);
        AudienceId known = made;
        if (readers.isEmpty()) {
            return latest;
        }
        if (known == null) {
            known = audiences.make(account, readers.get());
            made = known;
        } else {
            // Another process published meanwhile, maybe for others.
            audiences.set(known, readers.get());
        }
        origin = latest;
        copied = readers.get();
        return known;
    }

    /**
     * It is about to be shared so. This home knows of it before anybody else does: what could not be kept could become
     * public later, and is not shared.
     *
     * @throws PeerException when it cannot be kept
     */
    void remember(Name name, @Nullable AudienceId audience) {
        isNews = audience != null && !privateNames.isPrivate(index, name);
        if (isNews) {
            privateNames.shared(index, name, true);
        }
    }

    /** The index does not take it: this home knows as much as before. */
    void refused(Name name, PeerEvents events) {
        if (isNews) {
            isNews = false;
            forget(name, events);
        }
    }

    /** It was shared so. */
    Optional<Readers> shared(Name name, @Nullable AudienceId audience, PeerEvents events) {
        if (audience != null && audience.equals(made)) {
            follow(audience);
        }
        made = null;
        if (audience == null) {
            forget(name, events);
        }
        return audience == null ? Optional.of(Readers.all()) : audiences.find(audience);
    }

    /** What cannot be kept is told: the name is private then for longer than it has to be. */
    private void forget(Name name, PeerEvents events) {
        try {
            privateNames.shared(index, name, false);
        } catch (PeerException e) {
            events.warning(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Who was taken out of the version before while this one was on its way is not to be in this one. Later changes are
     * made to this one, as from now on the name stands for it.
     */
    private void follow(AudienceId audience) {
        AudienceId before = origin;
        origin = null;
        Optional<Readers> now = before == null ? Optional.empty() : audiences.find(before);
        if (now.isPresent() && !now.get().equals(copied)) {
            audiences.change(audience, now.get().without(copied), copied.without(now.get()));
        }
    }

    /** It was not shared: nobody needs an audience that was made for it. */
    void close(PeerEvents events) {
        AudienceId unused = made;
        if (unused != null) {
            try {
                audiences.drop(unused);
            } catch (PeerException e) {
                events.detail("An audience that nothing is shared with stays at the index: " + e.getMessage());
            }
        }
    }
}
