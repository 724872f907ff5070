package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.peer.Owners.Owner;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Gives names to other accounts, and takes what was given to this one. Blocks its caller. */
final class Giving {

    /** Each refusal of a number tells the next one; others may give at the same moment, but not again and again. */
    private static final int ATTEMPTS = 3;

    private final AccountLine line;
    private final Owners owners;
    private final KnownKeys known;
    private final Consumer<Report> reports;

    Giving(AccountLine line, Owners owners, KnownKeys known, Consumer<Report> reports) {
        this.line = line;
        this.owners = owners;
        this.known = known;
        this.reports = reports;
    }

    /** Gives a name, or all names that begin with an owner. */
    void give(AccountWish.Give wish) {
        String subject = subject(wish.subject());
        PeerKey to = line.ask(new AccountRequest.FindAccount(wish.user()), AccountReply.Found.class)
                .accountKey();
        check(wish, to);
        boolean done;
        try {
            done = give(subject, owners.first(), to);
        } catch (PeerException e) {
            Optional<Owner> second = owners.second();
            if (second.isEmpty() || !e.isRefusal(ErrorCode.FORBIDDEN)) {
                throw e;
            }
            // What this home made before it had an account belongs to its own key.
            done = giveAsSecond(subject, second.get(), to, e);
        }
        reports.accept(
                new AccountReport.Given(shown(subject), wish.user(), to.id().fingerprint(), line.address(), !done));
    }

    private boolean giveAsSecond(String subject, Owner second, PeerKey to, PeerException first) {
        try {
            return give(subject, second, to);
        } catch (PeerException e) {
            // It is the account's that was meant, and what stands against giving that says more.
            throw e.isRefusal(ErrorCode.FORBIDDEN) ? first : e;
        }
    }

    /**
     * What is signed leads everybody who knew this owner to the other's key, which the index names: it is compared with
     * what the other one told, else with whose names under the account's name were before, or to whom those gave them.
     */
    private void check(AccountWish.Give wish, PeerKey to) {
        String fingerprint = to.id().fingerprint();
        String told = wish.key();
        if (told != null && !fingerprint.startsWith(told.toLowerCase(Locale.ROOT))) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "The index says that " + wish.user() + " has the key " + fingerprint + ", not " + told
                            + ". Nothing was given away. Compare it with the owner's key in " + wish.user()
                            + "'s `shoal whoami`.");
        }
        Optional<String> before = told == null ? known.owner(line.index(), wish.user()) : Optional.empty();
        boolean isOther = before.isPresent() && !before.get().equals(fingerprint);
        if (isOther && !new Succession(line, known).leads(wish.user(), before.get(), to)) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "The index says that " + wish.user() + " has the key " + fingerprint + ", and names under \""
                            + wish.user() + "\" belonged to " + before.get()
                            + " until now. Nothing was given away. Ask "
                            + wish.user() + " for the owner's key in `shoal whoami`, and say it with --key.");
        }
    }

    /** Whether it belongs to the other at once; else that one has to accept it. */
    private boolean give(String subject, Owner from, PeerKey to) {
        int number = 1;
        for (int attempt = 1; ; attempt++) {
            Transfer transfer = Transfer.sign(
                    line.index(), subject, number, System.currentTimeMillis(), from.key(), to, from.privateKey());
            Pdu answer = line.exchange(new AccountRequest.GiveAway(transfer));
            if (answer instanceof Ack ack) {
                return ack.number() > 0;
            }
            boolean wrongNumber = answer instanceof Failure failure
                    && failure.code() == ErrorCode.STALE_VERSION
                    && failure.detail() >= 0
                    && failure.detail() < Transfer.MAX_NUMBER;
            if (!wrongNumber || attempt == ATTEMPTS) {
                throw line.refusal(answer);
            }
            number = Math.toIntExact(((Failure) answer).detail() + 1);
        }
    }

    /** Takes what was given to the account. */
    void accept(AccountWish.Accept wish) {
        String subject = subject(wish.subject());
        line.ask(new AccountRequest.Accept(subject), Ack.class);
        reports.accept(new AccountReport.Accepted(shown(subject), line.address()));
    }

    /** A name, whole or without the owner; or, with a slash at its end, the owner that names begin with. */
    private String subject(String text) {
        try {
            if (text.endsWith("/")) {
                return Name.checkOwner(text.substring(0, text.length() - 1));
            }
            return new Name(text.indexOf('/') >= 0 ? text : owners.user() + "/" + text).text();
        } catch (InvalidNameException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
    }

    private static String shown(String subject) {
        return subject.indexOf('/') >= 0 ? subject : subject + "/";
    }
}
