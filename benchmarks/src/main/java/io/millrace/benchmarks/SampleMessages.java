package io.millrace.benchmarks;

import io.millrace.codec.Content;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Message;
import java.util.Arrays;

/** Messages as clients send them. */
final class SampleMessages {
    static final int FRAME_MAX = 131_072;
    static final ShortString KEY = ShortString.of("orders");

    private SampleMessages() {}

    static BasicProperties properties(boolean persistent) {
        return BasicProperties.builder().deliveryMode(persistent ? 2 : 1).build();
    }

    static Content content(int bodyOctets, boolean persistent) {
        byte[] properties = properties(persistent).encode();
        return Content.of(Arrays.copyOf(properties, properties.length + bodyOctets), properties.length);
    }

    static Message message(int bodyOctets, boolean persistent) {
        return new Message(ShortString.EMPTY, KEY, content(bodyOctets, persistent), false);
    }
}
