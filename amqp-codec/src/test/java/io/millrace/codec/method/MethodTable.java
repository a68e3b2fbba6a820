package io.millrace.codec.method;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The methods as the test resource {@code methods.txt} lists them: what the records are compared with. */
final class MethodTable {
    /** One argument: its name in the specification and its type. */
    record Argument(String name, String type) {}

    /** One method. */
    record Row(int classId, int methodId, String name, char direction, boolean hasContent, List<Argument> arguments) {
        int id() {
            return (classId << 16) | methodId;
        }

        /** A ticket is on the wire but not in the record, except where it is what the method is about. */
        boolean isReserved(Argument argument) {
            return argument.name().equals("ticket") && !name.equals("access.request-ok");
        }

        List<Argument> components() {
            return arguments.stream().filter(argument -> !isReserved(argument)).toList();
        }

        /** What the record must be called: {@code basic.get-ok} is {@code BasicMethod.GetOk}. */
        String recordName() {
            String[] words = name.split("\\.", -1);
            return capitalised(words[0]) + "Method." + capitalised(words[1]);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private MethodTable() {}

    static List<Row> rows() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(MethodTable.class.getResourceAsStream("methods.txt"), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(MethodTable::row)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of the record component for an argument. */
    static String componentName(Argument argument) {
        return switch (argument.name()) {
            case "class-id" -> "failedClassId";
            case "method-id" -> "failedMethodId";
            default -> {
                String name = capitalised(argument.name());
                yield name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
            }
        };
    }

    private static Row row(String line) {
        String[] columns = line.trim().split("\\s+", -1);
        List<Argument> arguments = Arrays.stream(columns)
                .skip(5)
                .filter(column -> !column.equals("-"))
                .map(column -> column.split(":", -1))
                .map(parts -> new Argument(parts[0], parts[1]))
                .toList();
        return new Row(
                Integer.parseInt(columns[0]),
                Integer.parseInt(columns[1]),
                columns[2],
                columns[3].charAt(0),
                columns[4].equals("content"),
                arguments);
    }

    private static String capitalised(String words) {
        StringBuilder name = new StringBuilder();
        for (String word : words.split("-", -1)) {
            name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return name.toString();
    }
}
