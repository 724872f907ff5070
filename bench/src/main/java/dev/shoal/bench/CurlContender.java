package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code curl} from nginx: encrypted or in the clear, not verified or verified afterwards. For one thread. */
final class CurlContender implements Contender {

    /** The contender that others are measured by. */
    static final String SECURE = "curl https (verifies nothing)";

    private final WorkFolder work;
    private final String file;
    private final Way way;
    private @Nullable NginxServer server;

    /** How the file comes. */
    enum Way {
        /** Over HTTPS. */
        SECURE(CurlContender.SECURE),
        /** Over HTTP. */
        PLAIN("curl http (verifies nothing)"),
        /** Over HTTP, followed by {@code sha256sum}. */
        HASHED("curl http, then sha256sum");

        private final String title;

        Way(String title) {
            this.title = title;
        }
    }

    /**
     * Gets a file.
     *
     * @param file name of a file in the folder {@code www}
     */
    CurlContender(WorkFolder work, String file, Way way) {
        this.work = work;
        this.file = file;
        this.way = way;
    }

    @Override
    public String name() {
        return way.title;
    }

    @Override
    public Optional<String> missing() {
        return way == Way.HASHED ? Installed.missing("nginx", "curl", "sha256sum") : Installed.missing("nginx", "curl");
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        server = NginxServer.start(work.folder("nginx-" + way.name().toLowerCase(Locale.ROOT)), work.folder("www"));
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        NginxServer nginx = server;
        if (nginx == null) {
            throw new IllegalStateException("not prepared");
        }
        double before = nginx.cpuSeconds();
        TimedProcess done = TimedProcess.run(work.path(), Map.of(), command(nginx, target.toString()));
        return new Sample(done.wallSeconds(), done.cpuSeconds(), nginx.cpuSeconds() - before);
    }

    private List<String> command(NginxServer nginx, String target) {
        return switch (way) {
            case SECURE -> List.of("curl", "-skf", "-o", target, nginx.secureUrl(file));
            case PLAIN -> List.of("curl", "-sf", "-o", target, nginx.plainUrl(file));
            case HASHED ->
                List.of("sh", "-c", "curl -sf -o \"$0\" \"$1\" && sha256sum \"$0\"", target, nginx.plainUrl(file));
        };
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
