package io.millrace.codec.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTableTest {
    /** Tag and octets of the value in hex, RabbitMQ's name of the type, the value as text. */
    @ParameterizedTest
    @CsvSource({
        "t, 01, bool, Bool[value=true]",
        "t, 00, bool, Bool[value=false]",
        "b, 80, byte, Int8[value=-128]",
        "B, ff, unsignedbyte, UInt8[value=255]",
        "s, fffe, short, Int16[value=-2]",
        "u, fffe, unsignedshort, UInt16[value=65534]",
        "I, fffffffd, signedint, Int32[value=-3]",
        "i, fffffffd, unsignedint, UInt32[value=4294967293]",
        "l, ffffffffffffffff, long, Int64[value=-1]",
        "f, 3f800000, float, Float32[value=1.0]",
        "d, c000000000000000, double, Float64[value=-2.0]",
        "D, 02ffffffff, decimal, 'Decimal[scale=2, unscaled=-1]'",
        "S, 00000002c3a4, longstr, ä",
        "x, 0000000161, binary, Bytes[value=a]",
        "A, 00000003740156, array, 'Array[values=[Bool[value=true], Void[]]]'",
        "T, 0000000065000000, timestamp, Timestamp[seconds=1694498816]",
        "F, 0000000701614900000007, table, Table[value={a=Int32[value=7]}]",
        "V, '', void, Void[]",
    })
    void everyTypeIsReadAndWritten(char tag, String hex, String typeName, String text) {
        byte[] octets = entry("k", tag, hex);
        FieldTable table = read(octets);
        FieldValue value = table.get("k");
        assertEquals(tag, value.tag());
        assertEquals(typeName, value.typeName());
        assertEquals(text, value.toString());
        assertEquals(Map.of("k", value), table.asMap());
        ByteBuf written = Unpooled.buffer();
        value.writeTo(written);
        assertEquals(HexFormat.of().toHexDigits((byte) tag) + hex, ByteBufUtil.hexDump(written));
        assertEquals(table, FieldTable.builder().put("k", value).build());
    }

    @Test
    void anyOctetButZeroIsTrue() {
        assertEquals(new FieldValue.Bool(true), read(entry("k", 't', "7f")).get("k"));
    }

    @Test
    void bothKindsOfLongAreSigned() {
        assertEquals(
                new FieldValue.Int64(-1),
                read(entry("k", 'L', "ffffffffffffffff")).get("k"));
        assertEquals(
                new FieldValue.Int64(-1),
                read(entry("k", 'l', "ffffffffffffffff")).get("k"));
    }

    @Test
    void upperCaseShortIsReadAsLavinMqWritesIt() {
        assertEquals(
                new FieldValue.Int16((short) -2), read(entry("k", 'U', "fffe")).get("k"));
    }

    @Test
    void integersAreThoseThatRabbitMqTakesForIntegers() {
        String integers = "";
        for (FieldValue value : List.of(
                new FieldValue.Int8((byte) 5),
                new FieldValue.UInt8(5),
                new FieldValue.Int16((short) 5),
                new FieldValue.UInt16(5),
                new FieldValue.Int32(5),
                new FieldValue.UInt32(5),
                new FieldValue.Int64(5))) {
            assertTrue(value.isInteger());
            assertEquals(5, value.asLong());
            integers += value.tag();
        }
        assertEquals("bBsuIil", integers);
        assertEquals(5, new FieldValue.Timestamp(5).asLong());
        for (FieldValue value :
                List.of(new FieldValue.Bool(true), new FieldValue.Float64(5), new FieldValue.Timestamp(5))) {
            assertEquals(false, value.isInteger());
        }
        assertThrows(UnsupportedOperationException.class, () -> new FieldValue.Float64(5).asLong());
    }

    @Test
    void orderDuplicatesAndTypesAreForwardedAsTheyCame() {
        byte[] octets = HexFormat.of().parseHex("017a4c0000000000000001" + "0161740f" + "017a5300000000" + "00550007");
        FieldTable table = read(octets);
        assertArrayEquals(octets, table.bytes());
        assertEquals(new FieldValue.Int64(1), table.get("z"), "the first of two entries counts");
        assertEquals(List.of("z", "a", ""), List.copyOf(table.asMap().keySet()));
        ByteBuf out = Unpooled.buffer();
        table.writeTo(out);
        assertEquals(octets.length, out.readInt());
        assertArrayEquals(octets, ByteBufUtil.getBytes(out));
    }

    @Test
    void absentKeysAreNull() {
        FieldTable table = FieldTable.builder().put("ab", 1).put("abcd", 2).build();
        assertNull(table.get("abc"));
        assertNull(table.get(""));
        assertNull(FieldTable.EMPTY.get("abc"));
        assertEquals(new FieldValue.Int32(2), table.get(ShortString.of("abcd")));
    }

    @Test
    void javaValuesGetTheTypesThatClientsUse() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("int", 1);
        values.put("long", 2L);
        values.put("short", (short) 3);
        values.put("byte", (byte) 4);
        values.put("double", 5.0);
        values.put("float", 6f);
        values.put("bool", true);
        values.put("text", "x");
        values.put("short text", ShortString.of("y"));
        values.put("bytes", new byte[] {1});
        values.put("decimal", new BigDecimal("1.5"));
        values.put("instant", Instant.ofEpochSecond(8));
        values.put("list", List.of(1, "z"));
        values.put("map", Map.of("in", 1));
        values.put("table", FieldTable.EMPTY);
        values.put("value", new FieldValue.UInt8(9));
        values.put("null", null);
        FieldTable table = FieldTable.of(values);
        StringBuilder tags = new StringBuilder();
        table.asMap().values().forEach(value -> tags.append(value.tag()));
        assertEquals("IlsbdftSSxDTAFFBV", tags.toString());
        assertEquals(List.copyOf(values.keySet()), List.copyOf(table.asMap().keySet()));
        assertThrows(IllegalArgumentException.class, () -> FieldTable.of(Map.of("thread", Thread.currentThread())));
        assertThrows(IllegalArgumentException.class, () -> FieldTable.of(Map.of("k".repeat(256), 1)));
    }

    @Test
    void unsignedValuesStayInTheirRange() {
        assertThrows(IllegalArgumentException.class, () -> new FieldValue.UInt8(256));
        assertThrows(IllegalArgumentException.class, () -> new FieldValue.UInt16(-1));
        assertThrows(IllegalArgumentException.class, () -> new FieldValue.UInt32(1L << 32));
        assertThrows(IllegalArgumentException.class, () -> new FieldValue.Decimal(256, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05", // key beyond the end
                "0161", // no tag
                "016149000000", // integer cut short
                "01615300000005", // string beyond the end
                "016153000000", // length cut short
                "016153ffffffff", // negative length
                "0161417fffffff", // length that would overflow
                "01614100000001", // array beyond the end
                "0161410000000149", // value beyond the end of the array, nothing behind it
                "01614100000001490000000001627400", // value beyond the end of the array, into the next entry
                "01614600000002056149", // key beyond the end of the inner table
            })
    void lengthsThatDoNotFitAreSyntaxErrors(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex);
        assertSyntaxError("SYNTAX_ERROR - malformed field table", octets);
        ConnectionError error = assertThrows(ConnectionError.class, () -> readDeep(FieldTable.ofBytes(octets)));
        assertEquals("SYNTAX_ERROR - malformed field table", error.replyText());
    }

    @Test
    void unknownTypesAreNamed() {
        for (int tag : new int[] {0, 'Z', 0xFF}) {
            byte[] octets = {1, 'a', (byte) tag, 0, 0, 0, 0};
            String text = "SYNTAX_ERROR - unknown field type " + tag + " in field table";
            assertSyntaxError(text, octets);
            ConnectionError error = assertThrows(
                    ConnectionError.class, () -> FieldTable.ofBytes(octets).asMap());
            assertEquals(text, error.replyText());
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'F', 'A'})
    void nestingIsBounded(char kind) {
        FieldTable deepest = nest(kind, 63);
        assertEquals(64, readDeep(read(deepest.bytes())));
        for (int levels : new int[] {64, 10_000}) {
            byte[] bomb = nest(kind, levels).bytes();
            String text = "SYNTAX_ERROR - field table nested deeper than 64 levels";
            assertSyntaxError(text, bomb);
            FieldTable unchecked = FieldTable.ofBytes(bomb);
            ConnectionError error = assertThrows(ConnectionError.class, () -> readDeep(unchecked));
            assertEquals(text, error.replyText());
            assertTrue(unchecked.toString().contains("nested deeper"), "a log must not fail");
        }
    }

    @Test
    void equalityIsByOctets() {
        FieldTable one = FieldTable.of(Map.of("a", 1));
        assertEquals(one, FieldTable.ofBytes(one.bytes().clone()));
        assertEquals(one.hashCode(), FieldTable.ofBytes(one.bytes().clone()).hashCode());
        assertNotEquals(one, FieldTable.of(Map.of("a", 1L)));
        assertSame(FieldTable.EMPTY, FieldTable.ofBytes(new byte[0]));
    }

    private static void assertSyntaxError(String text, byte[] octets) {
        ConnectionError error = assertThrows(ConnectionError.class, () -> read(octets));
        assertEquals(text, error.replyText());
        assertEquals(ReplyCode.SYNTAX_ERROR, error.replyCode());
    }

    /** From the middle of a buffer, as it is in a frame. */
    private static FieldTable read(byte[] octets) {
        ByteBuf in = Unpooled.buffer().writeMedium(-1).writeBytes(octets).writeLong(-1);
        return FieldTable.read(in, 3, octets.length);
    }

    private static byte[] entry(String key, char tag, String hex) {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(key.length())
                .writeBytes(key.getBytes(StandardCharsets.US_ASCII))
                .writeByte(tag)
                .writeBytes(HexFormat.of().parseHex(hex));
        return ByteBufUtil.getBytes(out);
    }

    /** A table with so many tables or arrays in each other. */
    private static FieldTable nest(char kind, int levels) {
        byte[] inner = {};
        for (int i = 0; i < levels; i++) {
            ByteBuf out = Unpooled.buffer();
            if (kind == 'F' || i == levels - 1) {
                out.writeByte(1).writeByte('k');
            }
            out.writeByte(kind).writeInt(inner.length).writeBytes(inner);
            inner = ByteBufUtil.getBytes(out);
        }
        return FieldTable.ofBytes(inner);
    }

    /** Decodes everything; returns how many levels there are. */
    private static int readDeep(FieldTable table) {
        return 1
                + table.asMap().values().stream()
                        .mapToInt(FieldTableTest::readDeep)
                        .max()
                        .orElse(0);
    }

    private static int readDeep(FieldValue value) {
        if (value instanceof FieldValue.Table table) {
            return readDeep(table.value());
        } else if (value instanceof FieldValue.Array array) {
            return 1
                    + array.values().stream()
                            .mapToInt(FieldTableTest::readDeep)
                            .max()
                            .orElse(0);
        }
        return 0;
    }
}
