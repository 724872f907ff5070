package dev.shoal.protocol;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.content.SegmentGroup;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Values of every field up to its limits, from a seeded generator. With {@code maxEntries} lists stay short. */
final class Samples {

    private static final String LETTERS = "abcXYZ019-_ ~,%é漢ж";

    private final RandomGenerator random;
    private final int maxEntries;

    Samples(RandomGenerator random, int maxEntries) {
        this.random = random;
        this.maxEntries = maxEntries;
    }

    <T> List<T> list(int limit, Supplier<T> element) {
        int bound = Math.min(limit, maxEntries);
        int size = random.nextInt(4) == 0 ? bound : random.nextInt(bound + 1);
        return Stream.generate(element).limit(size).toList();
    }

    /** 0, the largest, or something between. */
    int number(int max) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> max;
            default -> max == Integer.MAX_VALUE ? random.nextInt(max) : random.nextInt(max + 1);
        };
    }

    int count() {
        return number(Integer.MAX_VALUE);
    }

    int u16() {
        return number(0xffff);
    }

    int u8() {
        return number(0xff);
    }

    long i64() {
        return random.nextLong();
    }

    SegmentGroup group() {
        int segments = 1 + random.nextInt(SegmentTable.MAX_GROUP_SEGMENTS);
        return new SegmentGroup(new SegmentHash(i64(), random.nextInt()), segments, segments * 65_536);
    }

    boolean flag() {
        return random.nextBoolean();
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Text of at most so many bytes, often exactly so many. */
    String text(int maxBytes) {
        int aim = number(maxBytes);
        StringBuilder text = new StringBuilder();
        while (text.length() < aim) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        String cut = Text.limit(text.toString(), aim);
        return cut + "x".repeat(aim - cut.getBytes(StandardCharsets.UTF_8).length);
    }

    Name name() {
        String owner = owner();
        int left = Name.MAX_BYTES - owner.getBytes(StandardCharsets.UTF_8).length - 3;
        return new Name(owner + "/f" + text(left).replace("  ", "--") + "f");
    }

    Hash hash() {
        return new Hash(i64(), i64(), i64(), i64());
    }

    ContentId contentId() {
        return switch (random.nextInt(6)) {
            case 0 -> ContentId.EMPTY;
            case 1 -> new ContentId(hash(), ContentId.MAX_LENGTH);
            default -> new ContentId(hash(), random.nextLong(1, 1L << random.nextInt(1, 46)));
        };
    }

    /** Runs in rising order inside so many chunks. */
    List<ChunkRun> runs(int maxRuns, int chunkCount) {
        List<ChunkRun> runs = new ArrayList<>();
        int bound = Math.min(Math.min(maxRuns, maxEntries), chunkCount);
        int size = bound == 0 ? 0 : number(bound);
        int step = size == 0 ? 0 : chunkCount / size;
        for (int i = 0; i < size; i++) {
            int first = i * step + random.nextInt(step);
            runs.add(new ChunkRun(first, 1 + random.nextInt((i + 1) * step - first)));
        }
        return List.copyOf(runs);
    }

    Endpoint endpoint() {
        byte[] address = bytes(flag() ? 4 : 16);
        if (address.length == 16) {
            address[0] = 0x20;
        }
        try {
            return new Endpoint(InetAddress.getByAddress(address), u16());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Endpoint> endpoints() {
        return Stream.generate(this::endpoint)
                .limit(random.nextInt(Endpoint.MAX_PER_PEER + 1))
                .toList();
    }

    PeerKey key() {
        byte[] point = bytes(PeerKey.BYTES);
        point[0] = 4;
        return PeerKey.of(point);
    }

    /** What may own names, of at most so many bytes. */
    String owner() {
        return "o" + text(Name.MAX_OWNER_BYTES - 2) + "o";
    }

    AccountProof proof() {
        return AccountProof.of(bytes(AccountProof.BYTES));
    }

    WrappedKey wrapped() {
        return WrappedKey.of(bytes(WrappedKey.BYTES));
    }

    /** A record whose signature is noise: codecs do not look at it. */
    VersionRecord record() {
        return new VersionRecord(
                flag() ? VersionRecord.Kind.FILE : VersionRecord.Kind.FOLDER,
                1 + number(Integer.MAX_VALUE - 1),
                contentId(),
                i64(),
                hash(),
                key(),
                name(),
                text(VersionRecord.MAX_NOTE_BYTES),
                bytes(PeerKey.SIGNATURE_BYTES));
    }

    /** A transfer whose signature is noise. */
    Transfer transfer() {
        return new Transfer(
                flag() ? owner() : name().text(),
                1 + number(Integer.MAX_VALUE - 1),
                i64(),
                key(),
                key(),
                bytes(PeerKey.SIGNATURE_BYTES));
    }

    /** Of at least one transfer. */
    Ownership ownership() {
        return new Ownership(
                key(),
                Stream.generate(() -> new Ownership.Step(flag(), key(), i64(), bytes(PeerKey.SIGNATURE_BYTES)))
                        .limit(1 + random.nextInt(Ownership.MAX_STEPS))
                        .toList());
    }

    <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }

    int random(int bound) {
        return random.nextInt(bound);
    }

    AudienceId audience() {
        return AudienceId.random(random);
    }

    AccessTicket ticket() {
        return new AccessTicket(i64(), key(), bytes(PeerKey.SIGNATURE_BYTES));
    }
}
