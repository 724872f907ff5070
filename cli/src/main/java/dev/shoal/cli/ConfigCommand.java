package dev.shoal.cli;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.peer.Configuration;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.KnownKeys;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Request;
import dev.shoal.peer.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal config}. */
@Command(
        name = "config",
        description = "Show or change the settings of this home.",
        customSynopsis = {
            "shoal config [KEY [VALUE]]",
            "       shoal config --unset KEY",
            "       shoal config forget-index HOST:PORT",
            "       shoal config forget-version NAME"
        },
        footer = {
            "forget-index forgets the key that an index had, so that a new one is believed;",
            "forget-version forgets which version of a name was seen, so that an older one is."
        })
final class ConfigCommand extends Subcommand {

    private static final String FORGET_INDEX = "forget-index";
    private static final String FORGET_VERSION = "forget-version";

    @Parameters(index = "0", arity = "0..1", paramLabel = "KEY", description = "A setting; all of them without it.")
    @Nullable
    String key;

    @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "What to set it to.")
    @Nullable
    String value;

    @Option(names = "--unset", paramLabel = "KEY", description = "Go back to the default.")
    @Nullable
    String unset;

    /** What programs are told of a setting. */
    private record Entry(String key, String value, boolean configured, String meaning) {}

    private record Forgotten(String index, boolean known) {}

    private record ForgottenVersion(String name, boolean known) {}

    ConfigCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (unset != null && key != null) {
            throw misused("--unset takes one setting and nothing else.");
        }
        if (unset != null) {
            change(unset, "");
        } else if (key == null) {
            show();
        } else if (key.equals(FORGET_INDEX)) {
            forgetIndex();
        } else if (key.equals(FORGET_VERSION)) {
            forgetVersion();
        } else if (value == null) {
            showOne(Configuration.named(key));
        } else {
            change(key, value);
        }
        return ExitCode.DONE;
    }

    private void show() {
        Configuration configuration = configuration();
        Output output = output();
        Screen screen = surroundings.screen();
        Table table = new Table(
                List.of(
                        Table.Column.text("SETTING"),
                        Table.Column.text("VALUE"),
                        Table.Column.text("FROM"),
                        Table.Column.text("MEANING")),
                screen.resultColumns(),
                screen.paint(),
                screen::result);
        for (Setting setting : Setting.values()) {
            Entry entry = entry(configuration, setting);
            if (common.json) {
                output.fact("setting", entry, "");
            } else {
                String from = entry.configured() ? "file" : "default";
                table.row(List.of(entry.key(), entry.value().isEmpty() ? "-" : entry.value(), from, entry.meaning()));
            }
        }
        table.end();
        if (!common.json && !common.quiet && !screen.isClosed()) {
            screen.remark("They are kept in " + surroundings.home().configurationFile() + ".");
        }
    }

    private void showOne(Setting setting) {
        Entry entry = entry(configuration(), setting);
        output().fact("setting", entry, entry.value());
    }

    private void change(String name, String text) {
        Setting setting = Configuration.named(name);
        surroundings.home().create();
        Configuration changed = Configuration.change(surroundings.home().configurationFile(), Map.of(setting, text));
        Entry entry = entry(changed, setting);
        String shown = entry.value().isEmpty() ? "not set" : entry.value();
        output().fact("setting", entry, common.quiet ? "" : setting.key() + " is " + shown + ".");
        if (surroundings.services().isPeerRunning(surroundings.home())) {
            if (setting.changesWhileRunning()) {
                tellPeer(new Request.Configure(setting.key(), setting.checked(text)));
            }
            if (!common.quiet && !common.json) {
                surroundings
                        .screen()
                        .remark(
                                setting.changesWhileRunning()
                                        ? "The running peer of this home keeps to it from now on."
                                        : "The running peer of this home takes it up when it starts the next time.");
            }
        }
    }

    private void tellPeer(Request.Configure change) {
        try (PeerService peer =
                surroundings.services().peer(surroundings.home(), Peers.Options.CONFIGURED, output().events())) {
            peer.run(change, report -> {}, surroundings.interruption().cancellation());
        }
    }

    private void forgetIndex() {
        if (value == null) {
            throw misused("Say which index to forget: shoal config " + FORGET_INDEX + " HOST:PORT.");
        }
        String address;
        try {
            address = HostAndPort.parse(value).toString();
        } catch (IllegalArgumentException e) {
            throw misused(e.getMessage() + ".");
        }
        boolean known = new KnownKeys(surroundings.home().knownKeysFile()).forgetIndex(address);
        if (!known) {
            throw Mistake.notFound("No key is known of an index at " + address + ".");
        }
        output().fact(
                        "forgotten",
                        new Forgotten(address, true),
                        "Forgotten; the next key that " + address + " shows is believed.");
    }

    private void forgetVersion() {
        if (value == null) {
            throw misused("Say which name to forget: shoal config " + FORGET_VERSION + " OWNER/NAME.");
        }
        Name name;
        try {
            name = new Name(value);
        } catch (InvalidNameException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
        if (!new KnownKeys(surroundings.home().knownKeysFile()).forgetVersion(name)) {
            throw Mistake.notFound("No version of " + name + " was seen.");
        }
        output().fact(
                        "forgotten",
                        new ForgottenVersion(name.text(), true),
                        "Forgotten; the next version of " + name + " that an index offers is believed.");
    }

    private static Entry entry(Configuration configuration, Setting setting) {
        return new Entry(
                setting.key(),
                configuration.value(setting).orElse(""),
                configuration.isConfigured(setting),
                setting.meaning());
    }
}
