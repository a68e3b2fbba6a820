package io.millrace.server.routing;

import io.millrace.codec.ErlangBinary;
import io.millrace.codec.ErlangFloat;
import io.millrace.codec.value.FieldValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Values as they stand in RabbitMQ's error texts, which clients' tests compare. */
final class ErlangTerm {
    private ErlangTerm() {}

    static String of(FieldValue value) {
        if (value instanceof FieldValue.Text text) {
            return binary(text.value().bytes());
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return binary(bytes.value().bytes());
        }
        if (value instanceof FieldValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        if (value instanceof FieldValue.Float64 number) {
            return ErlangFloat.print(number.value());
        }
        if (value instanceof FieldValue.Float32 number) {
            return ErlangFloat.print(number.value());
        }
        if (value instanceof FieldValue.Void) {
            return "undefined";
        }
        boolean empty = (value instanceof FieldValue.Table table
                        && table.value().isEmpty())
                || (value instanceof FieldValue.Array array && array.values().isEmpty());
        if (empty) {
            return "[]";
        }
        if (value instanceof FieldValue.Decimal decimal) {
            return "{" + decimal.scale() + "," + decimal.unscaled() + "}";
        }
        if (value instanceof FieldValue.Array array) {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            array.values().forEach(element -> elements.add("{" + element.typeName() + "," + of(element) + "}"));
            return elements.toString();
        }
        return value.isInteger() || value instanceof FieldValue.Timestamp
                ? Long.toString(value.asLong())
                : value.toString();
    }

    /** Printable octets as {@code <<"text">>}, others as {@code <<1,2,3>>}. */
    static String binary(byte[] octets) {
        String text = printable(octets);
        if (text != null) {
            String quoted = ErlangBinary.quote(text);
            return text.length() == octets.length ? "<<" + quoted + ">>" : "<<" + quoted + "/utf8>>";
        }
        StringJoiner numbers = new StringJoiner(",", "<<", ">>");
        for (byte octet : octets) {
            numbers.add(Integer.toString(octet & 0xFF));
        }
        return numbers.toString();
    }

    /** The text, or null if it is empty, is not UTF-8 or has control characters that have no escape. */
    private static String printable(byte[] octets) {
        if (octets.length == 0) {
            return null; // printed <<>>
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return text.chars().anyMatch(c -> Character.isISOControl(c) && !ErlangBinary.isEscaped(c)) ? null : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
