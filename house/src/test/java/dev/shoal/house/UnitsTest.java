package dev.shoal.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The files by which systemd and launchd start an index or a peer. */
class UnitsTest {

    private static final Path DIST = Sources.root().resolve("dist");

    @TempDir
    Path temporary;

    @Test
    void systemdUnderstandsTheUnitOfAnIndex() throws Exception {
        verify("--system", DIST.resolve("systemd/shoal-index.service"), "/opt/shoal/bin/shoal");
    }

    @Test
    void systemdUnderstandsTheUnitOfAPeer() throws Exception {
        verify("--user", DIST.resolve("systemd/user/shoal.service"), "%h/.local/bin/shoal");
    }

    /** Says nothing of a unit that it finds right; without the program in its place it would say that. */
    private void verify(String whose, Path unit, String program) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "systemd-analyze is not installed");
        String text = Files.readString(unit);
        assertThat(text).contains("ExecStart=" + program + " ").contains("SuccessExitStatus=143");
        Path copy = temporary.resolve(unit.getFileName());
        Files.writeString(copy, text.replace(program, "/bin/true"));
        ProcessBuilder builder = new ProcessBuilder(
                "/usr/bin/systemd-analyze", "verify", whose, "--man=no", "--recursive-errors=no", copy.toString());
        builder.environment().put("XDG_RUNTIME_DIR", temporary.toString());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.contains(unit.getFileName().toString())))
                .isEmpty();
    }

    @Test
    void theFileForLaunchdIsAPropertyListThatStartsThePeer() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        Element root = factory.newDocumentBuilder()
                .parse(DIST.resolve("launchd/dev.shoal.peer.plist").toFile())
                .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("plist");
        List<Element> entries = children(children(root).getFirst());

        // A dictionary is keys and values in turns.
        assertThat(entries.size() % 2).isZero();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < entries.size(); i += 2) {
            assertThat(entries.get(i).getTagName()).isEqualTo("key");
            keys.add(entries.get(i).getTextContent());
        }
        assertThat(keys).contains("Label", "RunAtLoad", "KeepAlive").doesNotHaveDuplicates();
        assertThat(entries.get(2 * keys.indexOf("Label") + 1).getTextContent()).isEqualTo("dev.shoal.peer");
        List<Element> arguments = children(entries.get(2 * keys.indexOf("ProgramArguments") + 1));
        assertThat(arguments.getLast().getTextContent()).contains("/.local/bin/shoal\" up ");
    }

    private static List<Element> children(Element element) {
        NodeList nodes = element.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(Element.class::cast)
                .toList();
    }
}
