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
        assertThat(contents().passesOn(ONE)).isTrue();
        assertThat(contents().passesOn(ONE)).as("once more").isTrue();
        assertThat(contents().passesOn(EVERYBODY)).isFalse();
        assertThat(contents().passesOn(ONE)).as("asking changed nothing").isTrue();
        assertThat(contents().passesOn(new ShareKey(new ContentId(new Hash(1, 2, 3, 4), 6))))
                .as("another length is another content")
                .isTrue();
    }

    /** Also in this order: first a name that somebody made to get at it, then what he is after. */
    @Test
    void whatWasGotFromTwoCirclesIsPassedOnToNeither() {
        assertThat(contents().passesOn(OTHER)).isTrue();
        assertThat(contents().passesOn(ONE)).isFalse();
        assertThat(contents().passesOn(OTHER)).isFalse();
        assertThat(contents().passesOn(ONE)).isFalse();
        assertThat(contents().passesOn(EVERYBODY)).isFalse();
    }

    @Test
    void whatTheUserSharesIsForThoseWithWhomHeSharesIt() {
        contents().hold(CONTENT);
        assertThat(contents().passesOn(EVERYBODY)).isFalse();
        contents().shared(ONE);
        assertThat(contents().passesOn(ONE)).isTrue();
        contents().hold(CONTENT);
        assertThat(contents().passesOn(ONE)).as("known already").isTrue();
        contents().shared(EVERYBODY);
        assertThat(contents().isKnown(CONTENT)).isFalse();
        assertThat(contents().passesOn(EVERYBODY)).isTrue();
    }

    @Test
    void fullOrEditedItHoldsBackRatherThanForgets() throws Exception {
        contents().shared(ONE);
        Files.writeString(file, Files.readString(file).strip() + "?");
        assertThat(contents().passesOn(EVERYBODY)).isFalse();
        assertThat(contents().passesOn(ONE)).isFalse();
        Files.writeString(file, "content 1\ncontent 2");
        PrivateContents full = new PrivateContents(file, 2);
        full.shared(ONE);
        full.shared(EVERYBODY);
        full.hold(CONTENT);
        assertThat(full.passesOn(EVERYBODY)).isFalse();
        assertThat(full.passesOn(ONE)).isFalse();
        assertThat(Files.readAllLines(file)).hasSize(2);
    }
}
