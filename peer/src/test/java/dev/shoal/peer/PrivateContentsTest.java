package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.AudienceId;
import dev.shoal.transport.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose the bytes of private shares are that are here. */
class PrivateContentsTest {

    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 5);
    private static final Identity INDEX = Identity.generate();
    private static final Identity OWNER = Identity.generate();
    private static final Identity STRANGER = Identity.generate();
    private static final ShareKey EVERYBODY = new ShareKey(CONTENT);
    private static final ShareKey ONE = new ShareKey(CONTENT, new Circle(new AudienceId(5, 6), INDEX.key()));
    private static final ShareKey OTHER = new ShareKey(CONTENT, new Circle(new AudienceId(7, 8), INDEX.key()));

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("private-contents");
    }

    /** As after a restart, each time. */
    private PrivateContents contents() {
        return new PrivateContents(file);
    }

    @Test
    void whatWasGotPrivatelyIsPassedOnToTheSameReadersOnly() {
        assertThat(contents().passesOn(ONE, OWNER.key())).isTrue();
        assertThat(contents().passesOn(ONE, OWNER.key())).as("once more").isTrue();
        assertThat(contents().passesOn(EVERYBODY, OWNER.key())).isFalse();
        assertThat(contents().passesOn(ONE, OWNER.key()))
                .as("asking changed nothing")
                .isTrue();
        assertThat(contents().passesOn(new ShareKey(new ContentId(new Hash(1, 2, 3, 4), 6)), OWNER.key()))
                .as("another length is another content")
                .isTrue();
    }

    @Test
    void whatTheSameOwnerSharesAgainIsPassedOnToThoseWhomThatVersionIsFor() throws Exception {
        assertThat(contents().passesOn(ONE, OWNER.key())).isTrue();
        assertThat(contents().passesOn(OTHER, OWNER.key())).isTrue();
        assertThat(contents().passesOn(ONE, OWNER.key())).isTrue();
        assertThat(contents().passesOn(EVERYBODY, OWNER.key())).isFalse();
        assertThat(contents().passesOn(ONE, STRANGER.key()))
                .as("of another owner")
                .isFalse();
        // As it was written before owners were.
        String line = Files.readAllLines(file).getFirst();
        Files.writeString(file, line.substring(0, line.lastIndexOf(' ')));
        assertThat(contents().passesOn(OTHER, OWNER.key())).isFalse();
        Files.writeString(file, line.substring(0, line.lastIndexOf(' ')));
        assertThat(contents().passesOn(ONE, OWNER.key())).isTrue();
    }

    /** Also in this order: first a name that somebody made to get at it, then what he is after. */
    @Test
    void whatWasGotFromTwoCirclesIsPassedOnToNeither() {
        assertThat(contents().passesOn(OTHER, STRANGER.key())).isTrue();
        assertThat(contents().passesOn(ONE, OWNER.key())).isFalse();
        assertThat(contents().passesOn(OTHER, STRANGER.key())).isFalse();
        assertThat(contents().passesOn(ONE, OWNER.key())).isFalse();
        assertThat(contents().passesOn(EVERYBODY, OWNER.key())).isFalse();
    }

    @Test
    void whatTheUserSharesIsForThoseWithWhomHeSharesIt() {
        contents().hold(CONTENT);
        assertThat(contents().passesOn(EVERYBODY, OWNER.key())).isFalse();
        contents().shared(ONE, OWNER.key());
        assertThat(contents().passesOn(ONE, OWNER.key())).isTrue();
        contents().hold(CONTENT);
        assertThat(contents().passesOn(ONE, OWNER.key())).as("known already").isTrue();
        contents().shared(EVERYBODY, OWNER.key());
        assertThat(contents().isKnown(CONTENT)).isFalse();
        assertThat(contents().passesOn(EVERYBODY, OWNER.key())).isTrue();
    }

    @Test
    void fullOrEditedItHoldsBackRatherThanForgets() throws Exception {
        contents().shared(ONE, OWNER.key());
        Files.writeString(file, Files.readString(file).strip() + "?");
        assertThat(contents().passesOn(EVERYBODY, OWNER.key())).isFalse();
        assertThat(contents().passesOn(ONE, OWNER.key())).isFalse();
        Files.writeString(file, "content 1\ncontent 2");
        PrivateContents full = new PrivateContents(file, 2);
        full.shared(ONE, OWNER.key());
        full.shared(EVERYBODY, OWNER.key());
        full.hold(CONTENT);
        assertThat(full.passesOn(EVERYBODY, OWNER.key())).isFalse();
        assertThat(full.passesOn(ONE, OWNER.key())).isFalse();
        assertThat(Files.readAllLines(file)).hasSize(2);
    }
}
