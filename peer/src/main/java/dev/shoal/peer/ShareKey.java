package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ShareId;
import org.jspecify.annotations.Nullable;

/**
 * What a share, a download or a registration is about: a content, and with whom it is shared. The same content may be
 * here once for everybody and once for each circle, and none of these knows of the others. Immutable.
 *
 * @param circle those with whom it is shared; null for everybody
 */
record ShareKey(ContentId content, @Nullable Circle circle) {

    /** Of what is shared with everybody. */
    ShareKey(ContentId content) {
        this(content, null);
    }

    /** Whether only some may get it. */
    boolean isPrivate() {
        return circle != null;
    }

    /** What the index knows its readers by; null for everybody. */
    @Nullable
    AudienceId audience() {
        return circle == null ? null : circle.audience();
    }

    /** Under which id the index has it. */
    ContentId registered() {
        return circle == null ? content : ShareId.of(circle.audience(), content);
    }
}
