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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The plain HTTPS links of a home: which there are, how often each may be used still, and that nobody finds one without
 * its secret. They are kept in a file that its owner alone can read, written anew as a whole with each change. Serves
 * nothing itself. Thread-safe by its monitor, which is held for moments only; the file is written under a lock of its
 * own, as long as which nobody who comes with a secret waits.
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

    /** Writes a file as a whole. */
    @FunctionalInterface
    interface Writing {
        void write(Path file, String text) throws IOException;
    }

    private final Path file;
    private final InstantSource clock;
    private final PeerEvents events;
    private final int most;
    private final Writing writing;
    private final ReentrantLock keeping = new ReentrantLock();
    private final Map<Long, Live> live = new LinkedHashMap<>();

    /** What is over, but for what runs through it; no more than there are connections, and in no file. */
    private final Map<Long, Live> over = new LinkedHashMap<>();

    private long lastId;

    /** Those of a file, which need not exist. */
    WebLinks(Path file, InstantSource clock, PeerEvents events) {
        this(file, clock, events, MOST, SecretFile::write);
    }

    /** With another limit, and written in another way. */
    WebLinks(Path file, InstantSource clock, PeerEvents events, int most, Writing writing) {
        this.writing = writing;
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
        private final ByteRange asked;
        private final long lastMillis;
        private long sentBytes;
        private boolean complete;

        private Use(Live link, long length, ByteRange asked) {
            this.link = link;
            this.length = length;
            this.asked = asked;
            this.lastMillis = link.kept.untilMillis() + GRACE_MILLIS;
        }

        /** Whether what is under way has to stop: its owner has ended the link, or it is over for long. */
        boolean isOver() {
            return link.ended || clock.millis() >= lastMillis;
        }

        /** Bytes of the content went out. */
        void sent(int bytes) {
            sentBytes += bytes;
        }

        /** All that was asked for is with who asked. */
        void completed() {
            complete = true;
        }

        long sentBytes() {
            return sentBytes;
        }

        /** Whether all of the content went out in one go. */
        boolean isWhole() {
            return complete && asked.length() == length;
        }

        /**
         * What counts of it. What was given to the system may still be lost on its way, and a short file is given to it
         * at once: so the last byte of a content does not count before who asked has it, and a download that broke off
         * at its very end leaves something of the link.
         */
        private long countedBytes() {
            boolean isLastOpen = !complete && asked.end() == length && sentBytes == asked.length();
            return isLastOpen ? Math.max(0, sentBytes - 1) : sentBytes;
        }

        @Override
        public void close() {
            used(this);
        }
    }

    /** Reads what is there; those that are over are left out, and lines that cannot be read. */
    void open() {
        try {
            if (Files.notExists(file)) {
                return;
            }
            read();
        } catch (IOException e) {
            // A link that nobody can read any more cannot be used any more, which harms nobody's files.
            events.warning("The download links in " + file + " cannot be read, so those that it has are over: "
                    + e.getMessage());
            forget();
        }
        expire();
    }

    private synchronized void forget() {
        live.clear();
    }

    private synchronized void read() throws IOException {
        // Not as lines: half a letter at the end of a torn one would make all of them unreadable.
        byte[] bytes = Files.readAllBytes(file);
        List<String> lines = new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        int broken = 0;
        for (String line : lines) {
            // What is JSON, but no object, would be read as nothing at all.
            if (!line.startsWith("{")) {
                broken++;
                continue;
            }
            try {
                KeptWebLink kept = ControlMessages.readWebLink(line);
                live.put(kept.id(), new Live(kept));
                lastId = Math.max(lastId, kept.id());
            } catch (PeerException e) {
                broken++;
            }
        }
        if (broken > 0) {
            events.warning((broken == 1 ? "A line of " : broken + " lines of ") + file
                    + " cannot be read, so those download links are over. " + copied(bytes)
                    + "; make new links with `shoal link`.");
        }
    }

    /** Before something is left out for good, when the file is written anew. The other links are good without. */
    private String copied(byte[] bytes) {
        Path copy = file.resolveSibling(file.getFileName() + KeptTasks.BROKEN);
        try {
            SecretFile.createIfAbsent(copy);
            SecretFile.narrow(copy);
            Files.write(copy, bytes);
            return "A copy of the file is in " + copy;
        } catch (IOException e) {
            return "There is no copy of the file, as " + copy + " cannot be written: " + e.getMessage();
        }
    }

    /** The links that there are, and those that are over, but for what runs through them. */
    synchronized List<KeptWebLink> all() {
        return Stream.concat(over.values().stream(), live.values().stream())
                .map(each -> each.kept)
                .sorted(Comparator.comparingLong(KeptWebLink::id))
                .toList();
    }

    /** How many lead to something. */
    synchronized int count() {
        return live.size();
    }

    /** Whether nothing new begins through one of a number. */
    synchronized boolean isOver(long id) {
        return !live.containsKey(id);
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
    KeptWebLink make(String share, String name, String content, WebLinkWish.MakeWebLink wish) {
        expire();
        KeptWebLink made = made(share, name, content, wish);
        try {
            write();
        } catch (PeerException e) {
            ended(kept -> kept.id() == made.id());
            throw e;
        }
        return made;
    }

    private synchronized KeptWebLink made(String share, String name, String content, WebLinkWish.MakeWebLink wish) {
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
                ++lastId,
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
                0,
                wish.privateToo());
        live.put(made.id(), new Live(made));
        return made;
    }

    /**
     * Ends some, and what runs through them, even of those that are over. Returns those that were there.
     *
     * @throws PeerException when that cannot be kept; they have ended all the same, until the next start
     */
    List<KeptWebLink> end(Predicate<KeptWebLink> which) {
        List<KeptWebLink> ended = ended(which);
        if (!ended.isEmpty()) {
            write();
        }
        return ended;
    }

    /** As {@link #end}, for what has to go on with other things: that it cannot be kept is told as an event. */
    void endSurely(Predicate<KeptWebLink> which) {
        if (!ended(which).isEmpty()) {
            writeIfPossible();
        }
    }

    private synchronized List<KeptWebLink> ended(Predicate<KeptWebLink> which) {
        List<KeptWebLink> ended = new ArrayList<>();
        for (Map<Long, Live> some : List.of(over, live)) {
            for (Live each : List.copyOf(some.values())) {
                if (which.test(each.kept)) {
                    each.ended = true;
                    some.remove(each.kept.id());
                    ended.add(each.kept);
                }
            }
        }
        return ended;
    }

    /** Forgets those whose time is over. What has begun may go on for a while. Returns them. */
    List<KeptWebLink> expire() {
        List<KeptWebLink> late = late();
        if (!late.isEmpty()) {
            writeIfPossible();
        }
        return late;
    }

    private synchronized List<KeptWebLink> late() {
        long now = clock.millis();
        List<Live> late = live.values().stream()
                .filter(each -> now >= each.kept.untilMillis())
                .toList();
        late.forEach(this::leave);
        return late.stream().map(each -> each.kept).toList();
    }

    /** Nothing more begins through one. What runs can still be ended. Returns whether it is news. */
    private boolean leave(Live link) {
        boolean isNews = live.remove(link.kept.id(), link);
        if (isNews && link.running > 0) {
            over.put(link.kept.id(), link);
        }
        return isNews;
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
     * Lets somebody take something through a link, if it has not been used up by what others are taking now. Who is
     * alone gets all that he asks for as long as anything is left: otherwise a download that broke off could never be
     * had again as a whole. So less than one length goes out above what the link is good for, and that with the last.
     *
     * @param length of the content
     * @param asked what of it is asked for
     * @return empty when he has to wait how that ends
     */
    Optional<Use> use(Live link, long length, ByteRange asked) {
        // Of a newer version there may be nothing left from the start.
        if (leavesWhenUsedUp(link, length)) {
            writeIfPossible();
        }
        return begun(link, length, asked);
    }

    private synchronized Optional<Use> begun(Live link, long length, ByteRange asked) {
        if (live.get(link.kept.id()) != link || !isFree(link, length, asked.length())) {
            return Optional.empty();
        }
        link.reservedBytes += asked.length();
        link.running++;
        return Optional.of(new Use(link, length, asked));
    }

    private boolean isFree(Live link, long length, long askedBytes) {
        if (!link.kept.isLimited()) {
            return true;
        }
        boolean isAlone = link.running == 0;
        return (isAlone || length == 0)
                ? link.kept.used(length) + link.running < link.kept.times()
                : askedBytes <= link.kept.leftBytes(length) - link.reservedBytes;
    }

    /** Returns whether that is news. */
    private synchronized boolean leavesWhenUsedUp(Live link, long length) {
        boolean isUsedUp = link.kept.isLimited() && link.kept.used(length) >= link.kept.times();
        boolean isNews = isUsedUp && leave(link);
        if (isNews) {
            events.info("The download link " + link.kept.id() + " to " + link.kept.name() + " has been used "
                    + (link.kept.times() == 1 ? "once" : link.kept.times() + " times") + ", and ends with that.");
        }
        return isNews;
    }

    private void used(Use use) {
        if (isWorthKeeping(use)) {
            writeIfPossible();
        }
    }

    private synchronized boolean isWorthKeeping(Use use) {
        Live link = use.link;
        link.reservedBytes -= use.asked.length();
        link.running--;
        link.kept = link.kept.sent(use.countedBytes(), use.length, use.isWhole());
        link.unkeptBytes += use.sentBytes;
        if (link.running == 0) {
            over.remove(link.kept.id(), link);
        }
        boolean isWorthIt = leavesWhenUsedUp(link, use.length) || use.isWhole() || link.unkeptBytes >= KEPT_BYTES;
        link.unkeptBytes = isWorthIt ? 0 : link.unkeptBytes;
        return isWorthIt;
    }

    /** At the end of the process: how much went out is known to the next one. */
    void close() {
        if (hasUnkept()) {
            writeIfPossible();
        }
    }

    private synchronized boolean hasUnkept() {
        return live.values().stream().anyMatch(each -> each.unkeptBytes > 0);
    }

    /** What was made stays as it was kept last; of a link that should be over, a start sees that it is. */
    private void writeIfPossible() {
        try {
            write();
        } catch (PeerException e) {
            events.warning(String.valueOf(e.getMessage()));
        }
    }

    /** As they are when it is this thread's turn, so that the last one to write has the newest. */
    private void write() {
        keeping.lock();
        try {
            writing.write(file, text());
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The download links cannot be kept in " + file + ": " + e.getMessage() + ". Check the disk.",
                    e);
        } finally {
            keeping.unlock();
        }
    }

    private synchronized String text() {
        return live.values().stream()
                .map(each -> ControlMessages.write(each.kept) + "\n")
                .collect(Collectors.joining());
    }
}
