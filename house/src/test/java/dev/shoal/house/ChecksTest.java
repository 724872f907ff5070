package dev.shoal.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Error Prone and NullAway, which run over all sources at once, leave no module out. */
class ChecksTest {

    @Test
    void theSourcesOfEveryModuleAreChecked() {
        String checks = Sources.read(Sources.root().resolve("checks/pom.xml"));
        List<String> unchecked = Sources.modules().stream()
                .flatMap(module -> List.of("src/main/java", "src/test/java").stream()
                        .map(module::resolve)
                        .filter(Files::isDirectory))
                .map(Sources.root()::relativize)
                .map(Path::toString)
                .filter(sources -> !checks.contains("/" + sources + "</root>"))
                .toList();
        assertThat(unchecked).isEmpty();
    }
}
