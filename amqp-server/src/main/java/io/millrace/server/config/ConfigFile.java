package io.millrace.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file in the grammar of rabbitmq.conf.
 *
 * <pre>
 * # a comment
 * key = value            # a comment after a value
 * key = 'a # in quotes'  # single or double; a backslash takes the meaning of the next character away
 * key = $(VARIABLE)      # from the environment; not inside quotes
 * </pre>
 */
final class ConfigFile {
    private final Path path;
    private final Map<String, String> environment;

    ConfigFile(Path path, Map<String, String> environment) {
        this.path = path;
        this.environment = environment;
    }

    /**
     * Sets everything that the file sets.
     *
     * @throws ConfigException the file cannot be read or a line is wrong
     */
    void read(ConfigAssembler assembler) {
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                readLine(line, path + ":" + (i + 1), assembler);
            }
        }
    }

    private List<String> lines() {
        try {
            String text = Files.readString(path, StandardCharsets.UTF_8);
            return (text.startsWith("\ufeff") ? text.substring(1) : text)
                    .lines()
                    .toList();
        } catch (NoSuchFileException e) {
            throw new ConfigException(path + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new ConfigException(path + ": not a text in UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(path + ": cannot be read: " + e, e);
        }
    }

    private void readLine(String line, String origin, ConfigAssembler assembler) {
        int equals = line.indexOf('=');
        String key = equals < 0 ? "" : line.substring(0, equals).strip();
        if (key.isEmpty() || key.chars().anyMatch(c -> c == '#' || Character.isWhitespace(c))) {
            throw new ConfigException(origin + ": expected key = value, found '" + line + "'");
        }
        String text = value(line.substring(equals + 1).strip(), origin);
        assembler.set(key.replace("\\.", "."), text, origin);
    }

    private String value(String text, String origin) {
        if (text.startsWith("'") || text.startsWith("\"")) {
            return quoted(text, origin);
        }
        int comment = text.indexOf('#');
        return expand(comment < 0 ? text : text.substring(0, comment).strip(), origin);
    }

    private static String quoted(String text, String origin) {
        char quote = text.charAt(0);
        StringBuilder value = new StringBuilder();
        int i = 1;
        while (i < text.length() && text.charAt(i) != quote) {
            if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                i++;
            }
            value.append(text.charAt(i));
            i++;
        }
        String rest = i < text.length() ? text.substring(i + 1).strip() : null;
        if (rest == null) {
            throw new ConfigException(origin + ": the closing " + quote + " is missing");
        }
        if (!rest.isEmpty() && rest.charAt(0) != '#') {
            throw new ConfigException(origin + ": found '" + rest + "' after the closing " + quote);
        }
        return value.toString();
    }

    private String expand(String text, String origin) {
        int start = text.indexOf("$(");
        int end = text.indexOf(')', start + 1);
        if (start < 0 || end < 0) {
            return text;
        }
        String variable = text.substring(start + 2, end);
        String value = environment.get(variable);
        if (value == null) {
            throw new ConfigException(origin + ": the environment has no variable " + variable);
        }
        return text.substring(0, start) + value + expand(text.substring(end + 1), origin);
    }
}
