package io.millrace.server.control;

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
            default -> tabs(columns, rows);
        }
    }

    /** As {@link #table}; a blank line where it has no rows and is for people. */
    void tableOrBlank(List<String> columns, List<Map<String, Object>> rows) {
        if (rows.isEmpty() && arguments.option(FORMATTER, TABLE).equals(TABLE)) {
            call.out("");
        } else {
            table(columns, rows);
        }
    }

    private void tabs(List<String> columns, List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        if (arguments.hasTableHeader()) {
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
