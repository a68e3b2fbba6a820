package io.millrace.server.control;

import io.millrace.server.json.JsonTree;
import java.util.List;
import java.util.Map;

/** What a command has to say, in the format that was asked for. */
final class Output {
    private static final String FORMATTER = "--formatter";
    private static final String TABLE = "table";

    private final Call call;
    private final Arguments arguments;

    Output(Call call, Arguments arguments) {
        this.call = call;
        this.arguments = arguments;
    }

    Call call() {
        return call;
    }

    /** A line about what is being done: for people, not for programs. */
    void banner(String line) {
        if (!arguments.isQuiet()) {
            call.out(line);
        }
    }

    void line(String line) {
        call.out(line);
    }

    /** Asks a person for input, which goes on in the same line. */
    void prompt(String text) {
        if (!arguments.isQuiet()) {
            call.out(Wire.utf8(text));
        }
    }

    /**
     * Prints a table.
     *
     * @param columns their names, in order
     * @param rows values by column name; what is missing is empty
     */
    void table(List<String> columns, List<Map<String, Object>> rows) {
        switch (arguments.option(FORMATTER, TABLE)) {
            case "json" -> json(columns, rows);
            case "csv" -> csv(columns, rows);
            default -> tabs(columns, rows, arguments.hasTableHeader());
        }
    }

    /** As {@link #tableOrBlank}, without a header where it is for people. */
    void headerlessTableOrBlank(List<String> columns, List<Map<String, Object>> rows) {
        if (isForPeople() && !rows.isEmpty()) {
            tabs(columns, rows, false);
        } else {
            tableOrBlank(columns, rows);
        }
    }

    /** As {@link #table}; where it has no rows a blank line for people, and an empty list in JSON. */
    void tableOrBlank(List<String> columns, List<Map<String, Object>> rows) {
        String format = arguments.option(FORMATTER, TABLE);
        if (!rows.isEmpty() || format.equals("csv")) {
            table(columns, rows);
        } else {
            call.out(format.equals("json") ? "[]" : "");
        }
    }

    /** Prints an object as JSON; as {@link #tableOrBlank} where it has no members. */
    void objectOrBlank(Map<String, Object> members) {
        if (members.isEmpty()) {
            tableOrBlank(List.of(), List.of());
        } else {
            call.out(JsonTree.text(members));
        }
    }

    private boolean isForPeople() {
        return arguments.option(FORMATTER, TABLE).equals(TABLE);
    }

    private void tabs(List<String> columns, List<Map<String, Object>> rows, boolean header) {
        if (rows.isEmpty()) {
            return;
        }
        if (header) {
            call.out(String.join("\t", columns));
        }
        for (Map<String, Object> row : rows) {
            call.out(String.join(
                    "\t",
                    columns.stream().map(column -> CellText.of(row.get(column))).toList()));
        }
    }

    private void csv(List<String> columns, List<Map<String, Object>> rows) {
        call.out(quoted(columns));
        for (Map<String, Object> row : rows) {
            call.out(quoted(
                    columns.stream().map(column -> CellText.of(row.get(column))).toList()));
        }
    }

    private static String quoted(List<String> values) {
        return String.join(
                ",",
                values.stream()
                        .map(value -> '"' + value.replace("\"", "\"\"") + '"')
                        .toList());
    }

    private void json(List<String> columns, List<Map<String, Object>> rows) {
        call.out("[");
        String separator = "";
        for (Map<String, Object> row : rows) {
            call.out(separator + CellText.jsonObject(columns, row));
            separator = ",";
        }
        call.out("]");
    }
}
