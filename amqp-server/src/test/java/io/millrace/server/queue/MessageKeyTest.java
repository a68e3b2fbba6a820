package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageKeyTest {
    private static final String HEADER = "id";

    private static MessageKey key(FieldValue value) {
        return MessageKey.of(FieldTable.builder().put(HEADER, value).build(), HEADER);
    }

    @Test
    void numbersAreTheSameInEveryWidth() {
        MessageKey seven = key(new FieldValue.Int64(7));
        assertEquals(seven, key(new FieldValue.Int8((byte) 7)));
        assertEquals(seven, key(new FieldValue.Int32(7)));
        assertEquals(seven, key(new FieldValue.UInt16(7)));
        assertEquals(key(new FieldValue.Float64(0.5)), key(new FieldValue.Float32(0.5f)));
    }

    @Test
    void octetsAreTextsAndOtherTypesAreOtherKeys() {
        LongString one = LongString.of("1");
        assertEquals(key(new FieldValue.Text(one)), key(new FieldValue.Bytes(one)));
        Set<MessageKey> different = new HashSet<>(List.of(
                key(new FieldValue.Text(one)),
                key(new FieldValue.Int32(1)),
                key(new FieldValue.Float64(1)),
                key(new FieldValue.Bool(true)),
                key(new FieldValue.Timestamp(1)),
                key(new FieldValue.Array(List.of(new FieldValue.Int32(1))))));
        assertEquals(6, different.size());
        assertNotEquals(key(new FieldValue.Text(one)), key(new FieldValue.Text(LongString.of("2"))));
    }

    @Test
    void nothingIsNoKey() {
        assertNull(MessageKey.of(null, HEADER));
        assertNull(MessageKey.of(FieldTable.EMPTY, HEADER));
        assertNull(key(new FieldValue.Void()));
    }

    @Test
    void isWrittenInSixteenOctets() {
        MessageKey key = key(new FieldValue.Text(LongString.of("a")));
        assertEquals(16, key.octets().length());
        assertEquals(key, MessageKey.ofOctets(key.octets()));
        assertNull(MessageKey.ofOctets(ShortString.of("short")));
    }

    @Test
    void theTimeOfAMessageIsANumberThatIsNotNegative() {
        FieldTable five = FieldTable.builder().put("x-cache-ttl", 5).build();
        FieldTable negative = FieldTable.builder().put("x-cache-ttl", -5).build();
        FieldTable text = FieldTable.builder().put("x-cache-ttl", "5").build();
        assertEquals(5, MessageKey.ttlMillis(five, 9));
        assertEquals(9, MessageKey.ttlMillis(negative, 9));
        assertEquals(9, MessageKey.ttlMillis(text, 9));
        assertEquals(9, MessageKey.ttlMillis(null, 9));
    }
}
