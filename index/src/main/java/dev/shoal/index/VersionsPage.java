package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.ShareId;
import dev.shoal.protocol.VersionList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A page of the versions of a name, as long as the way it takes allows. For one thread. */
final class VersionsPage {

    /** Header, count and flags. */
    private static final int OVERHEAD_BYTES = Header.BYTES + 3;

    private final SharedDirectory shared;
    private final boolean overTls;

    VersionsPage(SharedDirectory shared, boolean overTls) {
        this.shared = shared;
        this.overTls = overTls;
    }

    /** Of versions from two sources, the newest first. One in a datagram that has not all is to be asked for again. */
    Answer answer(List<Names.Kept> some, List<Names.Kept> others) {
        List<Names.Kept> all = Stream.concat(some.stream(), others.stream())
                .sorted(Comparator.comparingInt(
                                (Names.Kept kept) -> kept.record().number())
                        .reversed())
                .toList();
        List<VersionList.Entry> page = new ArrayList<>();
        int bytes = OVERHEAD_BYTES;
        for (Names.Kept kept : all) {
            VersionList.Entry entry = entry(kept);
            bytes += entry.encodedBytes();
            if (bytes > ReplySizes.capacity(overTls) || page.size() == VersionList.MAX_ENTRIES) {
                return new Answer(new VersionList(page, true), !overTls);
            }
            page.add(entry);
        }
        return Answer.of(new VersionList(page, false));
    }

    private VersionList.Entry entry(Names.Kept kept) {
        AudienceId audience = kept.audience();
        ContentId content = kept.record().content();
        Directory.State state = shared.state(audience == null ? content : ShareId.of(audience, content));
        return new VersionList.Entry(kept.record(), state.seeds(), state.sources(), audience, kept.changedBytes());
    }
}
