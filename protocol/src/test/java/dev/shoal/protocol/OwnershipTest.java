package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.Specimen.Way;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who knew an owner follows the name where that owner gave it, and nowhere else. */
class OwnershipTest {

    private static final PeerId INDEX = new PeerId(new Hash(1, 2, 3, 4));
    private static final Name NAME = new Name("lab/genome.fa");
    private static final List<KeyPair> PAIRS = List.of(pair(), pair(), pair(), pair());

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static PeerKey key(int owner) {
        return PeerKey.of(PAIRS.get(owner).getPublic());
    }

    private static String print(int owner) {
        return key(owner).id().fingerprint();
    }

    private static Transfer transfer(PeerId index, String subject, int number, int from, int to) {
        return Transfer.sign(
                index,
                subject,
                number,
                1_000L + number,
                key(from),
                key(to),
                PAIRS.get(from).getPrivate());
    }

    private static Ownership.Step step(String subject, int number, int from, int to) {
        return Ownership.Step.of(transfer(INDEX, subject, number, from, to));
    }

    /** The component from 0 to 1 to 2, then the name from 2 to 3. */
    private static Ownership chain() {
        return new Ownership(
                key(0), List.of(step("lab", 1, 0, 1), step("lab", 2, 1, 2), step("lab/genome.fa", 1, 2, 3)));
    }

    @Test
    void whoKnewAnOwnerFollowsTheNameForwards() {
        Ownership chain = chain();
        assertThat(chain.isAuthentic(INDEX, NAME)).isTrue();
        assertThat(chain.owners()).containsExactly(key(0), key(1), key(2), key(3));
        for (int known = 0; known < 4; known++) {
            for (int signer = 0; signer < 4; signer++) {
                assertThat(chain.leads(print(known), key(signer)))
                        .as("from %d to %d", known, signer)
                        .isEqualTo(signer >= known);
            }
        }
        PeerKey stranger = PeerKey.of(pair().getPublic());
        assertThat(chain.leads(stranger.id().fingerprint(), key(3))).isFalse();
        assertThat(chain.leads(print(0), stranger)).isFalse();
    }

    @Test
    void whatWasGivenBackIsFollowedToo() {
        Ownership back = new Ownership(key(0), List.of(step("lab", 1, 0, 1), step("lab", 2, 1, 0)));
        assertThat(back.isAuthentic(INDEX, NAME)).isTrue();
        assertThat(back.leads(print(1), key(0))).isTrue();
    }

    @Test
    void aChainOfAnotherIndexNameOrderOrOriginIsNone() {
        Ownership chain = chain();
        assertThat(chain.isAuthentic(new PeerId(new Hash(1, 2, 3, 5)), NAME)).isFalse();
        assertThat(chain.isAuthentic(INDEX, new Name("lab/other"))).isFalse();
        assertThat(chain.isAuthentic(INDEX, new Name("lba/genome.fa"))).isFalse();
        assertThat(new Ownership(key(1), chain.steps()).isAuthentic(INDEX, NAME))
                .isFalse();
        assertThat(changed(steps -> steps.subList(1, 3)).isAuthentic(INDEX, NAME))
                .isFalse();
        assertThat(changed(steps -> {
                            List<Ownership.Step> turned = new ArrayList<>(steps);
                            Collections.reverse(turned);
                            return turned;
                        })
                        .isAuthentic(INDEX, NAME))
                .isFalse();
    }

    @Test
    void aTransferOfTheComponentDoesNotConcernANameThatWasGivenOn() {
        Ownership late = new Ownership(key(0), List.of(step("lab/genome.fa", 1, 0, 1), step("lab", 1, 1, 2)));
        assertThat(late.isAuthentic(INDEX, NAME)).isFalse();
    }

    @Test
    void everyChangeOfAStepIsNoticed() {
        Ownership.Step good = chain().steps().getFirst();
        byte[] signature = good.signature().clone();
        signature[40] ^= 1;
        for (Ownership.Step bad : List.of(
                new Ownership.Step(true, good.to(), good.madeMillis(), good.signature()),
                new Ownership.Step(false, key(3), good.madeMillis(), good.signature()),
                new Ownership.Step(false, good.to(), good.madeMillis() + 1, good.signature()),
                new Ownership.Step(false, good.to(), good.madeMillis(), signature))) {
            assertThat(new Ownership(key(0), List.of(bad)).isAuthentic(INDEX, NAME))
                    .isFalse();
        }
        assertThat(transfer(INDEX, "lab", 1, 0, 1).isAuthentic(INDEX)).isTrue();
        assertThat(transfer(INDEX, "lab", 2, 0, 1).signature())
                .isNotEqualTo(transfer(INDEX, "lab", 1, 0, 1).signature());
    }

    private static Ownership changed(UnaryOperator<List<Ownership.Step>> change) {
        return new Ownership(chain().origin(), change.apply(chain().steps()));
    }

    @Test
    void theVectorsAreAuthentic() {
        PeerId index = PeerKey.of(Vector.named("key-index").bytes()).id();
        PeerKey owner = PeerKey.of(Vector.named("key-owner").bytes());
        PeerKey third = PeerKey.of(Vector.named("key-third-owner").bytes());
        assertThat(Way.TO_INDEX.decode(Vector.named("account-give-away").bytes()))
                .isInstanceOfSatisfying(
                        AccountRequest.GiveAway.class,
                        give -> assertThat(give.transfer().isAuthentic(index)).isTrue());
        IndexReply.Version version = (IndexReply.Version)
                Way.TO_PEER.decode(Vector.named("inspect-reply-transferred").bytes());
        Ownership ownership = Objects.requireNonNull(version.ownership());
        assertThat(ownership.isAuthentic(index, version.record().name())).isTrue();
        assertThat(ownership.leads(owner.id().fingerprint(), version.record().owner()))
                .isTrue();
        assertThat(ownership.leads(owner.id().fingerprint(), third)).isTrue();
        assertThat(ownership.leads(third.id().fingerprint(), owner)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/../b", "/", "a/", "a//b", "nul", "a\u0000", "e\u0301", "a/e\u0301"})
    void hostileSubjectsAreRefused(String subject) {
        refused("subject", out -> out.u8(12).string8(subject));
        refused("subject", out -> out.u8(11).string8(subject).bytes(new byte[300]));
    }

    @Test
    void numbersAndCountsOutOfRangeAreRefused() {
        refused("subject", out -> out.u8(12).string8("u".repeat(65)));
        refused("number", out -> out.u8(11).string8("lab").count(0).bytes(new byte[300]));
        refused("number", out -> out.u8(11).string8("lab").i32(-1).bytes(new byte[300]));
        refused("from", out -> out.u8(11).string8("lab").count(1).bytes(new byte[300]));
        assertThatThrownBy(() -> new Ownership(key(0), List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(String field, Consumer<WireWriter> body) {
        ByteBuffer buffer = ByteBuffer.allocate(2_000);
        new Header('a', false, false, 1).write(buffer);
        body.accept(new WireWriter(buffer));
        byte[] bytes = Arrays.copyOf(buffer.array(), buffer.position());
        assertThatThrownBy(() -> Way.TO_INDEX.decode(bytes))
                .isInstanceOf(MalformedPduException.class)
                .hasMessageStartingWith(field + ":");
    }
}
