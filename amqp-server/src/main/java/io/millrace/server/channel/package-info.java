/**
 * Channels: what a client does on one of them, from the method frame to the batch that goes to a queue, and back from
 * the batch of deliveries to the frames that go out. A channel lives on its connection's event loop.
 *
 * <p>Public are {@link io.millrace.server.channel.Channel}, what it needs of its connection
 * ({@link io.millrace.server.channel.ChannelHost}), and the two things a connection has one of for all its channels:
 * {@link io.millrace.server.channel.Outbound} and {@link io.millrace.server.channel.PublishOutbox}.
 */
package io.millrace.server.channel;
