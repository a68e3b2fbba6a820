package io.millrace.server.control;

import java.util.List;
import java.util.Set;

/** Which columns of a listing are shown. */
final class Columns {
    private Columns() {}

    /**
     * Those that the operands name, or the usual ones.
     *
     * @throws CommandFailure there is no such column
     */
    static List<String> of(Arguments arguments, Set<String> known, String... usual) {
        List<String> asked = arguments.operands();
        if (asked.isEmpty()) {
            return List.of(usual);
        }
        List<String> unknown =
                asked.stream().filter(column -> !known.contains(column)).toList();
        if (!unknown.isEmpty()) {
            throw CommandFailure.usage("Info key(s) " + String.join(",", unknown) + " are not supported");
        }
        return asked;
    }
}
