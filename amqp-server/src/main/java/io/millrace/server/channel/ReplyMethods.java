package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import io.millrace.server.vhost.ReplyQueues;

/** What may not be done with the addresses of direct replies, which look like queues and are none. */
final class ReplyMethods {
    private ReplyMethods() {}

    /**
     * A server asks by a declare whether the one who waits for the reply is there.
     *
     * @throws ChannelError NOT_FOUND when it is there no longer
     * @throws ConnectionError INTERNAL_ERROR when it never was: a name that somebody made up is more than RabbitMQ can
     *     read
     */
    static void checkDeclare(ChannelHost host, ShortString name) {
        ReplyQueues replies = host.virtualHost().replies();
        if (replies.answers(name)) {
            return;
        }
        if (!replies.isIssued(name)) {
            throw new ConnectionError(ReplyCode.INTERNAL_ERROR, null);
        }
        throw new ChannelError(ReplyCode.NOT_FOUND, "no " + host.virtualHost().describeQueue(name));
    }

    /** @throws ConnectionError NOT_IMPLEMENTED when the name is such an address */
    static void refuseGet(ChannelHost host, ShortString name) {
        if (host.virtualHost().replies().isIssued(name)) {
            throw new ConnectionError(
                    ReplyCode.NOT_IMPLEMENTED,
                    "basic.get not supported by volatile " + host.virtualHost().describeQueue(name));
        }
    }

    /** @throws ChannelError ACCESS_REFUSED when the name has the form of such an address */
    static void refuseBinding(ShortString name) {
        if (ReplyQueues.isAddress(name)) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED, "cannot bind or unbind to a volatile (direct reply-to) queue");
        }
    }
}
