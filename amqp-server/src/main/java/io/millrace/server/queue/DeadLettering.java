package io.millrace.server.queue;

import io.millrace.codec.value.ShortString;

/**
 * Where a queue sends the messages that it gives up.
 *
 * @param exchange the exchange, which need not be there
 * @param routingKey the routing key they get; null when they keep those they were published with
 * @param atLeastOnce whether the queue keeps a message until a queue has taken it, rather than lose it where none does
 */
public record DeadLettering(ShortString exchange, ShortString routingKey, boolean atLeastOnce) {}
