package io.millrace.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON values as maps, lists, strings, numbers and booleans: for one definition at a time, which is small. The parser
 * bounds their depth.
 */
public final class JsonTree {
    private static final int DEPTH_MAX = 64;

    /** Makes all parsers and generators; what they read may not be nested without end. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();

    private JsonTree() {}

    /**
     * Reads a text that is one value and nothing else.
     *
     * @throws IOException it is not
     */
    public static Object parse(String text) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            if (json.nextToken() == null) {
                throw new IOException("no JSON: nothing there");
            }
            Object value = read(json);
            if (json.nextToken() != null) {
                throw new IOException("no JSON: there is more behind the value");
            }
            return value;
        }
    }

    /** The value as text. */
    public static String text(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Reads the value at which the parser stands. */
    public static Object read(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> readObject(json);
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(read(json));
                }
                yield values;
            }
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /** Reads the members of the object at whose beginning the parser stands. */
    public static Map<String, Object> readObject(JsonParser json) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            members.put(name, read(json));
        }
        return members;
    }

    /** Writes a value; the keys of objects in their natural order, so that the same thing is always the same text. */
    public static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, member) -> sorted.put((String) key, member));
            json.writeStartObject();
            for (Map.Entry<String, Object> entry : sorted.entrySet()) {
                json.writeFieldName(entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object each : list) {
                write(json, each);
            }
            json.writeEndArray();
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }

    /** An object as a field table. */
    public static FieldTable toTable(Map<?, ?> members) {
        FieldTable.Builder table = FieldTable.builder();
        members.forEach((key, value) -> table.put((String) key, toField(value)));
        return table.build();
    }

    /** A value as one of a field table. */
    public static FieldValue toField(Object value) {
        if (value instanceof Long number) {
            return new FieldValue.Int64(number);
        }
        if (value instanceof Double number) {
            return new FieldValue.Float64(number);
        }
        if (value instanceof Boolean bool) {
            return new FieldValue.Bool(bool);
        }
        if (value instanceof Map<?, ?> map) {
            return new FieldValue.Table(toTable(map));
        }
        if (value instanceof List<?> list) {
            return new FieldValue.Array(list.stream().map(JsonTree::toField).toList());
        }
        return value == null ? new FieldValue.Void() : new FieldValue.Text(LongString.of((String) value));
    }

    /** A field table as an object. */
    public static Map<String, Object> ofTable(FieldTable table) {
        Map<String, Object> members = new TreeMap<>();
        table.asMap().forEach((key, value) -> members.put(key, ofField(value)));
        return members;
    }

    /** A value of a field table as JSON has it. */
    public static Object ofField(FieldValue value) {
        if (value.isInteger()) {
            return value.asLong();
        }
        if (value instanceof FieldValue.Timestamp time) {
            return time.seconds();
        }
        if (value instanceof FieldValue.Float64 number) {
            return number.value();
        }
        if (value instanceof FieldValue.Float32 number) {
            return (double) number.value();
        }
        if (value instanceof FieldValue.Bool bool) {
            return bool.value();
        }
        if (value instanceof FieldValue.Table inner) {
            return ofTable(inner.value());
        }
        if (value instanceof FieldValue.Array array) {
            return array.values().stream().map(JsonTree::ofField).toList();
        }
        if (value instanceof FieldValue.Text text) {
            return text.value().toString();
        }
        return value instanceof FieldValue.Bytes bytes ? bytes.value().toString() : null;
    }
}
