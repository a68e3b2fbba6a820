package io.millrace.server.config;

import java.util.ArrayList;
import java.util.List;

/** Describes every key, as text for the terminal and as the page {@code docs/configuration.md}. */
public final class ConfigReference {
    private static final int WIDTH = 100;
    private static final String INDENT = "    ";

    private ConfigReference() {}

    /** For {@code --help-config}. */
    public static String text() {
        StringBuilder text = new StringBuilder();
        for (ConfigKeys.Section section : ConfigKeys.sections()) {
            text.append(section.title()).append("\n\n");
            for (ConfigEntry entry : section.entries()) {
                text.append("  ")
                        .append(entry.name())
                        .append("  (")
                        .append(entry.type().name())
                        .append(")\n");
                appendWrapped(text, described(entry).replace("`", ""));
                String defaultText = entry.defaultText();
                text.append(INDENT)
                        .append(defaultText.isEmpty() ? "Not set by default." : "Default: " + defaultText)
                        .append("\n\n");
            }
        }
        return text.toString().stripTrailing();
    }

    static String markdown() {
        StringBuilder page = new StringBuilder("""
        # Configuration

        <!-- Generated from the table of keys; ConfigReferenceTest says how. -->

        Settings are read from these places; the later wins:

        1. the file named by `--config`, `%s` or `%s`, else `%s` if there is one;
        2. every `*.conf` of the directory `conf.d` beside that file (or of the one named by `%s`), in the order of
           their names;
        3. environment variables, below;
        4. the flags `--data-dir`, `--port` and `--set key=value`.

        The grammar is that of `rabbitmq.conf`: `key = value` on a line, `#` starts a comment, quotes (`'` or `"`) keep
        `#` and spaces, `$(NAME)` stands for an environment variable. Sizes are octets or have a unit: `50MB` is
        50,000,000, `50MiB` and `50Mi` are 52,428,800.

        A key that nobody knows stops the broker, which names file and line. A key that means something to RabbitMQ only
        is passed over with a warning. Where a name ends in a word in capitals, any number of keys may be set; setting
        one replaces the defaults.
        """.formatted(
                        ConfigLoader.CONFIG_FILE,
                        ConfigLoader.RABBITMQ_CONFIG_FILE,
                        ConfigLoader.DEFAULT_FILE,
                        ConfigLoader.RABBITMQ_CONFIG_FILES));
        for (ConfigKeys.Section section : ConfigKeys.sections()) {
            page.append("\n## ")
                    .append(section.title())
                    .append("\n\n| key | default | value | meaning |\n|---|---|---|---|\n");
            for (ConfigEntry entry : section.entries()) {
                page.append("| `")
                        .append(entry.name())
                        .append("` | ")
                        .append(code(entry.defaultText()))
                        .append(" | ");
                page.append(entry.type().name())
                        .append(" | ")
                        .append(described(entry))
                        .append(" |\n");
            }
        }
        appendEnvironment(page);
        return page.toString();
    }

    private static void appendEnvironment(StringBuilder page) {
        page.append("\n## Environment variables\n\n| variable | same as |\n|---|---|\n");
        ConfigEnvironment.KEYS.forEach((variable, key) ->
                page.append("| `").append(variable).append("` | `").append(key).append("` |\n"));
        for (String variable : ConfigEnvironment.SECRETS) {
            page.append("| `")
                    .append(variable)
                    .append(ConfigEnvironment.FILE_SUFFIX)
                    .append("` | `");
            page.append(ConfigEnvironment.KEYS.get(variable)).append("`, read from the file named |\n");
        }
        page.append("| `").append(ConfigEnvironment.NODE_PORT).append("`, `").append(ConfigEnvironment.NODE_IP_ADDRESS);
        page.append("` | port and address of the only AMQP listener |\n");
        page.append("| `")
                .append(ConfigEnvironment.LOGS)
                .append("` | `log.file`, or the console only when it is `-` |\n");
    }

    private static String described(ConfigEntry entry) {
        if (entry instanceof ConfigKey<?> key && !key.aliases().isEmpty()) {
            return entry.doc() + " Also called `" + String.join("`, `", key.aliases()) + "`.";
        }
        return entry.doc();
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static void appendWrapped(StringBuilder text, String paragraph) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : paragraph.split(" ", -1)) {
            if (line.length() + word.length() >= WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        lines.forEach(each -> text.append(INDENT).append(each).append('\n'));
    }
}
