package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.BasicProperties;

/**
 * Which priorities the messages of a queue have.
 *
 * @param max the highest one; what is published with more counts as this
 * @param ofNone that of messages which were published without one
 */
public record Priorities(int max, int ofNone) {
    /** How many different ones there are. */
    int count() {
        return max + 1;
    }

    int of(Message message) {
        Content content = message.borrowed();
        int priority = content.hasAny(BasicProperties.PRIORITY_FLAG) ? content.priority() : ofNone;
        return Math.min(priority, max);
    }
}
