package io.millrace.server.channel;

import java.util.List;

/**
 * What an open channel looks like at a moment.
 *
 * @param unacknowledged deliveries that the client has not acknowledged
 * @param prefetch for consumers to come; 0 for any number
 */
public record ChannelView(
        int number,
        int unacknowledged,
        int prefetch,
        boolean confirms,
        boolean transactional,
        List<ConsumerView> consumers) {}
