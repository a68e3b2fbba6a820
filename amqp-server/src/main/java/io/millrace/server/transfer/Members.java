package io.millrace.server.transfer;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The members of one definition by name, each with the type that it must have. */
final class Members {
    private final String kind;
    private final Map<String, Object> byName;

    Members(String kind, Map<String, Object> byName) {
        this.kind = kind;
        this.byName = byName;
    }

    boolean has(String name) {
        return byName.get(name) != null;
    }

    String text(String name) throws DefinitionsFormatException {
        if (byName.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a string");
    }

    String text(String name, String otherwise) throws DefinitionsFormatException {
        return has(name) ? text(name) : otherwise;
    }

    boolean flag(String name, boolean otherwise) throws DefinitionsFormatException {
        if (!has(name)) {
            return otherwise;
        }
        if (byName.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false");
    }

    int number(String name, int otherwise) throws DefinitionsFormatException {
        if (!has(name)) {
            return otherwise;
        }
        if (byName.get(name) instanceof Long number) {
            return (int) Math.max(-1, Math.min(number, Integer.MAX_VALUE));
        }
        throw wrong(name, "an integer");
    }

    /** An array of strings, or a string in which they are separated by commas; as the latter. */
    String commaSeparated(String name) throws DefinitionsFormatException {
        if (byName.get(name) instanceof List<?> list) {
            StringJoiner joined = new StringJoiner(",");
            list.forEach(each -> joined.add(String.valueOf(each)));
            return joined.toString();
        }
        return text(name, "");
    }

    /** The members of an object inside; none when it is not there. */
    Members object(String name) throws DefinitionsFormatException {
        return new Members(kind + "." + name, map(name));
    }

    @SuppressWarnings("unchecked") // JsonTree makes no maps with other keys
    Map<String, Object> map(String name) throws DefinitionsFormatException {
        if (!has(name)) {
            return Map.of();
        }
        if (byName.get(name) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        // What has no arguments is an empty list in some exports.
        if (byName.get(name) instanceof List<?> list && list.isEmpty()) {
            return Map.of();
        }
        throw wrong(name, "an object");
    }

    Object get(String name) {
        return byName.get(name);
    }

    DefinitionsFormatException wrong(String name, String expected) {
        return new DefinitionsFormatException(
                kind + " " + byName.getOrDefault("name", "") + ": '" + name + "' must be " + expected, null);
    }
}
