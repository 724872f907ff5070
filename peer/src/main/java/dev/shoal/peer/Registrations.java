package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.RegistrationDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What this process has told the index, or has to: which contents, and which of their chunks. Pure bookkeeping, without
 * waiting for anything. Thread-safe by its monitor, which is held for moments only.
 */
final class Registrations {

    /** What is known about one content: all its chunks, or some, of which some are not told yet. */
    private static final class Entry {
        final ContentId content;
        final ChunkSet held;
        final ChunkSet untold;
        boolean tellComplete;

        Entry(ContentId content, ChunkSet held) {
            this.content = content;
            this.held = held;
            this.untold = new ChunkSet(held.size());
        }
    }

    private final Map<ContentId, Entry> entries = new LinkedHashMap<>();
    /** Of which there is something to tell: the others need not be looked at ten times a second. */
    private final Set<Entry> news = new LinkedHashSet<>();

    private final RegistrationDigest digest = new RegistrationDigest();
    private int generation;

    /** A content was registered, and is here with these chunks; which ones, if not all, is still to be told. */
    synchronized void registered(ContentId content, ChunkSet held) {
        Entry known = entries.get(content);
        if (known == null) {
            known = new Entry(content, held.copy());
            entries.put(content, known);
            digest.add(content);
        } else {
            // Two answers may have overtaken each other: what was there once is not taken back.
            held.runs().forEach(known.held::add);
            known.tellComplete = known.held.isFull() && !held.isFull();
        }
        if (!held.isFull()) {
            held.runs().forEach(known.untold::add);
        }
        news.add(known);
    }

    /** A content is here with these chunks, of which the index could not be told: it is as soon as it is there. */
    synchronized void unheard(ContentId content, ChunkSet held) {
        registered(content, held);
        Entry entry = entries.get(content);
        if (entry != null) {
            entry.tellComplete = entry.held.isFull();
            news.add(entry);
        }
    }

    /** Whether a content is registered. */
    synchronized boolean isRegistered(ContentId content) {
        return entries.containsKey(content);
    }

    /** A content was withdrawn. Returns whether it was registered. */
    synchronized boolean withdrawn(ContentId content) {
        Entry known = entries.remove(content);
        if (known == null) {
            return false;
        }
        news.remove(known);
        digest.remove(content);
        return true;
    }

    /** A chunk of a registered content came. */
    synchronized void chunkCame(ContentId content, int chunk) {
        Entry entry = entries.get(content);
        if (entry != null && entry.held.add(chunk)) {
            entry.untold.add(chunk);
            entry.tellComplete = entry.held.isFull();
            news.add(entry);
        }
    }

    /** How many contents are registered. */
    synchronized int count() {
        return entries.size();
    }

    /** What a heartbeat says. */
    synchronized IndexRequest.Heartbeat heartbeat(int uploads) {
        return new IndexRequest.Heartbeat(digest.count(), digest.high(), digest.low(), Math.min(uploads, 0xffff));
    }

    /** The chunks that came since the last call, as requests; when one is not acknowledged, {@link #untell} it. */
    synchronized List<RegisterChunks> untold() {
        List<RegisterChunks> requests = new ArrayList<>();
        news.forEach(entry -> takeUntold(entry, requests));
        news.clear();
        return requests;
    }

    /** As {@link #untold()}, but of one content. */
    synchronized List<RegisterChunks> untold(ContentId content) {
        List<RegisterChunks> requests = new ArrayList<>();
        Entry entry = entries.get(content);
        if (entry != null) {
            takeUntold(entry, requests);
            news.remove(entry);
        }
        return requests;
    }

    private static void takeUntold(Entry entry, List<RegisterChunks> requests) {
        if (entry.tellComplete) {
            requests.add(new RegisterChunks(true, false, entry.content, List.of()));
        } else {
            addPages(requests, entry.content, entry.untold, false);
        }
        entry.tellComplete = false;
        entry.untold.runs().forEach(run -> removeRun(entry.untold, run));
    }

    /** A request of {@link #untold} failed: its chunks are told again. */
    synchronized void untell(RegisterChunks request) {
        Entry entry = entries.get(request.content());
        if (entry != null) {
            entry.tellComplete |= request.complete();
            request.runs().forEach(entry.untold::add);
            news.add(entry);
        }
    }

    /** The index may know nothing of the chunks of partial contents: all of them are told again. */
    synchronized void untellChunks() {
        for (Entry entry : entries.values()) {
            if (!entry.held.isFull()) {
                entry.held.runs().forEach(entry.untold::add);
                news.add(entry);
            }
        }
    }

    /** What is to be said now in place of a request of {@link #untold}, if anything. */
    synchronized Optional<RegisterChunks> upToDate(RegisterChunks request) {
        Entry entry = entries.get(request.content());
        if (entry == null) {
            return Optional.empty();
        }
        // In a new session, chunks after the word that it is complete would make the content partial again.
        return Optional.of(entry.held.isFull() ? new RegisterChunks(true, false, entry.content, List.of()) : request);
    }

    /** Everything, as requests that replace what the index had. */
    synchronized List<IndexRequest> restatement() {
        generation++;
        List<IndexRequest> requests = new ArrayList<>();
        List<RegisterBulk.Entry> all = entries.values().stream()
                .map(entry -> new RegisterBulk.Entry(entry.content, !entry.held.isFull()))
                .toList();
        boolean small = all.size() <= 8 * IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM;
        int page = small ? IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM : IndexRequest.MAX_BULK_ENTRIES;
        for (int from = 0; from == 0 || from < all.size(); from += page) {
            int end = Math.min(all.size(), from + page);
            requests.add(new RegisterBulk(generation, all.subList(from, end), end < all.size()));
        }
        for (Entry entry : entries.values()) {
            if (!entry.held.isFull()) {
                List<RegisterChunks> pages = new ArrayList<>();
                addPages(pages, entry.content, entry.held, true);
                requests.addAll(pages);
            }
        }
        return requests;
    }

    private static void addPages(
            List<RegisterChunks> requests, ContentId content, ChunkSet chunks, boolean replaceFirst) {
        List<ChunkRun> runs = chunks.runs();
        for (int from = 0; from < runs.size(); from += IndexRequest.MAX_RUNS) {
            List<ChunkRun> page = runs.subList(from, Math.min(runs.size(), from + IndexRequest.MAX_RUNS));
            requests.add(new RegisterChunks(false, replaceFirst && from == 0, content, List.copyOf(page)));
        }
    }

    private static void removeRun(ChunkSet set, ChunkRun run) {
        for (int chunk = run.first(); chunk < run.end(); chunk++) {
            set.remove(chunk);
        }
    }
}
