package io.millrace.codec.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.ConnectionError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicPropertiesTest {
    private static final BasicProperties ALL = BasicProperties.builder()
            .contentType(ShortString.of("a"))
            .contentEncoding(ShortString.of("b"))
            .headers(FieldTable.builder().put("c", true).build())
            .deliveryMode(2)
            .priority(200)
            .correlationId(ShortString.of("d"))
            .replyTo(ShortString.of("e"))
            .expiration(ShortString.of("6"))
            .messageId(ShortString.of("g"))
            .timestamp(8L)
            .type(ShortString.of("i"))
            .userId(ShortString.of("j"))
            .appId(ShortString.of("k"))
            .clusterId(ShortString.of("l"))
            .build();

    private static final String ALL_HEX = "fffc" + "0161" + "0162" + "00000004" + "01637401" + "02" + "c8" + "0164"
            + "0165" + "0136" + "0167" + "0000000000000008" + "0169" + "016a" + "016b" + "016c";

    @Test
    void allFourteenAreWrittenInTheOrderOfTheirFlags() {
        assertEquals(ALL_HEX, HexFormat.of().formatHex(ALL.encode()));
        byte[] octets = ALL.encode();
        assertEquals(ALL, BasicProperties.read(octets, 0, octets.length));
        assertEquals(ALL, ALL.toBuilder().build());
    }

    @Test
    void absentAndEmptyAreDifferent() {
        assertEquals("0000", HexFormat.of().formatHex(BasicProperties.NONE.encode()));
        BasicProperties empty = BasicProperties.builder()
                .contentType(ShortString.EMPTY)
                .headers(FieldTable.EMPTY)
                .build();
        assertEquals("a0000000000000", HexFormat.of().formatHex(empty.encode()));
        BasicProperties read = BasicProperties.read(empty.encode(), 0, 7);
        assertEquals(ShortString.EMPTY, read.contentType());
        assertEquals(FieldTable.EMPTY, read.headers());
        assertNull(read.messageId());
    }

    @Test
    void theTwoLowestFlagsAreIgnored() {
        byte[] octets = HexFormat.of().parseHex("100302");
        validate(octets);
        assertEquals(2, BasicProperties.read(octets, 0, 3).deliveryMode());
    }

    @Test
    void textsMayHoldAnyOctets() {
        byte[] octets = HexFormat.of().parseHex("048002ff0003c30000");
        validate(octets);
        BasicProperties read = BasicProperties.read(octets, 0, octets.length);
        assertArrayEquals(new byte[] {(byte) 0xFF, 0}, read.correlationId().bytes());
        assertEquals(3, read.messageId().length());
    }

    @Test
    void modeAndPriorityAreFoundBehindAnythingBeforeThem() {
        byte[] octets = ALL.encode();
        assertEquals(2, BasicProperties.deliveryMode(octets));
        assertEquals(200, BasicProperties.priority(octets));
        for (int flags = 0; flags < 8; flags++) {
            BasicProperties.Builder builder = ALL.toBuilder();
            builder.contentType((flags & 1) == 0 ? null : ALL.contentType());
            builder.contentEncoding((flags & 2) == 0 ? null : ALL.contentEncoding());
            builder.headers((flags & 4) == 0 ? null : ALL.headers());
            assertEquals(2, BasicProperties.deliveryMode(builder.build().encode()));
            assertEquals(200, BasicProperties.priority(builder.build().encode()));
            assertEquals(
                    200,
                    BasicProperties.priority(builder.deliveryMode(null).build().encode()));
        }
        assertEquals(0, BasicProperties.deliveryMode(BasicProperties.NONE.encode()));
        assertEquals(0, BasicProperties.priority(BasicProperties.NONE.encode()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no flags
                "80", // half of them
                "8000", // content-type missing
                "800005616161", // content-type beyond the end
                "1000", // delivery-mode missing
                "100002ff", // something behind the last
                "004000000000000000", // timestamp cut short
                "2000000000", // length of headers cut short
                "200000000005", // headers beyond the end
                "2000ffffffff", // negative length
                "20000000000301614c", // value in headers cut short
                "2000000000040161ff00", // unknown type in headers
                "000100000000", // more flags follow: RabbitMQ reads only one word
            })
    void malformedListsAreAnInternalErrorWithoutText(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex);
        ConnectionError error = assertThrows(ConnectionError.class, () -> validate(octets));
        assertEquals("INTERNAL_ERROR", error.replyText());
        assertEquals(0, error.classId());
        ConnectionError reading =
                assertThrows(ConnectionError.class, () -> BasicProperties.read(octets, 0, octets.length));
        assertEquals("INTERNAL_ERROR", reading.replyText());
    }

    @Test
    void everyPrefixOfAValidListIsMalformed() {
        byte[] octets = ALL.encode();
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        for (int length = 0; length < octets.length; length++) {
            int shorter = length;
            assertThrows(ConnectionError.class, () -> BasicProperties.validate(in, 0, shorter), "length " + length);
        }
    }

    /** From the middle of a buffer, as it is in a frame. */
    private static void validate(byte[] octets) {
        ByteBuf in = Unpooled.buffer().writeMedium(0).writeBytes(octets).writeLong(0);
        BasicProperties.validate(in, 3, octets.length);
    }
}
