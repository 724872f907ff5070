package dev.shoal.peer;

import org.jspecify.annotations.Nullable;

/** What there is to tell of plain HTTPS links. Immutable. */
public sealed interface WebLinkReport extends Report
        permits WebLinkReport.WebLink, WebLinkReport.WebLinkEnded, WebLinkReport.WebLinkUsed {

    /**
     * A link.
     *
     * @param id its number
     * @param share number of the task that shares what it is for
     * @param name what that is called in the index
     * @param file what the downloaded file is called
     * @param url what is passed on; a secret is in it. Null as long as the port cannot be opened
     * @param bytes how long what is shared is now; of a folder, without what the archive adds
     * @param folder whether it is a folder, which comes as an archive
     * @param access who may get it by its name, as {@link Report#access} writes it
     * @param sinceMillis when it was made
     * @param untilMillis when it ends
     * @param times how many downloads it is good for; 0 for any number
     * @param used how many there were
     * @param sentBytes how much went out through it
     * @param trouble why nobody gets anything by it now; null for nothing
     * @param fingerprint SHA-256 of the certificate that browsers warn of, as they show it; null when somebody vouches
     *     for it
     * @param pin its key as {@code curl --pinnedpubkey} takes it; null as well
     */
    record WebLink(
            long id,
            long share,
            String name,
            String file,
            @Nullable String url,
            long bytes,
            boolean folder,
            String access,
            long sinceMillis,
            long untilMillis,
            int times,
            int used,
            long sentBytes,
            @Nullable String trouble,
            @Nullable String fingerprint,
            @Nullable String pin)
            implements WebLinkReport {}

    /** A link is no more. */
    record WebLinkEnded(long id, String name) implements WebLinkReport {}

    /**
     * Somebody got something through a link.
     *
     * @param id number of the link
     * @param name what is shared
     * @param address whose
     * @param bytes how much was sent
     * @param whole whether that was all of it, in one go
     */
    record WebLinkUsed(long id, String name, String address, long bytes, boolean whole) implements WebLinkReport {}
}
