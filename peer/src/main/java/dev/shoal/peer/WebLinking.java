package dev.shoal.peer;

import dev.shoal.content.SafePath;
import dev.shoal.store.SharedFolder;
import dev.shoal.transport.ServerKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what a person wants of download links, and ties them to what a peer that stays up shares: a link follows
 * its share to newer versions, and ends with it. Has the port open as long as there is a link. Thread-safe.
 */
final class WebLinking implements AutoCloseable {

    /** How many looks it is until a port that could not be opened is tried again. */
    private static final int LOOKS_BETWEEN_TRIES = 10;

    /** Longer endings of a file's name are no ending. */
    private static final int MOST_ENDING = 10;

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    private final Upkeep upkeep;
    private final PeerNode node;
    private final HomePeer peer;
    private final WebLinks links;
    private final WebLinkDoor door;
    private @Nullable String problem;
    private int looks;

    /** Reads what the home keeps of them, and opens nothing. */
    WebLinking(Upkeep upkeep, PeerNode node, HomePeer peer, SettingsWatch settings, InstantSource clock) {
        this.upkeep = upkeep;
        this.node = node;
        this.peer = peer;
        this.links = new WebLinks(node.home().webLinksFile(), clock, node.events());
        WebLinkAnswers answers = new WebLinkAnswers(
                links, this::offer, node.servings(), node.senders(), clock, this::used, WebLinkAnswers.Waits.USUAL);
        this.door = new WebLinkDoor(node.home().webLinksKeyFile(), settings::now, answers::answer);
        links.open();
    }

    /** What an earlier process left is good again, as far as what it is for is still shared. */
    void begin() {
        links.endSurely(kept -> upkeep.share(kept.share()).isEmpty());
        look();
    }

    /** Ends what is over, and has the port open when it is needed. To be called each second. */
    void look() {
        links.expire()
                .forEach(kept -> node.events()
                        .info("The download link " + kept.id() + " to " + kept.name()
                                + " has ended: its time is over."));
        if (!links.isNeeded()) {
            door.stop();
        } else if (problem() == null || looks++ % LOOKS_BETWEEN_TRIES == 0) {
            opened();
        }
    }

    private synchronized @Nullable String problem() {
        return problem;
    }

    /** How links begin; empty, and told once, while the port cannot be opened. */
    private Optional<WebLinkDoor.Address> opened() {
        try {
            WebLinkDoor.Address address = door.open();
            hasProblem(null);
            return Optional.of(address);
        } catch (PeerException e) {
            String sentence = String.valueOf(e.getMessage());
            if (hasProblem(sentence)) {
                node.events()
                        .warning(sentence
                                + (door.address().isPresent()
                                        ? ""
                                        : " Until then, nobody gets anything by download links."));
            }
            return Optional.empty();
        }
    }

    /** Returns whether that is news. */
    private synchronized boolean hasProblem(@Nullable String sentence) {
        boolean isNews = sentence != null && !sentence.equals(problem);
        problem = sentence;
        return isNews;
    }

    /** Carries out a wish. */
    void run(WebLinkWish wish, Consumer<Report> reports) {
        switch (wish) {
            case WebLinkWish.MakeWebLink make -> reports.accept(make(make));
            case WebLinkWish.ListWebLinks list -> list(list, reports);
            case WebLinkWish.EndWebLinks end -> end(end, reports);
        }
    }

    private WebLinkReport.WebLink make(WebLinkWish.MakeWebLink wish) {
        Task task = chosen(wish);
        KeptTask.Serves serves = task.kept().serves();
        PeerNode.Shared shared = task.shared();
        if (serves == null || shared == null) {
            throw new PeerException(
                    PeerException.Reason.CONFLICT,
                    task.kept().name() + " is not served at the moment (" + standing(task) + "), so nobody would get"
                            + " anything by a link.");
        }
        if (shared.served().key().audience() != null && !wish.privateToo()) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    task.kept().name() + " is shared with some people alone, and whoever has the link, or is given it"
                            + " by somebody, gets it as well. If that is meant, make it with --private-too"
                            + " (\"privateToo\": true).");
        }
        // First, as a link is of no use when nobody can come by it.
        door.open();
        hasProblem(null);
        KeptWebLink made = links.make(
                task.kept().key(), serves.name(), shared.served().content().toString(), wish);
        // It may have ended in this moment, and found no link to end with it.
        shareEnded(made.share());
        node.events()
                .info("The download link " + made.id() + " to " + made.name() + " was made; it ends at "
                        + MOMENT.format(Instant.ofEpochMilli(made.untilMillis()).atZone(ZoneId.systemDefault()))
                        + (made.isLimited()
                                ? (made.times() == 1
                                        ? ", or after a download."
                                        : ", or after " + made.times() + " downloads.")
                                : "."));
        return report(made);
    }

    private Task chosen(WebLinkWish.MakeWebLink wish) {
        if (wish.share() != 0) {
            return upkeep.shares()
                    .filter(task -> task.id() == wish.share())
                    .findFirst()
                    .orElseThrow(() -> new PeerException(
                            PeerException.Reason.NOT_FOUND, "There is no share of the number " + wish.share() + "."));
        }
        List<String> names = names(wish.name());
        return upkeep.shares()
                .filter(task -> names.stream().anyMatch(task::isAbout)
                        || task.kept().path().equals(wish.path()))
                // What is shared at two indexes is the same twice, unless it is not served at one.
                .max((one, other) -> Boolean.compare(one.shared() != null, other.shared() != null))
                .orElseThrow(() -> new PeerException(
                        PeerException.Reason.NOT_FOUND,
                        "The peer that stays up shares nothing as " + wish.name()
                                + ". Share it first (`shoal share`); `shoal status` lists what is shared."));
    }

    /** What somebody may mean by a name: it as it is, and below each of his owners; nothing by what is none. */
    private List<String> names(String text) {
        try {
            return Stream.concat(
                            Stream.of(text),
                            node.accounts().owners(peer.user()).stream()
                                    .map(owner ->
                                            Target.parse(text, owner).name().text()))
                    .toList();
        } catch (PeerException noName) {
            return List.of();
        }
    }

    /** How many links lead to something. */
    int count() {
        return links.count();
    }

    private void list(WebLinkWish.ListWebLinks wish, Consumer<Report> reports) {
        links.expire();
        links.all().reversed().stream()
                .map(this::report)
                .filter(link -> wish.share() == 0 || link.share() == wish.share())
                .forEach(reports);
    }

    private void end(WebLinkWish.EndWebLinks wish, Consumer<Report> reports) {
        List<KeptWebLink> there = links.all();
        for (long id : wish.ids()) {
            if (there.stream().noneMatch(kept -> kept.id() == id)) {
                throw nothing("There is no download link " + id + ".");
            }
        }
        for (String name : wish.names()) {
            if (there.stream().noneMatch(kept -> names(name).contains(kept.name()))) {
                throw nothing("There is no download link to " + name + ".");
            }
        }
        List<String> names =
                wish.names().stream().flatMap(name -> names(name).stream()).toList();
        links.end(kept -> wish.all() || wish.ids().contains(kept.id()) || names.contains(kept.name()))
                .forEach(kept -> {
                    node.events().info("The download link " + kept.id() + " to " + kept.name() + " was ended.");
                    reports.accept(new WebLinkReport.WebLinkEnded(kept.id(), kept.name()));
                });
        look();
    }

    private static PeerException nothing(String sentence) {
        return new PeerException(
                PeerException.Reason.NOT_FOUND, sentence + " `shoal links` lists those that there are.");
    }

    /** A share is over: unless another has taken its place, nobody gets it by links any more. */
    void shareEnded(String key) {
        if (upkeep.share(key).isEmpty()) {
            links.endSurely(kept -> kept.share().equals(key));
        }
    }

    private void used(WebLinkReport.WebLinkUsed use) {
        upkeep.tell(use);
    }

    /** What a share has for others. */
    private Optional<WebLinkAnswers.Offer> offer(String key) {
        return upkeep.share(key).map(task -> {
            PeerNode.Shared shared = task.shared();
            KeptTask.Serves serves = task.kept().serves();
            boolean isPrivate = shared != null
                    ? shared.served().key().audience() != null
                    : serves != null && serves.audience() != null;
            String file = file(task, isFolder(task, shared));
            return new WebLinkAnswers.Offer(file, shared == null ? null : shared.served(), isPrivate);
        });
    }

    private static boolean isFolder(Task task) {
        return isFolder(task, task.shared());
    }

    private static boolean isFolder(Task task, PeerNode.@Nullable Shared shared) {
        return shared != null
                ? shared.served().stored() instanceof SharedFolder
                : Files.isDirectory(Path.of(task.kept().path()));
    }

    /** What is shared as "thesis" and lies in "thesis.pdf" is saved under the name that opens it. */
    private static String file(Task task, boolean isFolder) {
        String name = leaf(task.kept().name());
        if (isFolder) {
            return name + ".zip";
        }
        String path = leaf(task.kept().path());
        int dot = path.lastIndexOf('.');
        boolean isShort = dot > 0 && path.length() - dot <= MOST_ENDING;
        return isShort && name.indexOf('.') < 0 ? name + path.substring(dot) : name;
    }

    private static String leaf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String standing(Task task) {
        TaskReport.Task report = task.report();
        return report.trouble() == null ? report.state() : report.trouble();
    }

    private WebLinkReport.WebLink report(KeptWebLink kept) {
        Optional<WebLinkDoor.Address> address = opened();
        Optional<Task> task = upkeep.share(kept.share());
        String file = task.map(each -> file(each, isFolder(each))).orElseGet(() -> leaf(kept.name()));
        ServerKey key = address.map(WebLinkDoor.Address::key)
                .filter(ServerKey::isSelfSigned)
                .orElse(null);
        long length = task.map(each -> each.report().bytes()).orElse(0L);
        return new WebLinkReport.WebLink(
                kept.id(),
                task.map(Task::id).orElse(0L),
                kept.name(),
                file,
                address.map(open -> open.root() + kept.secret() + "/" + HttpAnswer.encoded(file))
                        .orElse(null),
                length,
                task.filter(WebLinking::isFolder).isPresent(),
                task.map(each -> each.report().access()).orElse(Report.access(false)),
                kept.sinceMillis(),
                kept.untilMillis(),
                kept.times(),
                kept.used(length),
                kept.sentBytes(),
                links.isOver(kept.id())
                        ? "It is over; what is under way still runs."
                        : address.isEmpty() ? problem() : trouble(kept, task.orElse(null)),
                key == null ? null : key.fingerprint(),
                key == null ? null : key.pin());
    }

    private static @Nullable String trouble(KeptWebLink kept, @Nullable Task task) {
        if (task == null) {
            return "It is not shared any more.";
        }
        TaskReport.Task report = task.report();
        if (!report.access().equals(Report.access(false)) && !kept.privateToo()) {
            return "It is shared with some people alone by now, so nobody gets it by this link.";
        }
        if (task.shared() == null) {
            return "It is not served at the moment: " + SafePath.visible(standing(task));
        }
        return report.limitBytesPerSecond() == 0 ? "What goes out of it is paused." : null;
    }

    @Override
    public void close() {
        door.close();
        links.close();
    }
}
