package io.millrace.server.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.server.json.JsonTree;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Values as tables and JSON show them. Field tables are shown as RabbitMQ shows them, which programs take apart. */
final class CellText {
    private static final JsonFactory JSON = new JsonFactory();

    private CellText() {}

    static String of(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof FieldTable table) {
            return pairs(table);
        }
        if (value instanceof Collection<?> collection) {
            StringJoiner all = new StringJoiner(", ", "[", "]");
            collection.forEach(each -> all.add(of(each)));
            return all.toString();
        }
        if (value instanceof Map<?, ?> map) {
            return definition(map);
        }
        return escape(value.toString());
    }

    /** As RabbitMQ shows what policies come to. */
    private static String definition(Map<?, ?> map) {
        if (map.isEmpty()) {
            return "#{}";
        }
        StringJoiner all = new StringJoiner(", ", "[", "]");
        map.forEach((key, value) -> all.add("{<<\"" + key + "\">>, " + of(value) + "}"));
        return all.toString();
    }

    private static String escape(String text) {
        return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String pairs(FieldTable table) {
        StringJoiner pairs = new StringJoiner(",", "[", "]");
        table.asMap().forEach((key, value) -> pairs.add("{\"" + escape(key) + "\"," + term(value) + "}"));
        return pairs.toString();
    }

    private static String term(FieldValue value) {
        if (value instanceof FieldValue.Table table) {
            return pairs(table.value());
        }
        if (value instanceof FieldValue.Array array) {
            StringJoiner terms = new StringJoiner(",", "[", "]");
            array.values().forEach(each -> terms.add(term(each)));
            return terms.toString();
        }
        if (value instanceof FieldValue.Text text) {
            return '"' + escape(text.value().toString()) + '"';
        }
        return plain(value);
    }

    private static String plain(FieldValue value) {
        if (value.isInteger()) {
            return Long.toString(value.asLong());
        }
        if (value instanceof FieldValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        return value instanceof FieldValue.Float64 number ? Double.toString(number.value()) : value.toString();
    }

    /** One line. */
    static String jsonObject(List<String> keys, Map<String, Object> values) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (String key : keys) {
                json.writeFieldName(key);
                writeJson(json, values.get(key));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void writeJson(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Collection<?> collection) {
            json.writeStartArray();
            for (Object each : collection) {
                writeJson(json, each);
            }
            json.writeEndArray();
        } else if (value instanceof FieldTable table) {
            writeTriples(json, table);
        } else if (value instanceof Map<?, ?> map) {
            JsonTree.write(json, map);
        } else {
            json.writeString(value == null ? "" : value.toString());
        }
    }

    private static void writeTriples(JsonGenerator json, FieldTable table) throws IOException {
        json.writeStartArray();
        for (Map.Entry<String, FieldValue> entry : table.asMap().entrySet()) {
            json.writeStartArray();
            json.writeString(entry.getKey());
            json.writeString(entry.getValue().typeName());
            if (entry.getValue() instanceof FieldValue.Table inner) {
                writeTriples(json, inner.value());
            } else if (entry.getValue().isInteger()) {
                json.writeNumber(entry.getValue().asLong());
            } else if (entry.getValue() instanceof FieldValue.Bool bool) {
                json.writeBoolean(bool.value());
            } else if (entry.getValue() instanceof FieldValue.Text text) {
                json.writeString(text.value().toString());
            } else {
                json.writeString(plain(entry.getValue()));
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
