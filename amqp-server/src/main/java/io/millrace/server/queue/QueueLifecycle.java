package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.util.List;
import java.util.function.Supplier;

/** Whoever created a queue: hears from it that it has served its purpose, and knows where its dead letters go. */
public interface QueueLifecycle {
    /** The last consumer of an auto-delete queue is gone, or nobody used one that expires. On the queue's loop. */
    void servedItsPurpose(Queue queue);

    /**
     * The queues that get a dead letter; none when there is no such exchange. On the queue's loop.
     *
     * @param furtherKeys further routing keys, or null
     * @param headers gives the headers of the message, for exchanges that look at them
     */
    default Route deadLetterRoute(
            ShortString exchange, ShortString routingKey, List<ShortString> furtherKeys, Supplier<FieldTable> headers) {
        return Route.EMPTY;
    }

    /**
     * Whether deaths that a publisher tells of in its headers count as if they had happened here. On the queue's loop.
     */
    default boolean believesPublishersDeaths() {
        return false;
    }
}
