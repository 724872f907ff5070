package dev.shoal.protocol;

import dev.shoal.content.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Through which hands a name came, so that who knew one of its owners can see that it was given on and not taken.
 * Immutable.
 *
 * <p>Layout: step count (1); unless that is 0, origin (65), steps (138 each). Transfers of the first component come
 * before those of the name itself, each kind counted from 1.
 *
 * @param origin the first owner
 * @param steps every transfer since, at least one
 */
public record Ownership(PeerKey origin, List<Step> steps) {

    /** Most steps: every transfer of the first component, and every one of the name. */
    public static final int MAX_STEPS = 2 * Transfer.MAX_NUMBER;

    /**
     * A transfer, without what follows from the ones before. Layout: flags (1, bit 0 of the name), to (65), made (8),
     * signature (64).
     *
     * @param ofName whether the name was given on by itself; else its first component was
     * @param to whose it is then
     * @param madeMillis when, in milliseconds since 1970 by the clock of who gave
     * @param signature by whose it was
     */
    public record Step(boolean ofName, PeerKey to, long madeMillis, byte[] signature) {

        static final int BYTES = 1 + PeerKey.BYTES + Long.BYTES + PeerKey.SIGNATURE_BYTES;

        /** Of a transfer. */
        public static Step of(Transfer transfer) {
            return new Step(transfer.isOfName(), transfer.to(), transfer.madeMillis(), transfer.signature());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Step that
                    && ofName == that.ofName
                    && to.equals(that.to)
                    && madeMillis == that.madeMillis
                    && Arrays.equals(signature, that.signature);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(signature);
        }

        @Override
        public String toString() {
            return "Step[" + (ofName ? "name" : "component") + " to " + to + "]";
        }
    }

    /** Checks the count. */
    public Ownership {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.size() > MAX_STEPS) {
            throw new IllegalArgumentException(steps.size() + " transfers");
        }
    }

    /** Null for a name that has its first owner; older programs write nothing. */
    static @Nullable Ownership decode(WireReader in) {
        int count = in.remaining() == 0 ? 0 : in.u8("transfer count");
        if (count == 0) {
            return null;
        }
        if (count > MAX_STEPS) {
            throw in.malformed("transfer count", count + " transfers are more than " + MAX_STEPS);
        }
        PeerKey origin = in.peerKey("origin");
        if (count * Step.BYTES > in.remaining()) {
            throw in.malformed("transfer count", count + " do not fit into " + in.remaining() + " bytes");
        }
        List<Step> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            steps.add(new Step(
                    (in.u8("transfer flags") & 1) != 0,
                    in.peerKey("transfer to"),
                    in.i64("transfer made"),
                    in.bytes("transfer signature", PeerKey.SIGNATURE_BYTES)));
        }
        return new Ownership(origin, steps);
    }

    static void encode(@Nullable Ownership ownership, WireWriter out) {
        if (ownership == null) {
            out.u8(0);
            return;
        }
        out.u8(ownership.steps.size()).bytes(ownership.origin.toBytes());
        for (Step step : ownership.steps) {
            out.u8(step.ofName ? 1 : 0).bytes(step.to.toBytes()).i64(step.madeMillis);
            out.bytes(step.signature);
        }
    }

    /** How long it is on the wire. */
    public int encodedBytes() {
        return 1 + PeerKey.BYTES + steps.size() * Step.BYTES;
    }

    /** Everybody whose the name was, the first one first, and whose it is last. */
    public List<PeerKey> owners() {
        List<PeerKey> owners = new ArrayList<>(steps.size() + 1);
        owners.add(origin);
        steps.forEach(step -> owners.add(step.to));
        return owners;
    }

    /** Whether every transfer is signed by whose the name was before, for an index. */
    public boolean isAuthentic(PeerId index, Name name) {
        PeerKey from = origin;
        int ofComponent = 0;
        int ofName = 0;
        for (Step step : steps) {
            if (!step.ofName && ofName > 0) {
                return false;
            }
            int number = step.ofName ? ++ofName : ++ofComponent;
            String subject = step.ofName ? name.text() : name.owner();
            if (!new Transfer(subject, number, step.madeMillis, from, step.to, step.signature).isAuthentic(index)) {
                return false;
            }
            from = step.to;
        }
        return true;
    }

    /**
     * Whether who trusts one owner may trust another: when it is the same, or came later. Says nothing unless this
     * {@link #isAuthentic}.
     *
     * @param trusted fingerprint or id of an owner, as {@link PeerId#matches} takes it
     * @param owner who signed a version
     */
    public boolean leads(String trusted, PeerKey owner) {
        boolean isAfter = false;
        for (PeerKey key : owners()) {
            isAfter |= key.id().matches(trusted);
            if (isAfter && key.equals(owner)) {
                return true;
            }
        }
        return false;
    }
}
