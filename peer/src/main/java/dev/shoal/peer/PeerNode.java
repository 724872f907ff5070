package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.Catalog;
import dev.shoal.store.DiskReserve;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashedFile;
import dev.shoal.store.KeptTables;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.PartialFile;
import dev.shoal.store.SharedFile;
import dev.shoal.store.StoreException;
import dev.shoal.store.StoredContent;
import dev.shoal.transport.Identity;
import dev.shoal.transport.SecretFile;
import dev.shoal.transport.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a peer that is present on the network: it listens, serves, downloads, and keeps its indexes informed.
 * Made when the first request needs it, closed with the process. Thread-safe.
 */
final class PeerNode implements AutoCloseable {

    /** A file or a download that is shared under a name. */
    record Shared(IndexSession session, Name name, String path, Served served) {}

    /** How long downloads may take to record what they have when this is closed. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Home home;
    private final Identity identity;
    private final PeerEvents events;
    private final Throttle downloads;
    private final Map<Setting, String> limits = new ConcurrentHashMap<>();
    private final SegmentTables tables;
    private final Servings servings;
    private final Senders senders;
    private final Links links;
    private final IndexSessions sessions;
    private final KnownKeys known;
    private final AccountFiles accounts;
    private final FileHasher hasher = new FileHasher();
    private final OpenFiles openFiles = new OpenFiles();
    private final Shares shares = new Shares();
    private final Map<ContentId, Downloading> running = new ConcurrentHashMap<>();
    private final Map<ContentId, Object> claims = new ConcurrentHashMap<>();
    private final Following following = new Following(this);
    private final Lookout lookout;
    private final Pacing pacing;
    private final Optional<HostAndPort> usualIndex;
    private final long instance = new SecureRandom().nextLong();
    private Optional<Catalog> catalog = Optional.empty();
    private final boolean stays;
    private final DiskReserve reserve = new DiskReserve();
    private boolean catalogTried;
    private final SettingsWatch settings;

    PeerNode(
            Home home,
            Identity identity,
            KnownKeys known,
            Configuration configuration,
            Peers.Options options,
            String user,
            PeerEvents events) {
        this.home = home;
        this.identity = identity;
        this.known = known;
        this.events = events;
        this.accounts = new AccountFiles(home, events);
        this.stays = options.stays();
        this.settings = new SettingsWatch(home.configurationFile(), configuration, this::configure, events);
        this.usualIndex = Optional.ofNullable(options.index())
                .or(() -> configuration.value(Setting.INDEX))
                .map(HostAndPort::parse);
        this.downloads = new Throttle(limit(options.downloadLimit(), configuration, Setting.DOWNLOAD_LIMIT));
        this.tables = new SegmentTables(hasher, new KeptTables(home.segmentsFolder()));
        this.servings = new Servings(events, tables);
        tables.whenUnreadable(servings::failed);
        this.lookout = new Lookout(events);
        servings.limit(limit(options.uploadLimit(), configuration, Setting.UPLOAD_LIMIT));
        Tls tls = new Tls(identity);
        Optional<Integer> port = configuration.value(Setting.LISTEN).map(Integer::valueOf);
        this.links = new Links(tls, identity.id(), instance, port, servings);
        this.senders = new Senders(servings);
        this.sessions = new IndexSessions(
                new IndexSessions.Present(tls, known, instance, user, links.port(), servings::activeDownloaders),
                servings.gate()::trust,
                events);
        LeftOvers.delete(home.partialFolder(), Instant.now(), events);
        servings.whenLost(this::lost);
        servings.whenOpened(this::opened);
        this.pacing = new Pacing(new KeptSchedule(home.limitsFile()), PeerNode::now, events, this::pace);
        pacing.begin();
    }

    /** What the clock on the wall shows. */
    private static ZonedDateTime now() {
        return ZonedDateTime.now(ZoneId.systemDefault());
    }

    /** The limit to begin with, in bytes a second: the chosen one, else the configured one. From now on it holds. */
    private long limit(@Nullable String chosen, Configuration configuration, Setting setting) {
        String limit =
                chosen == null ? configuration.value(setting).orElse(setting.standard()) : setting.checked(chosen);
        limits.put(setting, limit);
        return Rate.parse(limit);
    }

    /** The limit that holds now, as {@link Rate} reads it. */
    String limitNow(Setting setting) {
        return limits.getOrDefault(setting, setting.standard());
    }

    /** The settings of the home, as they change. */
    SettingsWatch settings() {
        return settings;
    }

    /**
     * A peer that stays up fetches nothing that leaves a disk with less than its owner wants free.
     *
     * @param part where it comes; what other downloads lack is counted as well
     * @param missingBytes what is still to come of it
     * @throws dev.shoal.store.DiskFullException when there is less
     */
    void leaveRoom(PartialFile part, long missingBytes) {
        if (stays && missingBytes > 0) {
            long others = running.values().stream()
                    .filter(each -> each.part() != part)
                    .mapToLong(Downloading::missingBytes)
                    .sum();
            reserve.require(part.partFile(), missingBytes + others, Setting.bytes(settings.now(Setting.KEEP_FREE)));
        }
    }

    /** Takes up a setting that has changed, if it is one that can change while this runs. */
    void configure(Setting setting, String value) {
        limits.computeIfPresent(setting, (limit, before) -> value);
        if (setting.changesWhileRunning()) {
            if (setting == Setting.KEEP_FREE) {
                following.roomChanged();
            }
            pace();
        } else {
            events.detail("The setting " + setting.key() + " is taken up at the next start.");
        }
    }

    /** Keeps to what the settings and the schedule allow now; each download looks for itself. */
    private void pace() {
        servings.limit(least(Setting.UPLOAD_LIMIT, Flow.UPLOAD));
        servings.pause(pacing.of(null, Flow.UPLOAD).isPaused());
        long download = least(Setting.DOWNLOAD_LIMIT, Flow.DOWNLOAD);
        if (downloads.rateBytesPerSecond() != download) {
            downloads.rate(download);
        }
        shares.all().forEach(shared -> pace(shared.name(), shared.served()));
        following.goOn();
    }

    /** Keeps what goes out of something that is served under a name to what is allowed now. */
    void pace(Name name, Served served) {
        if (served.ceiling(pacing.of(name, Flow.UPLOAD).bytesPerSecond())) {
            servings.limitChanged(served);
        }
    }

    /** The lower of a setting and of what the schedule says about everything; of pauses, no word. */
    private long least(Setting setting, Flow flow) {
        Pacing.Pace pace = pacing.of(null, flow);
        long limit = Rate.parse(limitNow(setting));
        return pace.isPaused() ? limit : Math.min(limit, pace.bytesPerSecond());
    }

    /** What may go at the moment. */
    Pacing pacing() {
        return pacing;
    }

    /**
     * Limits what is shared or downloaded under a name from now on.
     *
     * @return how many shares and downloads that are
     */
    int limit(Name name, long bytesPerSecond) {
        int limited = 0;
        for (Shared shared : shares.all()) {
            if (shared.name().equals(name)) {
                shared.served().limit(bytesPerSecond);
                servings.limitChanged(shared.served());
                limited++;
            }
        }
        for (Downloading download : running.values()) {
            if (download.name().equals(name)) {
                download.limit(bytesPerSecond);
                limited++;
            }
        }
        return limited;
    }

    Home home() {
        return home;
    }

    Identity identity() {
        return identity;
    }

    KnownKeys known() {
        return known;
    }

    PeerEvents events() {
        return events;
    }

    /** The keys of accounts that this home keeps. */
    AccountFiles accounts() {
        return accounts;
    }

    /** How much all downloads together may request. */
    Throttle downloads() {
        return downloads;
    }

    Servings servings() {
        return servings;
    }

    /** The segment tables of what is here. */
    SegmentTables tables() {
        return tables;
    }

    Senders senders() {
        return senders;
    }

    Links links() {
        return links;
    }

    IndexSessions sessions() {
        return sessions;
    }

    /** What this home follows. */
    Following following() {
        return following;
    }

    /** Who looks at what is watched. */
    Lookout lookout() {
        return lookout;
    }

    /** Where the index is that this process uses when nothing else is said. */
    Optional<HostAndPort> usualIndex() {
        return usualIndex;
    }

    FileHasher hasher() {
        return hasher;
    }

    OpenFiles openFiles() {
        return openFiles;
    }

    /** What is shared now; a copy. */
    List<Shared> shares() {
        return shares.all();
    }

    /** How many shares there are. */
    int shareCount() {
        return shares.size();
    }

    /** What is shared now of one content with the same readers; a copy. */
    List<Shared> sharesOf(ShareKey key) {
        return shares.of(key);
    }

    Map<ContentId, Downloading> running() {
        return running;
    }

    /** Whether this request is now the one that gets a content; false while another does. */
    boolean claim(ContentId content, Object getting) {
        return claims.putIfAbsent(content, getting) == null;
    }

    /** A request no longer gets a content: another may. */
    void release(ContentId content, Object getting) {
        claims.remove(content, getting);
    }

    /** What is remembered of files; empty when it cannot be opened, which only costs hashing again. */
    synchronized Optional<Catalog> catalog() {
        if (!catalogTried) {
            catalogTried = true;
            try {
                SecretFile.createIfAbsent(home.catalogFile());
                catalog = Optional.of(Catalog.open(home.catalogFile()));
            } catch (IOException | StoreException e) {
                events.warning("What is known of files cannot be kept: " + e.getMessage());
            }
        }
        return catalog;
    }

    /** The same, but where nothing is remembered yet, nothing is made: that takes longer than a small download. */
    Optional<Catalog> catalogIfThere() {
        return Files.exists(home.catalogFile()) ? catalog() : Optional.empty();
    }

    /** Whether this process goes on after the request at hand, so that what it gets can be got from it. */
    boolean stays() {
        return stays || !shares.isEmpty();
    }

    /** Serves something under a name from now on. */
    void share(Shared shared) {
        pace(shared.name(), shared.served());
        shares.add(shared);
        servings.add(shared.served());
    }

    /** Makes an index know a version, and serves it from a file for as long as this runs. */
    void serve(IndexSession session, VersionRecord record, ShareKey key, HashedFile file) {
        Served served = new Served(new SharedFile(file, openFiles), key.circle(), Rate.UNLIMITED);
        // Before anybody can hear of it, as the first who does may be here at once.
        servings.add(served);
        boolean registered = false;
        try {
            session.presence().register(new NamedShare(record.name(), key), served.chunks(), record);
            share(new Shared(session, record.name(), file.path().toString(), served));
            registered = true;
        } finally {
            if (!registered) {
                retract(served);
            }
        }
    }

    /** Serves something no longer that was not shared after all. */
    void retract(Served served) {
        servings.remove(served, "the source does not share it");
        close(served.stored());
    }

    /** Ends shares, and the registrations of contents that nothing else shares there. */
    void unshare(List<Shared> ended) {
        Map<IndexSession, List<ShareKey>> withdrawn = new LinkedHashMap<>();
        for (Shared shared : ended) {
            shares.remove(shared);
            servings.remove(shared.served(), "the source does not share it any more");
            ShareKey key = shared.served().key();
            if (!isShared(shared.session(), key)) {
                withdrawn
                        .computeIfAbsent(shared.session(), fresh -> new ArrayList<>())
                        .add(key);
            }
        }
        withdrawn.forEach(this::withdraw);
        ended.forEach(shared -> close(shared.served().stored()));
    }

    /** Stops to serve a content from there, and tells the index unless it is shared there still. */
    void withdraw(IndexSession session, Served served, String reason) {
        servings.remove(served, reason);
        withdrawUnshared(session, List.of(served.key()));
    }

    /** Takes those of some away from an index that are not shared there. */
    void withdrawUnshared(IndexSession session, List<ShareKey> keys) {
        List<ShareKey> unshared =
                keys.stream().filter(key -> !isShared(session, key)).toList();
        if (!unshared.isEmpty()) {
            withdraw(session, unshared);
        }
    }

    private void withdraw(IndexSession session, List<ShareKey> keys) {
        session.presence().withdraw(keys);
        for (ShareKey key : keys) {
            Downloading left = running.get(key.content());
            if (left != null && left.key().equals(key)) {
                left.wasWithdrawn();
            }
        }
    }

    /** Whether an index was told that something can be had here as a whole. */
    boolean isShared(IndexSession session, ShareKey key) {
        return shares.of(key).stream().anyMatch(shared -> shared.session().equals(session));
    }

    /** Says good-bye to the indexes, which takes everything away there: whatever ends afterwards tells them nothing. */
    void leave() {
        following.leave();
        sessions.close();
    }

    @Override
    public void close() {
        // Not with this locked: what is being put somewhere may still need something of it.
        pacing.close();
        lookout.close();
        following.close();
        closeParts();
    }

    private synchronized void closeParts() {
        sessions.close();
        links.close();
        senders.close();
        running.values().forEach(Downloading::interrupt);
        awaitDownloads();
        shares.all().forEach(shared -> close(shared.served().stored()));
        tables.close();
        hasher.close();
        openFiles.close();
        catalog.ifPresent(Catalog::close);
    }

    /** Waits until the part files are closed: who takes this home over opens them again. */
    private void awaitDownloads() {
        long end = System.nanoTime() + CLOSE_NANOS;
        while (!running.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(CLOSE_NANOS / 1_000);
        }
    }

    private void close(StoredContent stored) {
        try {
            stored.close();
        } catch (StoreException e) {
            events.warning(String.valueOf(e.getMessage()));
        }
    }

    /** A content turned out to have changed on the disk: nobody is sent here for it any more. */
    private void lost(Served served) {
        List<Shared> ended = shares.of(served.key()).stream()
                .filter(shared -> shared.served() == served)
                .toList();
        Thread.ofVirtual().start(() -> unshare(ended));
    }

    /** Whoever downloads here what is downloaded here may have what is missing here. */
    private void opened(PeerLink link, ShareKey key) {
        Downloading downloading = running.get(key.content());
        if (downloading != null && downloading.key().equals(key)) {
            Thread.ofVirtual().start(() -> downloading.offer(link));
        }
    }
}
