package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.store.FileStamp;
import dev.shoal.store.LocalState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every combination of what is known of a name with what is on the disk. */
class NextStepTest {

    private static final ContentId LATEST = content(1);
    private static final ContentId OLDER = content(2);
    private static final ContentId EDITED = content(3);

    @Test
    void everyCombinationHasTheStepThatLosesNothing() {
        int combinations = 0;
        for (int seen = 0; seen <= 3; seen++) {
            for (int latest = 1; latest <= 3; latest++) {
                for (LocalState local : locals()) {
                    for (int copies = 0; copies <= 1; copies++) {
                        NextStep step = NextStep.of(seen, latest, LATEST, local, copies);
                        String where = "seen " + seen + ", latest " + latest + ", " + local + ", copies " + copies;
                        assertThat(step).as(where).isEqualTo(expected(seen, latest, local, copies));
                        combinations++;
                    }
                }
            }
        }
        assertThat(combinations).isEqualTo(4 * 3 * locals().size() * 2);
    }

    /** The table of docs/subscriptions.md. */
    private static NextStep expected(int seen, int latest, LocalState local, int copies) {
        boolean isNew = latest > seen;
        boolean isLatest = LATEST.equals(local.content());
        if (!isNew) {
            return NextStep.NOTHING;
        }
        if (isLatest) {
            return NextStep.ADOPT;
        }
        if (local.kind() == LocalState.Kind.MISSING || local.kind() == LocalState.Kind.AS_PUT) {
            return NextStep.PUT;
        }
        return copies == 0 ? NextStep.PASS : NextStep.PUT_BESIDE;
    }

    @Test
    void whatAPersonMadeIsNeverReplaced() {
        for (int seen = 0; seen <= 3; seen++) {
            for (int latest = 0; latest <= 4; latest++) {
                for (LocalState.Kind kind : List.of(LocalState.Kind.EDITED, LocalState.Kind.IN_THE_WAY)) {
                    for (int copies = 0; copies <= 3; copies++) {
                        LocalState local = new LocalState(kind, null, null);
                        assertThat(NextStep.of(seen, latest, LATEST, local, copies))
                                .isNotEqualTo(NextStep.PUT);
                    }
                }
            }
        }
    }

    private static List<LocalState> locals() {
        List<LocalState> locals = new ArrayList<>();
        locals.add(new LocalState(LocalState.Kind.MISSING, null, null));
        locals.add(new LocalState(LocalState.Kind.IN_THE_WAY, null, null));
        for (ContentId content : List.of(LATEST, OLDER, EDITED)) {
            FileStamp stamp = new FileStamp(content.length(), 0, "1");
            locals.add(new LocalState(LocalState.Kind.AS_PUT, stamp, content));
            locals.add(new LocalState(LocalState.Kind.EDITED, stamp, content));
        }
        return locals;
    }

    private static ContentId content(int number) {
        byte[] root = new byte[Hash.BYTES];
        root[0] = (byte) number;
        return new ContentId(Hash.of(root), 100L + number);
    }
}
