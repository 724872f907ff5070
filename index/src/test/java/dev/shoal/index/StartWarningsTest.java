package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StartWarningsTest {

    @Test
    void anIndexThatNobodyAdministersIsNamed() {
        assertThat(StartWarnings.onAdministrators(false, 0, 0))
                .hasValueSatisfying(warning -> assertThat(warning).contains("first account"));
        assertThat(StartWarnings.onAdministrators(false, 3, 0))
                .hasValueSatisfying(warning -> assertThat(warning).contains("none of its accounts", "--admin"));
        assertThat(StartWarnings.onAdministrators(false, 3, 1)).isEmpty();
        assertThat(StartWarnings.onAdministrators(true, 0, 0)).isEmpty();
        assertThat(StartWarnings.onAdministrators(true, 3, 0)).isEmpty();
    }

    @Test
    void aStartThatLetsMorePeopleInIsNamed() {
        AccessPolicy accounts = new AccessPolicy(true, false, false);
        AccessPolicy invited = new AccessPolicy(true, true, false);
        AccessPolicy members = new AccessPolicy(true, false, true);
        AccessPolicy both = new AccessPolicy(true, true, true);
        List<AccessPolicy> all = List.of(AccessPolicy.OPEN, accounts, invited, members, both);
        for (AccessPolicy policy : all) {
            assertThat(StartWarnings.onPolicy(policy, policy)).isEmpty();
            assertThat(StartWarnings.onPolicy(policy, both)).isEmpty();
            assertThat(StartWarnings.onPolicy(AccessPolicy.OPEN, policy)).isEmpty();
        }
        for (AccessPolicy stricter : List.of(accounts, invited, members, both)) {
            assertThat(StartWarnings.onPolicy(stricter, AccessPolicy.OPEN)).isPresent();
        }
        for (AccessPolicy stricter : List.of(invited, members, both)) {
            assertThat(StartWarnings.onPolicy(stricter, accounts))
                    .hasValueSatisfying(warning -> assertThat(warning).contains(stricter.toString(), "--mode"));
        }
        assertThat(StartWarnings.onPolicy(invited, members)).isPresent();
        assertThat(StartWarnings.onPolicy(accounts, members)).isEmpty();
    }
}
