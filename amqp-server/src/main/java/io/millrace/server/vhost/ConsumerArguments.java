package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueRules;
import io.millrace.server.queue.StreamSubscription;

/** The arguments of {@code basic.consume} that mean something. Others are ignored. */
public final class ConsumerArguments {
    private static final String PRIORITY = "x-priority";
    private static final String TIMEOUT = "x-consumer-timeout";
    private static final String[] OF_STREAMS = {"x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered"};

    private ConsumerArguments() {}

    /**
     * Whether this queue may be consumed with these arguments.
     *
     * @throws ChannelError PRECONDITION_FAILED when one has a wrong type or value, or is for queues of other types
     */
    public static void check(FieldTable arguments, Queue queue, Compatibility compatibility) {
        if (arguments.isEmpty()) {
            return;
        }
        String name = queue.toString();
        QueueType type = QueueType.of(queue.settings().arguments());
        if (type == QueueType.STREAM) {
            QueueArguments.refuseForType(PRIORITY, arguments, name, type);
            StreamArguments.checkConsumer(arguments, name);
        } else {
            QueueArguments.checkValue(PRIORITY, ArgumentCheck.INTEGER, arguments, name);
            for (String argument : OF_STREAMS) {
                QueueArguments.refuseForType(argument, arguments, name, type);
            }
        }
        if (type == QueueType.QUORUM) {
            QueueArguments.checkValue(TIMEOUT, ArgumentCheck.NOT_NEGATIVE, arguments, name);
        } else if (!compatibility.ignoresTimeouts()) {
            QueueArguments.refuseForType(TIMEOUT, arguments, name, type);
        }
    }

    /**
     * What a consumer with these arguments, which passed the check, wants of a stream.
     *
     * @throws ChannelError PRECONDITION_FAILED when its place is to be remembered, and nobody has named it
     */
    public static StreamSubscription subscription(FieldTable arguments, ShortString tag) {
        return StreamArguments.subscription(arguments, tag.toString());
    }

    /** How long a delivery may take to be settled, 0 for ever; {@link QueueRules#UNSET} when they do not say. */
    public static long timeoutMillis(FieldTable arguments) {
        FieldValue timeout = arguments.get(TIMEOUT);
        return timeout == null ? QueueRules.UNSET : timeout.asLong();
    }

    /** Consumers with a higher priority are served first; 0 is that of those who say nothing. */
    public static long priority(FieldTable arguments) {
        FieldValue priority = arguments.get(PRIORITY);
        return priority != null && priority.isInteger() ? priority.asLong() : 0;
    }
}
