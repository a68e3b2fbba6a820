package io.millrace.server.policy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Values of JSON as they stand in RabbitMQ's error texts. */
public final class ErlangText {
    private ErlangText() {}

    public static String of(Object value) {
        if (value instanceof String text) {
            return binary(text);
        }
        if (value instanceof List<?> list) {
            StringJoiner joined = new StringJoiner(",", "[", "]");
            list.forEach(each -> joined.add(of(each)));
            return joined.toString();
        }
        if (value instanceof Map<?, ?> map) {
            StringJoiner joined = new StringJoiner(",", "#{", "}");
            new TreeMap<>(map).forEach((key, member) -> joined.add(of(key) + " => " + of(member)));
            return joined.toString();
        }
        return String.valueOf(value);
    }

    private static String binary(String text) {
        if (text.isEmpty()) {
            return "<<>>";
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (text.chars().anyMatch(Character::isISOControl)) {
            StringJoiner numbers = new StringJoiner(",", "<<", ">>");
            for (byte octet : octets) {
                numbers.add(Integer.toString(octet & 0xFF));
            }
            return numbers.toString();
        }
        String quoted = '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        return octets.length == text.length() ? "<<" + quoted + ">>" : "<<" + quoted + "/utf8>>";
    }

    /** Keys with values. */
    static String pairs(Map<String, Object> members) {
        StringJoiner joined = new StringJoiner(",", "[", "]");
        members.forEach((key, value) -> joined.add("{" + of(key) + "," + of(value) + "}"));
        return joined.toString();
    }
}
