package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every error that the API knows, and what stands for it. */
class ProblemTest {

    @Test
    void whyThePeerDoesNotDoItIsToldByAStatus() {
        assertThat(Stream.of(PeerException.Reason.values()).map(reason -> Problem.of(new PeerException(reason, "why"))))
                .allMatch(problem -> problem.detail().equals("why"))
                .extracting(Problem::reason, Problem::status)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("failed", 500),
                        org.assertj.core.groups.Tuple.tuple("usage", 400),
                        org.assertj.core.groups.Tuple.tuple("not-found", 404),
                        org.assertj.core.groups.Tuple.tuple("conflict", 409),
                        org.assertj.core.groups.Tuple.tuple("not-allowed", 403),
                        org.assertj.core.groups.Tuple.tuple("unreachable", 503),
                        org.assertj.core.groups.Tuple.tuple("verification", 502),
                        org.assertj.core.groups.Tuple.tuple("disk", 422));
    }

    @Test
    void theDescriptionNamesAllOfThemAndNoOther() throws Exception {
        Set<String> reasons = new TreeSet<>();
        Stream.of(PeerException.Reason.values())
                .map(reason -> Problem.of(new PeerException(reason, "why")).reason())
                .forEach(reasons::add);
        List.of(
                        Problem.unauthorized(),
                        Problem.misdirected("x"),
                        Problem.foreign(),
                        Problem.malformed("x"),
                        Problem.noSuchResource("x"),
                        Problem.notWith("GET", "PUT"),
                        Problem.tooLarge(1),
                        Problem.notJson(),
                        Problem.notBytes(),
                        Problem.lengthNeeded(),
                        Problem.broken(new IllegalStateException("x")))
                .forEach(problem -> reasons.add(problem.reason()));
        JsonNode description = new JsonMapper()
                .readTree(WebServer.class.getResourceAsStream("openapi.json").readAllBytes());
        Set<String> described = new TreeSet<>();
        description
                .at("/components/schemas/Problem/properties/reason/enum")
                .forEach(reason -> described.add(reason.asString()));
        assertThat(reasons).isEqualTo(described);
    }
}
