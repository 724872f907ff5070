package dev.shoal.protocol;

import java.security.MessageDigest;

/**
 * {@code w}, the index's answer that begins a session. Layout: protocol version (2), session (8), key of the peer's
 * datagrams (16), key of the index's datagrams (16), proof key (16), resumption secret (32), ticket (2 + n), lease in
 * milliseconds (4), time of the index (8), observed endpoint (7 or 19), UDP port (2), program (1 + n). It carries
 * secrets: it is never logged, and goes over TLS or sealed only. Immutable.
 *
 * @param version protocol version that both use
 * @param session number of the session
 * @param peerKey AES-128 key of what the peer sends
 * @param indexKey AES-128 key of what the index sends
 * @param proofKey key of the proof in the answer to an unknown session
 * @param resumptionSecret from which a rejoin derives its keys
 * @param ticket what the peer shows to rejoin
 * @param leaseMillis how long the index believes the peer without hearing it; it speaks every third of it
 * @param indexMillis time of the index since 1970
 * @param observed where the index sees the peer; port of this connection
 * @param udpPort where the index takes datagrams
 * @param program name and version of the index's program
 */
public record Welcome(
        int version,
        long session,
        byte[] peerKey,
        byte[] indexKey,
        byte[] proofKey,
        byte[] resumptionSecret,
        byte[] ticket,
        int leaseMillis,
        long indexMillis,
        Endpoint observed,
        int udpPort,
        String program)
        implements IndexReply {

    /** Length of the three keys in bytes. */
    public static final int KEY_BYTES = 16;

    /** Length of the resumption secret in bytes. */
    public static final int SECRET_BYTES = 32;

    /** The longest ticket in bytes. */
    public static final int MAX_TICKET_BYTES = 400;

    static Welcome decode(WireReader in) {
        return new Welcome(
                in.u16("protocol version"),
                in.i64("session"),
                in.bytes("peer key", KEY_BYTES),
                in.bytes("index key", KEY_BYTES),
                in.bytes("proof key", KEY_BYTES),
                in.bytes("resumption secret", SECRET_BYTES),
                in.bytes16("ticket", MAX_TICKET_BYTES),
                in.count("lease"),
                in.i64("time"),
                Endpoint.decode(in),
                in.u16("UDP port"),
                in.string8("program"));
    }

    @Override
    public char letter() {
        return 'w';
    }

    @Override
    public void encodeBody(WireWriter out) {
        out.u16(version)
                .i64(session)
                .bytes(peerKey)
                .bytes(indexKey)
                .bytes(proofKey)
                .bytes(resumptionSecret);
        out.bytes16(ticket).count(leaseMillis).i64(indexMillis);
        observed.encode(out);
        out.u16(udpPort).string8(program);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Welcome welcome
                && version == welcome.version
                && session == welcome.session
                && MessageDigest.isEqual(peerKey, welcome.peerKey)
                && MessageDigest.isEqual(indexKey, welcome.indexKey)
                && MessageDigest.isEqual(proofKey, welcome.proofKey)
                && MessageDigest.isEqual(resumptionSecret, welcome.resumptionSecret)
                && MessageDigest.isEqual(ticket, welcome.ticket)
                && leaseMillis == welcome.leaseMillis
                && indexMillis == welcome.indexMillis
                && observed.equals(welcome.observed)
                && udpPort == welcome.udpPort
                && program.equals(welcome.program);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(session);
    }

    @Override
    public String toString() {
        return "Welcome[session=" + Long.toHexString(session) + ", secrets not shown]";
    }
}
