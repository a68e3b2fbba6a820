package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.BasicMethod;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.StreamQueue;
import java.util.Iterator;

/** What cannot be done with streams, in RabbitMQ's words. */
final class StreamMethods {
    private StreamMethods() {}

    /**
     * @param limited whether there is a limit to the deliveries that are under way
     * @throws ChannelError PRECONDITION_FAILED when there is none
     * @throws ConnectionError NOT_IMPLEMENTED when there are to be no acknowledgements
     */
    static void checkConsume(BasicMethod.Consume method, Queue stream, boolean limited) {
        if (!limited) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED, "consumer prefetch count is not set for stream " + stream);
        }
        if (method.noAck()) {
            throw new ConnectionError(
                    ReplyCode.NOT_IMPLEMENTED, "automatic acknowledgement not supported by stream " + stream);
        }
    }

    /**
     * How many consumers {@code queue.declare} answers with: none for a stream, which RabbitMQ does not count there.
     */
    static int declaredConsumers(Queue queue) {
        return queue instanceof StreamQueue ? 0 : queue.declaredConsumerCount();
    }

    /** Runs the action after all that was handed to these streams so far. Any thread. */
    static void visit(Iterator<Queue> streams, Runnable action) {
        if (streams.hasNext()) {
            streams.next().home().run(() -> visit(streams, action));
        } else {
            action.run();
        }
    }

    /** @throws ConnectionError NOT_IMPLEMENTED for a stream */
    static void refusePurge(Queue queue) {
        if (queue instanceof StreamQueue) {
            throw new ConnectionError(ReplyCode.NOT_IMPLEMENTED, "queue.purge not supported by stream queues " + queue);
        }
    }
}
