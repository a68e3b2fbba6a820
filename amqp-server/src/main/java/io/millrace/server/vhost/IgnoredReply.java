package io.millrace.server.vhost;

import io.millrace.codec.AmqpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For commands that nobody waits for. */
final class IgnoredReply<T> implements Reply<T> {
    private static final Logger LOG = LoggerFactory.getLogger(IgnoredReply.class);

    private final String subject;

    IgnoredReply(String subject) {
        this.subject = subject;
    }

    @Override
    public void succeeded(T result) {}

    @Override
    public void failed(AmqpException error) {
        LOG.warn("Could not delete {}: {}", subject, error.replyText());
    }
}
