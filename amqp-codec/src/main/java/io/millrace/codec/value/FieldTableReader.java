package io.millrace.codec.value;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes the octets of one table. It trusts nothing, since tables can also be made of octets that no receive buffer
 * was checked for.
 */
final class FieldTableReader {
    private final byte[] octets;
    private final int depth;
    private int index;

    FieldTableReader(byte[] octets, int depth) {
        this.octets = octets;
        this.depth = depth;
    }

    /** Every entry in order; of entries with the same key only the first. */
    Map<String, FieldValue> readAll() {
        Map<String, FieldValue> entries = new LinkedHashMap<>();
        while (index < octets.length) {
            int length = keyLength();
            String key = new String(octets, index, length, StandardCharsets.UTF_8);
            index += length;
            entries.putIfAbsent(key, readValue(octets.length, depth));
        }
        return entries;
    }

    /** The value of the first entry with this key, or null. Makes no object but the value. */
    FieldValue find(byte[] key) {
        while (index < octets.length) {
            int length = keyLength();
            boolean found = Arrays.equals(octets, index, index + length, key, 0, key.length);
            index += length;
            if (found) {
                return readValue(octets.length, depth);
            }
            skipValue();
        }
        return null;
    }

    static ConnectionError tooDeep() {
        return new ConnectionError(
                ReplyCode.SYNTAX_ERROR, "field table nested deeper than " + FieldTableCheck.NESTING_MAX + " levels");
    }

    static ConnectionError unknownType(int tag) {
        return new ConnectionError(ReplyCode.SYNTAX_ERROR, "unknown field type " + tag + " in field table");
    }

    static ConnectionError malformed() {
        return new ConnectionError(ReplyCode.SYNTAX_ERROR, "malformed field table");
    }

    private int keyLength() {
        int length = octets[index++] & 0xFF;
        if (length >= octets.length - index) { // the tag follows, so that "equal" is too long already
            throw malformed();
        }
        return length;
    }

    private void skipValue() {
        int tag = octets[index++] & 0xFF;
        int size = FieldTypes.sizeOf(tag);
        index = size < 0 ? prefixedEnd(tag, size, octets.length) : index + need(size, octets.length);
    }

    private FieldValue readValue(int end, int valueDepth) {
        int tag = octets[index++] & 0xFF;
        int size = FieldTypes.sizeOf(tag);
        int valueEnd = size < 0 ? prefixedEnd(tag, size, end) : index + need(size, end);
        FieldValue value = size < 0 ? variable(tag, valueEnd, valueDepth) : fixed(tag, index);
        index = valueEnd;
        return value;
    }

    private int need(int size, int end) {
        if (size > end - index) {
            throw malformed();
        }
        return size;
    }

    /** Steps over the length of a length-prefixed value; returns where the value ends. */
    private int prefixedEnd(int tag, int size, int end) {
        if (size == FieldTypes.UNKNOWN) {
            throw unknownType(tag);
        }
        need(Integer.BYTES, end);
        int length = BigEndian.getInt(octets, index);
        index += Integer.BYTES;
        if (length < 0) {
            throw malformed();
        }
        return index + need(length, end);
    }

    private FieldValue fixed(int tag, int at) {
        return switch (tag) {
            case 't' -> new FieldValue.Bool(octets[at] != 0);
            case 'b' -> new FieldValue.Int8(octets[at]);
            case 'B' -> new FieldValue.UInt8(octets[at] & 0xFF);
            case 's', 'U' -> new FieldValue.Int16(BigEndian.getShort(octets, at));
            case 'u' -> new FieldValue.UInt16(BigEndian.getShort(octets, at) & 0xFFFF);
            case 'I' -> new FieldValue.Int32(BigEndian.getInt(octets, at));
            case 'i' -> new FieldValue.UInt32(BigEndian.getInt(octets, at) & 0xFFFF_FFFFL);
            case 'l', 'L' -> new FieldValue.Int64(BigEndian.getLong(octets, at));
            case 'f' -> new FieldValue.Float32(Float.intBitsToFloat(BigEndian.getInt(octets, at)));
            case 'd' -> new FieldValue.Float64(Double.longBitsToDouble(BigEndian.getLong(octets, at)));
            case 'D' -> new FieldValue.Decimal(octets[at] & 0xFF, BigEndian.getInt(octets, at + 1));
            case 'T' -> new FieldValue.Timestamp(BigEndian.getLong(octets, at));
            case 'V' -> new FieldValue.Void();
            default -> throw unknownType(tag);
        };
    }

    private FieldValue variable(int tag, int end, int valueDepth) {
        return switch (tag) {
            case 'S' -> new FieldValue.Text(LongString.of(Arrays.copyOfRange(octets, index, end)));
            case 'x' -> new FieldValue.Bytes(LongString.of(Arrays.copyOfRange(octets, index, end)));
            case 'F' -> new FieldValue.Table(FieldTable.nested(Arrays.copyOfRange(octets, index, end), valueDepth + 1));
            case 'A' -> array(end, valueDepth + 1);
            default -> throw unknownType(tag);
        };
    }

    private FieldValue array(int end, int arrayDepth) {
        if (arrayDepth > FieldTableCheck.NESTING_MAX) {
            throw tooDeep();
        }
        List<FieldValue> values = new ArrayList<>();
        while (index < end) {
            values.add(readValue(end, arrayDepth));
        }
        return new FieldValue.Array(values);
    }
}
