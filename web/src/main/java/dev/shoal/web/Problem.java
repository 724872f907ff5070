package dev.shoal.web;

import dev.shoal.peer.PeerException;
import java.util.Locale;

/**
 * Why a request is not carried out, as RFC 9457 writes it. Immutable.
 *
 * @param status the status of the answer
 * @param title what kind of thing is wrong, always the same for a reason
 * @param reason the same as a word for programs
 * @param detail what happened, what it means and what to do
 */
record Problem(int status, String title, String reason, String detail) {

    /** The type of its JSON. */
    static final String MEDIA_TYPE = "application/problem+json";

    /** Thrown where the answer is a problem. */
    static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        Thrown(Problem problem) {
            super(problem.detail);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    /** What is written of it; nothing but the reason tells two kinds apart, so that there is no type to look up. */
    record Body(String type, String title, int status, String reason, String detail) {}

    Body body() {
        return new Body("about:blank", title, status, reason, detail);
    }

    Thrown thrown() {
        return new Thrown(this);
    }

    static Problem unauthorized() {
        return new Problem(
                401,
                "No token",
                "unauthorized",
                "This needs the token of the peer: open the address that `shoal up` printed, or send the token from the"
                        + " file `web` in the home as Authorization: Bearer TOKEN.");
    }

    static Problem misdirected(String host) {
        return new Problem(
                421,
                "Wrong host",
                "wrong-host",
                "This peer answers as 127.0.0.1 and localhost at its own port, not as \"" + host + "\".");
    }

    static Problem foreign() {
        return new Problem(
                403,
                "Foreign page",
                "foreign-page",
                "Only pages of this peer itself may use it, no others on the web.");
    }

    static Problem malformed(String what) {
        return new Problem(400, "Bad request", "usage", what);
    }

    static Problem noSuchResource(String path) {
        return new Problem(
                404, "No such resource", "no-resource", "There is no " + path + "; /api/v1/openapi.json says what is.");
    }

    static Problem notWith(String method, String allowed) {
        return new Problem(405, "Wrong method", "wrong-method", "This takes " + allowed + ", not " + method + ".");
    }

    static Problem lengthNeeded() {
        return new Problem(411, "No length", "length-needed", "Say how long the body is with Content-Length.");
    }

    static Problem notBytes() {
        return new Problem(
                415,
                "Not bytes",
                "not-bytes",
                "A file is sent as it is: say so with Content-Type: application/octet-stream.");
    }

    static Problem tooLarge(long mostBytes) {
        return new Problem(413, "Too large", "too-large", "A body has " + mostBytes + " bytes at most here.");
    }

    static Problem notJson() {
        return new Problem(415, "Not JSON", "not-json", "A body is JSON: say so with Content-Type: application/json.");
    }

    static Problem broken(RuntimeException cause) {
        return new Problem(500, "Failed", "failed", "Something went wrong that should not: " + cause + ".");
    }

    /** Why the peer does not do it. */
    static Problem of(PeerException cause) {
        String reason = cause.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        String detail = String.valueOf(cause.getMessage());
        return switch (cause.reason()) {
            case USAGE -> new Problem(400, "Bad request", reason, detail);
            case NOT_ALLOWED -> new Problem(403, "Not allowed", reason, detail);
            case NOT_FOUND -> new Problem(404, "Not found", reason, detail);
            case CONFLICT -> new Problem(409, "In the way", reason, detail);
            case DISK -> new Problem(422, "The local disk is in the way", reason, detail);
            case FAILED -> new Problem(500, "Failed", reason, detail);
            case VERIFICATION -> new Problem(502, "Not what its owner signed", reason, detail);
            case UNREACHABLE -> new Problem(503, "Index or sources not reachable", reason, detail);
        };
    }
}
