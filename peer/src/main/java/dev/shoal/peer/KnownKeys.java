package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The keys that were met before, as SSH remembers hosts: each line names an index by its address, or an owner of names
 * by index and first component, and the fingerprint that it had. A text file that people may read and edit. Safe for
 * several threads and processes: every change reads, adds and replaces the file under a lock.
 */
public final class KnownKeys {

    /** More lines than anybody needs; beyond, the oldest go. */
    static final int MAX_LINES = 10_000;

    private final KeptLines lines;
    private final KnownVersions versions;
    private final PrivateNames privateNames;
    private final PrivateContents privateContents;

    /** The keys in a file, which need not exist yet; the versions that were seen are in another one beside it. */
    public KnownKeys(Path file) {
        this.lines = new KeptLines(file, MAX_LINES, "known keys");
        this.versions = new KnownVersions(file.resolveSibling("known-versions"));
        this.privateNames = new PrivateNames(file.resolveSibling("private-names"));
        this.privateContents = new PrivateContents(file.resolveSibling("private-contents"));
    }

    /** The versions of names that were seen. */
    KnownVersions versions() {
        return versions;
    }

    /** The names that were shared privately. */
    PrivateNames privateNames() {
        return privateNames;
    }

    /** The contents that are here of private shares. */
    PrivateContents privateContents() {
        return privateContents;
    }

    /** The fingerprint that the index at this address had. */
    public Optional<String> index(String address) {
        return lines.find("index " + address + " ");
    }

    /** The fingerprint of whoever owned the first component at an index. */
    public Optional<String> owner(PeerId index, String owner) {
        return lines.find(ownerLine(index, owner));
    }

    /** Remembers an index. */
    public void rememberIndex(String address, PeerId id) {
        lines.replace("index " + address + " ", id.fingerprint());
    }

    /** Remembers an owner. */
    public void rememberOwner(PeerId index, String owner, String fingerprint) {
        lines.replace(ownerLine(index, owner), fingerprint);
    }

    /** Forgets an index, so that the next one met at the address is believed. Returns whether it was known. */
    public boolean forgetIndex(String address) {
        return lines.remove(line -> line.startsWith("index " + address + " "));
    }

    /**
     * Forgets which versions of a name were seen, at any index, so that the next one that is offered is believed.
     * Returns whether any was known.
     */
    public boolean forgetVersion(Name name) {
        return versions.forget(name);
    }

    private static String ownerLine(PeerId index, String owner) {
        return "owner " + index.fingerprint() + " " + URLEncoder.encode(owner, StandardCharsets.UTF_8) + " ";
    }
}
