package dev.shoal.peer;

import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The plain HTTPS links of a home: which there are, how often each may be used still, and that nobody finds one without
 * its secret. They are kept in a file that its owner alone can read, written anew as a whole with each change. Serves
 * nothing itself. Thread-safe by its monitor, which is held while a small file is written.
 */
final class WebLinks {

    /** What a person gives out. Each request is compared with all of them. */
    static final int MOST = 256;

    /** A download that has begun in time may go on for so long after the end of its link. */
    static final long GRACE_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** 192 bits: nobody finds one by trying. */
    private static final int SECRET_BYTES = 24;

    /** What went out is written down for each further part of this length: who asks for bytes one by one costs none. */
    private static final long KEPT_BYTES = 1024 * 1024;

    private final Path file;
    private final InstantSource clock;
    private final PeerEvents events;
    private final int most;
    private final Map<Long, Live> live = new LinkedHashMap<>();
    private long lastId;

    /** Those of a file, which need not exist. */
    WebLinks(Path file, InstantSource clock, PeerEvents events) {
        this(file, clock, events, MOST);
    }

    /** With another limit. */
    WebLinks(Path file, InstantSource clock, PeerEvents events, int most) {
        this.most = most;
        this.file = file;
        this.clock = clock;
        this.events = events;
    }

    /** One that can be used; guarded by the monitor, but for whether it was ended. */
    static final class Live {
        private KeptWebLink kept;
        private long unkeptBytes;
        private long reservedBytes;
        private int running;
        private volatile boolean ended;

        Live(KeptWebLink kept) {
            this.kept = kept;
        }
    }

    /** The right to send something through a link, as long as it is open. */
    final class Use implements AutoCloseable {
        private final Live link;
        private final long length;
        private final long askedBytes;
        private final boolean isAll;
        private long sentBytes;
        private boolean complete;

        private Use(Live link, long length, long askedBytes) {
            this.link = link;
            this.length = length;
            this.askedBytes = askedBytes;
            this.isAll = askedBytes == length;
        }

        /** Whether what is under way has to stop: its owner has ended the link, or it is over for long. */
        boolean isOver() {
            return link.ended || clock.millis() >= link.kept.untilMillis() + GRACE_MILLIS;
        }

        /** Bytes of the content went out. */
        void sent(int bytes) {
            sentBytes += bytes;
        }

        /** All that was asked for went out. */
        void completed() {
            complete = true;
        }

        long sentBytes() {
            return sentBytes;
        }

        /** Whether all of the content went out in one go. */
        boolean isWhole() {
            return complete && isAll;
        }

        @Override
        public void close() {
            used(this);
        }
    }

    /**
     * Reads what is there; those that are over are left out.
     *
     * @throws PeerException when the file cannot be read
     */
    synchronized void open() {
        try {
            if (Files.notExists(file)) {
                return;
            }
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                KeptWebLink kept = ControlMessages.readWebLink(line);
                live.put(kept.id(), new Live(kept));
                lastId = Math.max(lastId, kept.id());
            }
        } catch (IOException | PeerException e) {
            // A link that nobody can read any more cannot be used any more, which harms nobody's files.
            events.warning("The download links in " + file + " cannot be read, so those that it has are over: "
                    + e.getMessage());
            live.clear();
        }
        expire();
    }

    /** The links that there are. */
    synchronized List<KeptWebLink> all() {
        return live.values().stream().map(each -> each.kept).toList();
    }

    /** Whether there is anything for which a port has to be open. */
    synchronized boolean isNeeded() {
        return !live.isEmpty();
    }

    /**
     * A new one.
     *
     * @throws PeerException when there are too many, or it cannot be kept
     */
    synchronized KeptWebLink make(String share, String name, String content, WebLinkWish.MakeWebLink wish) {
        expire();
        if (live.size() >= most) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "There are " + most + " download links, and no more can be. `shoal links` lists them, `shoal"
                            + " unlink` ends some.");
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        long now = clock.millis();
        KeptWebLink made = new KeptWebLink(
                lastId + 1,
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                share,
                name,
                content,
                now,
                now + wish.forMillis(),
                wish.times(),
                0,
                0,
                0,
                wish.privateToo());
        live.put(made.id(), new Live(made));
        try {
            write();
        } catch (PeerException e) {
            live.remove(made.id());
            throw e;
        }
        lastId = made.id();
        return made;
    }

    /** Ends some, and what runs through them. Returns those that were there. */
    synchronized List<KeptWebLink> end(Predicate<KeptWebLink> which) {
        List<KeptWebLink> ended = new ArrayList<>();
        for (Live each : List.copyOf(live.values())) {
            if (which.test(each.kept)) {
                each.ended = true;
                live.remove(each.kept.id());
                ended.add(each.kept);
            }
        }
        if (!ended.isEmpty()) {
            write();
        }
        return ended;
    }

    /** Forgets those whose time is over. What has begun may go on for a while. Returns them. */
    synchronized List<KeptWebLink> expire() {
        long now = clock.millis();
        List<KeptWebLink> over =
                all().stream().filter(kept -> now >= kept.untilMillis()).toList();
        over.forEach(kept -> live.remove(kept.id()));
        if (!over.isEmpty()) {
            writeIfPossible();
        }
        return over;
    }

    /**
     * The link of a secret that somebody guesses or knows: all are compared, each in a time that does not tell where
     * they differ.
     */
    synchronized Optional<Live> find(String secret) {
        byte[] asked = HttpHead.bytes(secret);
        Live found = null;
        long now = clock.millis();
        for (Live each : live.values()) {
            boolean isSame = MessageDigest.isEqual(HttpHead.bytes(each.kept.secret()), asked);
            found = isSame && now < each.kept.untilMillis() ? each : found;
        }
        return Optional.ofNullable(found);
    }

    /** What is kept of one that was found. */
    synchronized KeptWebLink kept(Live link) {
        return link.kept;
    }

    /**
     * Lets somebody take something through a link, if it has not been used up by what others are taking now.
     *
     * @param length of the content
     * @param askedBytes how much of it is asked for
     * @return empty when he has to wait how that ends
     */
    synchronized Optional<Use> use(Live link, long length, long askedBytes) {
        boolean isFree = !link.kept.isLimited()
                || (length == 0
                        ? link.kept.wholes() + link.running < link.kept.times()
                        : link.reservedBytes < link.kept.leftBytes(length));
        if (!isFree) {
            return Optional.empty();
        }
        link.reservedBytes += askedBytes;
        link.running++;
        return Optional.of(new Use(link, length, askedBytes));
    }

    private synchronized void used(Use use) {
        Live link = use.link;
        link.reservedBytes -= use.askedBytes;
        link.running--;
        link.kept = link.kept.sent(use.sentBytes, use.isWhole());
        link.unkeptBytes += use.sentBytes;
        boolean isUsedUp = link.kept.isLimited() && link.kept.used(use.length) >= link.kept.times();
        if (isUsedUp && live.remove(link.kept.id(), link)) {
            events.info("The download link " + link.kept.id() + " to " + link.kept.name() + " has been used "
                    + (link.kept.times() == 1 ? "once" : link.kept.times() + " times") + ", and ends with that.");
        }
        if (isUsedUp || use.isWhole() || link.unkeptBytes >= KEPT_BYTES) {
            link.unkeptBytes = 0;
            writeIfPossible();
        }
    }

    /** At the end of the process: how much went out is known to the next one. */
    synchronized void close() {
        if (live.values().stream().anyMatch(each -> each.unkeptBytes > 0)) {
            writeIfPossible();
        }
    }

    /** What was made stays as it was kept last; of a link that should be over, a start sees that it is. */
    private void writeIfPossible() {
        try {
            write();
        } catch (PeerException e) {
            events.warning(String.valueOf(e.getMessage()));
        }
    }

    private void write() {
        try {
            String text = live.values().stream()
                    .map(each -> ControlMessages.write(each.kept) + "\n")
                    .collect(Collectors.joining());
            SecretFile.write(file, text);
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The download links cannot be kept in " + file + ": " + e.getMessage() + ". Check the disk.",
                    e);
        }
    }
}
