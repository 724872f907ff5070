package dev.shoal.protocol;

import java.util.List;

/**
 * {@code h}, the first frame of a peer on a TLS connection to an index. Layout: protocol version (2), instance (8),
 * session (8), user (1 + n), listening port (2), declared endpoints (1 + n), program (1 + n). Answered by {@code w}
 * when a session begins, by {@code A} when the connection joins a session that exists. Immutable.
 *
 * @param version protocol version, {@link #VERSION}
 * @param instance random number of the running process, not 0; one key may have several
 * @param session the session that this connection joins; 0 to begin one
 * @param user the name that other users see, at most 64 bytes; empty for a process that only asks
 * @param listenPort TCP port where the peer serves; 0 when it does not
 * @param declared further endpoints where it may be reached; port 0 stands for the listening port
 * @param program name and version of the program, for people
 */
public record Hello(
        int version, long instance, long session, String user, int listenPort, List<Endpoint> declared, String program)
        implements IndexRequest {

    /** The protocol version of this program. */
    public static final int VERSION = 1;

    /** The longest user name in bytes of UTF-8: as long as the owner of a name. */
    public static final int MAX_USER_BYTES = 64;

    static Hello decode(WireReader in) {
        int version = in.u16("protocol version");
        long instance = in.i64("instance");
        if (instance == 0) {
            throw in.malformed("instance", "0 is the number of no process");
        }
        long session = in.i64("session");
        String user = in.string8("user", MAX_USER_BYTES);
        int listenPort = in.u16("listening port");
        return new Hello(version, instance, session, user, listenPort, Endpoint.decodeAll(in), in.string8("program"));
    }

    @Override
    public char letter() {
        return 'h';
    }

    @Override
    public void encodeBody(WireWriter out) {
        out.u16(version).i64(instance).i64(session).string8(user).u16(listenPort);
        Endpoint.encodeAll(declared, out);
        out.string8(program);
    }
}
