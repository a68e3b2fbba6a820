package io.millrace.server.queue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.server.metrics.BrokerCounter;
import java.util.ArrayDeque;

/** Answers {@code basic.get}, at once or when it is known whether there is a message. Belongs to the queue's loop. */
final class Gets {
    private final Queue queue;
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final MessageExpiry expiry;
    /** What found no message in memory, but some in the store, or some to give up first. */
    private final ArrayDeque<GetRequest> waiting = new ArrayDeque<>();

    Gets(Queue queue, QueueContents contents, MessageExpiry expiry) {
        this.queue = queue;
        this.contents = contents;
        this.ready = contents.ready();
        this.expiry = expiry;
    }

    /** What is answered when the active consumer alone may have the queue's messages. */
    static ChannelError locked(Queue queue) {
        return new ChannelError(
                ReplyCode.RESOURCE_LOCKED,
                "cannot obtain access to locked " + queue
                        + ". basic.get operations are not supported by <<\"quorum\">> queues with single active"
                        + " consumer");
    }

    /** False when the answer must wait; the queue will give it. */
    boolean get(GetRequest request) {
        boolean noneDue = queue.isDeleted() || expiry.run();
        Message message = queue.isDeleted() || !noneDue ? null : ready.poll();
        contents.readIfLow();
        if (message != null) {
            queue.got(request, message, ready.polledSequence(), ready.polledRedelivered());
            return true;
        }
        if (noneDue && !contents.isStored()) {
            queue.home().counters().add(BrokerCounter.GET_EMPTY, 1);
            return true;
        }
        if (waiting.peek() != request) {
            waiting.add(request);
        }
        return false;
    }

    /** Answers those that wait, as far as it goes. */
    void answerWaiting() {
        while (!waiting.isEmpty() && get(waiting.peek())) {
            waiting.remove().answer();
        }
    }
}
