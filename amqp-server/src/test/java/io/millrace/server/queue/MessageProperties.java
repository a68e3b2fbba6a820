package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.Content;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.millrace.log.ContentSink;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** What is stored of a message is the message. */
class MessageProperties {
    private static final class Stored implements ContentSink {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        @Override
        public void put(byte octet) {
            out.write(octet);
        }

        @Override
        public void putShort(int value) {
            out.write(value >>> 8);
            out.write(value);
        }

        @Override
        public void putLong(long value) {
            putInt((int) (value >>> 32));
            putInt((int) value);
        }

        @Override
        public void putInt(int value) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.write(value >>> shift);
            }
        }

        @Override
        public void put(byte[] octets, int offset, int length) {
            out.write(octets, offset, length);
        }
    }

    static byte[] stored(Message message) {
        Stored sink = new Stored();
        message.writeTo(sink);
        byte[] octets = sink.out.toByteArray();
        assertEquals(octets.length, message.size());
        return octets;
    }

    @Property(tries = 200)
    void comesBackAsItWas(
            @ForAll @Size(max = 255) byte[] exchange,
            @ForAll @Size(max = 255) byte[] key,
            @ForAll @IntRange(max = 400_000) int bodyLength,
            @ForAll boolean persistent,
            @ForAll boolean chunked) {
        byte[] body = new byte[bodyLength];
        new Random(bodyLength).nextBytes(body);
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(persistent ? 2 : 1)
                .contentType(ShortString.of("text/plain"))
                .build();
        Content content = chunked ? chunked(properties, body) : Messages.content(properties, body);
        Message message = new Message(ShortString.of(exchange), ShortString.of(key), content, false);
        Message read = Message.read(stored(message));
        assertArrayEquals(exchange, read.exchange().bytes());
        assertArrayEquals(key, read.routingKey().bytes());
        assertEquals(properties, read.content().properties());
        assertArrayEquals(body, read.content().body());
        assertEquals(persistent, read.isPersistent());
        assertEquals(message.memoryBytes(), read.memoryBytes());
    }

    @Property(tries = 200)
    void whatTheBrokerNotedComesBack(
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long arrivedAt,
            @ForAll @LongRange(min = 0, max = 315_360_000_000L) long ttl,
            @ForAll @Size(max = 300) List<@StringLength(max = 60) @AlphaChars String> hiddenKeys,
            @ForAll boolean deadLettered,
            @ForAll boolean rerouted,
            @ForAll @IntRange(min = 0) int failedBefore,
            @ForAll boolean retried,
            @ForAll long dueAt,
            @ForAll int failures) {
        List<ShortString> keys = hiddenKeys.stream().map(ShortString::of).toList();
        RetryState retry = retried ? new RetryState(dueAt, failures, 7) : null;
        Envelope envelope = new Envelope(arrivedAt, ttl, keys, deadLettered, rerouted, failedBefore, retry, null, 0);
        BasicProperties properties = BasicProperties.builder()
                .expiration(ShortString.of(Long.toString(ttl)))
                .build();
        Message message = new Message(
                ShortString.of("x"), ShortString.of("k"), Messages.content(properties, new byte[3]), false, envelope);
        Message read = Message.read(stored(message));
        assertEquals(envelope, read.envelope());
        assertEquals(ShortString.of("k"), read.routingKey());
        assertArrayEquals(new byte[3], read.content().body());
    }

    @Example
    void whatAnEarlierVersionStoredStillHasItsTimeToLive() {
        byte[] octets = {1, 1, 'x', 1, 'k', 0, 0, 0, 5, 1, 0, 2, '4', '0', 'b'};
        Message read = Message.read(octets);
        assertEquals(Envelope.EMPTY.withTtl(40), read.envelope());
        assertArrayEquals(new byte[] {'b'}, read.content().body());
    }

    @Example
    void aMessageWithNothingNotedIsStoredAsEver() {
        assertEquals(1, stored(Messages.transientOf(3))[0]);
        assertNull(Message.read(stored(Messages.transientOf(3))).envelope());
    }

    private static Content chunked(BasicProperties properties, byte[] body) {
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < body.length; i += 50_000) {
            chunks.add(Arrays.copyOfRange(body, i, Math.min(body.length, i + 50_000)));
        }
        return Content.of(properties.encode(), chunks, body.length);
    }

    @Example
    void anotherFormatIsRefused() {
        byte[] octets = stored(Messages.transientOf(3));
        octets[0] = 3;
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Message.read(octets));
        assertEquals("stored message has format 3 (expected: 1 or 2)", refused.getMessage());
    }
}
