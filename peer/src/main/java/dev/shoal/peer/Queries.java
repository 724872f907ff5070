package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.content.SafePath;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out the requests that only ask the index. Pages are fetched until the list or the person's patience ends. */
final class Queries {

    /** How many entries to ask for at a time; what does not fit a datagram comes in smaller pages. */
    private static final int PAGE = 500;

    /** More sources of one content than this are counted, not listed. */
    private static final int MAX_LISTED_SOURCES = 1_000;

    private final IndexClient index;
    private final Advertised advertised;
    private final KnownKeys known;
    private final PeerEvents events;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;

    Queries(
            IndexClient index,
            Advertised advertised,
            KnownKeys known,
            PeerEvents events,
            Consumer<Report> reports,
            Cancellation cancellation) {
        this.index = index;
        this.advertised = advertised;
        this.known = known;
        this.events = events;
        this.reports = reports;
        this.cancellation = cancellation;
    }

    void list(boolean all) {
        String cursor = "";
        do {
            IndexRequest request =
                    all ? new IndexRequest.ListAll(cursor, PAGE) : new IndexRequest.ListOnline(cursor, PAGE);
            IndexReply.Names page = index.ask(request, IndexReply.Names.class);
            page.entries().forEach(this::report);
            checkMoved(!page.cursor().equals(cursor) || cursor.isEmpty());
            cursor = page.cursor();
        } while (!cursor.isEmpty() && !cancellation.isCancelled());
    }

    /** A list whose next page is the same page again would never end. */
    static void checkMoved(boolean moved) {
        if (!moved) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "The index gives the same page of the list again and again. Do not trust this index.");
        }
    }

    void search(String text, int limit) {
        search(index, text, limit, reports, cancellation);
    }

    /** Looks for a text. Who asked is told when that is not all there is. */
    static void search(IndexLine index, String text, int limit, Consumer<Report> reports, Cancellation cancellation) {
        int read = 0;
        boolean isMore = true;
        while (isMore && read < limit && !cancellation.isCancelled()) {
            IndexReply.Names page = index.ask(
                    new IndexRequest.Search(text, read, Math.min(PAGE, limit - read)), IndexReply.Names.class);
            page.entries().forEach(entry -> reports.accept(listed(entry)));
            read += page.entries().size();
            isMore = !page.entries().isEmpty() && !page.cursor().isEmpty();
        }
        if (read >= Request.Search.MOST) {
            reports.accept(new Report.Said(
                    "INFO",
                    "An index tells of no more than " + Request.Search.MOST
                            + " matches, and there may be more. Look for more words to find fewer."));
        } else if (isMore && !cancellation.isCancelled()) {
            reports.accept(new Report.Said(
                    "INFO", "More names match than these " + read + ". Look for more words to find fewer."));
        }
    }

    void users() {
        int cursor = 0;
        do {
            IndexReply.Users page = index.ask(new IndexRequest.ListUsers(cursor, PAGE), IndexReply.Users.class);
            for (IndexReply.User user : page.entries()) {
                reports.accept(new Report.UserOnline(
                        user.account().isEmpty() ? null : SafePath.visible(user.account()),
                        SafePath.visible(user.user()),
                        user.peer().fingerprint(),
                        Long.toHexString(user.instance()),
                        user.sinceMillis(),
                        user.contents(),
                        user.uploads()));
            }
            checkMoved(page.cursor() == 0 || page.cursor() > cursor);
            cursor = page.cursor();
        } while (cursor != 0 && !cancellation.isCancelled());
    }

    void describe(Target target) {
        IndexReply.Version found = target.resolve(index, known, events);
        Optional<IndexReply.Version> meant = target.meant(index, found);
        AudienceId audience = meant.map(IndexReply.Version::audience).orElse(null);
        IndexReply.Version version = meant.orElse(found);
        VersionRecord record = version.record();
        ContentId content = target.content(record);
        List<Report.SourceOnline> sources = new ArrayList<>();
        while (sources.size() < MAX_LISTED_SOURCES && !cancellation.isCancelled()) {
            IndexReply.Locations page = index.ask(
                    new IndexRequest.Locate(true, content, sources.size(), PAGE, audience), IndexReply.Locations.class);
            page.entries().forEach(source -> sources.add(source(source, content)));
            if (page.entries().isEmpty() || sources.size() >= page.sources()) {
                break;
            }
        }
        reports.accept(new Report.Details(
                record.name().text(),
                record.number(),
                version.latest(),
                content.toString(),
                content.length(),
                content.layout().chunkCount(),
                content.layout().chunkBytes(),
                owner(found).id().fingerprint(),
                record.publishedMillis(),
                SafePath.visible(record.note()),
                version.seeds(),
                version.sources(),
                sources,
                link(record),
                Report.access(audience != null),
                readers(audience),
                new VersionHistory(index).of(found.record(), found.ownership()),
                record.kind() == VersionRecord.Kind.FOLDER));
    }

    /** Who may get it, as far as that is this home's account's matter. */
    private @Nullable List<String> readers(@Nullable AudienceId audience) {
        return audience == null
                ? null
                : new Audiences(new AccountLine(index))
                        .find(audience)
                        .map(Readers::names)
                        .orElse(null);
    }

    /** Whose the name is now, which may be another than the one who published this version. */
    private static PeerKey owner(IndexReply.Version version) {
        Ownership ownership = version.ownership();
        return ownership == null ? version.record().owner() : ownership.owners().getLast();
    }

    int remove(List<Name> names) {
        int removed = 0;
        for (Name name : names) {
            int count = index.ask(new IndexRequest.DeregisterName(name), IndexReply.Ack.class)
                    .number();
            removed += checkRemoved(name, count);
        }
        return removed;
    }

    /** A name that is there, and of which nothing could be taken away, is somebody else's. */
    static int checkRemoved(Name name, int count) {
        if (count == 0) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "The name " + name
                            + " belongs to another key, and this peer is no source of it: nothing was removed.");
        }
        return count;
    }

    int removeAll() {
        return index.ask(new IndexRequest.DeregisterAll(), IndexReply.Ack.class).number();
    }

    private String link(VersionRecord record) {
        return advertised.link(index.index(), record);
    }

    private static Report.SourceOnline source(IndexReply.Source source, ContentId content) {
        int chunks = content.layout().chunkCount();
        int held = source.isSeed()
                ? chunks
                : source.chunks().stream().mapToInt(ChunkRun::count).sum();
        int percent = source.isSeed() ? 100 : chunks == 0 ? 0 : Math.min(99, held * 100 / chunks);
        return new Report.SourceOnline(
                source.peer().fingerprint(),
                source.endpoints().stream().map(Endpoint::toString).toList(),
                percent,
                held,
                source.load());
    }

    private void report(Listing entry) {
        reports.accept(listed(entry));
    }

    private static Report.Listed listed(Listing entry) {
        return new Report.Listed(
                entry.name().text(),
                entry.content().toString(),
                entry.version(),
                entry.content().length(),
                entry.publishedMillis(),
                entry.seeds(),
                entry.sources(),
                entry.sources() > 0,
                Report.access(entry.isPrivate()),
                entry.folder());
    }
}
