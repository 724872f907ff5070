package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code curl} from nginx: encrypted and not verified, or in the clear and verified afterwards. For one thread. */
final class CurlContender implements Contender {

    /** The contender that others are measured by. */
    static final String SECURE = "curl https (verifies nothing)";

    private final WorkFolder work;
    private final String file;
    private final boolean secure;
    private @Nullable NginxServer server;

    /**
     * Gets a file.
     *
     * @param file name of a file in the folder {@code www}
     * @param secure whether over HTTPS; else over HTTP, followed by {@code sha256sum}
     */
    CurlContender(WorkFolder work, String file, boolean secure) {
        this.work = work;
        this.file = file;
        this.secure = secure;
    }

    @Override
    public String name() {
        return secure ? SECURE : "curl http, then sha256sum";
    }

    @Override
    public Optional<String> missing() {
        return secure ? Installed.missing("nginx", "curl") : Installed.missing("nginx", "curl", "sha256sum");
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        Path folder = work.folder(secure ? "nginx-https" : "nginx-http");
        server = NginxServer.start(folder, work.folder("www"));
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        NginxServer nginx = server;
        if (nginx == null) {
            throw new IllegalStateException("not prepared");
        }
        double before = nginx.cpuSeconds();
        List<String> command = secure
                ? List.of("curl", "-skf", "-o", target.toString(), nginx.secureUrl(file))
                : List.of(
                        "sh",
                        "-c",
                        "curl -sf -o \"$0\" \"$1\" && sha256sum \"$0\"",
                        target.toString(),
                        nginx.plainUrl(file));
        TimedProcess done = TimedProcess.run(work.path(), Map.of(), command);
        return new Sample(done.wallSeconds(), done.cpuSeconds(), nginx.cpuSeconds() - before);
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
