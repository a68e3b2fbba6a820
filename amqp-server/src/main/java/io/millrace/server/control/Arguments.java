package io.millrace.server.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words of one command line: options may stand before and behind the command. */
final class Arguments {
    private static final Map<String, String> SHORT = Map.of(
            "-n",
            "--node",
            "-p",
            "--vhost",
            "-q",
            "--quiet",
            "-s",
            "--silent",
            "-t",
            "--timeout",
            "-l",
            "--longnames",
            "-e",
            "--if-empty",
            "-u",
            "--if-unused",
            "-h",
            "--help");

    private static final Set<String> WITH_VALUE = Set.of(
            "--node",
            "--vhost",
            "--timeout",
            "--formatter",
            "--priority",
            "--apply-to",
            "--description",
            "--tags",
            "--default-queue-type",
            "--user",
            "--format",
            "--limit");

    private static final Set<String> FLAGS = Set.of(
            "--quiet",
            "--silent",
            "--longnames",
            "--dry-run",
            "--no-table-headers",
            "--help",
            "--if-empty",
            "--if-unused",
            "--global",
            "--online",
            "--offline",
            "--local",
            "--force",
            "--pre-hashed-password",
            "--verbose");

    private final Map<String, String> options = new HashMap<>();
    private final List<String> words = new ArrayList<>();
    private final List<String> unknownOptions = new ArrayList<>();
    private final List<String> all;

    /** @throws CommandFailure an option lacks its value */
    Arguments(List<String> all) {
        this.all = all;
        boolean wordsOnly = false;
        for (int i = 0; i < all.size(); i++) {
            String argument = all.get(i);
            if (wordsOnly || !argument.startsWith("-") || argument.equals("-")) {
                words.add(argument);
            } else if (argument.equals("--")) {
                wordsOnly = true;
            } else {
                i += take(argument, i + 1 < all.size() ? all.get(i + 1) : null);
            }
        }
    }

    /** Returns how many of the arguments behind it belong to the option. */
    private int take(String argument, String next) {
        int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
        String name = equals < 0 ? SHORT.getOrDefault(argument, argument) : argument.substring(0, equals);
        if (FLAGS.contains(name)) {
            options.put(name, "");
            return 0;
        }
        if (!WITH_VALUE.contains(name)) {
            unknownOptions.add(name);
            return 0;
        }
        String value = equals < 0 ? next : argument.substring(equals + 1);
        if (value == null) {
            throw CommandFailure.usage(name + " needs a value");
        }
        options.put(name, value);
        return equals < 0 ? 1 : 0;
    }

    /** The command; null when there is none. */
    String command() {
        return words.isEmpty() ? null : words.get(0);
    }

    /** What is behind the command. */
    List<String> operands() {
        return words.subList(1, words.size());
    }

    String operand(int index) {
        return words.get(1 + index);
    }

    /** @throws CommandFailure there are others than options that a command may have */
    void requireKnownOptions() {
        if (!unknownOptions.isEmpty()) {
            throw CommandFailure.usage(
                    "Invalid options for this command:\n" + String.join(" : \n", unknownOptions) + " : ");
        }
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    String vhost() {
        return option("--vhost", "/");
    }

    /** Whether only what was asked for is printed, and nothing about it. */
    boolean isQuiet() {
        boolean forPrograms = !option("--formatter", "table").equals("table");
        return has("--quiet") || has("--silent") || forPrograms;
    }

    boolean hasTableHeader() {
        return !has("--silent") && !has("--no-table-headers");
    }

    /** As it was typed. */
    @Override
    public String toString() {
        return String.join(" ", all);
    }
}
