package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {

    private static final String INDEX = "outkachq3bupflxcry4fd5ckbzmsc6fs";

    static Stream<Vector> good() {
        return Vector.of("link").filter(vector -> vector.error().isEmpty());
    }

    static Stream<Vector> bad() {
        return Vector.of("link").filter(vector -> !vector.error().isEmpty());
    }

    private static String text(Vector vector) {
        return new String(vector.bytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("good")
    void linkParsesToItsPartsAndBack(Vector vector) {
        Link link = Link.parse(text(vector));
        Name name = new Name(vector.text("name"));
        assertThat(link.name()).isEqualTo(name);
        assertThat(link.indexFingerprint()).isEqualTo(vector.text("indexFingerprint"));
        assertThat(link.host()).isEqualTo(vector.text("host"));
        assertThat(link.port()).isEqualTo((int) vector.number("port"));
        assertThat(String.valueOf(link.ownerFingerprint())).isEqualTo(orNull(vector, "ownerFingerprint"));
        assertThat(String.valueOf(link.content())).isEqualTo(orNull(vector, "content"));
        List<String> otherHosts = new ArrayList<>();
        vector.fields().path("otherHosts").forEach(host -> otherHosts.add(host.asString()));
        assertThat(link.otherHosts()).isEqualTo(otherHosts);
        assertThat(Link.parse(link.toString())).isEqualTo(link);
        if (!vector.isDecodeOnly()) {
            assertThat(link).hasToString(text(vector));
        }
    }

    private static String orNull(Vector vector, String field) {
        return vector.fields().path(field).isNull() ? "null" : vector.text(field);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void hostileLinkIsRefused(Vector vector) {
        assertThatThrownBy(() -> Link.parse(text(vector))).isInstanceOf(InvalidLinkException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shoal:",
                "shoal://",
                "shoal://@:/",
                "shoal:///a/b@c:1",
                "shoal://" + INDEX + "@:1/a/b",
                "shoal://" + INDEX + "@h:1",
                "shoal://" + INDEX + "@h:01/a/b",
                "shoal://" + INDEX + "@h:+1/a/b",
                "shoal://" + INDEX + "@h:99999999999/a/b",
                "shoal://" + INDEX + "@a..b:1/a/b",
                "shoal://" + INDEX + "@a.b.:1/a/b",
                "shoal://" + INDEX + "@a.1:1/a/b",
                "shoal://" + INDEX + "@127.1:1/a/b",
                "shoal://" + INDEX + "@2130706433:1/a/b",
                "shoal://" + INDEX + "@192.0.2.256:1/a/b",
                "shoal://" + INDEX + "@192.0.2.01:1/a/b",
                "shoal://" + INDEX + "@1.2.3.4.5:1/a/b",
                "shoal://" + INDEX + "@[::1::]:1/a/b",
                "shoal://" + INDEX + "@[1:2:3]:1/a/b",
                "shoal://" + INDEX + "@[:::::]:1/a/b",
                "shoal://" + INDEX + "@h$(x):1/a/b",
                "shoal://" + INDEX + "@::1:1/a/b",
                "shoal://" + INDEX + "@[::1:1/a/b",
                "shoal://" + INDEX + "@h:1/a/é",
                "shoal://" + INDEX + "@h:1/a/e%CC%81",
                "shoal://" + INDEX + "@h:1/%2Fa/b",
                "shoal://" + INDEX + "@h:1/a/%1B%5B2J",
                "shoal://" + INDEX + "@h:1/a/b%",
                "shoal://" + INDEX + "@h:1/a/%zz",
                "shoal://" + INDEX + "@h:1/a/b,o=",
                "shoal://" + INDEX + "@h:1/a/b,c=",
                "shoal://" + INDEX + "@h:1/a/b?c=d",
                "shoal://" + INDEX + "@h:1/a/b,i=",
                "shoal://" + INDEX + "@h:1/a/b,i=127.1",
                "shoal://" + INDEX + "@h:1/a/b,i=1~2",
                "shoal://" + INDEX + "@h:1/a/b,",
                "shoal://" + INDEX + "@h:1/a/b,oo=1",
                "shoal://" + INDEX + "@h:1/a/b,z=$(x)"
            })
    void brokenLinkIsRefused(String text) {
        assertThatThrownBy(() -> Link.parse(text)).isInstanceOf(InvalidLinkException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h",
                "3com",
                "1.2.3.4.example",
                "_x.a_b",
                "a-b.c",
                "255.255.255.255",
                "0.0.0.1",
                "::",
                "::1.2.3.4"
            })
    void everyFormOfAHostIsTaken(String host) {
        Link link = new Link(INDEX, host, 1, new Name("a/b"), null, null);
        assertThat(Link.parse(link.toString()).host()).isEqualTo(host);
    }

    @Test
    void aLabelOfAHostHasAtMost63Characters() {
        assertThat(new Link(INDEX, "h".repeat(63) + ".x", 1, new Name("a/b"), null, null).host())
                .hasSize(65);
        assertThatThrownBy(() -> new Link(INDEX, "h".repeat(64), 1, new Name("a/b"), null, null))
                .isInstanceOf(InvalidLinkException.class);
    }

    @Test
    void refusalDoesNotPrintControlCharacters() {
        assertThatThrownBy(() -> Link.parse("shoal://" + INDEX + "@h\u001b[2J:1/a/b"))
                .isInstanceOf(InvalidLinkException.class)
                .message()
                .doesNotContain("\u001b");
    }

    @Test
    void longestLinkIsTakenAndALongerOneIsRefused() {
        String host = ("h".repeat(62) + ".").repeat(4) + "h";
        Link link = new Link(
                INDEX,
                host,
                65_535,
                new Name("a/" + "漢".repeat(84) + "x"),
                INDEX,
                new Samples(new SplittableRandom(1), 1).contentId(),
                Collections.nCopies(Link.MAX_OTHER_HOSTS, "1234:5678:".repeat(3) + "192.168.255.255"));
        assertThat(host).hasSize(253);
        assertThat(link.toString()).hasSizeLessThanOrEqualTo(Link.MAX_LENGTH);
        assertThat(Link.parse(link.toString())).isEqualTo(link);
        assertThatThrownBy(() -> Link.parse("shoal://" + "a".repeat(Link.MAX_LENGTH)))
                .isInstanceOf(InvalidLinkException.class)
                .hasMessageContaining("1400");
        assertThatThrownBy(() -> new Link(INDEX, host + "h", 1, new Name("a/b"), null, null))
                .isInstanceOf(InvalidLinkException.class);
    }

    @Test
    void anyNameComesBackWithoutACharacterThatAShellKnows() {
        for (long seed = 0; seed < 500; seed++) {
            Samples samples = new Samples(new SplittableRandom(seed), 1);
            Link link = new Link(INDEX, "h", 7800, samples.name(), null, samples.contentId());
            String text = link.toString();
            assertThat(text).as("seed %d", seed).matches("[A-Za-z0-9:/@,=%._~-]+");
            assertThat(Link.parse(text)).as("seed %d", seed).isEqualTo(link);
        }
    }
}
