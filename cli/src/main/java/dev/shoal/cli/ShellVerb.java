package dev.shoal.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be said at the prompt: each a letter and words, in any case. */
enum ShellVerb {
    /** Share files. */
    REGISTER(
            "R", "FILE [NAME] [--to USER,...] [--watch]", "share a file; several as FILE, FILE, ...", "share register"),
    /** Find names. */
    SEARCH("S", "TEXT", "find names that match", "search find"),
    /** Get a file. */
    DOWNLOAD("D", "NAME [PATH] [--like FILE]", "download, and go on serving it", "download get"),
    /** What can be fetched. */
    ONLINE("O", "", "list what is on-line now", "ls online show"),
    /** What is known. */
    LIST("L", "", "list everything that is known", "list"),
    /** One name. */
    LOCATIONS("F", "NAME", "show one name and who has what of it", "info locations"),
    /** Go back to an older version. */
    ROLLBACK("", "NAME VERSION", "make an older version the newest again", "rollback"),
    /** Take names away. */
    DEREGISTER("T", "NAME or *", "take a name, or everything of yours, away", "rm deregister"),
    /** Who is there. */
    USERS("U", "", "list the users on-line", "who users"),
    /** What runs. */
    JOBS("J", "", "show your shares and downloads that run", "jobs"),
    /** End something that runs. */
    STOP("X", "JOB", "stop a share or a download", "stop cancel"),
    /** Compare a file with a content. */
    VERIFY("V", "FILE LINK-or-ID", "check that a file is exactly that content", "verify"),
    /** Change how fast something is. */
    LIMIT("", "[NAME RATE or OPTION...]", "show or change how fast all or one may be", "limit"),
    /** Let nothing go. */
    PAUSE("", "[NAME] [--for TIME]", "pause everything, or one name", "pause"),
    /** Let it go on. */
    RESUME("", "[NAME]", "let go on what is paused", "resume"),
    /** Keep in step. */
    FOLLOW("", "NAME [PATH]", "have every new version of a name put there", "sub follow"),
    /** Keep in step no longer. */
    UNFOLLOW("", "NAME", "follow a name no longer; the file stays", "unsub unfollow"),
    /** What is kept in step. */
    FOLLOWED("", "", "list what you follow", "subs"),
    /** Bring an old version back. */
    RESTORE("", "NAME [VERSION]", "bring a replaced version back", "restore"),
    /** Decide about an edited file. */
    RESOLVE("", "NAME mine|theirs|both", "decide about a file that you edited", "resolve"),
    /** Make an account. */
    SIGN_UP("", "[USER [invite]]", "make an account; \"invite\" asks for one", "signup"),
    /** Act for an account. */
    LOG_IN("", "[USER]", "act for an account of the index", "login"),
    /** Act for none. */
    LOG_OUT("", "", "act for no account any more", "logout"),
    /** Which account it is. */
    WHO_AM_I("", "", "show which account you act for", "whoami"),
    /** Choose another password. */
    PASSWORD("", "", "change the password of the account", "passwd"),
    /** What acts for the account. */
    DEVICES("", "[revoke KEY]", "list the account's devices, or take one off", "devices"),
    /** When the password is forgotten. */
    RECOVER("", "[USER]", "set a new password with a recovery code", "recover"),
    /** Other recovery codes. */
    CODES("", "", "make new recovery codes", "codes"),
    /** Give names away. */
    GIVE("", "NAME USER [KEY]", "give a name to another account", "give"),
    /** Take names. */
    ACCEPT("", "NAME", "take a name that was given to you", "accept"),
    /** Groups of accounts. */
    GROUP("", "[ACTION NAME USER...]", "list your groups, or change one", "group"),
    /** Who may get what is private. */
    ALLOW("", "NAME [--to|--not USER,...]", "show or change who gets a private name", "allow"),
    /** Who may do what at the index. */
    ADMIN("", "ACTION [SUBJECT] [OPTION...]", "administer the index", "admin"),
    /** The peer's key. */
    KEY("", "[export FILE]", "show your peer's key, or save it", "key"),
    /** What the peer does. */
    STATUS("", "", "show how your peer is doing", "status"),
    /** Leave. */
    QUIT("Q", "", "deregister everything and leave", "quit exit"),
    /** The menu. */
    HELP("?", "", "show this menu", "help menu");

    private static final int USAGE_COLUMNS = 35;

    private final String letter;
    private final String arguments;
    private final String meaning;
    private final String words;

    ShellVerb(String letter, String arguments, String meaning, String words) {
        this.letter = letter;
        this.arguments = arguments;
        this.meaning = meaning;
        this.words = words;
    }

    /** The verb of a letter or a word; empty when there is none. */
    static Optional<ShellVerb> of(String typed) {
        String plain = typed.toLowerCase(Locale.ROOT);
        return Stream.of(values())
                .filter(verb -> verb.words().contains(plain)
                        || (!plain.isEmpty()
                                && verb.letter.toLowerCase(Locale.ROOT).equals(plain)))
                .findFirst();
    }

    /** Its words, the usual one first. */
    List<String> words() {
        return List.of(words.split(" ", -1));
    }

    /** How it is written, in full. */
    String usage() {
        return words().getFirst() + (arguments.isEmpty() ? "" : " " + arguments);
    }

    /** The lines of the menu. */
    static List<String> menu() {
        return Stream.concat(
                        Stream.of("A letter or a word, in any case; what has blanks goes in quotes:"),
                        Stream.of(values())
                                .map(verb -> "  " + TextWidth.padded(verb.letter, 3)
                                        + TextWidth.padded(verb.usage() + "  ", USAGE_COLUMNS) + verb.meaning))
                .toList();
    }
}
