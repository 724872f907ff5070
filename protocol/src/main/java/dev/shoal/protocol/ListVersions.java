package dev.shoal.protocol;

import dev.shoal.content.Name;

/**
 * {@code v}: the versions of a name that are kept, the newest first. Layout: name (1 + n), below (4). Answered by
 * {@link VersionList}.
 *
 * @param name the name
 * @param below only versions with a lower number, for the next page; 0 for all
 */
public record ListVersions(Name name, int below) implements IndexRequest {

    static ListVersions decode(WireReader in) {
        return new ListVersions(in.name("name"), in.count("below"));
    }

    @Override
    public char letter() {
        return 'v';
    }

    @Override
    public void encodeBody(WireWriter out) {
        out.string8(name.text()).count(below);
    }
}
