package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;

/** Messages for tests. */
public final class Messages {
    private static final int PERSISTENT = 2;

    private Messages() {}

    public static Message transientOf(int bodyLength) {
        return new Message(
                ShortString.EMPTY, ShortString.of("q"), content(BasicProperties.NONE, new byte[bodyLength]), false);
    }

    public static Message persistentOf(int bodyLength) {
        BasicProperties properties =
                BasicProperties.builder().deliveryMode(PERSISTENT).build();
        return new Message(ShortString.EMPTY, ShortString.of("q"), content(properties, new byte[bodyLength]), false);
    }

    /** A persistent message with a priority. */
    public static Message withPriority(int priority) {
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(PERSISTENT)
                .priority(priority)
                .build();
        return new Message(ShortString.EMPTY, ShortString.of("q"), content(properties, new byte[1]), false);
    }

    /** Arrives now, and may wait for so long. */
    public static Message expiringIn(long millis, HomeLoop loop) {
        BasicProperties properties = BasicProperties.builder()
                .expiration(ShortString.of(Long.toString(millis)))
                .build();
        return new Message(
                ShortString.EMPTY,
                ShortString.of("q"),
                content(properties, new byte[1]),
                false,
                Envelope.EMPTY.withTtl(millis).arrivingAt(loop.currentTimeMillis()));
    }

    /** Content in one array. */
    public static Content content(BasicProperties properties, byte[] body) {
        byte[] list = properties.encode();
        byte[] all = new byte[list.length + body.length];
        System.arraycopy(list, 0, all, 0, list.length);
        System.arraycopy(body, 0, all, list.length, body.length);
        return Content.of(all, list.length);
    }
}
