package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.store.StoreException;
import dev.shoal.transport.Cryptography;
import dev.shoal.transport.Identity;
import dev.shoal.transport.SecretFile;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TransportException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The peer of a home, wherever it runs: a request goes to the process that runs it, else is carried out here, and then
 * this is the process that runs it as soon as it shares, downloads or is to be on-line. Thread-safe.
 */
final class HomePeer implements PeerService {

    /** How long a process that has the home may be without its socket: many times what starting takes. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A process that ends a connection sooner and again and again does not end itself: it understands nothing. */
    private static final long BRIEF_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Two of a home's processes may end at the same moment, and a third one begin; not ten. */
    private static final int MOST_UNANSWERED = 10;

    private final Home home;
    private final Peers.Options options;
    private final PeerEvents events;
    private final Configuration configuration;
    private final KnownKeys known;
    private final AccountFiles accounts;
    private volatile boolean hostEnded;
    private volatile boolean warned;
    private @Nullable PeerNode node;
    private @Nullable ControlServer control;
    /** What goes on by itself, when this process stays up. */
    private volatile @Nullable Upkeep upkeep;

    private boolean closed;

    HomePeer(Home home, Peers.Options options, PeerEvents events) {
        this.home = home;
        this.options = options;
        this.events = (level, text) -> {
            events.happened(level, text);
            Upkeep up = upkeep;
            if (up != null) {
                up.tell(new Report.Said(level.name(), text));
            }
        };
        this.configuration = Configuration.load(home.configurationFile());
        this.known = new KnownKeys(home.knownKeysFile());
        this.accounts = new AccountFiles(home, this.events);
    }

    @Override
    public void run(Request request, Consumer<Report> reports, Cancellation cancellation) {
        long silentSinceNanos = System.nanoTime();
        int unanswered = 0;
        while (!cancellation.isCancelled()) {
            Optional<RemotePeer> remote = isHost() ? Optional.empty() : RemotePeer.connect(home);
            long beganNanos = System.nanoTime();
            if (remote.isEmpty()) {
                if (carryOut(request, reports, cancellation)) {
                    return;
                }
                checkSilence(silentSinceNanos);
            } else if (request instanceof TaskWish.Stay) {
                remote.get().close();
                throw runsAlready();
            } else if (remote.get().carryOut(attached(request), reports, cancellation)) {
                return;
            } else {
                hostEnded = true;
                // It was the other one's until now: who is next has the whole time to open it.
                silentSinceNanos = System.nanoTime();
                unanswered = System.nanoTime() - beganNanos < BRIEF_NANOS ? unanswered + 1 : 0;
                if (unanswered == MOST_UNANSWERED) {
                    throw ControlMessages.otherVersion();
                }
                if (request instanceof TaskWish.Begin && !cancellation.isCancelled()) {
                    // It was to go on by itself; whether it still does depends on who is next.
                    reports.accept(new TaskReport.Taken(TaskReport.Taken.NOBODY));
                }
            }
            // The process that ran the peer has ended, or one has just begun: look again.
            cancellation.await(100);
        }
    }

    private PeerException runsAlready() {
        return new PeerException(
                PeerException.Reason.FAILED,
                "The peer of this home runs already, in " + RemotePeer.process(home) + ". `shoal status` shows what it"
                        + " does; end it first (`shoal down`, or Ctrl-C where it runs), or name another home in "
                        + Home.VARIABLE + ".");
    }

    private ControlMessages.Attached attached(Request request) {
        return new ControlMessages.Attached(
                request.orAt(options.index()), options.user(), options.uploadLimit(), options.downloadLimit());
    }

    /** Refuses an attached command that wants the peer otherwise than it runs here: silently it would not be so. */
    private void check(ControlMessages.Attached command) {
        String wanted = command.user();
        if (wanted != null && !Setting.USER.checked(wanted).equals(user())) {
            throw otherwise("--" + Setting.USER.key(), wanted, user());
        }
        PeerNode host = running();
        if (host != null) {
            checkLimit(host, Setting.UPLOAD_LIMIT, command.uploadLimit());
            checkLimit(host, Setting.DOWNLOAD_LIMIT, command.downloadLimit());
        }
    }

    private static void checkLimit(PeerNode host, Setting setting, @Nullable String wanted) {
        String own = host.limitNow(setting);
        if (wanted != null && Rate.parse(setting.checked(wanted)) != Rate.parse(own)) {
            throw otherwise("--" + setting.key(), wanted, own);
        }
    }

    private static PeerException otherwise(String option, String wanted, String own) {
        return new PeerException(
                PeerException.Reason.USAGE,
                "This command asks for " + option + " " + wanted
                        + ", but the peer of this home runs already, in process "
                        + ProcessHandle.current().pid() + ", with " + own + ". Leave " + option
                        + " away, end that process first, or name another home in " + Home.VARIABLE + ".");
    }

    /** A process that has the home and no socket is just starting or ending; not for long. */
    private void checkSilence(long sinceNanos) {
        if (System.nanoTime() - sinceNanos > SILENCE_NANOS) {
            throw new PeerException(
                    PeerException.Reason.FAILED,
                    "The home " + home.folder() + " is in use by " + RemotePeer.process(home)
                            + ", which does not answer at " + home.socketFile()
                            + ". End that process, or name another home in " + Home.VARIABLE + ".");
        }
    }

    @Override
    public synchronized void leave() {
        closed = true;
        if (control != null) {
            // First, or attached commands would be told what becomes of their requests instead of taking over.
            control.stop();
        }
        if (node != null) {
            node.leave();
        }
        Upkeep up = upkeep;
        if (up != null) {
            up.leave();
        }
    }

    @Override
    public synchronized void close() {
        leave();
        if (node != null) {
            node.close();
        }
        Upkeep up = upkeep;
        if (up != null) {
            up.close();
        }
        if (control != null) {
            // Last, as whoever gets the lock opens what the node has closed.
            control.close();
        }
    }

    private boolean isHost() {
        return running() != null;
    }

    synchronized @Nullable PeerNode running() {
        return node;
    }

    /** Carries a request out in this process. Returns false when another process runs the peer and is to be asked. */
    private boolean carryOut(Request request, Consumer<Report> reports, Cancellation cancellation) {
        try {
            boolean presence = needsPeer(request);
            PeerNode host = presence || isHost() ? host() : null;
            if (presence && host == null) {
                return false;
            }
            if (request instanceof TaskWish wish) {
                carryOn(wish, host, reports, cancellation);
            } else if (request instanceof Request.Configure configure) {
                take(configure, host);
            } else if (request instanceof Request.Limit limit) {
                limiting(host, reports).limit(limit);
            } else if (request instanceof LimitWish wish) {
                limiting(host, reports).run(wish);
            } else if (request instanceof Request.Identify) {
                identify(host, reports);
            } else if (request instanceof Request.CodesShown shown) {
                accounts.codesShown(shown.indexKey());
            } else if (request instanceof SubscriptionWish wish && !(wish instanceof SubscriptionWish.Subscribe)) {
                change(wish, host, reports, cancellation);
            } else if (host == null) {
                ask(request, reports, cancellation);
            } else {
                new Requests(host, this, reports, cancellation).run(request);
            }
            return true;
        } catch (TransportException e) {
            throw PeerException.of(PeerException.Reason.UNREACHABLE, e);
        } catch (StoreException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        } catch (InvalidNameException e) {
            throw PeerException.of(PeerException.Reason.NOT_ALLOWED, e);
        }
    }

    /** Carries a request out in the process that runs the peer, which this one is. */
    void perform(Request request, Consumer<Report> reports, Cancellation cancellation) {
        carryOut(request, reports, cancellation);
    }

    private void carryOn(TaskWish wish, @Nullable PeerNode host, Consumer<Report> reports, Cancellation cancellation) {
        Upkeep up = upkeep;
        if (wish instanceof TaskWish.Stay && host != null && up == null) {
            Upkeep begun = new Upkeep(host, this);
            upkeep = begun;
            begun.stay(reports, cancellation);
        } else if (up != null) {
            up.run(wish, reports, cancellation);
        } else if (wish instanceof TaskWish.Begin begin) {
            checkLasts(begin);
            carryOut(begin.work(), reports, cancellation);
        } else if (!(wish instanceof TaskWish.Down && host == null)) {
            throw new PeerException(
                    PeerException.Reason.NOT_FOUND,
                    host == null
                            ? "No peer of this home stays up. `shoal up` starts one."
                            : "The peer of this home runs as a part of another command, in process "
                                    + ProcessHandle.current().pid() + ", and ends with that: Ctrl-C there.");
        }
    }

    /** What only a peer that stays up can do is not left away in silence. */
    private static void checkLasts(TaskWish.Begin begin) {
        if (begin.work() instanceof Request.Get get && (begin.detached() || get.seeding() != null)) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    (begin.detached() ? "--detach is" : "--seed-for and --seed-ratio are")
                            + " for a peer that stays up, and none of this home does: run `shoal up` first, or ask"
                            + " without.");
        }
    }

    /** What goes on by itself; null when this process does not stay up. */
    @Nullable
    Upkeep upkeep() {
        return upkeep;
    }

    private boolean needsPeer(Request request) {
        return request instanceof TaskWish.Stay
                || (request instanceof TaskWish.Begin begin && needsPeer(begin.work()))
                || (request instanceof Request.Limit && Files.exists(home.subscriptionsFile()))
                || (request instanceof Request.Remove && Files.exists(home.tasksFile()))
                || request instanceof Request.Share
                || request instanceof Request.Get
                || request instanceof Request.Attend
                || (request instanceof SubscriptionWish
                        && !(request instanceof SubscriptionWish.ListSubscriptions list && !list.stays()));
    }

    private void change(
            SubscriptionWish wish, @Nullable PeerNode host, Consumer<Report> reports, Cancellation cancellation) {
        if (host == null) {
            SubscriptionStates.of(home).forEach(reports);
        } else {
            new Subscribing(host, user(), reports, cancellation).run(wish);
        }
    }

    /** Who is no peer yet reads the settings when it becomes one. */
    private static void take(Request.Configure changed, @Nullable PeerNode host) {
        Setting setting = Configuration.named(changed.key());
        String value = setting.checked(changed.value());
        if (host != null) {
            host.configure(setting, value.isEmpty() ? setting.standard() : value);
        }
    }

    private Limiting limiting(@Nullable PeerNode host, Consumer<Report> reports) {
        return new Limiting(home, host, upkeep, setting -> limitNow(setting, host), accounts.owners(user()), reports);
    }

    /** The limit that holds for everything together without the schedule. */
    private String limitNow(Setting setting, @Nullable PeerNode host) {
        return host == null ? configuration.value(setting).orElse(setting.standard()) : host.limitNow(setting);
    }

    /** Who is no peer yet may still become one under any name. */
    private void identify(@Nullable PeerNode host, Consumer<Report> reports) {
        if (host != null) {
            reports.accept(new Report.Running(user()));
        }
    }

    /** Asks the index without being present: no port, no user name, no lock. */
    private void ask(Request request, Consumer<Report> reports, Cancellation cancellation) {
        Identity identity = identity();
        Optional<Target> target = Target.of(request, user());
        IndexAddress address = indexOf(request, target);
        if (request instanceof Request.Status) {
            reports.accept(idle(identity, address));
            SubscriptionStates.of(home).forEach(reports);
            return;
        }
        IndexClient client = visitor(identity, address);
        try {
            client.join();
            if (request instanceof AccountWish wish) {
                cancellation.whenCancelled(client::close);
                new AccountWishes(client, accounts, identity, known, reports).run(wish);
                return;
            }
            String owner = accounts.owner(client.index(), user());
            if (request instanceof Request.RollBack back) {
                Membership membership = Membership.ofPublisher(new AccountLine(client), accounts, events);
                Owners owners = new Owners(identity, membership.account(), user());
                new RollingBack(client, owners, known, events, RollingBack.ofVisitor(client))
                        .run(back, Target.of(back, owner).orElseThrow(), address.advertised(), reports);
                return;
            }
            Queries queries = new Queries(client, address.advertised(), known, events, reports, cancellation);
            Requests.query(queries, request, Target.of(request, owner), owner, reports);
        } finally {
            client.quit();
        }
    }

    private IndexClient visitor(Identity identity, IndexAddress address) {
        Self self = new Self(new SecureRandom().nextLong(), "", 0, List.of());
        return new IndexClient(address, new Tls(identity), known, self, events);
    }

    /** What there is to tell of a peer that does not run: whether its index would be there. */
    private Report.State idle(Identity identity, IndexAddress address) {
        IndexClient client = visitor(identity, address);
        boolean reachable = false;
        boolean datagrams = false;
        try {
            client.join();
            reachable = true;
            datagrams = client.probeDatagrams(new IndexRequest.Heartbeat(0, 0, 0, 0));
        } catch (PeerException e) {
            if (e.reason() != PeerException.Reason.UNREACHABLE) {
                throw e;
            }
            events.detail(String.valueOf(e.getMessage()));
        } finally {
            client.quit();
        }
        return new Report.State(
                user(),
                identity.id().fingerprint(),
                address.address().toString(),
                reachable,
                datagrams,
                0,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                List.of());
    }

    /** The index that a request, or its link, or the process, or the configuration names. */
    IndexAddress indexOf(Request request, Optional<Target> target) {
        Optional<IndexAddress> linked = target.flatMap(Target::index);
        String text = request.index() != null ? request.index() : options.index();
        Optional<String> chosen = Optional.ofNullable(text).or(() -> configuration.value(Setting.INDEX));
        if (linked.isPresent()) {
            return chosen.map(HomePeer::parsed).map(linked.get()::orAt).orElse(linked.get());
        }
        if (chosen.isEmpty() && hostEnded) {
            throw new PeerException(
                    PeerException.Reason.UNREACHABLE,
                    "The process that ran the peer of this home, and that ran or named its index, has ended; no other"
                            + " index is configured. Run the command again, or name an index with --index HOST:PORT.");
        }
        if (chosen.isEmpty()) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "No index is configured. Name one with --index HOST:PORT, in SHOAL_INDEX, or for good with"
                            + " `shoal config index HOST:PORT`; `shoal index` runs one.");
        }
        HostAndPort address = parsed(chosen.get());
        return own(address)
                .map(own -> IndexAddress.own(address, own.fingerprint()))
                .orElseGet(() -> IndexAddress.named(address));
    }

    private static HostAndPort parsed(String index) {
        try {
            return HostAndPort.parse(index);
        } catch (IllegalArgumentException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
    }

    /** Where links say that an index is; empty for where it is dialled. */
    Optional<Advertised> advertised(IndexAddress address) {
        return own(address.address()).map(own -> new Advertised(HostAndPort.parse(own.advertised()), own.otherHosts()));
    }

    /** The index at an address, when this process runs it. */
    private Optional<Peers.OwnIndex> own(HostAndPort address) {
        return Optional.ofNullable(options.index())
                .filter(index -> HostAndPort.parse(index).equals(address))
                .flatMap(index -> Optional.ofNullable(options.own()));
    }

    /** The name that others see. */
    String user() {
        String chosen = options.user();
        if (chosen != null && chosen.isBlank()) {
            throw new PeerException(
                    PeerException.Reason.USAGE, "An empty text is no user name. Leave --user away for the usual one.");
        }
        return chosen == null ? configuration.user() : Setting.USER.checked(chosen);
    }

    /** What this process began with. */
    Configuration configuration() {
        return configuration;
    }

    private Identity identity() {
        Cryptography.preferNative();
        try {
            Identity identity = Identity.loadOrCreate(home.identityFile());
            warnOfReaders();
            return identity;
        } catch (TransportException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        }
    }

    /** Says once that others can take the key or put another in its place, which is as good as being this peer. */
    private void warnOfReaders() {
        if (!warned && SecretFile.isOpenToOthers(home.identityFile())) {
            warned = true;
            events.warning("The key in " + home.identityFile() + " can be read or written by others, who can then pose"
                    + " as you. Run: chmod 600 '" + home.identityFile() + "'");
        }
    }

    private synchronized @Nullable PeerNode host() {
        if (closed) {
            throw new PeerException(PeerException.Reason.FAILED, "This peer was closed.");
        }
        if (node == null) {
            Optional<ControlServer> mine = ControlServer.claim(home, this, this::check);
            if (mine.isEmpty()) {
                return null;
            }
            control = mine.get();
            try {
                node = new PeerNode(home, identity(), known, configuration, options, user(), events);
                control.start();
            } catch (RuntimeException e) {
                control.close();
                control = null;
                throw e;
            }
        }
        return node;
    }
}
