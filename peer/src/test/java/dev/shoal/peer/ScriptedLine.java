package dev.shoal.peer;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The way to an index that answers as the test wants. */
final class ScriptedLine implements IndexLine {

    static final int LEASE_MILLIS = 90_000;

    final List<IndexRequest> heard = new ArrayList<>();
    Function<IndexRequest, Pdu> script = ScriptedLine::usual;
    boolean away;
    long session = 7;
    int renewed;

    /** What an index says when all is well. */
    static Pdu usual(IndexRequest request) {
        return request instanceof IndexRequest.Heartbeat ? heartbeat(false) : IndexReply.Ack.DONE;
    }

    static IndexReply.HeartbeatReply heartbeat(boolean restate) {
        return heartbeat(restate, 0);
    }

    static IndexReply.HeartbeatReply restateAfter(int millis) {
        return heartbeat(true, millis);
    }

    private static IndexReply.HeartbeatReply heartbeat(boolean restate, int afterMillis) {
        return new IndexReply.HeartbeatReply(
                restate, afterMillis, LEASE_MILLIS, new Endpoint(InetAddress.getLoopbackAddress(), 1));
    }

    static Pdu refusing(ErrorCode code) {
        return Failure.of(code, "refused");
    }

    /** What comes of it when no answer comes. */
    static PeerException silence() {
        return new PeerException(PeerException.Reason.UNREACHABLE, "The index is away.");
    }

    <R extends IndexRequest> List<R> heard(Class<R> type) {
        return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public <R extends IndexReply> R ask(IndexRequest request, Class<R> expected) {
        Pdu answer = exchange(request);
        if (answer instanceof Failure failure) {
            throw IndexClient.refusal(failure);
        }
        return expected.cast(answer);
    }

    @Override
    public Pdu exchange(IndexRequest request) {
        if (away) {
            throw silence();
        }
        Pdu answer = script.apply(request);
        heard.add(request);
        return answer;
    }

    @Override
    public long sessionNumber() {
        return session;
    }

    @Override
    public void renew() {
        renewed++;
        if (away) {
            throw silence();
        }
    }

    @Override
    public boolean usesDatagrams() {
        return true;
    }

    @Override
    public boolean probeDatagrams(IndexRequest.Heartbeat heartbeat) {
        return true;
    }

    @Override
    public HostAndPort address() {
        return new HostAndPort("127.0.0.1", 1);
    }
}
