package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.content.SafePath;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionList;
import dev.shoal.protocol.VersionRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The versions of a name that an index keeps, checked: each is signed by one whose the name was. For one thread. */
final class VersionHistory {

    /** An index keeps a hundred usually; nobody reads more. */
    private static final int MOST = 1_000;

    private final IndexClient client;

    VersionHistory(IndexClient client) {
        this.client = client;
    }

    /**
     * The versions of a name, the newest first; none where the index is too old to list them.
     *
     * @param known a version of the name that was checked
     * @param ownership through which hands the name came, as was checked; null when it has its first owner
     * @throws PeerException with reason VERIFICATION when one of them is nobody's whose the name was
     */
    List<Report.VersionKept> of(VersionRecord known, @Nullable Ownership ownership) {
        List<PeerKey> owners = ownership == null ? List.of(known.owner()) : ownership.owners();
        List<VersionList.Entry> entries = entries(known.name(), owners);
        List<Report.VersionKept> versions = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            VersionRecord before = i + 1 < entries.size() ? entries.get(i + 1).record() : null;
            versions.add(version(entries.get(i), before));
        }
        return versions;
    }

    private List<VersionList.Entry> entries(Name name, List<PeerKey> owners) {
        List<VersionList.Entry> entries = new ArrayList<>();
        int below = 0;
        boolean more = true;
        while (more && entries.size() < MOST) {
            Pdu answer = client.exchange(new ListVersions(name, below));
            if (answer instanceof Failure failure
                    && (failure.code() == ErrorCode.UNSUPPORTED || failure.code() == ErrorCode.NOT_FOUND)) {
                return entries;
            }
            if (!(answer instanceof VersionList page)) {
                throw IndexClient.refusal(answer);
            }
            for (VersionList.Entry entry : page.entries()) {
                check(name, entry.record(), owners, below);
                below = entry.record().number();
            }
            Queries.checkMoved(!page.more() || !page.entries().isEmpty());
            entries.addAll(page.entries());
            more = page.more();
        }
        return entries;
    }

    private static void check(Name name, VersionRecord record, List<PeerKey> owners, int below) {
        Target.checkSigned(name, record);
        if (!owners.contains(record.owner()) || (below != 0 && record.number() >= below)) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "Version " + record.number() + " of " + name
                            + " in the index's list was not made by an owner of the"
                            + " name, or stands in the wrong place. Do not trust this index.");
        }
    }

    private static Report.VersionKept version(VersionList.Entry entry, @Nullable VersionRecord before) {
        VersionRecord record = entry.record();
        long bytes = record.content().length();
        return new Report.VersionKept(
                record.number(),
                record.publishedMillis(),
                bytes,
                before == null ? null : bytes - before.content().length(),
                entry.changedBytes(),
                record.content().toString(),
                SafePath.visible(record.note()),
                entry.seeds(),
                entry.sources(),
                Report.access(entry.audience() != null));
    }
}
