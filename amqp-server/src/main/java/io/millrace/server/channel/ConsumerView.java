package io.millrace.server.channel;

/**
 * What a consumer looks like.
 *
 * @param prefetch unacknowledged deliveries it may have; 0 for any number
 */
public record ConsumerView(String queue, String tag, boolean ackRequired, boolean exclusive, int prefetch) {}
