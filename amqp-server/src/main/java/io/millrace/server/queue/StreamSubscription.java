package io.millrace.server.queue;

import io.millrace.log.stream.StreamFilter;
import io.millrace.log.stream.StreamStart;

/**
 * What a consumer wants of a stream.
 *
 * @param start null for what is published from now on
 * @param filter null for all messages
 * @param tracked whether the stream remembers how far the consumer has come: one of the same tag goes on there
 */
public record StreamSubscription(StreamStart start, StreamFilter filter, boolean tracked) {}
