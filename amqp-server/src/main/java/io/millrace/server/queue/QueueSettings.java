package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a queue was declared.
 *
 * @param id never used for another queue of this data directory
 * @param owner the connection that an exclusive queue belongs to; null for other queues
 */
public record QueueSettings(
        int id,
        String vhost,
        ShortString name,
        boolean durable,
        boolean autoDelete,
        Object owner,
        FieldTable arguments) {
    /** The id of all queues for direct replies, which are never stored. */
    public static final int REPLIES_ID = 0;

    private static final String TYPE = "x-queue-type";

    /** Whether it takes the direct replies to one channel, and ends with it. */
    public boolean isForReplies() {
        return id == REPLIES_ID;
    }

    /** As {@code x-queue-type} names it. */
    public String type() {
        String named = arguments.get(TYPE) instanceof FieldValue.Text text
                ? text.value().toString()
                : "";
        return named.isEmpty() || named.equals("undefined") ? "classic" : named;
    }

    /** As it is shown to people and programs: with the type even where the declaration left it to the broker. */
    public FieldTable typedArguments() {
        Map<String, FieldValue> all = new TreeMap<>(arguments.asMap());
        all.put(TYPE, new FieldValue.Text(LongString.of(type())));
        return FieldTable.of(all);
    }

    public boolean exclusive() {
        return owner != null;
    }
}
